import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test as base, type Locator } from '@playwright/test';
import { page as conformancePage } from '../lib/report/conformance/conformance-page.ts';
import { rules, sample } from '../unit/conformance/sample.ts';

const test = base.extend<{
  address: string;
  shown: Locator;
  rule: (id: string) => Locator;
}>({
  address: async ({}, use, testInfo) => {
    const file = testInfo.outputPath('conformance.html');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, conformancePage(sample).toString());
    await use(pathToFileURL(file).href);
  },
  page: async ({ page, address }, use) => {
    await page.goto(address);
    await use(page);
  },
  shown: async ({ page }, use) => await use(page.locator('.rule:visible')),
  rule: async ({ page }, use) => await use((id) => page.locator(`[id="${id}"]`)),
});

test('shows every rule, grouped by area, and all closed', async ({ page, shown }) => {
  await expect(shown).toHaveCount(rules.length);
  await expect(page.locator('.rule[open]')).toHaveCount(0);
  await expect(page.locator('.area').getByRole('heading', { level: 3 })).toHaveText([
    /^ping 1 pass$/,
    /^upload 1 fail, 1 warn, 1 pass, 1 blocked$/,
    /^tag 1 known$/,
    /^mount 1 unsupported$/,
    /^jwt 1 untested$/,
  ]);
});

for (const [name, option, found] of [
  ['Verdict', 'fail', ['upload.patch.out-of-order']],
  ['Level', 'defacto', ['upload.range.code']],
  ['Area', 'tag', ['tag.list.sorted']],
] as const) {
  test(`filters by ${name.toLowerCase()}`, async ({ page, shown }) => {
    await page.getByLabel(name).selectOption(option);
    await expect(shown.locator('> summary code')).toHaveText([...found]);
    await expect(page.getByRole('status')).toHaveText(`${found.length} of ${rules.length} rules`);
    await expect(page.locator('.area:visible')).toHaveCount(1);
  });
}

test('filters by words of a message, of the title or of the id, in any order', async ({ page, shown }) => {
  await page.getByRole('searchbox').fill('202 PATCH blocked');
  await expect(shown.locator('> summary code')).toHaveText(['upload.range.code']);
});

test('shows all rules again', async ({ page, shown }) => {
  await page.getByLabel('Verdict').selectOption('fail');
  await page.getByRole('searchbox').fill('nothing like it');
  await expect(shown).toHaveCount(0);
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(shown).toHaveCount(rules.length);
});

test('leads from a verdict of the summary to its rules', async ({ page, shown }) => {
  await page.getByRole('link', { name: 'known', exact: true }).click();
  await expect(shown.locator('> summary code')).toHaveText(['tag.list.sorted']);
  await expect(page.getByLabel('Verdict')).toHaveValue('known');
});

test('says what the registry breaks level by level, with what was found', async ({ page }) => {
  const broken = page.getByRole('region', { name: 'What it breaks' });
  await expect(broken.getByRole('heading', { level: 3 })).toHaveText(['must 2', 'should 1']);
  await expect(broken.getByRole('listitem')).toHaveText([
    /^fail upload\.patch\.out-of-order A chunk .*broken since 2026-01-01 03:00\s*expected status 416; received status 202$/,
    /^known tag\.list\.sorted .*expected a, b; received b, a$/,
    /^warn upload\.unknown\.get /,
  ]);
});

test('a broken rule opens to what was found and to its source', async ({ page, rule }) => {
  const broken = rule('upload.patch.out-of-order');
  await page.getByRole('link', { name: 'upload.patch.out-of-order' }).first().click();
  await expect(broken).toHaveAttribute('open');
  await expect(broken.getByText('received  status 202').first()).toBeVisible();
  await expect(broken.getByText('curl -i -X PATCH').first()).toBeVisible();
  const source = broken.getByRole('link', { name: 'distribution-spec: Pushing a blob in chunks' });
  await expect(source).toHaveAttribute('href', /^https:\/\/github\.com\/opencontainers\/distribution-spec/);
});

test('an address with the id of a rule opens that rule', async ({ page, address, rule }) => {
  await page.goto(`${address}#jwt.expired`);
  await page.reload();
  await expect(rule('jwt.expired')).toHaveAttribute('open');
  await expect(rule('jwt.expired')).toBeInViewport();
});

test('the id of a rule that is filtered out brings it back', async ({ page, address, rule }) => {
  await page.getByLabel('Area').selectOption('upload');
  await expect(rule('jwt.expired')).toBeHidden();
  await page.goto(`${address}#jwt.expired`);
  await expect(rule('jwt.expired')).toBeVisible();
});

test('filters, opens and closes by the keyboard alone', async ({ page, rule, shown }) => {
  await page.getByLabel('Verdict').focus();
  await page.keyboard.type('fail');
  await expect(shown).toHaveCount(1);
  for (const name of ['Level', 'Area', 'Text']) {
    await page.keyboard.press('Tab');
    await expect(page.getByLabel(name)).toBeFocused();
  }
  await page.keyboard.type('curl');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Show all' })).toBeFocused();
  await page.keyboard.press('Tab');
  const broken = rule('upload.patch.out-of-order');
  await expect(broken.locator('> summary')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(broken).toHaveAttribute('open');
  await page.keyboard.press('Space');
  await expect(broken).not.toHaveAttribute('open');
});

test('runs no script that a registry sent, and fetches nothing', async ({ page, address }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${address}?again`);
  await expect(page).toHaveTitle(/^Conformance of https:\/\/registry\.example\//);
  expect(requests).toEqual([`${address}?again`]);
});

for (const width of [390, 1280]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has no horizontal scroll at ${width} px in ${colorScheme} colours, all open`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    });
  }
}

test('on paper what is broken is open, and there is no form', async ({ page, rule }) => {
  await page.emulateMedia({ media: 'print' });
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  await expect(rule('upload.patch.out-of-order').getByText('received  status 202').first()).toBeVisible();
  await expect(rule('ping.status')).not.toHaveAttribute('open');
  await expect(page.getByRole('search')).toBeHidden();
});
