import { expect, test } from '@playwright/test';
import type { Operation } from '../../lib/checks/history/history.ts';
import { historySvg, historyText } from '../../lib/checks/history/picture.ts';
import { isLinearizable, shortestViolation, staleness } from '../../lib/checks/history/register.ts';

const one = (
  kind: 'read' | 'write',
  value: string,
  call: number,
  end: number,
  certain = true,
): Operation => ({
  client: `${kind} ${call}`,
  call,
  return: end,
  kind,
  value,
  certain,
});

test('reads that follow the writes are explained', () => {
  expect(
    isLinearizable([
      one('write', 'a', 0, 1),
      one('read', 'a', 2, 3),
      one('write', 'b', 4, 5),
      one('read', 'b', 6, 7),
    ]),
  ).toBe(true);
});

test('of what runs at once either may come first', () => {
  const writes = [one('write', 'a', 0, 10), one('write', 'b', 0, 10)];
  expect(isLinearizable([...writes, one('read', 'a', 11, 12)])).toBe(true);
  expect(isLinearizable([...writes, one('read', 'b', 11, 12)])).toBe(true);
});

test('what was read new is not read old again', () => {
  const operations = [
    one('write', 'a', 0, 1),
    one('write', 'b', 2, 10),
    one('read', 'b', 3, 4),
    one('read', 'a', 5, 6),
  ];
  expect(isLinearizable(operations)).toBe(false);
});

test('a stale read is found, and how stale it is', () => {
  const operations = [one('write', 'a', 0, 1), one('write', 'b', 2, 3), one('read', 'a', 23, 24)];
  expect(isLinearizable(operations)).toBe(false);
  expect(staleness(operations)).toBe(20);
  expect(staleness(operations.slice(0, 2))).toBe(0);
});

test('a write that was refused may have taken effect, and need not have', () => {
  const refused = one('write', 'b', 2, 3, false);
  expect(isLinearizable([one('write', 'a', 0, 1), refused, one('read', 'a', 4, 5)])).toBe(true);
  expect(isLinearizable([one('write', 'a', 0, 1), refused, one('read', 'b', 4, 5)])).toBe(true);
});

test('a value that nobody wrote is explained by nothing', () => {
  expect(isLinearizable([one('write', 'a', 0, 1), one('read', 'c', 2, 3)])).toBe(false);
});

test('what a violation does not need is left out', () => {
  const stale = [one('write', 'a', 0, 1), one('write', 'b', 2, 3), one('read', 'a', 4, 5)];
  const others = [one('read', 'a', 1.2, 1.4), one('read', 'b', 6, 7), one('write', 'd', 20, 21)];
  expect(shortestViolation([...stale, ...others])).toEqual(stale);
});

test('a history is told in words and drawn', () => {
  const operations = [one('write', 'a<b', 0, 1), one('read', 'a<b', 2, 4)];
  expect(historyText(operations)).toContain('writes a<b from 0.0 ms to 1.0 ms');
  expect(historySvg(operations).toString()).toContain('w a&lt;b');
});
