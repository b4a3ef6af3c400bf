import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { expect, test } from '../../fixtures/guarded.ts';
import { signingInput, writeJwt, type Claims, type Header } from '../../lib/registry/auth/jwt.ts';
import type { Answer } from '../../lib/http/exchange.ts';

test(
  'a token signed by another key under the trusted kid is refused',
  { tag: ['@token', '@jwt.other-key'] },
  async ({ guarded, forger, jwt }) => {
    const answer = await guarded.read(`Bearer ${await forger.sign(jwt.header)}`);
    expect(answer).toBeRefused();
  },
);

test(
  'a token signed by a key that it brings along under the trusted kid is refused',
  { tag: ['@token', '@jwt.embedded-jwk'] },
  async ({ guarded, forger, jwt: { header } }) => {
    const { kid } = header;
    const answer = await guarded.read(`Bearer ${await forger.sign({ kid, jwk: { ...forger.jwk, kid } })}`);
    expect(answer).toBeRefused();
  },
);

test(
  'a token signed by a key that it brings along without a kid is refused',
  { tag: ['@token', '@jwt.embedded-jwk-alone'] },
  async ({ guarded, forger }) => {
    const answer = await guarded.read(`Bearer ${await forger.sign({ jwk: forger.jwk })}`);
    expect(answer).toBeRefused();
  },
);

test(
  'a token with an unknown kid is refused',
  { tag: ['@token', '@jwt.unknown-kid'] },
  async ({ guarded, forger }) => {
    const answer = await guarded.read(`Bearer ${await forger.sign({ kid: forger.keyId })}`);
    expect(answer).toBeRefused();
  },
);

test(
  'a token whose kid is a path to an empty key is refused',
  { tag: ['@token', '@jwt.path-kid'] },
  async ({ guarded, jwt }) => {
    const header = { alg: 'HS256', typ: 'JWT', kid: '../../../../../../../dev/null' };
    const answer = await guarded.read(`Bearer ${withHmac(header, jwt.claims, '')}`);
    expect(answer).toBeRefused();
  },
);

test(
  'a token whose kid is a URL of its key is refused',
  { tag: ['@token', '@jwt.path-kid'] },
  async ({ guarded, forger, keyServer }) => {
    const answer = await guarded.read(`Bearer ${await forger.sign({ kid: keyServer.jwksUrl })}`);
    expect(answer).toBeRefused();
  },
);

test(
  'a token that names a key set by URL is refused, and nothing is fetched',
  { tag: ['@token', '@jwt.remote-keys'] },
  async ({ guarded, forger, keyServer: { jwksUrl, requests } }) => {
    const answer = await guarded.read(`Bearer ${await forger.sign({ kid: forger.keyId, jku: jwksUrl })}`);
    expect(answer).toKeep(isRefusedUnasked(answer, requests));
  },
);

test(
  'a token that names a certificate by URL is refused, and nothing is fetched',
  { tag: ['@token', '@jwt.remote-keys'] },
  async ({ guarded, forger, keyServer: { certificateUrl, requests } }) => {
    const answer = await guarded.read(`Bearer ${await forger.sign({ x5u: certificateUrl })}`);
    expect(answer).toKeep(isRefusedUnasked(answer, requests));
  },
);

test(
  'a token with a certificate chain of no trusted root is refused',
  { tag: ['@token', '@jwt.untrusted-chain'] },
  async ({ guarded, forger }) => {
    const answer = await guarded.read(`Bearer ${await forger.sign({ x5c: forger.x5c })}`);
    expect(answer).toBeRefused();
  },
);

for (const alg of ['none', 'None', 'NONE']) {
  test(
    `a token with the algorithm ${alg} is refused`,
    { tag: ['@token', '@jwt.alg-none'] },
    async ({ guarded, jwt: { header, claims } }) => {
      const unsigned = writeJwt({ ...header, alg }, claims, Buffer.alloc(0));
      const answer = await guarded.read(`Bearer ${unsigned}`);
      expect(answer).toBeRefused();
    },
  );
}

for (const [what, keyOf] of [
  ['PEM', (key: KeyObject) => key.export({ type: 'spki', format: 'pem' })],
  ['DER', (key: KeyObject) => key.export({ type: 'spki', format: 'der' })],
] as const) {
  test(
    `a token signed by HMAC with the public key in ${what} is refused`,
    { tag: ['@token', '@jwt.alg-confusion'] },
    async ({ guarded, target, jwt: { header, claims } }) => {
      const publicKey = createPublicKey(target.issuer?.privateKey ?? '');
      const confused = withHmac({ ...header, alg: 'HS256' }, claims, keyOf(publicKey));
      const answer = await guarded.read(`Bearer ${confused}`);
      expect(answer).toBeRefused();
    },
  );
}

function withHmac(header: Header, claims: Claims, key: string | Buffer): string {
  return writeJwt(header, claims, createHmac('sha256', key).update(signingInput(header, claims)).digest());
}

/** Whether nobody was asked for a key either. A registry that cannot reach this machine is tried for its refusal alone. */
function isRefusedUnasked({ status }: Answer, requests: readonly string[]) {
  return {
    kept: status >= 400 && requests.length === 0,
    expected: 'a 4xx status, and nothing fetched',
    received: `status ${status}, and ${requests.join(', ') || 'nothing'} fetched`,
  };
}
