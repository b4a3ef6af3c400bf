import { expect, test } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import { Comparison, LargeLayer } from '../../lib/large/layer.ts';

const layer = new LargeLayer('unit', 1_000_000);
const whole = Buffer.concat([...layer.pieces()]);

test('a large layer has its size, its digest, and no two blocks alike', () => {
  expect(whole).toHaveLength(1_000_000);
  expect(layer.digest()).toBe(digestOf(whole));
  expect(whole.subarray(0, 262_144).equals(whole.subarray(262_144, 524_288))).toBe(false);
});

test('any part of it is what stands there', () => {
  expect(Buffer.concat([...layer.pieces(262_140, 600_001)]).equals(whole.subarray(262_140, 600_001))).toBe(
    true,
  );
});

test('what comes is compared, in whatever pieces', () => {
  const comparison = new Comparison(layer, 100, 900_000);
  for (let at = 100; at < 900_000; at += 70_001)
    comparison.take(whole.subarray(at, Math.min(at + 70_001, 900_000)));
  expect(comparison.isWhole).toBe(true);
});

test('a byte that differs, and one that is missing or too many, is seen', () => {
  const wrong = Buffer.from(whole);
  wrong[500_000]! ^= 1;
  for (const bytes of [wrong, whole.subarray(1), Buffer.concat([whole, whole.subarray(0, 1)])]) {
    const comparison = new Comparison(layer);
    comparison.take(bytes);
    expect(comparison.isWhole).toBe(false);
  }
});
