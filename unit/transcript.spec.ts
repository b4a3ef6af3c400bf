import { expect, test } from '@playwright/test';
import { Answer, type Request } from '../lib/exchange.ts';
import { allureExchange, transcript } from '../lib/transcript.ts';

const request: Request = {
  method: 'PUT',
  url: "http://127.0.0.1:5000/v2/a/manifests/v1?x=it's",
  headers: { 'Content-Type': 'application/json', Authorization: 'Bearer opaque-token' },
  body: Buffer.from('{"a":"it\'s"}'),
};

test('shows an exchange as it went, without its secrets', () => {
  const headers = [{ name: 'Content-Type', value: 'application/json' }];
  const answer = new Answer(request, 400, headers, Buffer.from('{"errors":[]}'), 12.4);
  expect(transcript(answer, [])).toBe(
    [
      "PUT http://127.0.0.1:5000/v2/a/manifests/v1?x=it's",
      'Content-Type: application/json',
      'Authorization: ***',
      '',
      '{"a":"it\'s"}',
      '',
      '→ 400 Bad Request (12 ms)',
      'Content-Type: application/json',
      '',
      '{"errors":[]}',
    ].join('\n'),
  );
});

test('sums up a body that is no text, and cuts a long one', () => {
  const binary = new Answer({ method: 'GET', url: request.url }, 200, [], Buffer.from([0, 1, 2]), 1);
  expect(transcript(binary, [])).toContain(
    '(3 bytes, sha256:ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc)',
  );
  const long = new Answer(
    { method: 'GET', url: request.url },
    200,
    [{ name: 'content-type', value: 'text/plain' }],
    Buffer.alloc(10_000, 'x'),
    1,
  );
  expect(transcript(long, [])).toMatch(/x{4000}… \(10000 bytes in all, sha256:[0-9a-f]{64}\)$/);
});

test('gives Allure the same, with its own mask', () => {
  const { request: sent } = allureExchange(new Answer(request, 200, [], Buffer.alloc(0), 1), []);
  expect(sent.headers).toContainEqual({ name: 'Authorization', value: '__ALLURE_REDACTED__' });
});
