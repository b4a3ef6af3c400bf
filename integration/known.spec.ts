import { expect, test } from '@playwright/test';
import { startFaulty } from '../tools/faults/host.ts';
import { startProxy } from '../tools/faults/proxy.ts';
import { instead, refused } from '../tools/faults/wire.ts';
import { startRegistry } from '../tools/registry/registry.ts';
import { runSuite } from './suite.ts';

test('what a profile knows of one test is broken where another meets it', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const registry = await startFaulty('error-message-alone', { auth: 'anonymous' });
  const { code, printed } = await runSuite(['tests/blobs/head.spec.ts', '--grep=HEAD misses a blob'], {
    REGISTRY_URL: registry.url,
    // It knows error.format of names that are too long.
    REGISTRY_PROFILE: 'distribution-3',
    REGISTRY_PROTOCOLS: 'oci',
    REPORTS_FOLDER: testInfo.outputPath('reports'),
  });
  await registry.close();
  expect(printed).toMatch(/^ {2}broken +error\.format /m);
  expect(code).toBe(1);
});

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

test('what a profile knows is told once, however many answers show it', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const registry = await startRegistry({ auth: 'anonymous' });
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, failing);
  const { code, printed } = await runSuite(
    ['tests/consistency/races.spec.ts', '--grep=pulled while it is deleted'],
    {
      REGISTRY_URL: proxy.url,
      REGISTRY_PROFILE: 'distribution',
      REGISTRY_LEVEL: 'defacto',
      REGISTRY_PROTOCOLS: 'oci',
      REPORTS_FOLDER: testInfo.outputPath('reports'),
    },
  );
  await proxy.close();
  await registry.close();
  expect(printed).toContain('rules: 1 known');
  expect(printed).not.toContain('error.server');
  expect(code).toBe(0);
});

test('what a known deviation answers in place of is held against nothing else', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const registry = await startFaulty('upload-last-chunk-dropped', { auth: 'anonymous' });
  const { code, printed } = await runSuite(['tests/uploads/put.spec.ts', '--grep=may carry the last'], {
    REGISTRY_URL: registry.url,
    REGISTRY_PROFILE: 'serverless-registry',
    REGISTRY_PROTOCOLS: 'oci',
    REPORTS_FOLDER: testInfo.outputPath('reports'),
  });
  await registry.close();
  expect(printed).toMatch(/rules: 1 known/);
  expect(code, printed).toBe(0);
});
