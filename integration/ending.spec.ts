import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import { causes, endAt, isOrderly, isPair, places } from './endings.ts';

// Every place and every cause at least once; all pairs with `npx playwright test --config integration/endings.config.ts`.
const sample = new Set(
  [
    ['the ping of the discovery', 'SIGTERM'],
    ['the midst of the probes', 'process.exit(0)'],
    ['the midst of a test', 'SIGKILL'],
    ['between two tests', 'a closed output'],
    ['a large upload', 'SIGHUP'],
    ['the first test', 'silence and SIGTERM'],
    ['the first removal of the tear-down', '101 to everything'],
    ['the writing of the reports', 'a reporter that throws'],
    ['doctor', 'an exception'],
    ['the first removal of cleanup', 'SIGINT'],
    ['faults', 'SIGTERM'],
  ].map((pair) => pair.join(', ')),
);

test.describe.configure({ timeout: 180_000 });

const started: { anonymous?: RunningRegistry; bearer?: RunningRegistry } = {};

test.afterAll(async () => {
  await Promise.all([started.anonymous?.close(), started.bearer?.close()]);
});

Object.entries(places).forEach(([place, where], row) => {
  Object.entries(causes).forEach(([cause, what], column) => {
    if (!isPair(place, cause)) return;
    const tag = sample.has(`${place}, ${cause}`) ? [] : ['@every-pair'];
    test(`${place}, ${cause}: not 0, in time, and cleanup leaves nothing`, { tag }, async ({}, testInfo) => {
      const auth = where.auth ?? 'anonymous';
      const registry = (started[auth] ??= await startRegistry({ auth }));
      const namespace = `ends/${row}-${column}`;
      const ended = await endAt(where, what, {
        registry,
        reports: testInfo.outputPath('reports'),
        namespace,
      });
      await testInfo.attach('printed', { body: ended.printed });
      expect(ended.reached).toBe(true);
      expect(ended.code).not.toBe(0);
      expect(ended.tookMs).toBeLessThan(what.isSlow ? 120_000 : 30_000);
      expect(isOrderly(place, cause) ? ended.ledgers : []).toEqual([]);
      expect(ended.stays).toEqual([]);
      expect(ended.cleanups.map(({ code }) => code)).toEqual([0, 0]);
    });
  });
});

/** A command whose work is this text, and what is done to it once it prints. */
async function commandOf(work: string, act: (child: ChildProcess) => Promise<void> = async () => undefined) {
  const text = `
    import { spawn } from 'node:child_process';
    import { once } from 'node:events';
    import { setTimeout } from 'node:timers/promises';
    import { command, stopWith } from './lib/run/ending.ts';
    await command('the work', async () => { ${work} });`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', text];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (printed += String(part)));
  const closed = once(child, 'close');
  child.stdout.once('data', () => void act(child));
  const [code] = (await closed) as [number | null];
  return { code, printed };
}

for (const [work, code, said] of [
  ['return 0;', 0, /^$/],
  ['return 3;', 3, /^$/],
  ['await new Promise(() => undefined);', 1, /not come to its end: the work/],
  ['process.exit(0);', 1, /not come to its end: the work/],
  ['void Promise.reject(new Error("lost")); await setTimeout(5_000); return 0;', 1, /Error: lost/],
  ['throw new Error("thrown");', 1, /Error: thrown/],
] as const) {
  test(`a command that does ${work} ends with ${code}`, async () => {
    const ended = await commandOf(work);
    expect(ended.printed).toMatch(said);
    expect(ended.code).toBe(code);
  });
}

/** A command that waits for a process which takes two seconds to end, or 20. */
const waiting = `
  const slow = "process.on('SIGTERM', () => setTimeout(() => process.exit(0), 2_000)); console.log('up'); setTimeout(() => {}, 20_000)";
  const child = spawn(process.execPath, ['-e', slow], { stdio: ['ignore', 'inherit', 'inherit'] });
  stopWith(child);
  await once(child, 'exit');
  console.log('the process has ended');
  return 0;`;

test('a signal that comes twice at once is one', async () => {
  const { code, printed } = await commandOf(waiting, async (child) => {
    child.kill('SIGTERM');
    await setTimeout(200);
    child.kill('SIGTERM');
  });
  expect(printed).toMatch(/SIGTERM: ends within 30 s.*\n[^]*the process has ended/);
  expect(code).toBe(143);
});

test('a second signal ends a command at once', async () => {
  const { code, printed } = await commandOf(waiting, async (child) => {
    child.kill('SIGTERM');
    await setTimeout(1_300);
    child.kill('SIGTERM');
  });
  expect(printed).toContain('SIGTERM again: this is the end');
  expect(printed).not.toContain('the process has ended');
  expect(code).toBe(143);
});

test('a run ends with the npx that started it', async ({}, testInfo) => {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, REPORTS_FOLDER: testInfo.outputPath('reports') };
  const child = spawn('npx', ['playwright', 'test', 'tests/tags', 'tests/uploads'], { env, detached: true });
  const closed = once(child, 'close');
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      if (/ 3 \[/.test(printed)) child.kill('SIGTERM');
      printed += String(part);
    });
  await closed;
  expect(printed).toContain('npx has ended: ends within 30 s');
  expect(printed).toContain('did not run');
});
