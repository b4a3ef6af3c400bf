import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { page } from '../../lib/report/conformance/conformance-page.ts';
import { hostile, rules, sample } from './sample.ts';

const html = page(sample).toString();

function count(part: string): number {
  return html.split(part).length - 1;
}

for (const { id, verdict } of rules) {
  test(`${id} stands there once, with its verdict`, () => {
    expect(count(`class="rule ${verdict}" id="${id}"`)).toBe(1);
  });
}

test('each test of a rule stands there with its message', () => {
  expect(count('a test of upload.patch.out-of-order')).toBe(2);
  expect(count('  expected  status 416')).toBe(2);
});

test('what a registry sent is text, in messages, evidence and the name of the target', () => {
  expect(count(hostile)).toBe(0);
  expect(count('<img')).toBe(0);
  expect(count('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;')).toBe(5);
});

test('the page has one script, and its policy allows that script alone', () => {
  const [, script = ''] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
  const hash = createHash('sha256').update(script).digest('base64');
  expect(count('<script')).toBe(1);
  expect(html).toContain(`script-src &#39;sha256-${hash}&#39;`);
});

test('nothing is fetched', () => {
  expect(html).not.toMatch(/<(?:link|img|iframe)\b|<\w+[^>]*\ssrc=|url\(|@import/);
});

test('the summary counts the rules of each verdict at each level', () => {
  const [row = ''] = /<tr class="pass">.*?<\/tr>/s.exec(html) ?? [];
  expect([...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell)).toEqual([
    '<b>2</b>',
    '2',
    '',
    '',
    '',
    '',
  ]);
});

test('a run without a broken rule says so', () => {
  const green = page({ ...sample, rules: rules.filter(({ verdict }) => verdict === 'pass') }).toString();
  expect(green).toContain('No rule is broken');
});
