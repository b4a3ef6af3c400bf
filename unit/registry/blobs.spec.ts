import { expect } from '@playwright/test';
import { parseRange } from '../../tools/registry/range.ts';
import { bytesOf, codesOf, pushBlob, send, test } from './client.ts';

for (const algorithm of ['sha256', 'sha512'] as const) {
  test(`a ${algorithm} blob comes back as it was`, async ({ registry, repository }) => {
    const bytes = bytesOf(algorithm);
    const digest = await pushBlob(registry, repository, bytes, { algorithm });
    const get = await send(registry, 'GET', `/v2/${repository}/blobs/${digest}`);
    expect(get.bytes).toEqual(bytes);
    expect(get.headers.get('docker-content-digest')).toBe(digest);
    expect(get.headers.get('etag')).toBe(`"${digest}"`);
    const head = await send(registry, 'HEAD', `/v2/${repository}/blobs/${digest}`);
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '1024']);
  });
}

test('a blob is not known to another repository', async ({ registry, repository }) => {
  const digest = await pushBlob(registry, repository, bytesOf('mine'));
  await pushBlob(registry, `${repository}/b`, bytesOf('other'));
  const reply = await send(registry, 'GET', `/v2/${repository}/b/blobs/${digest}`);
  expect([reply.status, codesOf(reply)]).toEqual([404, ['BLOB_UNKNOWN']]);
});

const ranges: [string, number, ReturnType<typeof parseRange>][] = [
  ['bytes=0-0', 10, [{ first: 0, last: 0 }]],
  ['bytes=5-', 10, [{ first: 5, last: 9 }]],
  ['bytes=-3', 10, [{ first: 7, last: 9 }]],
  ['bytes=-30', 10, [{ first: 0, last: 9 }]],
  ['bytes=8-99', 10, [{ first: 8, last: 9 }]],
  [
    'bytes=0-1, 20-30,-1',
    10,
    [
      { first: 0, last: 1 },
      { first: 9, last: 9 },
    ],
  ],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=5-0', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=x', 10, 'unsatisfiable'],
  ['bytes=-1', 0, 'whole'],
  ['pages=1-2', 10, 'whole'],
];
for (const [header, size, expected] of ranges) {
  test(`Range ${header} of ${size} bytes`, () => {
    expect(parseRange(header, size)).toEqual(expected);
  });
}

test('several ranges come in parts', async ({ registry, repository }) => {
  const digest = await pushBlob(registry, repository, Buffer.from('0123456789'));
  const headers = { Range: 'bytes=1-2,-1' };
  const reply = await send(registry, 'GET', `/v2/${repository}/blobs/${digest}`, { headers });
  expect(reply.status).toBe(206);
  expect(reply.headers.get('content-length')).toBe(String(reply.bytes.length));
  expect(reply.bytes.toString()).toMatch(
    /bytes 1-2\/10\r\n\r\n12\r\n--.*bytes 9-9\/10\r\n\r\n9\r\n--.*--\r\n$/s,
  );
});

test('a range beyond the blob tells its size', async ({ registry, repository }) => {
  const digest = await pushBlob(registry, repository, bytesOf('short', 10));
  const headers = { Range: 'bytes=10-' };
  const reply = await send(registry, 'GET', `/v2/${repository}/blobs/${digest}`, { headers });
  expect([reply.status, reply.headers.get('content-range')]).toEqual([416, 'bytes */10']);
});

test('conditions decide between 200, 206, 304 and 412', async ({ registry, repository }) => {
  const digest = await pushBlob(registry, repository, bytesOf('conditional'));
  const statusWith = async (headers: Record<string, string>) =>
    (await send(registry, 'GET', `/v2/${repository}/blobs/${digest}`, { headers })).status;
  expect(await statusWith({ 'If-None-Match': `"x", W/"${digest}"` })).toBe(304);
  expect(await statusWith({ 'If-Match': '"x"' })).toBe(412);
  expect(await statusWith({ Range: 'bytes=0-1', 'If-Range': `"${digest}"` })).toBe(206);
  expect(await statusWith({ Range: 'bytes=0-1', 'If-Range': '"x"' })).toBe(200);
});

test('a deleted blob is gone here and stays where it was mounted', async ({ registry, repository }) => {
  const digest = await pushBlob(registry, repository, bytesOf(repository));
  const mount = `/v2/${repository}/b/blobs/uploads/?mount=${digest}&from=${repository}`;
  expect((await send(registry, 'POST', mount)).status).toBe(201);
  expect((await send(registry, 'DELETE', `/v2/${repository}/blobs/${digest}`)).status).toBe(202);
  expect((await send(registry, 'DELETE', `/v2/${repository}/blobs/${digest}`)).status).toBe(404);
  expect((await send(registry, 'GET', `/v2/${repository}/b/blobs/${digest}`)).bytes).toEqual(
    bytesOf(repository),
  );
});
