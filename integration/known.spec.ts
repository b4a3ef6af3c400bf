import { expect, test } from '@playwright/test';
import { startFaulty } from '../tools/faults/host.ts';
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

test('what a profile knows is told once, however many answers show it', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const registry = await startFaulty('parallel-blob-failing', { auth: 'anonymous' });
  const { code, printed } = await runSuite(
    ['tests/consistency/races.spec.ts', '--grep=pulled while it is deleted'],
    {
      REGISTRY_URL: registry.url,
      REGISTRY_PROFILE: 'distribution',
      REGISTRY_LEVEL: 'defacto',
      REGISTRY_PROTOCOLS: 'oci',
      REPORTS_FOLDER: testInfo.outputPath('reports'),
    },
  );
  await registry.close();
  expect(printed).toContain('rules: 1 known');
  expect(printed).not.toContain('error.server');
  expect(code).toBe(0);
});
