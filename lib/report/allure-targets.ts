import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a run wrote down of its target for Allure, by name; `target` and `started` among it. */
export type RunInfo = Record<string, string>;

/** @throws Error where the folder holds no results of a run */
export function readRunInfo(results: string): RunInfo {
  const file = join(results, 'environment.properties');
  if (!existsSync(file)) throw new Error(`${results}: holds no results; run the tests first`);
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return Object.fromEntries(lines.map((line) => /^([^=]*)=(.*)$/.exec(line)?.slice(1) ?? [line, '']));
}
