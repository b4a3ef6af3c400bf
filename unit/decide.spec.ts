import { expect, test } from '@playwright/test';
import { reasonToSkip } from '../lib/target/decide.ts';
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

test('names the settings that give it an identity and a place of its own', () => {
  expect(reasonToSkip(rule('isolation.blob.read'), {}, '1.1')).toBe(
    'blocked: REGISTRY_OTHER_USERNAME with REGISTRY_OTHER_NAMESPACE is not set',
  );
});

test('does not take a registry that all may read for one that leaks', () => {
  const open = { private: { offered: false, evidence: 'GET /v2/ without credentials answered 200' } };
  expect(
    reasonToSkip(
      rule('access.anonymous.read'),
      { credentials: { offered: true, evidence: '' }, ...open },
      '1.1',
    ),
  ).toBe('unsupported: private (GET /v2/ without credentials answered 200)');
});

test('leaves out a rule that the version does not have', () => {
  expect(reasonToSkip(rule('tag-param.header'), {}, '1.1')).toContain('not in 1.1');
});
