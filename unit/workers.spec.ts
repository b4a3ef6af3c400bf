import { expect, test } from '@playwright/test';
import { workersBorne, workersFor } from '../lib/run/workers.ts';

const machine = { processors: 2, bytes: 16 * 2 ** 30 };
const free = { maxInFlight: undefined, maxPerSecond: undefined, repositories: undefined };

for (const [ms, workers] of [
  [0, 2],
  [2, 2],
  [6, 4],
  [20, 8],
  [50, 18],
  [1_000, 20],
] as const) {
  test(`a registry ${ms} ms away is met by ${workers} workers`, () => {
    expect(workersFor(ms, free, machine)).toBe(workers);
  });
}

for (const [maxInFlight, workers] of [
  [1, 1],
  [5, 2],
  [20, 4],
] as const) {
  test(`of ${maxInFlight} requests in flight, ${workers} workers leave each test its five`, () => {
    expect(workersFor(50, { ...free, maxInFlight }, machine)).toBe(workers);
  });
}

test('a limited rate, and repositories that are given, are shared by two workers', () => {
  expect(workersFor(50, { ...free, maxPerSecond: 5 }, machine)).toBe(2);
  expect(workersFor(50, { ...free, repositories: ['a', 'b', 'c', 'd'] }, machine)).toBe(2);
});

test('there are no more workers than the machine bears', () => {
  expect(workersFor(50, free, { ...machine, processors: 1 })).toBe(10);
  expect(workersFor(50, free, { ...machine, bytes: 2 * 2 ** 30 })).toBe(5);
});

test('a registry that makes requests wait for one another is met by fewer', () => {
  const alike = Array.from({ length: 16 }, () => 55);
  expect(workersBorne(16, 50, alike)).toBe(16);
  expect(workersBorne(16, 50, alike.with(0, 500))).toBe(16);
  const oneByOne = Array.from({ length: 16 }, (_, at) => 50 * (at + 1));
  expect(workersBorne(16, 50, oneByOne)).toBe(2);
  expect(
    workersBorne(
      16,
      50,
      alike.map((ms) => 4 * ms),
    ),
  ).toBe(3);
});
