import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import { ManifestError, readDocument } from '../../lib/content/manifest.ts';
import {
  generateSigningKey,
  libtrustKeyId,
  schema1Payload,
  signSchema1,
  verifySchema1,
} from '../../lib/content/schema1.ts';
import { messageOf } from './message.ts';

type Json = Record<string, unknown>;
type Block = { header: { jwk: Json; alg: string } & Json; signature: string; protected: string };

const text = `{
   "schemaVersion": 1,
   "name": "dockside/unit",
   "tag": "😱 Sômé",
   "fsLayers": []
}`;
const payload = Buffer.from(text);
const keys = { RS256: generateSigningKey('RS256'), ES256: generateSigningKey('ES256') };
const signed = { RS256: signSchema1(payload, keys.RS256), ES256: signSchema1(payload, keys.ES256) };

// Made by Python's json and OpenSSL's command line, none of our code: one RS256 and one ES256 signature, raw UTF-8,
// Python's own spacing in the protected headers. distribution 2.8.2 took it, under the digest below.
const vector = readFileSync(new URL('two-signatures.txt', import.meta.url));

function blockOf(document: Buffer): Block {
  const { signatures } = readDocument(document);
  if (!isBlocks(signatures)) throw new Error('The document has no signatures');
  return signatures[0];
}

function isBlocks(value: unknown): value is [Block] {
  return Array.isArray(value) && value.length === 1;
}

/** The payload with these signature blocks, laid out as a signer would. */
function withBlocks(blocks: readonly unknown[], under = text): Buffer {
  const signatures = JSON.stringify(blocks, null, 3).replaceAll('\n', '\n   ');
  return Buffer.from(`${under.slice(0, under.lastIndexOf('\n}'))},\n   "signatures": ${signatures}\n}`);
}

function base64url(value: string | object): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

const head = {
  formatLength: payload.lastIndexOf('\n}'),
  formatTail: base64url('\n}'),
  time: '1970-01-01T00:00:00Z',
};

/** A block that is well signed in itself, with headers of the test's choice. */
function blockWith(fields: { head?: object; header?: Json; key?: KeyObject; over?: Buffer }): Block {
  const key = fields.key ?? keys.ES256.privateKey;
  const protectedHeader = base64url(fields.head ?? head);
  const input = Buffer.from(`${protectedHeader}.${(fields.over ?? payload).toString('base64url')}`);
  return {
    header: { jwk: { ...createPublicKey(key).export({ format: 'jwk' }) }, alg: 'ES256', ...fields.header },
    signature: sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
    protected: protectedHeader,
  };
}

function flipped(value: string, at = 0): string {
  return value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1);
}

function complaint(document: Buffer): string {
  return messageOf(() => verifySchema1(document));
}

test('verifies what others signed', () => {
  const { payload: read, keyIds } = verifySchema1(vector);
  expect(digestOf(read)).toBe('sha256:5f67b0702b7345d410c06a0856b3320d05ee8e018d5b09a66616ae4b68aab0e2');
  expect(read).toHaveLength(329);
  expect(read.toString()).toHaveLength(326);
  expect(keyIds).toEqual([
    '6GEK:3AKZ:6TTV:GGPZ:ZH2A:646X:AVHO:J75B:EE3T:I7BS:QFLR:KH5R',
    'UD6A:ZDGX:K7PC:MDBT:F2SK:XMT6:QPY7:ZA4Y:DMMZ:IHRB:H37N:HSLD',
  ]);
});

test('finds the other signature of others bad when only that one is', () => {
  const document = Buffer.from(vector.toString().replace('BjNOCfVwqFh0', 'BjNOCfVwqFh1'));
  expect(document.equals(vector)).toBe(false);
  expect(complaint(document)).toBe('signature 1 does not verify');
});

const algorithms = [
  { algorithm: 'RS256', other: 'ES256', members: ['e', 'kid', 'kty', 'n'] },
  { algorithm: 'ES256', other: 'RS256', members: ['crv', 'kid', 'kty', 'x', 'y'] },
] as const;

for (const { algorithm, other, members } of algorithms) {
  test.describe(algorithm, () => {
    const key = keys[algorithm];
    const document = signed[algorithm];
    const block = blockOf(document);

    test('signs so that it verifies, and the payload comes back', () => {
      expect(verifySchema1(document)).toEqual({ payload, keyIds: [libtrustKeyId(key.publicKey)] });
      expect(schema1Payload(document)).toEqual(payload);
    });

    test('writes the document as one that was written with its signatures', () => {
      const whole = { ...readDocument(payload), signatures: [block] };
      expect(document.toString()).toBe(JSON.stringify(whole, null, 3));
    });

    test('counts the bytes of the payload, not its characters', () => {
      expect(JSON.parse(Buffer.from(block.protected, 'base64url').toString())).toEqual({
        formatLength: payload.length - 2,
        formatTail: 'Cn0',
        time: '1970-01-01T00:00:00Z',
      });
      expect(payload.length).toBe(text.length + 4);
    });

    test('publishes the public key alone', () => {
      expect(Object.keys(block.header.jwk).toSorted()).toEqual(members);
      expect(block.header.jwk['kid']).toMatch(/^([A-Z2-7]{4}:){11}[A-Z2-7]{4}$/);
      expect(block.header.alg).toBe(algorithm);
    });

    test('finds a changed payload', () => {
      const changed = Buffer.from(document.toString().replace('dockside/unit', 'dockside/unix'));
      expect(complaint(changed)).toBe('signature 0 does not verify');
    });

    test('finds a payload changed in nothing but white space', () => {
      const changed = Buffer.from(document.toString().replace('"name": ', '"name":  '));
      expect(complaint(changed)).not.toBe('no error');
    });

    test('finds a changed signature', () => {
      expect(complaint(withBlocks([{ ...block, signature: flipped(block.signature, 9) }]))).toBe(
        'signature 0 does not verify',
      );
    });

    for (const [what, change] of Object.entries({
      empty: () => '',
      'of one byte': () => 'AA',
      'cut short': (value: string) => value.slice(0, 40),
    })) {
      test(`finds a signature that is ${what}`, () => {
        const message = complaint(withBlocks([{ ...block, signature: change(block.signature) }]));
        expect(message).toMatch(/^signature 0 (does not verify|cannot be verified)$/);
      });
    }

    test('finds a signature that is written loosely', () => {
      for (const signature of [`${block.signature}=`, `${block.signature}\n`, `!${block.signature}`]) {
        expect(complaint(withBlocks([{ ...block, signature }]))).toBe('signature 0 is no base64url');
      }
    });

    test('finds a changed time in the protected header', () => {
      const changed = base64url({ ...head, time: '2026-01-01T00:00:00Z' });
      expect(complaint(withBlocks([{ ...block, protected: changed }]))).toBe('signature 0 does not verify');
    });

    test('finds another key', () => {
      const { jwk } = blockOf(signSchema1(payload, generateSigningKey(algorithm))).header;
      expect(complaint(withBlocks([{ ...block, header: { ...block.header, jwk } }]))).toBe(
        'signature 0 does not verify',
      );
    });

    test('finds a key id that is not of the key', () => {
      for (const kid of ['', 1, null, flipped(libtrustKeyId(key.publicKey))]) {
        const jwk = { ...block.header.jwk, kid };
        expect(complaint(withBlocks([{ ...block, header: { ...block.header, jwk } }]))).toBe(
          "signature 0 has a key id that is not its key's",
        );
      }
    });

    test('needs no key id', () => {
      const { kid: _, ...jwk } = block.header.jwk;
      const { keyIds } = verifySchema1(withBlocks([{ ...block, header: { ...block.header, jwk } }]));
      expect(keyIds).toEqual([libtrustKeyId(key.publicKey)]);
    });

    test('finds an algorithm that is not of the key', () => {
      const alg = other;
      expect(complaint(withBlocks([{ ...block, header: { ...block.header, alg } }]))).toBe(
        `signature 0 is ${alg}, but its key is not`,
      );
    });

    for (const alg of [
      'none',
      'None',
      '',
      'HS256',
      'HS512',
      'RS512',
      'PS256',
      'ES384',
      'rs256',
      'toString',
      '__proto__',
    ]) {
      test(`never takes the algorithm ${JSON.stringify(alg)}`, () => {
        const message = `signature 0 is of algorithm ${JSON.stringify(alg)}`;
        expect(complaint(withBlocks([{ ...block, header: { ...block.header, alg } }]))).toBe(message);
        expect(complaint(withBlocks([{ ...block, signature: '', header: { ...block.header, alg } }]))).toBe(
          message,
        );
      });
    }
  });
}

test('libtrust ids are as long as libtrust makes them, and of the key alone', () => {
  const id = libtrustKeyId(keys.ES256.publicKey);
  expect(id).toHaveLength(59);
  expect(libtrustKeyId(createPublicKey(keys.ES256.privateKey))).toBe(id);
  expect(libtrustKeyId(keys.RS256.publicKey)).not.toBe(id);
});

test('ES256 signatures are two plain halves', () => {
  expect(Buffer.from(blockOf(signed.ES256).signature, 'base64url')).toHaveLength(64);
});

test('never takes a shared secret as a key', () => {
  const { protected: protectedHeader } = blockOf(signed.ES256);
  const input = `${protectedHeader}.${payload.toString('base64url')}`;
  const signature = createHmac('sha256', 'secret').update(input).digest('base64url');
  const jwk = { kty: 'oct', k: base64url('secret') };
  expect(
    complaint(withBlocks([{ protected: protectedHeader, signature, header: { jwk, alg: 'HS256' } }])),
  ).toBe('signature 0 is of algorithm "HS256"');
  for (const alg of ['RS256', 'ES256']) {
    const message = complaint(withBlocks([{ protected: protectedHeader, signature, header: { jwk, alg } }]));
    expect(message).toBe('signature 0 has no usable key');
  }
});

test('never takes another curve as ES256', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  expect(complaint(withBlocks([blockWith({ key: privateKey })]))).toBe(
    'signature 0 is ES256, but its key is not',
  );
});

test('takes a block of the test itself, so that those below differ in one thing', () => {
  expect(complaint(withBlocks([blockWith({})]))).toBe('no error');
});

test('verifies every signature of several', () => {
  const blocks = [blockOf(signed.RS256), blockOf(signed.ES256), blockWith({ head: { ...head, time: 'x' } })];
  const document = withBlocks(blocks);
  expect(verifySchema1(document).keyIds).toEqual(
    [keys.RS256, keys.ES256, keys.ES256].map(({ publicKey }) => libtrustKeyId(publicKey)),
  );
  for (const [at] of blocks.entries()) {
    const bad = blocks.map((block, each) =>
      each === at ? { ...block, signature: flipped(block.signature, 9) } : block,
    );
    expect(complaint(withBlocks(bad))).toBe(`signature ${at} does not verify`);
  }
});

test('finds signatures of another payload', () => {
  const other = Buffer.from(text.slice(0, -2) + '\n\n}');
  const block = blockWith({ head: { ...head, formatTail: base64url('\n\n}') } });
  const good = blockWith({ head: { ...head, formatTail: base64url('\n\n}') }, over: other });
  expect(complaint(withBlocks([good]))).toBe('no error');
  expect(complaint(withBlocks([block]))).toBe('signature 0 does not verify');
  expect(complaint(withBlocks([blockWith({}), good]))).toBe('signature 1 signs another payload');
});

const badHeads: [what: string, head: object | string, message: string][] = [
  [
    'no formatLength',
    { ...head, formatLength: undefined },
    'signature 0 has no formatLength within the document',
  ],
  [
    'formatLength below zero',
    { ...head, formatLength: -1 },
    'signature 0 has no formatLength within the document',
  ],
  [
    'broken formatLength',
    { ...head, formatLength: 1.5 },
    'signature 0 has no formatLength within the document',
  ],
  [
    'a text as formatLength',
    { ...head, formatLength: '9' },
    'signature 0 has no formatLength within the document',
  ],
  [
    'formatLength beyond the end',
    { ...head, formatLength: 99_999 },
    'signature 0 has no formatLength within the document',
  ],
  ['no formatTail', { ...head, formatTail: undefined }, 'signature 0 has no formatTail in base64url'],
  ['a number as formatTail', { ...head, formatTail: 1 }, 'signature 0 has no formatTail in base64url'],
  ['padded formatTail', { ...head, formatTail: 'Cn0=' }, 'signature 0 has no formatTail in base64url'],
  ['critical headers', { ...head, crit: ['exp'] }, 'signature 0 has critical headers'],
  ['the algorithm twice', { ...head, alg: 'ES256' }, 'signature 0 has "alg" in both headers'],
  ['no object', '[]', 'is no JSON object'],
  ['no JSON', '{', 'is no JSON'],
];

for (const [what, bad, message] of badHeads) {
  test(`finds a protected header with ${what}`, () => {
    const block = { ...blockWith({}), protected: base64url(bad) };
    expect(complaint(withBlocks([block]))).toBe(message);
    expect(() => schema1Payload(withBlocks([block]))).toThrow(message);
  });
}

test('reads no more than a hundred signatures', () => {
  const blocks = Array.from({ length: 101 }, () => blockWith({}));
  expect(complaint(withBlocks(blocks))).toBe('has more than 100 signatures');
});

test('finds critical headers in the open header as well', () => {
  expect(complaint(withBlocks([blockWith({ header: { crit: ['x'] } })]))).toBe(
    'signature 0 has critical headers',
  );
});

test('finds a protected header that is no base64url', () => {
  const block = blockWith({});
  expect(complaint(withBlocks([{ ...block, protected: `${block.protected}=` }]))).toBe(
    'signature 0 has a protected part that is no base64url',
  );
});

test('finds a formatLength counted in characters', () => {
  const short = text.lastIndexOf('\n}');
  const block = blockWith({ head: { ...head, formatLength: short } });
  expect(short).toBe(head.formatLength - 4);
  expect(complaint(withBlocks([block]))).toBe('signature 0 does not verify');
});

test('finds a document that says something else than what was signed', () => {
  const whole = JSON.stringify({ schemaVersion: 1, name: 'signed' });
  const block = blockWith({
    head: { ...head, formatLength: 0, formatTail: base64url(whole) },
    over: Buffer.from(whole),
  });
  const message = 'says something else than the payload that was signed';
  expect(
    complaint(Buffer.from(JSON.stringify({ schemaVersion: 1, name: 'shown', signatures: [block] }))),
  ).toBe(message);
  expect(
    complaint(Buffer.from(JSON.stringify({ schemaVersion: 1, name: 'signed', signatures: [block] }))),
  ).toBe('no error');
});

test('finds a second name behind the signatures', () => {
  const document = signed.ES256.toString().replace(/\n\}$/, ',\n   "name": "evil"\n}');
  expect(complaint(Buffer.from(document))).toBe('says something else than the payload that was signed');
});

const { header, signature, protected: protectedPart } = blockOf(signed.ES256);
const badBlocks: [what: string, block: unknown][] = [
  ['a text', 'x'],
  ['null', null],
  ['no header', { signature, protected: protectedPart }],
  ['no signature', { header, protected: protectedPart }],
  ['no protected part', { header, signature }],
  ['no key', { header: { alg: 'ES256' }, signature, protected: protectedPart }],
  ['a text as key', { header: { alg: 'ES256', jwk: 'x' }, signature, protected: protectedPart }],
  ['no algorithm', { header: { jwk: header.jwk }, signature, protected: protectedPart }],
  ['a number as signature', { header, signature: 1, protected: protectedPart }],
];

for (const [what, block] of badBlocks) {
  test(`finds a block that is, or has, ${what}`, () => {
    const message = 'signature 1 lacks its header, signature or protected part';
    expect(complaint(withBlocks([{ header, signature, protected: protectedPart }, block]))).toBe(message);
  });
}

const badKeys = {
  'an empty one': {},
  'one of no curve': { kty: 'EC' },
  'one of an unknown curve': { ...header.jwk, crv: 'P-999' },
  'a point that is not on the curve': { ...header.jwk, x: 'AA' },
  'half of an RSA key': { kty: 'RSA', n: 'AA' },
  'a secret': { kty: 'oct', k: 'AA' },
};

for (const [what, jwk] of Object.entries(badKeys)) {
  test(`finds no key in ${what}`, () => {
    const block = { header: { jwk, alg: 'ES256' }, signature, protected: protectedPart };
    expect(complaint(withBlocks([block]))).toBe('signature 0 has no usable key');
  });
}

test('finds a list of no signatures, and no list', () => {
  for (const signatures of [[], {}, null, 'x']) {
    const document = Buffer.from(JSON.stringify({ schemaVersion: 1, signatures }));
    expect(complaint(document)).toBe('signatures is no list of at least one');
  }
});

test('an unsigned document is its payload, of no key', () => {
  expect(verifySchema1(payload)).toEqual({ payload, keyIds: [] });
  expect(schema1Payload(payload)).toBe(payload);
});

test('signs no document twice, and none on one line', () => {
  expect(() => signSchema1(signed.ES256, keys.ES256)).toThrow('is signed already');
  expect(() => signSchema1(Buffer.from('{"a":1}'), keys.ES256)).toThrow(
    'does not end in a brace on a line of its own',
  );
  expect(() => signSchema1(Buffer.from('{'), keys.ES256)).toThrow(ManifestError);
});

test('keeps what stands behind the last brace', () => {
  const ended = Buffer.from(`${text}\n`);
  expect(verifySchema1(signSchema1(ended, keys.ES256)).payload).toEqual(ended);
});
