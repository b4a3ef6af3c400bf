import { expect, test } from '@playwright/test';
import { generateSigningKey } from '../lib/content/schema1.ts';
import { pemLines, redact, secretsOf } from '../lib/redact.ts';

const secrets = secretsOf([{ username: 'ann', password: 'p"ä/ss' }]);

const leaks: [string, string][] = [
  ['as it is', 'the password p"ä/ss was wrong'],
  ['URL-encoded', 'http://x/?q=p%22%C3%A4%2Fss'],
  ['JSON-escaped', JSON.stringify({ note: 'p"ä/ss' })],
  ['as Basic credentials', Buffer.from('ann:p"ä/ss').toString('base64')],
  ['in an Authorization line', '  - Authorization: Basic QUJD'],
  ['in a coloured Authorization line', '\u001b[2m    - authorization: Bearer opaque-token\u001b[22m'],
  ['in a token answer', '{"token":"opaque","access_token": "opaque"}'],
  ['in a form', 'grant_type=password&password=opaque&service=x'],
  ['as a JWT', 'sent eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln to it'],
  ['as a private key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
  ['as a private JWK', `{"kty":"EC","d":"${'x'.repeat(43)}"}`],
];

for (const [name, text] of leaks) {
  test(`masks a secret ${name}`, () => {
    const clean = redact(text, secrets);
    expect(clean).toContain('***');
    expect(clean).not.toMatch(/p"ä\/ss|opaque|QUJD|eyJ|AAAA|x{43}|p%22|p\\"/);
  });
}

test('knows a private key by each of its lines', () => {
  const { privateKey } = generateSigningKey();
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const [, first = '', second = ''] = pem.split('\n');
  expect(redact(`${first} and ${second}`, pemLines(pem))).toBe('*** and ***');
});

test('leaves the rest as it stands', () => {
  const text = 'GET http://x/v2/a/manifests/latest?n=2 {"d":"short","tag":"v1"}';
  expect(redact(text, secrets)).toBe(text);
});

for (const line of [
  `-H "Authorization: Bearer $TOKEN" -u "$REGISTRY_USERNAME:$REGISTRY_PASSWORD"`,
  `-H 'Authorization: Bearer '"\${TOKEN_1}"`,
  `--data-urlencode "password=$REGISTRY_PASSWORD" --data-urlencode 'refresh_token='"\${REFRESH_TOKEN_1}"`,
]) {
  test(`leaves the variables of ${line}`, () => {
    expect(redact(line, secrets)).toBe(line);
  });
}
