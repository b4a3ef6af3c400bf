import { expect, test } from '@playwright/test';
import { isName, isTag } from '../../lib/content/reference.ts';

for (const name of [
  'a',
  'a/b',
  'foo.bar',
  'a_b',
  'a__b',
  'a-b',
  'a---b',
  '0/1/2/3',
  'a.b/c_d/e-f',
  'x'.repeat(255),
]) {
  test(`is a name: ${name.slice(0, 20)} (${name.length})`, () => {
    expect(isName(name)).toBe(true);
  });
}

const noNames = [
  '',
  '/',
  'a/',
  '/a',
  'a//b',
  'A',
  'a..b',
  'a___b',
  'a._b',
  '.a',
  'a-',
  '_a',
  'a b',
  'a:b',
  'ä',
  'a\n',
];

for (const name of [...noNames, 'x'.repeat(256)]) {
  test(`is no name: ${JSON.stringify(name).slice(0, 20)} (${name.length})`, () => {
    expect(isName(name)).toBe(false);
  });
}

for (const tag of ['a', 'A', '_', '0', 'v1.0-rc_1', 'a..b', '_.-', 'x'.repeat(128)]) {
  test(`is a tag: ${tag.slice(0, 20)} (${tag.length})`, () => {
    expect(isTag(tag)).toBe(true);
  });
}

for (const tag of ['', '.a', '-a', 'a/b', 'a:b', 'a b', 'a+b', 'ä', 'a\n', 'x'.repeat(129)]) {
  test(`is no tag: ${JSON.stringify(tag).slice(0, 20)} (${tag.length})`, () => {
    expect(isTag(tag)).toBe(false);
  });
}

test('judges a long name without backtracking', () => {
  const started = performance.now();
  expect(isName(`${'a-'.repeat(126)}!`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(200);
});
