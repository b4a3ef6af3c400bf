import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { orStop } from '../settings.ts';
import { runSettings } from '../run.ts';
import { readRunInfo } from './targets.ts';

const { reports } = await orStop(runSettings);
const named = process.argv.slice(2);
process.exitCode = generate(named.length > 0 ? named : [join(reports, 'allure-results')]);

/** Makes the report of these folders of results; those of one run are in the history once. */
function generate(results: readonly string[]): number {
  let started: string[];
  try {
    started = results.map((folder) => readRunInfo(folder)['started'] ?? '');
  } catch (error) {
    console.error((error as Error).message);
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
  for (const file of pagesIn(output)) writeFileSync(file, withoutAnalytics(readFileSync(file, 'utf8')));
  console.log(join(output, 'index.html'));
  return 0;
}

function isInHistory(started: readonly string[]): boolean {
  const file = join(reports, 'allure-history.jsonl');
  return existsSync(file) && started.every((time) => readFileSync(file, 'utf8').includes(`, ${time}`));
}

/** The page without what it reports to its makers, two scripts: one that is looked at offline should ask for nothing. */
function withoutAnalytics(page: string): string {
  const [start, ...rest] = page.split('<script async src="https://www.googletagmanager.com');
  return [start, ...rest.map((part) => part.split('</script>').slice(2).join('</script>'))].join('');
}

function pagesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.html')).map((name) => join(folder, name));
}
