import { existsSync, readFileSync } from 'node:fs';
import { expect, test, type TestInfo } from '@playwright/test';
import { startFaulty } from '../tools/faults/host.ts';
import { startProxy } from '../tools/faults/proxy.ts';
import { instead, refused } from '../tools/faults/wire.ts';
import { startRegistry } from '../tools/registry/registry.ts';
import { run, runSuite } from './suite.ts';

/** What these tests say of a registry with a profile. */
async function runWith(
  profile: string,
  { url, close }: { url: string; close: () => Promise<void> },
  tests: readonly string[],
  testInfo: TestInfo,
): Promise<{ code: unknown; printed: string }> {
  const ran = await runSuite(tests, {
    REGISTRY_URL: url,
    REGISTRY_PROFILE: profile,
    REGISTRY_PROTOCOLS: 'oci',
    REGISTRY_LEVEL: 'defacto',
    REPORTS_FOLDER: testInfo.outputPath('reports'),
  });
  await close();
  return ran;
}

/** Each pull of a blob fails once its deletion was asked for. */
const failing = instead('GET DELETE', 'blob', () => {
  const deleted = new Set<string>();
  return async (request, forward) => {
    if (request.method === 'DELETE') deleted.add(request.path);
    const fails = request.method === 'GET' && deleted.has(request.path);
    const answer = await forward(request);
    return fails ? refused(500, 'UNKNOWN') : answer;
  };
});

test('what a profile knows of one test is broken where another meets it', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const registry = await startFaulty('error-message-alone', { auth: 'anonymous' });
  // It knows error.format of names that are too long.
  const tests = ['tests/blobs/head.spec.ts', '--grep=HEAD misses a blob'];
  const { code, printed } = await runWith('distribution-3', registry, tests, testInfo);
  expect(printed).toMatch(/^ {2}broken +error\.format /m);
  expect(code).toBe(1);
});

test('what a profile knows is told once, however many answers show it', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const registry = await startRegistry({ auth: 'anonymous' });
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, failing);
  const tests = ['tests/consistency/races.spec.ts', '--grep=pulled while it is deleted'];
  const { code, printed } = await runWith('distribution', proxy, tests, testInfo);
  await registry.close();
  expect(printed).toContain('rules: 1 known');
  expect(printed).not.toContain('error.server');
  expect(code).toBe(0);
});

test('what a known deviation answers in place of is held against nothing else', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const registry = await startFaulty('upload-last-chunk-dropped', { auth: 'anonymous' });
  const tests = ['tests/uploads/put.spec.ts', '--grep=may carry the last'];
  const { code, printed } = await runWith('serverless-registry', registry, tests, testInfo);
  expect(printed).toContain('rules: 1 known');
  expect(code, printed).toBe(0);
});

test('a file of known breaks makes a first night green, another break red, and a mended one red until it is taken out', async ({}, testInfo) => {
  test.setTimeout(240_000);
  const file = testInfo.outputPath('known.yaml');
  const settings = { REPORTS_FOLDER: testInfo.outputPath('reports') };
  const night = async (fault: string, known: string): Promise<{ code: unknown; printed: string }> => {
    const registry = await startFaulty(fault, { auth: 'anonymous' });
    const ran = await runSuite(['tests/tags/list.spec.ts', 'tests/tags/pages.spec.ts'], {
      ...settings,
      REGISTRY_URL: registry.url,
      REGISTRY_PROTOCOLS: 'oci',
      REGISTRY_KNOWN: known,
    });
    await registry.close();
    return ran;
  };
  const know = async (...args: string[]): Promise<string> =>
    (await run('npm', ['run', '--silent', 'known', '--', '--file', file, ...args], settings)).printed;

  expect((await night('tag-list-null', '')).code).toBe(1);
  const shown = await know();
  expect(shown).toMatch(/^\+ tag\.list\.array .*: expected .*, received /m);
  expect(shown).toContain('1 added, 0 taken out, 0 as before; nothing is written without --write');
  expect(existsSync(file)).toBe(false);
  expect(await know('--write')).toContain(`set REGISTRY_KNOWN=${file} for the next run`);
  const written = readFileSync(file, 'utf8');

  const first = await night('tag-list-null', file);
  expect(first.printed).toMatch(/rules: \d+ kept, 1 known/);
  expect(first.code).toBe(0);

  const second = await night('tag-list-n-zero-one', file);
  expect(second.printed).toMatch(/^ {2}broken +tag\.list\.n-zero /m);
  expect(second.printed).toMatch(/^ {2}stale +tag\.list\.array /m);
  expect(second.code).toBe(1);
  expect(await know('--write')).toMatch(/^- tag\.list\.array/m);
  expect(readFileSync(file, 'utf8')).not.toContain('tag.list.array');
  expect(written).toContain('tag.list.array');
});
