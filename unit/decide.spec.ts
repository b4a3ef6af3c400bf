import { expect, test } from '@playwright/test';
import { reasonToSkip } from '../lib/decide.ts';
import { rule } from '../lib/rules/catalogue.ts';

const mount = rule('mount.status');
const refused = { mount: { offered: false, evidence: 'POST answered 202' } };

test('tries a rule whose capability was seen', () => {
  expect(reasonToSkip(mount, { mount: { offered: true, evidence: '' } }, '1.1')).toBeUndefined();
});

test('gives the evidence for what is not offered', () => {
  expect(reasonToSkip(mount, refused, '1.1')).toBe('unsupported: mount (POST answered 202)');
});

test('does not take for offered what nothing showed', () => {
  expect(reasonToSkip(mount, {}, '1.1')).toContain('unsupported: mount');
});

test('never presumes that a MUST is optional', () => {
  expect(reasonToSkip(rule('upload.patch.status'), {}, '1.1')).toBeUndefined();
});

test('is blocked, not unsupported, by an identity we lack', () => {
  expect(
    reasonToSkip(rule('access.reader.push'), { credentials: { offered: true, evidence: '' } }, '1.1'),
  ).toBe('blocked: REGISTRY_READER_USERNAME is not set');
});

test('leaves out a rule that the version does not have', () => {
  expect(reasonToSkip(rule('tag-param.header'), {}, '1.1')).toContain('not in 1.1');
});
