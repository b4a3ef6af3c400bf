import { expect, test } from '@playwright/test';
import { Answer } from '../lib/http/exchange.ts';
import { retryDelay } from '../lib/http/retry-after.ts';

function delayOf(value: string): number | undefined {
  const headers = [{ name: 'Retry-After', value }];
  return retryDelay(
    new Answer({ method: 'GET', url: 'http://127.0.0.1/' }, 429, headers, Buffer.alloc(0), 0),
  );
}

for (const [value, ms] of [
  ['0', 0],
  ['120', 120_000],
  [`1${'0'.repeat(300)}`, Number.MAX_SAFE_INTEGER],
  ['9'.repeat(10_000), Number.MAX_SAFE_INTEGER],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
  ['-5', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['', undefined],
  ['soon', undefined],
  ['120, 120', undefined],
  ['Fri, 99 Foo 2026 00:00:00 GMT', undefined],
] as const) {
  test(`Retry-After: ${value.slice(0, 40)} is ${ms ?? 'nothing'}`, () => {
    expect(delayOf(value)).toBe(ms);
  });
}

test('a date in 9999 is a finite number of ms', () => {
  const delay = delayOf('Fri, 31 Dec 9999 23:59:59 GMT');
  expect(delay).toBeGreaterThan(2e14);
  expect(Number.isFinite(delay)).toBe(true);
});
