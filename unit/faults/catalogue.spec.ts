import { expect, test } from '@playwright/test';
import { rule, ruleIds } from '../../lib/rules/catalogue.ts';
import { fault, faultIds } from '../../tools/faults/faults.ts';

const faults = faultIds.map((id) => ({ id, ...fault(id) }));

test('a fault has a readable id and says what the registry does', () => {
  const odd = faults.filter(
    ({ id, title }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id) || title.endsWith('.') || title.length < 10,
  );
  expect(odd.map(({ id }) => id)).toEqual([]);
});

test('a fault of the project names its rule', () => {
  expect(faults.filter((one) => one.rule === 'any').map(({ id }) => id)).toEqual([]);
});

test('no two faults do the same', () => {
  const titles = faults.map(({ title }) => title);
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
});

test('a fault that breaks other rules too says why, and does not name its own', () => {
  const odd = faults.filter(
    ({ also, rule: own }) =>
      also !== undefined &&
      (also.because.length < 10 || also.rules.length === 0 || also.rules.some((one) => one === own)),
  );
  expect(odd.map(({ id }) => id)).toEqual([]);
});

test('every rule of the levels must and security has a fault that breaks it', () => {
  const broken = new Set<string>(faults.map((one) => one.rule));
  const without = ruleIds.filter((id) => ['must', 'security'].includes(rule(id).level) && !broken.has(id));
  expect(without).toEqual([]);
});

test('every race has a fault that it is to catch', () => {
  const broken = new Set<string>(faults.map((one) => one.rule));
  const races = ruleIds.filter((id) => id.startsWith('parallel.') || id === 'upload.patch.parallel');
  expect(races.length).toBeGreaterThan(0);
  expect(races.filter((id) => !broken.has(id))).toEqual([]);
});
