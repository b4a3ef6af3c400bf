import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { startProxy } from '../tools/faults/proxy.ts';
import { answers, everyMethod, json, when } from '../tools/faults/wire.ts';
import { startRegistry } from '../tools/registry/registry.ts';
import { runSuite } from './suite.ts';

const wrongCodes = answers(
  everyMethod,
  'any',
  when(
    [400, 404],
    json(() => ({ errors: [{ code: 'WRONG', message: 'wrong' }] })),
  ),
);

type Result = { workerIndex: number; parallelIndex: number };
type Suite = {
  suites?: Suite[];
  specs?: { tests: { projectName: string; results: Result[] }[] }[];
};

/** Of the tests that a worker ran. */
function resultsIn({ suites = [], specs = [] }: Suite): (Result & { projectName: string })[] {
  const own = specs.flatMap(({ tests }) =>
    tests.flatMap(({ projectName, results }) => results.map((one) => ({ ...one, projectName }))),
  );
  return [...own, ...suites.flatMap(resultsIn)].filter(({ workerIndex }) => workerIndex >= 0);
}

test('a worker goes on after a red test, and every report says that it is red', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const registry = await startRegistry({ auth: 'anonymous' });
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, wrongCodes);
  const reports = testInfo.outputPath('reports');
  const settings = { REGISTRY_URL: proxy.url, REGISTRY_LEVEL: 'defacto', REPORTS_FOLDER: reports };
  const part = ['--workers=2', 'tests/errors', 'tests/blobs', 'tests/manifests'];
  const { code, printed } = await runSuite(part, settings);
  const text = readFileSync(`${reports}/results.json`, 'utf8');
  const junit = readFileSync(`${reports}/junit.xml`, 'utf8');
  const again = await runSuite(['--last-failed', ...part], settings);
  await proxy.close();
  await registry.close();
  expect(code).toBe(1);
  const reds = Number(/^ {2}(\d+) failed$/m.exec(printed)?.[1]);
  expect(reds).toBeGreaterThan(10);
  const { stats } = JSON.parse(text) as { stats: { unexpected: number } };
  expect(stats.unexpected).toBe(reds);
  expect(junit).toContain(`failures="${reds}"`);
  expect(again.printed).toMatch(new RegExp(`^ {2}${reds} failed$`, 'm'));
  // One for each place of a project: how many places there are depends on how far the registry is.
  const results = resultsIn(JSON.parse(text) as Suite);
  const workers = new Set(results.map(({ workerIndex }) => workerIndex));
  const places = new Set(results.map(({ projectName, parallelIndex }) => `${projectName} ${parallelIndex}`));
  expect(workers.size).toBe(places.size);
});
