import { readFileSync } from 'node:fs';
import { SettingError } from '../settings.ts';
import type { Conformance } from './report.ts';

/** @throws SettingError that names the file and says in one line what is wrong with it */
export function readConformance(file: string): Conformance {
  const value = parsed(file, textOf(file));
  if (!isConformance(value))
    throw new SettingError(file, 'is not a conformance.json, as a run writes it to its reports folder');
  return value;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingError(file, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingError(file, 'is no JSON; name the conformance.json of a run that came to its end');
  }
}

function isConformance(value: unknown): value is Conformance {
  const { target, profile, specVersion, level, startedAt, capabilities, rules } = {
    ...(value as object),
  } as Record<string, unknown>;
  return (
    [target, profile, specVersion, level, startedAt].every((one) => typeof one === 'string') &&
    typeof capabilities === 'object' &&
    Array.isArray(rules) &&
    rules.every((rule: unknown) => ['id', 'verdict', 'level'].every((name) => name in Object(rule)))
  );
}
