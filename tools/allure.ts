import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command, stopWith } from '../lib/run/ending.ts';
import { runSettings } from '../lib/run/run.ts';
import { alter } from '../lib/text/files.ts';
import { complain, line, say } from '../lib/text/terminal.ts';
import { readRunInfo } from '../lib/report/allure-targets.ts';

await command('npm run allure', async () => {
  const { reports } = runSettings();
  const named = process.argv.slice(2);
  return await generate(reports, named.length > 0 ? named : [join(reports, 'allure-results')]);
});

/** Makes the report of these folders of results; those of one run are in the history once. */
async function generate(reports: string, results: readonly string[]): Promise<number> {
  let started: string[];
  try {
    started = results.map((folder) => readRunInfo(folder)['started'] ?? '');
  } catch (error) {
    complain(line`${(error as Error).message}`);
    return 1;
  }
  const output = join(reports, 'allure');
  rmSync(output, { recursive: true, force: true });
  const child = spawn('npx', ['allure', 'generate', '--config', 'allurerc.ts', ...results], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ALLURE_RESULTS: results.join('\n'),
      ALLURE_HISTORY: isInHistory(reports, started) ? 'kept' : 'added',
    },
  });
  stopWith(child);
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) return status ?? 1;
  for (const file of pagesIn(output)) alter(file, withoutAnalytics);
  say(line`${join(output, 'index.html')}`);
  return 0;
}

function isInHistory(reports: string, started: readonly string[]): boolean {
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
