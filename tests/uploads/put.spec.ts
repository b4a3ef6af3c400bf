import { expect, test } from '../../fixtures/index.ts';
import {
  blobOf,
  given,
  givenErrorCode,
  givenLocation,
  openUpload,
  uploadHolding,
} from '../../lib/arrange.ts';
import { hasBytes } from '../../lib/checks/checks.ts';
import { placeOf, withQuery } from '../../lib/http/exchange.ts';
import { placed } from '../../lib/registry/repository.ts';
import { append, chunkOf, givenSmallChunks, lookedFor, pull, pullBlob } from '../../lib/uploads.ts';

const octets = { 'Content-Type': 'application/octet-stream' };

test(
  'PUT completes an upload and says where the blob is',
  { tag: ['@smoke', '@upload.put.status', '@upload.put.location'] },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(1024));
    const answer = await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes);
    expect(answer).toHaveStatus(201, 'upload.put.status');
    expect.soft(answer).toHaveLocation('upload.put.location');
  },
);

test(
  'the blob can be pulled from where PUT says it is',
  { tag: '@upload.put.pullable' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(1024));
    const put = given(await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes));
    const answer = await pull(repo, givenLocation(put, 'upload.put.location'));
    expect(answer).toHaveStatus(200);
    expect(answer).toHaveBytes(blob.bytes);
  },
);

test(
  'PUT with a digest of other bytes is refused',
  {
    tag: [
      '@upload.put.digest-mismatch',
      '@upload.put.digest-mismatch-status',
      '@upload.put.digest-mismatch-code',
    ],
  },
  async ({ repo, bytes }) => {
    const { digest } = blobOf(bytes(100));
    const answer = await repo.uploads.put(await openUpload(repo), digest, bytes(100));
    expect(answer).toBeRefused('upload.put.digest-mismatch');
    expect.soft(answer).toHaveStatus(400, 'upload.put.digest-mismatch-status');
    givenErrorCode(answer, 'upload.put.digest-mismatch');
    expect.soft(answer).toHaveErrorCode('DIGEST_INVALID', 'upload.put.digest-mismatch-code');
  },
);

test(
  'PUT with a digest of other bytes than the chunks before is refused',
  { tag: ['@upload.put.digest-mismatch', '@upload.put.digest-mismatch-status'] },
  async ({ repo, bytes }) => {
    const location = await uploadHolding(repo, bytes(100));
    const answer = await repo.uploads.put(location, blobOf(bytes(100)).digest);
    expect(answer).toBeRefused('upload.put.digest-mismatch');
    expect.soft(answer).toHaveStatus(400, 'upload.put.digest-mismatch-status');
  },
);

test(
  'PUT with a digest of other bytes than were streamed before is refused',
  { tag: ['@upload.put.digest-mismatch', '@upload.put.digest-mismatch-status'] },
  async ({ repo, bytes }) => {
    const patch = given(
      await repo.uploads.patch(await openUpload(repo), bytes(100)),
      202,
      'upload.stream.status',
    );
    const location = givenLocation(patch, 'upload.patch.location');
    const answer = await repo.uploads.put(location, blobOf(bytes(100)).digest);
    expect(answer).toBeRefused('upload.put.digest-mismatch');
    expect.soft(answer).toHaveStatus(400, 'upload.put.digest-mismatch-status');
  },
);

test('PUT without a digest is refused', { tag: '@upload.put.no-digest' }, async ({ repo, bytes }) => {
  const answer = await repo.send({
    method: 'PUT',
    url: await openUpload(repo),
    headers: octets,
    body: bytes(100),
  });
  expect(answer).toHaveStatus(400);
});

test(
  'PUT that breaks off before its end stores nothing',
  { tag: '@upload.body.short' },
  async ({ repo, raw, bytes }) => {
    const body = bytes(4096);
    const part = blobOf(body.subarray(0, 1024));
    const place = placeOf(withQuery(await openUpload(repo), [['digest', part.digest]]));
    await Promise.allSettled([raw(repo, { method: 'PUT', ...place, headers: octets, body, cutAfter: 1024 })]);
    expect(await lookedFor(repo, part.digest)).toHaveStatus(404);
  },
);

test(
  'PUT may carry the last chunk',
  { tag: ['@smoke', '@upload.put.last-chunk', '@upload.close.location'] },
  async ({ repo, bytes }) => {
    const [held, last] = [bytes(chunkOf(1024)), bytes(10)];
    const { digest } = blobOf(Buffer.concat([held, last]));
    const location = await uploadHolding(repo, held);
    const answer = await repo.uploads.put(location, digest, last, placed(held.length, last));
    expect(answer).toHaveStatus(201, 'upload.put.last-chunk');
    given(answer, 201, 'upload.put.last-chunk');
    expect(answer).toHaveLocation('upload.close.location');
  },
);

test(
  'the blob can be pulled from where PUT with a last chunk says it is',
  { tag: '@upload.close.pullable' },
  async ({ repo, bytes }) => {
    const [held, last] = [bytes(chunkOf(1024)), bytes(10)];
    const blob = blobOf(Buffer.concat([held, last]));
    const location = await uploadHolding(repo, held);
    const close = await repo.uploads.put(location, blob.digest, last, placed(held.length, last));
    given(close, 201, 'upload.put.last-chunk');
    const answer = await pull(repo, givenLocation(close, 'upload.close.location'));
    expect(answer).toHaveStatus(200);
    expect(answer).toKeep(hasBytes(answer, blob.bytes));
  },
);

test(
  'PUT closes a chunked upload and says where the blob is',
  { tag: ['@smoke', '@upload.close.status', '@upload.close.location'] },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(1024));
    const location = await uploadHolding(repo, blob.bytes);
    const answer = await repo.uploads.put(location, blob.digest);
    expect(answer).toHaveStatus(201, 'upload.close.status');
    expect.soft(answer).toHaveLocation('upload.close.location');
  },
);

test(
  'the blob can be pulled from where the close of its chunks says it is',
  { tag: '@upload.close.pullable' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(1024));
    const close = await repo.uploads.put(await uploadHolding(repo, blob.bytes), blob.digest);
    given(close, 201, 'upload.close.status');
    const answer = await pull(repo, givenLocation(close, 'upload.close.location'));
    expect(answer).toHaveStatus(200);
    expect(answer).toKeep(hasBytes(answer, blob.bytes));
  },
);

test(
  'PUT closes an upload of three chunks, and the blob can be pulled from where it says',
  { tag: ['@upload.close.status', '@upload.close.location', '@upload.close.pullable'] },
  async ({ repo, bytes }) => {
    const [first, second, third] = [bytes(chunkOf(1024)), bytes(chunkOf(2048)), bytes(10)];
    const blob = blobOf(Buffer.concat([first, second, third]));
    const location = await append(repo, await uploadHolding(repo, first), first.length, second);
    const close = await repo.uploads.put(
      await append(repo, location, first.length + second.length, third),
      blob.digest,
    );
    expect(close).toHaveStatus(201, 'upload.close.status');
    expect(close).toHaveLocation('upload.close.location');
    const answer = await pull(repo, givenLocation(close, 'upload.close.location'));
    expect(answer).toHaveStatus(200, 'upload.close.pullable');
    expect(answer).toKeep(hasBytes(answer, blob.bytes), 'upload.close.pullable');
  },
);

test('chunks without a close make no blob', { tag: '@upload.close.needed' }, async ({ repo, bytes }) => {
  const blob = blobOf(bytes(1024));
  await uploadHolding(repo, blob.bytes);
  expect(await repo.blobs.head(blob.digest)).toHaveStatus(404);
});

test(
  'a chunked blob is its chunks joined in order',
  { tag: '@upload.close.bytes' },
  async ({ repo, bytes }) => {
    const [first, second, third] = [bytes(chunkOf(1024)), bytes(chunkOf(2048)), bytes(10)];
    const blob = blobOf(Buffer.concat([first, second, third]));
    const location = await append(repo, await uploadHolding(repo, first), first.length, second);
    const last = await append(repo, location, first.length + second.length, third);
    given(await repo.uploads.put(last, blob.digest), 201, 'upload.close.status');
    const answer = await pullBlob(repo, blob);
    expect(answer).toKeep(hasBytes(answer, blob.bytes));
  },
);

test('a blob of three chunks of 2 MiB is whole', { tag: '@upload.close.bytes' }, async ({ repo, bytes }) => {
  const size = chunkOf(2 * 1024 * 1024);
  const blob = blobOf(bytes(3 * size));
  let location = await uploadHolding(repo, blob.bytes.subarray(0, size));
  location = await append(repo, location, size, blob.bytes.subarray(size, 2 * size));
  location = await append(repo, location, 2 * size, blob.bytes.subarray(2 * size));
  given(await repo.uploads.put(location, blob.digest), 201, 'upload.close.status');
  const answer = await pullBlob(repo, blob);
  expect(answer).toKeep(hasBytes(answer, blob.bytes));
});

test(
  'PUT with a last chunk and a digest of other bytes is refused',
  { tag: ['@upload.put.chunk-digest-mismatch', '@upload.put.digest-mismatch-status'] },
  async ({ repo, bytes }) => {
    const [held, last] = [bytes(chunkOf(1024)), bytes(10)];
    const location = await uploadHolding(repo, held);
    const { digest } = blobOf(bytes(1034));
    const answer = await repo.uploads.put(location, digest, last, placed(held.length, last));
    expect(answer).toBeRefused('upload.put.chunk-digest-mismatch');
    expect.soft(answer).toHaveStatus(400, 'upload.put.digest-mismatch-status');
  },
);

test(
  'PUT with the digest of its last chunk alone is refused',
  { tag: '@upload.put.chunk-digest' },
  async ({ repo, bytes }) => {
    const [held, last] = [bytes(chunkOf(1024)), bytes(10)];
    const location = await uploadHolding(repo, held);
    const { digest } = blobOf(last);
    const answer = await repo.uploads.put(location, digest, last, placed(held.length, last));
    expect(answer).toBeRefused();
  },
);

for (const [name, away] of [
  ['after the end', 10],
  ['before the end', -10],
  ['at the start', -20],
] as const) {
  test(
    `PUT with a last chunk placed ${name} of the upload is refused`,
    { tag: '@upload.put.out-of-order' },
    async ({ repo, bytes }) => {
      const [held, last] = [bytes(chunkOf(20)), bytes(10)];
      const { digest } = blobOf(Buffer.concat([held, last]));
      const location = await uploadHolding(repo, held);
      const answer = await repo.uploads.put(location, digest, last, placed(held.length + away, last));
      expect(answer).toHaveStatus(416);
    },
  );
}

test(
  'PUT with a Content-Range longer than its last chunk is refused',
  { tag: '@upload.put.length-mismatch' },
  async ({ repo, bytes }) => {
    const [held, last] = [bytes(20), bytes(10)];
    const { digest } = blobOf(Buffer.concat([held, last]));
    const location = await uploadHolding(repo, held);
    const answer = await repo.uploads.put(location, digest, last, { 'Content-Range': '20-39' });
    expect(answer).toBeRefused();
  },
);

test('a blob of twelve chunks is whole', { tag: '@upload.close.bytes' }, async ({ repo, bytes }) => {
  givenSmallChunks();
  const size = 10;
  const chunks = Array.from({ length: 12 }, () => bytes(size));
  const blob = blobOf(Buffer.concat(chunks));
  let location = await openUpload(repo);
  for (const [at, chunk] of chunks.entries()) {
    const headers = placed(at * size, chunk);
    const patched = given(await repo.uploads.patch(location, chunk, headers));
    location = givenLocation(patched, 'upload.patch.location');
  }
  given(await repo.uploads.put(location, blob.digest));
  const answer = await pullBlob(repo, blob);
  expect(answer).toKeep(hasBytes(answer, blob.bytes));
});
