import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { growth } from '../growth.ts';
import { grantsOnly, isSignedBy, readJwt, signJwt, writeJwt } from '../../lib/registry/auth/jwt.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const header = { alg: 'ES256', kid: 'a key' };
const claims = { iss: 'issuer.example', exp: 'never' };

test('a token is read as it was signed, whatever it claims', async () => {
  const token = await signJwt(header, claims, privateKey);
  expect(readJwt(token)).toMatchObject({ header, claims });
  expect(await isSignedBy(token, publicKey)).toBe(true);
});

test('a token put together from its parts is signed by nobody', async () => {
  const signature = readJwt(await signJwt(header, claims, privateKey))?.signature ?? Buffer.alloc(0);
  expect(await isSignedBy(writeJwt(header, claims, signature), publicKey)).toBe(true);
  expect(await isSignedBy(writeJwt(header, { ...claims, exp: 0 }, signature), publicKey)).toBe(false);
  expect(await isSignedBy(writeJwt({ alg: 'RS256' }, claims, signature), publicKey)).toBe(false);
});

for (const token of ['', 'opaque', 'a.b.c', 'e30.e30', 'e30.e30.e30.e30', 'e30.e30.', 'bnVsbA.e30.']) {
  test(`no JWT is read in ${token || 'nothing'}`, () => {
    expect(readJwt(token)).toBeUndefined();
  });
}

test('claims grant the actions of every entry of a repository', () => {
  const entry = (name: string, actions: unknown) => ({ type: 'repository', name, actions });
  const access = [entry('a', ['pull']), entry('b', ['pull']), entry('a', ['push'])];
  expect(grantsOnly({ access }, 'a', ['push', 'pull'])).toBe(true);
  expect(grantsOnly({ access }, 'a', ['pull'])).toBe(false);
  expect(grantsOnly({ access }, 'b', ['pull', 'push'])).toBe(false);
  expect(grantsOnly({}, 'a', [])).toBe(true);
  expect(grantsOnly({ access: 'a' }, 'a', ['pull'])).toBe(false);
});

for (const [what, head] of [
  ['lists a million deep', '['.repeat(1e6)],
  ['objects a hundred thousand deep', '{"alg":'.repeat(1e5) + '1' + '}'.repeat(1e5)],
] as const) {
  test(`no token has a header of ${what}`, () => {
    const part = Buffer.from(head).toString('base64url');
    expect(readJwt(`${part}.e30.c2ln`)).toBeUndefined();
  });
}

test('a token of 10 MB of dots is read in no time', () => {
  expect(growth((length) => '.'.repeat(length), readJwt)).toBeLessThan(10);
});
