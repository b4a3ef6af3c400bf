import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { command } from '../../lib/run/ending.ts';
import { runSettings } from '../../lib/run/run.ts';
import { writeText } from '../../lib/text/files.ts';
import { prettyJson } from '../../lib/text/json.ts';
import { complain, line, say } from '../../lib/text/terminal.ts';
import { startProxy } from '../faults/proxy.ts';
import { everyMethod, instead, type Wire } from '../faults/wire.ts';
import { startRegistry } from '../registry/registry.ts';
import { run, type Ran } from './command.ts';
import { rounds, type outside } from './floor.ts';
import { tagGrowth } from './growth.ts';
import { benchLarge, type LargeFigures } from './large.ts';
import { page, type Bench } from './page.ts';

const parts = ['requests', 'runs', 'large', 'growth', 'workers', 'distance'] as const;

/** All that one run of the bench found; times in seconds or milliseconds as they say, sizes in MiB. */

await command('npm run bench', async () => {
  const { wanted, withSkopeo } = readArguments();
  const { reports } = runSettings();
  const bench = await measured(wanted, withSkopeo);
  const all = prettyJson(bench);
  writeText(join(reports, 'bench.json'), all);
  writeText(join(reports, 'bench.html'), page(bench));
  say(all);
  return 0;
});

async function measured(wanted: readonly string[], withSkopeo: boolean): Promise<Bench> {
  const bench: Bench = { startedAt: new Date().toISOString() };
  if (wanted.includes('requests')) bench.requests = await benchRequests();
  if (wanted.includes('runs')) {
    bench.runs = { whole: await suite([]), smoke: await suite(['--grep', '@smoke']) };
  }
  if (wanted.includes('large')) bench.large = await benchLayers(withSkopeo);
  if (wanted.includes('growth')) bench.tags = await tagGrowth([10, 1000, 10_000]);
  if (wanted.includes('workers')) {
    bench.workers = [];
    for (const workers of [1, 2, 4]) {
      const { seconds, peakMiB } = await suite([
        'tests/uploads',
        '--project=oci-anonymous',
        `--workers=${workers}`,
      ]);
      bench.workers.push({ count: workers, seconds, peakMiB });
    }
  }
  if (wanted.includes('distance')) bench.distance = await benchDistance([0, 20, 50, 200]);
  return bench;
}

function readArguments(): { wanted: readonly string[]; withSkopeo: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: parts.join(',') },
        skopeo: { type: 'boolean', default: false },
      },
    });
    const named = values.only.split(',');
    const unknown = named.find((one) => !parts.some((part) => part === one));
    if (unknown !== undefined) throw new Error(`--only ${unknown}: there is no such part`);
    return { wanted: named, withSkopeo: values.skopeo };
  } catch (error) {
    complain(
      line`${(error as Error).message}`,
      line`usage: npm run bench -- [--only ${parts.join(',')}] [--skopeo]`,
    );
    process.exit(2);
  }
}

async function benchRequests(): Promise<NonNullable<Bench['requests']>> {
  const registry = await startRegistry({ auth: 'anonymous' });
  const folder = mkdtempSync(join(tmpdir(), 'dockside-bench-'));
  const url = `${registry.url}/v2/dockside/bench/tags/list`;
  const found: { http: number; context: number; runner: number }[] = [];
  for (let at = 0; at < rounds.length; at += 1) {
    const before = await outsideOf(url);
    const inside = await run('npx', ['playwright', 'test', '--config', 'tools/bench/playwright.config.ts'], {
      REGISTRY_URL: registry.url,
      REPORTS_FOLDER: folder,
    });
    if (inside.code !== 0) throw new Error(inside.output);
    const results = readFileSync(join(folder, 'bench-requests.json'), 'utf8');
    const means = [...results.matchAll(/"type": "per-request",\s*"description": "([\d.]+)"/g)].map(([, ms]) =>
      Number(ms),
    );
    const after = await outsideOf(url);
    found.push({
      http: (before.http + after.http) / 2,
      context: (before.context + after.context) / 2,
      runner: median(means),
    });
  }
  await registry.close();
  rmSync(folder, { recursive: true });
  return {
    httpMs: median(found.map(({ http }) => http)),
    contextMs: median(found.map(({ context }) => context)),
    runnerMs: median(found.map(({ runner }) => runner)),
    runnerToContext: median(found.map(({ runner, context }) => runner / context)),
    runnerToHttp: median(found.map(({ runner, http }) => runner / http)),
  };
}

async function outsideOf(url: string): ReturnType<typeof outside> {
  const ran = await run('node', ['--import', 'tsx', 'tools/bench/outside.ts', url]);
  if (ran.code !== 0) throw new Error(ran.output);
  return JSON.parse(ran.output) as Awaited<ReturnType<typeof outside>>;
}

/** One way in, whole, to a registry that is so many milliseconds away. */
async function benchDistance(all: readonly number[]): Promise<NonNullable<Bench['distance']>> {
  const figures: NonNullable<Bench['distance']> = [];
  for (const ms of all) {
    const registry = await startRegistry({ auth: 'anonymous' });
    const proxy = await startProxy({ registry: registry.url, realm: undefined }, away(ms));
    const { seconds, peakMiB } = await suite([], { REGISTRY_URL: proxy.url });
    await proxy.close();
    await registry.close();
    figures.push({ ms, seconds, toLoopback: seconds / (figures[0]?.seconds ?? seconds), peakMiB });
  }
  return figures;
}

/** A way on which each answer comes so much later. */
function away(ms: number): Wire {
  return instead(everyMethod, 'any', () => async (request, forward) => {
    await setTimeout(ms);
    return await forward(request);
  });
}

async function suite(
  args: readonly string[],
  env: Record<string, string> = { REGISTRY_URL: '' },
): Promise<NonNullable<Bench['runs']>[string]> {
  const folder = mkdtempSync(join(tmpdir(), 'dockside-bench-'));
  const ran = await run('npx', ['playwright', 'test', ...args], { REPORTS_FOLDER: folder, ...env });
  if (ran.code !== 0) throw new Error(ran.output);
  rmSync(folder, { recursive: true });
  const requests = count(ran, /\((\d+) requests/);
  return {
    seconds: ran.seconds,
    tests: count(ran, /\b(\d+) passed/),
    requests,
    msPerRequest: (ran.seconds * 1000) / requests,
    peakMiB: ran.peakMiB,
  };
}

async function benchLayers(withSkopeo: boolean): Promise<LargeFigures[]> {
  const { url: named, largeLayer } = runSettings();
  const registry = named === undefined ? await startRegistry({ auth: 'anonymous' }) : undefined;
  const url = named ?? registry?.url ?? '';
  const largest = Math.round(largeLayer / 2 ** 20);
  const figures: LargeFigures[] = [];
  for (const size of new Set([16, 64, 256, largest].filter((one) => one <= largest))) {
    figures.push(await benchLarge(url, size, withSkopeo && size === largest));
  }
  await registry?.close();
  return figures;
}

function count({ output }: Ran, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? 0);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
