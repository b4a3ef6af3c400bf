import { expect, test } from '@playwright/test';
import { rule } from '../../lib/rules/catalogue.ts';
import { isUpTo, levelAt, specVersions } from '../../lib/rules/rule.ts';

const levelsOf = (id: Parameters<typeof rule>[0]) =>
  specVersions.map((version) => levelAt(rule(id), version));

test('a level that never changed is the same at every version', () => {
  expect(levelsOf('upload.patch.status')).toEqual(['must', 'must', 'must']);
});

test('the digest header of a pull was only recommended up to 1.1', () => {
  expect(levelsOf('blob.get.digest-header')).toEqual(['should', 'should', 'must']);
});

test('the Range of a chunk was only a habit up to 1.0', () => {
  expect(levelsOf('upload.patch.range')).toEqual(['defacto', 'must', 'must']);
});

test('the refusal of a wrong digest with 400 was only a habit up to 1.1', () => {
  expect(levelsOf('upload.put.digest-mismatch-status')).toEqual(['defacto', 'defacto', 'should']);
});

test('a version is up to itself and to the later ones', () => {
  expect(specVersions.map((version) => isUpTo('1.1', version))).toEqual([false, true, true]);
});
