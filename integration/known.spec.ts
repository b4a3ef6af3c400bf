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
