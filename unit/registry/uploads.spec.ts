import { expect } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import { sendRaw } from '../../lib/http/raw.ts';
import { bytesOf, codesOf, pushBlob, send, startUpload, test, type Reply } from './client.ts';

const bytes = bytesOf('upload', 3000);
const digest = digestOf(bytes);

async function patch(
  registry: { url: string },
  location: string,
  start: number,
  end: number,
  contentRange = `${start}-${end - 1}`,
): Promise<Reply> {
  const headers = { 'Content-Range': contentRange };
  return await send(registry, 'PATCH', location, { headers, body: bytes.subarray(start, end) });
}

test('chunks add up, and each answer says how far', async ({ registry, repository }) => {
  const location = await startUpload(registry, repository);
  const first = await patch(registry, location, 0, 1000);
  expect([first.status, first.headers.get('range')]).toEqual([202, '0-999']);
  await patch(registry, location, 1000, 2000);
  const status = await send(registry, 'GET', location);
  expect([status.status, status.headers.get('range'), status.headers.get('location')]).toEqual([
    204,
    '0-1999',
    location,
  ]);
  const closing = { headers: { 'Content-Range': '2000-2999' }, body: bytes.subarray(2000) };
  const closed = await send(registry, 'PUT', `${location}?digest=${digest}`, closing);
  expect([closed.status, closed.headers.get('docker-content-digest')]).toEqual([201, digest]);
  const blob = await send(registry, 'GET', String(closed.headers.get('location')));
  expect(blob.bytes).toEqual(bytes);
});

test('a chunk out of order is refused, and the upload goes on from where it was', async ({
  registry,
  repository,
}) => {
  const location = await startUpload(registry, repository);
  await patch(registry, location, 0, 1000);
  for (const start of [0, 1001]) {
    const refused = await patch(registry, location, start, start + 100);
    expect([refused.status, refused.headers.get('range'), refused.headers.get('location')]).toEqual([
      416,
      '0-999',
      location,
    ]);
  }
  expect((await patch(registry, location, 1000, 3000)).status).toBe(202);
  expect((await send(registry, 'PUT', `${location}?digest=${digest}`)).status).toBe(201);
});

test('a wrong Content-Range is told from a wrong length', async ({ registry, repository }) => {
  const location = await startUpload(registry, repository);
  const malformed = await patch(registry, location, 0, 10, 'bytes 0-9/10');
  expect([malformed.status, codesOf(malformed)]).toEqual([400, ['BLOB_UPLOAD_INVALID']]);
  const short = await patch(registry, location, 0, 10, '0-10');
  expect([short.status, codesOf(short)]).toEqual([400, ['SIZE_INVALID']]);
  expect((await send(registry, 'GET', location)).headers.get('range')).toBe('0-0');
});

test('of two chunks for the same place one wins', async ({ registry, repository }) => {
  const location = await startUpload(registry, repository);
  const replies = await Promise.all([1, 2, 3].map(async () => await patch(registry, location, 0, 3000)));
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 416, 416]);
  expect((await send(registry, 'PUT', `${location}?digest=${digest}`)).status).toBe(201);
});

test('a chunk that breaks off leaves nothing behind', async ({ registry, repository }) => {
  const location = await startUpload(registry, repository);
  await patch(registry, location, 0, 1000);
  const cut = sendRaw({ method: 'PATCH', origin: registry.url, path: location, body: bytes, cutAfter: 500 });
  await expect(cut).rejects.toThrow();
  expect((await send(registry, 'GET', location)).headers.get('range')).toBe('0-999');
  expect((await patch(registry, location, 1000, 3000)).status).toBe(202);
  expect((await send(registry, 'PUT', `${location}?digest=${digest}`)).status).toBe(201);
});

test('a wrong digest stores nothing, and the right one may follow', async ({ registry, repository }) => {
  const location = await startUpload(registry, repository);
  const other = digestOf(Buffer.from('other'));
  const wrong = await send(registry, 'PUT', `${location}?digest=${other}`, { body: bytes });
  expect([wrong.status, codesOf(wrong)]).toEqual([400, ['DIGEST_INVALID']]);
  expect((await send(registry, 'GET', `/v2/${repository}/blobs/${other}`)).status).toBe(404);
  expect((await send(registry, 'PUT', `${location}?digest=${digest}`, { body: bytes })).status).toBe(201);
});

test('an upload may close with another algorithm than it began', async ({ registry, repository }) => {
  const location = await startUpload(registry, repository);
  const sha512 = digestOf(bytes, 'sha512');
  expect((await send(registry, 'PUT', `${location}?digest=${sha512}`, { body: bytes })).status).toBe(201);
  const path = `/v2/${repository}/blobs/uploads/?digest-algorithm=md5`;
  expect((await send(registry, 'POST', path)).status).toBe(400);
});

test('an upload is known to its repository alone, and only while it is open', async ({
  registry,
  repository,
}) => {
  const location = await startUpload(registry, repository);
  const foreign = await send(registry, 'GET', location.replace(repository, `${repository}/b`));
  expect([foreign.status, codesOf(foreign)]).toEqual([404, ['BLOB_UPLOAD_UNKNOWN']]);
  expect((await send(registry, 'DELETE', location)).status).toBe(204);
  expect((await patch(registry, location, 0, 10)).status).toBe(404);
  const finished = await startUpload(registry, repository);
  await send(registry, 'PUT', `${finished}?digest=${digest}`, { body: bytes });
  expect((await send(registry, 'PUT', `${finished}?digest=${digest}`, { body: bytes })).status).toBe(404);
});

test('a mount needs the blob in its source', async ({ registry, repository }) => {
  const known = await pushBlob(registry, repository, bytesOf(repository));
  const path = `/v2/${repository}/b/blobs/uploads/?mount=`;
  expect((await send(registry, 'POST', `${path}${known}&from=${repository}/c`)).status).toBe(202);
  expect((await send(registry, 'POST', `${path}${digestOf(bytesOf('nowhere'))}`)).status).toBe(202);
  expect((await send(registry, 'POST', `${path}${known}`)).status).toBe(201);
  expect((await send(registry, 'POST', `${path}sha256:abc`)).status).toBe(400);
});

test('the policy of a least chunk size holds for all but the last', async ({ registry, repository }) => {
  const headers = { 'Dockside-Policy': 'chunk-min-length=1024' };
  const started = await send(registry, 'POST', `/v2/${repository}/blobs/uploads/`, { headers });
  expect(started.headers.get('oci-chunk-min-length')).toBe('1024');
  const location = String(started.headers.get('location'));
  expect((await patch(registry, location, 0, 1024)).status).toBe(202);
  expect((await patch(registry, location, 1024, 1034)).status).toBe(202);
  expect((await patch(registry, location, 1034, 3000)).status).toBe(400);
});

test('an upload ends when it was left alone for as long as its policy says', async ({
  registry,
  repository,
}) => {
  const hasty = await startUpload(registry, repository, { 'Dockside-Policy': 'upload-timeout=1' });
  const patient = await startUpload(registry, repository, { 'Dockside-Policy': 'upload-timeout=60000' });
  await pushBlob(registry, repository, bytes);
  expect((await send(registry, 'GET', hasty)).status).toBe(404);
  expect((await send(registry, 'GET', patient)).status).toBe(204);
});

test('a close that a cancel overtakes finds no such upload', async ({ registry, repository }) => {
  const location = await startUpload(registry, repository);
  async function* parts() {
    yield bytes.subarray(0, 1000);
    await send(registry, 'DELETE', location);
    yield bytes.subarray(1000);
  }
  const body = parts;
  const request = {
    method: 'PUT',
    origin: registry.url,
    path: `${location}?digest=${digest}`,
    body,
  } as const;
  expect((await sendRaw(request)).status).toBe(404);
});
