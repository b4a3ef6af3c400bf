import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { orStop } from '../settings.ts';
import { runSettings } from '../run.ts';
import { strike } from '../text/files.ts';
import { complain, line, say } from '../text/terminal.ts';
import { readRunInfo } from './targets.ts';

// What it reports to its makers; a page that is looked at offline should ask for nothing.
const analytics =
  /<script async src="https:\/\/www\.googletagmanager\.com[\s\S]*?<\/script>\s*<script>[\s\S]*?<\/script>/g;

const { reports } = await orStop(runSettings);
const named = process.argv.slice(2);
process.exitCode = generate(named.length > 0 ? named : [join(reports, 'allure-results')]);

/** Makes the report of these folders of results; those of one run are in the history once. */
function generate(results: readonly string[]): number {
  let started: string[];
  try {
    started = results.map((folder) => readRunInfo(folder)['started'] ?? '');
  } catch (error) {
    complain(line`${(error as Error).message}`);
    return 1;
  }
  const output = join(reports, 'allure');
  rmSync(output, { recursive: true, force: true });
  const { status } = spawnSync('npx', ['allure', 'generate', '--config', 'allurerc.ts', ...results], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ALLURE_RESULTS: results.join('\n'),
      ALLURE_HISTORY: isInHistory(started) ? 'kept' : 'added',
    },
  });
  if (status !== 0) return status ?? 1;
  for (const file of pagesIn(output)) strike(file, analytics);
  say(line`${join(output, 'index.html')}`);
  return 0;
}

function isInHistory(started: readonly string[]): boolean {
  const file = join(reports, 'allure-history.jsonl');
  return existsSync(file) && started.every((time) => readFileSync(file, 'utf8').includes(`, ${time}`));
}

function pagesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.html')).map((name) => join(folder, name));
}
