import { expect, test } from '@playwright/test';
import { startRegistry, type RunningRegistry } from '../fixtures/registry/registry.ts';
import { causes, endAt, isPair, places } from './endings.ts';

// Every place and every cause at least once; all pairs with `npx playwright test --config unit/endings.config.ts`.
const sample = new Set(
  [
    ['the ping of the discovery', 'SIGTERM'],
    ['the midst of the probes', 'process.exit(0)'],
    ['the midst of a test', 'SIGKILL'],
    ['between two tests', 'a closed output'],
    ['a large upload', 'SIGHUP'],
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
      expect(ended.tookMs).toBeLessThan(30_000);
      expect(ended.stays).toEqual([]);
      expect(ended.cleanups.map(({ code }) => code)).toEqual([0, 0]);
    });
  });
});
