import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { startProxy } from '../tools/faults/proxy.ts';
import { instead } from '../tools/faults/wire.ts';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import { repositoriesIn, tagsIn } from '../lib/registry/lists.ts';
import { rawSend } from '../lib/http/raw.ts';

const send = rawSend({ caFile: undefined, insecureTls: false });

/** The repositories that show a tag. */
async function tagged(url: string): Promise<string[]> {
  const names = repositoriesIn(await send({ method: 'GET', url: `${url}/v2/_catalog` }));
  const lists = await Promise.all(
    names.map(async (name) => await send({ method: 'GET', url: `${url}/v2/${name}/tags/list` })),
  );
  return names.filter((_, at) => lists.some((list, of) => of === at && tagsIn(list).length > 0));
}

type BrokenOff = { registry: RunningRegistry; env: NodeJS.ProcessEnv };

/** A run of the suite that a signal ends after its third test. */
async function breakOff(signal: NodeJS.Signals, reports: string): Promise<BrokenOff> {
  const registry = await startRegistry({ auth: 'anonymous' });
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, REGISTRY_URL: registry.url, REPORTS_FOLDER: reports };
  const suite = ['node_modules/@playwright/test/cli.js', 'test', 'tests/tags'];
  const run = spawn(process.execPath, suite, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  run.stdout.on('data', (text: Buffer) => {
    if (/✓ +3 /.test(text.toString())) run.kill(signal);
  });
  await once(run, 'exit');
  return { registry, env };
}

test.describe.configure({ timeout: 120_000 });

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`a run that ${signal} ends removes what it made`, async ({}, testInfo) => {
    const { registry } = await breakOff(signal, testInfo.outputPath('reports'));
    expect(repositoriesIn(await send({ method: 'GET', url: `${registry.url}/v2/_catalog` }))).not.toEqual([]);
    expect(await tagged(registry.url)).toEqual([]);
    await registry.close();
  });
}

/** A run that SIGINT ends while this request of it, the first after so many of its kind, waits for its answer. */
async function breakOffAt(method: 'POST' | 'PUT', after: number, reports: string) {
  const registry = await startRegistry({ auth: 'anonymous' });
  const { PATH, HOME } = process.env;
  const met: { count: number; run?: ChildProcess; location?: string | undefined } = { count: 0 };
  const wire = instead(method, method === 'POST' ? 'uploads' : 'manifest', () => async (request, forward) => {
    const answer = await forward(request);
    met.count += 1;
    if (met.count !== after + 1) return answer;
    met.location = [answer.headers['location']].flat()[0];
    met.run?.kill('SIGINT');
    await setTimeout(500);
    return answer;
  });
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, wire);
  const env = { PATH, HOME, REGISTRY_URL: proxy.url, REPORTS_FOLDER: reports };
  const suite = ['node_modules/@playwright/test/cli.js', 'test', 'tests/uploads/sessions.spec.ts'];
  met.run = spawn(process.execPath, suite, { env, stdio: 'ignore' });
  await once(met.run, 'exit');
  await proxy.close();
  return { registry, location: met.location ?? '' };
}

test('a run that SIGINT ends while it probes removes what it made', async ({}, testInfo) => {
  const reports = testInfo.outputPath('reports');
  const { registry } = await breakOffAt('PUT', 0, reports);
  await registry.close();
  expect(readdirSync(reports).filter((name) => name.startsWith('created-'))).toEqual([]);
});

test('an upload that was opened as SIGINT came is cancelled', async ({}, testInfo) => {
  const { registry, location } = await breakOffAt('POST', 25, testInfo.outputPath('reports'));
  const { status } = await send({ method: 'GET', url: new URL(location, registry.url).href });
  await registry.close();
  expect(location).toContain('/w');
  expect(status).toBe(404);
});

test('npm run cleanup removes what a run made that SIGKILL ends', async ({}, testInfo) => {
  const { registry, env } = await breakOff('SIGKILL', testInfo.outputPath('reports'));
  expect(await tagged(registry.url)).not.toEqual([]);
  // A worker may still be about its last request when it finds itself alone.
  await expect(async () => {
    const cleanup = spawn(process.execPath, ['--import', 'tsx', 'tools/cleanup.ts', '--older-than', '0m'], {
      env,
    });
    expect(await once(cleanup, 'exit')).toEqual([0, null]);
    expect(await tagged(registry.url)).toEqual([]);
  }).toPass();
  await registry.close();
});
