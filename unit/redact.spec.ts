import { expect, test } from '@playwright/test';
import { array, assert, constantFrom, property, tuple } from 'fast-check';
import { generateSigningKey } from '../lib/content/schema1.ts';
import { pemLines, redact, redactKnown, redactStart, secretsOf, shows } from '../lib/secrets/redact.ts';
import { encodings, escaped, html, percented } from './encodings.ts';

const password = `p"ä/s7 +<&>'é😀`;
const ann = { username: 'ann', password };
const secrets = secretsOf([ann]);
const places: Record<string, (text: string) => string> = {
  'a sentence': (text) => `before ${text} after`,
  'a word': (text) => `before${text}after`,
  'a URL': (text) => `https://ann:${text}@host/v2/?a=${text}&b=1#${text}`,
  'a header': (text) => `X-Echo: ${text}\r\nX-${text}: 1`,
  JSON: (text) => `{"errors":[{"detail":{"${text}":"${text}"}}]}`,
  HTML: (text) => `<p title="${text}">${text}</p>`,
};

for (const [encoding, encode] of Object.entries(encodings)) {
  test(`a secret is masked ${encoding}`, () => {
    for (const [place, put] of Object.entries(places)) {
      const text = encode(password);
      const clean = redactKnown(put(text), secrets);
      // What is left of Base64 are the bits that stand with others.
      expect(clean, place).toContain('***');
      for (const part of partsOf(text)) expect(clean, `${place}: ${put(text)}`).not.toContain(part);
      expect(shows(put(text), secrets)).toBe(true);
    }
  });
}

/** Some units in a row, from the middle of the encoded text. */
function partsOf(text: string): string[] {
  const middle = Math.floor(text.length / 2);
  return text.length < 24 ? [text] : [text.slice(middle - 4, middle + 4)];
}

const oneForm = constantFrom<(one: string) => string>(
  (one) => one,
  (one) => one,
  encodeURIComponent,
  percented,
  (one) => percented(percented(one)),
  (one) => (one === ' ' ? '+' : one),
  (one) => JSON.stringify(one).slice(1, -1),
  (one) => JSON.stringify(JSON.stringify(one).slice(1, -1)).slice(1, -1),
  (one) => one.replace('/', '\\/'),
  escaped,
  html,
  (one) => html(one).replace('&', '\\u0026'),
  (one) => one.replace('&', '&amp;').replace('<', '&lt;').replace('"', '&quot;'),
);
const printable = constantFrom(
  ...Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at)),
  ...`"'+/ %\\&`.split(''),
  'ä',
  '😀',
);

test('a secret is masked with each character in a form of its own, and the text around it stays', () => {
  const drawn = array(tuple(printable, oneForm), { minLength: 8, maxLength: 40 });
  assert(
    property(drawn, (characters) => {
      const secret = characters.map(([one]) => one).join('');
      const text = characters.map(([one, form]) => form(one)).join('');
      expect(redactKnown(`[[ ${text} ]]`, [secret])).toBe('[[ *** ]]');
    }),
    { numRuns: 2_000 },
  );
});

test('no beginning of a secret stays where a text is cut', () => {
  const text = `before ${encodeURIComponent(password)} ${Buffer.from(password).toString('base64')}`;
  for (let length = 0; length < text.length; length += 1) {
    const clean = redactStart(text, length, secrets);
    expect('before '.startsWith(clean.split('***', 1)[0] ?? ''), clean).toBe(true);
    expect(clean.split('***').slice(1).join('').trim().length, clean).toBeLessThan(3);
  }
});

test('no beginning of a secret stays where a text was cut before', () => {
  const base64 = Buffer.from(password).toString('base64');
  for (const [whole, most] of [
    [password, 8],
    [base64, 16],
  ] as const) {
    for (let length = 6; length < most; length += 1)
      expect(redactKnown(`before ${whole.slice(0, length)}… (99 characters in all)`, secrets)).toBe(
        'before ***… (99 characters in all)',
      );
  }
  expect(redactKnown('as before… and p…', secrets)).toBe('as before… and p…');
});

test('a long secret is masked wherever it is cut', () => {
  const token = Array.from({ length: 600 }, (_, at) => ((at * 7919) % 36).toString(36)).join('');
  expect(redactKnown(`<${token}>`, [token])).toBe('<***>');
  expect(redactKnown(token.slice(64, 300), [token])).toMatch(/^\*{3}[a-z\d]{0,63}$/);
  expect(redactStart(token, 300, [token])).toBe('***');
});

const leaks: [string, string][] = [
  ['in an Authorization line', '  - Authorization: Basic QUJD'],
  ['under a scheme that nobody knows', 'authorization: Token opaque'],
  ['in a coloured Authorization line', '\u001b[2m    - authorization: Bearer opaque-token\u001b[22m'],
  ['in JSON of headers', '{"authorization":"Bearer opaque"}'],
  ['in a cookie', 'Set-Cookie: a=opaque; b=opaque'],
  ['in a token answer', '{"token":"opaque","access_token": "opaque"}'],
  ['in a token answer in JSON', '{"body":"{\\"token\\":\\"opa\\\\\\"que\\"}"}'],
  ['in a token answer that is cut', '{"token":"opaque'],
  ['in a form', 'grant_type=password&password=opaque&service=x'],
  ['in a query in HTML', '/?a=1&amp;token=opaque'],
  ['in the user of a URL', 'see https://ann:opaque@host/'],
  ['in a signed URL', '/x?X-Amz-Signature=opaque&X-Goog-Signature=opaque&sig=opaque'],
  ['as a JWT', 'sent eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln to it'],
  ['as a JWT in a query', '/?q=Bearer%20eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln'],
  ['as a JWT on a line of JSON', String.raw`{"a":"x\neyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln"}`],
  ['as a private key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
  [
    'as a private key in JSON',
    String.raw`{"key":"-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"}`,
  ],
  ['as a private key without its end', '-----BEGIN PRIVATE KEY-----\nAAAA\nAAAA'],
  ['as a private JWK', `{"kty":"EC","d":"${'x'.repeat(43)}"}`],
];

for (const [name, text] of leaks) {
  test(`what looks like a secret is masked ${name}`, () => {
    const clean = redact(text, secrets);
    expect(clean).toContain('***');
    expect(clean).not.toMatch(/opa|que|QUJD|eyJ|AAAA|x{43}/);
  });
}

test('a private key is known by each of its lines', () => {
  const { privateKey } = generateSigningKey();
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const [, first = '', second = ''] = pem.split('\n');
  expect(redact(`${first} and ${second}`, pemLines(pem))).toBe('*** and ***');
});

test('the text after a string without an end stays', () => {
  const text = String.raw`{"title":"it is \"token\":\"abc","more":"b"}`;
  expect(redact(text, [])).toBe(String.raw`{"title":"it is \"token\":\"***","more":"b"}`);
});

test('the text after a private key stays', () => {
  const text = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\nand so on';
  expect(redact(text, [])).toBe('-----BEGIN PRIVATE KEY-----***\nand so on');
});

test('a short secret is masked in its longer forms alone', () => {
  const short = secretsOf([{ username: 'dockside', password: 'latest' }]);
  const basic = Buffer.from('dockside:latest').toString('base64');
  const text = 'GET /v2/dockside/manifests/latest: dockside:latest, Basic ';
  expect(redactKnown(text, short)).toBe(text);
  expect(redactKnown(`${basic} ${Buffer.from('{"auth":"latest"}').toString('base64')}`, short)).toMatch(
    /^\*{3}\S{0,2} \S+\*{3}\S+$/,
  );
});

for (const text of [
  'GET http://x/v2/a/manifests/latest?n=2 {"d":"short","tag":"v1"}',
  '/v2/password/x/blobs/uploads/?digest=sha256:abc&_state=eyJhIjoxfQ',
  '/token?account=dockside&service=x&scope=repository:password/x:pull',
  'Www-Authenticate: Bearer realm="http://127.0.0.1:5000/token",service="dockside"',
  'grant_type=password&username=dockside',
  'https://127.0.0.1:5000/v2/a/manifests/b@sha256:abc',
  'heyJude12345.example.com/a',
  `-H "Authorization: Bearer $TOKEN" -u "$REGISTRY_USERNAME:$REGISTRY_PASSWORD"`,
  `-H 'Authorization: Bearer '"\${TOKEN_1}"`,
  `--data-urlencode "password=$REGISTRY_PASSWORD" --data-urlencode 'refresh_token='"\${REFRESH_TOKEN_1}"`,
]) {
  test(`${text} stays as it is`, () => {
    expect(redact(text, secrets)).toBe(text);
  });
}

const worst: Record<string, string> = {
  'beginnings of JWTs': 'eyJ-',
  'parts of JWTs': 'eyJaaaaaaaaa.',
  'token members': '"token":"',
  'token members in JSON': '\\"token\\":\\"',
  'beginnings of keys': '-----BEGIN PRIVATE KEY-----',
  authorizations: 'authorization=',
  'users of URLs': '//a:',
  'percent signs': '%25',
  backslashes: '\\',
  'character references': '&amp;',
  'beginnings of the secret': 'p"ä/s7 ',
};

test('masking takes time linear in the text', () => {
  test.setTimeout(120_000);
  for (const [name, unit] of Object.entries(worst)) {
    const [short, long] = [100_000, 400_000].map((length) => unit.repeat(length / unit.length));
    redact(short ?? '', secrets);
    const times = [short, long].map((text) =>
      Math.min(...[1, 2, 3].map(() => timeOf(() => redact(text ?? '', secrets)))),
    );
    const [quick = 0, slow = 0] = times;
    expect(slow, `${name}: ${quick} and ${slow} ms`).toBeLessThan(8 * Math.max(quick, 5));
  }
});

/** Of this process alone, in ms. */
function timeOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1_000;
}
