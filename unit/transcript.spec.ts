import { expect, test } from '@playwright/test';
import { Answer, type Request } from '../lib/http/exchange.ts';
import { allureExchange, transcript } from '../lib/verdict/transcript.ts';

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

test('names the trace that a request was sent with', () => {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-0000000000000003-01';
  const answer = new Answer({ ...request, trace }, 400, [], Buffer.alloc(0), 1);
  expect(transcript(answer, [])).toContain(`\ntraceparent: ${trace}\n`);
  expect(allureExchange(answer, []).request.headers).toContainEqual({ name: 'traceparent', value: trace });
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

test('shows what cannot be seen, and no more of headers than is read', () => {
  const headers = [
    { name: 'Content-Type', value: 'text/plain; a=\x9b31m' },
    { name: 'X-Any', value: `\x1b[2J${'v'.repeat(5_000)}` },
    ...Array.from({ length: 2_500 }, (_, at) => ({ name: `X-${at}`, value: 'v' })),
  ];
  const answer = new Answer(
    { method: 'GET', url: request.url },
    200,
    headers,
    Buffer.from('a\r\n::error::b\x1b'),
    1,
  );
  const shown = transcript(answer, []);
  expect(shown.split('\n').slice(3)).toEqual([
    String.raw`Content-Type: text/plain; a=\x9b31m`,
    expect.stringMatching(/^X-Any: \\x1b\[2Jv{993}… \(5004 characters in all\)$/),
    ...Array.from({ length: 48 }, (_, at) => `X-${at}: v`),
    '…: 2452 more header lines',
    '',
    String.raw`a\r`,
    String.raw`\x3a:error::b\x1b`,
  ]);
  const { response } = allureExchange(answer, []);
  expect(response?.headers).toHaveLength(51);
  expect(JSON.stringify(response)).not.toMatch(/\\u00|\x9b/);
});

test('a secret across the cut of a body or a header leaves nothing of it', () => {
  const secret = 'CANARY-7b1f93acd0e2';
  const around = (at: number): string => `${'x'.repeat(at - 10)}${secret.repeat(100)}`;
  const headers = [
    { name: 'Content-Type', value: 'text/plain' },
    { name: 'X-Any', value: around(1_000) },
  ];
  const answer = new Answer({ method: 'GET', url: request.url }, 200, headers, Buffer.from(around(4_000)), 1);
  expect(transcript(answer, [secret])).not.toContain('CANARY');
  expect(JSON.stringify(allureExchange(answer, [secret]))).not.toContain('CANARY');
});
