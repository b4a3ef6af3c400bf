import { expect, test } from '@playwright/test';
import { algorithmOf, digestOf, isDigest } from '../../lib/content/digest.ts';

const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('digests of no bytes and of abc are those of FIPS 180', () => {
  expect(digestOf(Buffer.alloc(0))).toBe(`sha256:${hex}`);
  expect(digestOf(Buffer.from('abc'), 'sha512')).toBe(
    'sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
      '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  );
});

test('a digest tells its algorithm', () => {
  expect(algorithmOf(`sha256:${hex}`)).toBe('sha256');
  expect(algorithmOf(`sha512:${hex}${hex}`)).toBe('sha512');
  expect(isDigest(`sha256:${hex}`)).toBe(true);
});

const malformed = {
  'nothing at all': '',
  'no algorithm': hex,
  'no hex': 'sha256:',
  'upper-case hex': `sha256:${hex.toUpperCase()}`,
  'upper-case algorithm': `SHA256:${hex}`,
  'a digit too few': `sha256:${hex.slice(1)}`,
  'a digit too many': `sha256:${hex}0`,
  "the other algorithm's length": `sha512:${hex}`,
  'a letter beyond hex': `sha256:${hex.slice(1)}g`,
  'an unknown algorithm': `md5:${hex.slice(32)}`,
  'an algorithm by the name of a method': `toString:${hex}`,
  'a second colon': `sha256:${hex}:`,
  'a line break after it': `sha256:${hex}\n`,
  'a space before it': ` sha256:${hex}`,
};

for (const [what, text] of Object.entries(malformed)) {
  test(`is no digest: ${what}`, () => {
    expect(algorithmOf(text)).toBeUndefined();
    expect(isDigest(text)).toBe(false);
  });
}
