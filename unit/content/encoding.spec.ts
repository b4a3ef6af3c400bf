import { expect, test } from '@playwright/test';
import { base32, fromBase64url } from '../../lib/content/encoding.ts';

test('base32 is that of RFC 4648 section 10', () => {
  expect(base32(Buffer.from('fooba'))).toBe('MZXW6YTB');
  expect(base32(Buffer.alloc(5, 0xff))).toBe('77777777');
});

test('base64url is that of RFC 7515 appendix C', () => {
  expect(fromBase64url('A-z_4ME')).toEqual(Buffer.from([3, 236, 255, 224, 193]));
  expect(fromBase64url('')).toEqual(Buffer.alloc(0));
});

for (const text of ['A-z_4ME=', 'A+z/4ME', 'A-z_4M E', 'A-z_4ME\n', '!A-z_4ME', 'A-z_4MF', 'A']) {
  test(`is no base64url: ${JSON.stringify(text)}`, () => {
    expect(fromBase64url(text)).toBeUndefined();
  });
}
