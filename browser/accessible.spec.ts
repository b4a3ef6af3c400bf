import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page, type TestInfo } from '@playwright/test';
import { faultsPage } from '../tools/faults/page.ts';
import type { Html } from '../lib/text/html.ts';
import { comparePage } from '../lib/report/conformance/compare-page.ts';
import { compare } from '../lib/report/conformance/compare.ts';
import { matrixPage } from '../lib/report/conformance/matrix-page.ts';
import { withRun, type PastRun } from '../lib/report/conformance/history.ts';
import { historyPage } from '../lib/report/conformance/history-page.ts';
import { page as conformancePage } from '../lib/report/conformance/conformance-page.ts';
import type { Conformance } from '../lib/report/conformance/report.ts';
import { report, sample } from '../unit/conformance/sample.ts';
import type { FaultReport } from '../tools/faults/page.ts';

/** Something of each kind has changed since the sample. */
const later: Conformance = {
  ...sample,
  target: 'https://registry.example:8443',
  level: 'should',
  capabilities: { mount: { offered: false, evidence: 'POST answered 404' } },
  rules: [
    report('ping.status', 'fail', '  expected  status 200\n  received  status 500'),
    report('upload.patch.range', 'blocked', 'blocked by ping.status: GET answered 500'),
    report('upload.patch.out-of-order', 'pass', undefined),
    report('upload.unknown.get', 'fail', '  expected  status 404\n  received  status 400'),
    report('tag.list.sorted', 'stale', 'is kept here, so its known deviation is stale'),
    report('blob.head.missing', 'pass', undefined),
    report('jwt.expired', 'pass', undefined),
  ],
};

const fault: FaultReport = {
  id: 'tag-list-null',
  title: 'An empty page of tags is null',
  source: 'distribution',
  rule: 'tag.list.array',
  official: 'no',
  killed: true,
  by: [{ title: 'nothing follows the final tag', rule: 'tag.list.array' }],
  others: ['tag.list.json'],
  because: 'null is no list',
  tests: 3,
  durationMs: 400,
};

/** As many as a page shows, which come and go. */
const nights = Array.from({ length: 30 }, (_, at) => at).reduce<PastRun[]>((history, at) => {
  const startedAt = new Date(Date.UTC(2026, 0, 1 + at, 3)).toISOString();
  return withRun(history, { ...(at % 3 === 0 ? later : sample), target: sample.target, startedAt });
}, []);

const pages: Record<string, Html> = {
  conformance: conformancePage(sample),
  compare: comparePage(compare(sample, later)),
  matrix: matrixPage([sample, later, { ...sample, target: 'https://third.example' }]),
  history: historyPage(nights),
  faults: faultsPage([fault, { ...fault, id: 'other', killed: false, by: [], others: [] }]),
};

async function open(page: Page, name: string, testInfo: TestInfo): Promise<void> {
  const file = testInfo.outputPath(`${name}.html`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, String(pages[name]));
  await page.goto(pathToFileURL(file).href);
  await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
}

for (const name of Object.keys(pages)) {
  for (const width of [390, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`axe finds nothing in ${name}.html at ${width} px in ${colorScheme} colours`, async ({
        page,
      }, testInfo) => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 844 });
        await open(page, name, testInfo);
        const { violations, passes } = await new AxeBuilder({ page }).analyze();
        expect(
          violations.map(({ id, impact, nodes }) => [id, impact, nodes.map(({ html }) => html)]),
        ).toEqual([]);
        const looked = passes.map(({ id }) => id);
        expect(looked).toEqual(
          expect.arrayContaining(['color-contrast', 'heading-order', 'page-has-heading-one']),
        );
      });
    }
  }

  test(`${name}.html does not scroll sideways at 390 px`, async ({ page }, testInfo) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, name, testInfo);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
}

test('the header of the matrix stays in view, and the keyboard scrolls to the last rule', async ({
  page,
}, testInfo) => {
  await page.setViewportSize({ width: 390, height: 400 });
  await open(page, 'matrix', testInfo);
  const table = page.getByRole('region', { name: 'Table of rules' });
  await table.focus();
  await page.keyboard.press('End');
  await expect(table.getByRole('link', { name: 'mount.digest-header' })).toBeInViewport();
  await expect(table.getByRole('columnheader', { name: 'Rule' })).toBeInViewport();
});

test('the matrix shows where targets differ', async ({ page }, testInfo) => {
  await open(page, 'matrix', testInfo);
  await page.getByRole('combobox', { name: 'Targets' }).selectOption('differ');
  await page.getByLabel('Verdict').selectOption('stale');
  await expect(page.locator('tr.rule:visible')).toHaveText([/tag\.list\.sorted.*knownstaleknown$/]);
  await expect(page.getByRole('status')).toHaveText('1 of 9 rules');
});
