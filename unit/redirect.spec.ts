import { expect, test } from '@playwright/test';
import { Answer, type Request, type Send } from '../lib/http/exchange.ts';
import { noting, readLedger } from '../lib/target/ledger.ts';
import { followed, mayLead } from '../lib/http/redirect.ts';
import type { SpecVersion } from '../lib/rules/rule.ts';

const home = 'http://registry.example';
const secret = { Authorization: 'Basic abc', Accept: '*/*' };

/** Answers each request in its turn: a status, and where it leads. */
function leading(...answers: [status: number, location?: string][]): { send: Send; sent: Request[] } {
  const sent: Request[] = [];
  return {
    sent,
    send: async (request) => {
      const [status, location] = answers[sent.length] ?? [200];
      sent.push(request);
      const headers = location === undefined ? [] : [{ name: 'Location', value: location }];
      return new Answer(request, status, headers, Buffer.alloc(0), 0);
    },
  };
}

const put: Request = {
  method: 'PUT',
  url: `${home}/v2/a/manifests/v1`,
  headers: secret,
  body: Buffer.from('{}'),
};

for (const status of [301, 302, 307, 308]) {
  test(`${status} leads a write on with its method, body and credentials`, async () => {
    const { send, sent } = leading([status, '?x=1'], [201]);
    expect((await followed(send, put)).status).toBe(201);
    const { led, ...next } = sent[1]!;
    expect(next).toEqual({ ...put, url: `${home}/v2/a/manifests/v1?x=1`, first: put.url });
    expect(led?.status).toBe(status);
  });
}

test('another origin gets no credentials, and what it leads back to none either', async () => {
  const { send, sent } = leading([307, 'http://storage.example/x'], [307, `${home}/y`], [201]);
  await followed(send, put);
  expect(sent.slice(1).map(({ url, headers }) => [url, headers])).toEqual([
    ['http://storage.example/x', { Accept: '*/*' }],
    [`${home}/y`, { Accept: '*/*' }],
  ]);
});

test('a redirect that leads round is given up', async () => {
  const round = Array.from({ length: 20 }, (): [number, string] => [307, '/v2/a/manifests/v1']);
  const { send, sent } = leading(...round);
  expect((await followed(send, put)).status).toBe(307);
  expect(sent.length).toBe(11);
});

for (const [name, answer] of [
  ['a 304', [304, '/x']],
  ['a 300', [300, '/x']],
  ['a 303 to a write', [303, '/x']],
  ['a 307 without a Location', [307]],
  ['a 307 out of the web', [307, 'file:///etc/passwd']],
] as [string, [number, string?]][]) {
  test(`${name} leads nowhere`, async () => {
    const { send, sent } = leading(answer);
    expect((await followed(send, put)).status).toBe(answer[0]);
    expect(sent.length).toBe(1);
  });
}

const allowed: [Request['method'], string, SpecVersion, boolean][] = [
  ['GET', '/v2/a/blobs/sha256:abc', '1.0', true],
  ['HEAD', '/v2/a/manifests/v1', '1.1', true],
  ['GET', '/v2/a/tags/list', '1.1', false],
  ['POST', '/v2/a/blobs/uploads/', '1.1', false],
  ['PUT', '/v2/a/manifests/v1', '1.0', false],
  ['GET', '/v2/a/tags/list', 'main', true],
  ['POST', '/v2/a/blobs/uploads/', 'main', true],
  ['DELETE', '/v2/a/blobs/sha256:abc', 'main', true],
];

for (const [method, path, version, expected] of allowed) {
  test(`${version} ${expected ? 'allows' : 'knows no'} redirect of ${method} ${path}`, () => {
    expect(mayLead({ method, url: home + path }, version)).toBe(expected);
  });
}

test('what is asked about redirects is not followed', () => {
  expect(mayLead({ method: 'GET', url: `${home}/v2/a/tags/list`, isAboutRedirects: true }, 'main')).toBe(
    false,
  );
});

test('what was pushed by a redirect is in the ledger under its own name', async ({}, testInfo) => {
  const file = testInfo.outputPath('created.jsonl');
  const { send } = leading([307, 'http://storage.example/x'], [201]);
  await noting(async (request) => await followed(send, request), file)(put);
  expect(readLedger(file)).toEqual([{ repository: 'a', kind: 'manifest', reference: 'v1' }]);
});

test('an upload that a redirect opened is in the ledger', async ({}, testInfo) => {
  const file = testInfo.outputPath('created.jsonl');
  const { send } = leading([307, '/moved'], [202, '/v2/a/blobs/uploads/1']);
  const post: Request = { method: 'POST', url: `${home}/v2/a/blobs/uploads/` };
  await noting(async (request) => await followed(send, request), file)(post);
  expect(readLedger(file)).toEqual([{ repository: 'a', kind: 'upload', reference: '/v2/a/blobs/uploads/1' }]);
});
