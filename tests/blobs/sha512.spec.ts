import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, openUpload, pushBlob, uploadHolding } from '../../lib/arrange.ts';
import { agreesWith } from '../../lib/checks.ts';
import { waysToPush } from '../../lib/uploads.ts';

test(
  'a blob can be pulled by its sha512 digest, and a digest header is one of it',
  { tag: ['@blob.sha512', '@blob.get.digest-match'] },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(1000), 'sha512');
    const answer = await repo.blobs.get(blob.digest);
    expect(answer).toHaveStatus(200, 'blob.sha512');
    expect(answer).toHaveBytes(blob.bytes, 'blob.sha512');
    expect(answer).toKeep(agreesWith(answer, blob.bytes), 'blob.get.digest-match');
  },
);

for (const [way, , push] of waysToPush) {
  test(
    `a blob that came by ${way} can be pulled by its sha512 digest`,
    { tag: '@blob.sha512' },
    async ({ repo, bytes }) => {
      const blob = blobOf(bytes(1000), 'sha512');
      const pushed = await push(repo, blob);
      test.skip(pushed.status === 202, `unsupported: ${way} (it opened an upload)`);
      expect(pushed).toHaveStatus(201, 'blob.sha512');
      const answer = await repo.blobs.get(blob.digest);
      expect(answer).toHaveStatus(200, 'blob.sha512');
      expect(answer).toHaveBytes(blob.bytes, 'blob.sha512');
    },
  );
}

test(
  'a blob of no bytes can be pulled by its sha512 digest',
  { tag: '@blob.sha512' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(0), 'sha512');
    const put = await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes);
    expect(put).toHaveStatus(201, 'blob.sha512');
    expect(await repo.blobs.get(blob.digest)).toHaveStatus(200, 'blob.sha512');
  },
);

test(
  'a blob can be mounted by its sha512 digest',
  { tag: '@blob.sha512-mount' },
  async ({ anotherRepo, bytes }) => {
    const source = anotherRepo('source');
    const copy = anotherRepo('copy', source);
    const blob = await pushBlob(source, bytes(1000), 'sha512');
    const mount = [
      ['mount', blob.digest],
      ['from', source.name],
    ] as const;
    const mounted = await copy.uploads.post(mount);
    test.skip(mounted.status === 202, 'unsupported: mount by sha512 (it opened an upload)');
    expect(mounted).toHaveStatus(201, 'blob.sha512-mount');
    expect(await copy.blobs.get(blob.digest)).toHaveBytes(blob.bytes, 'blob.sha512-mount');
  },
);

test('HEAD finds a blob by its sha512 digest', { tag: '@blob.sha512-head' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(1000), 'sha512');
  const answer = await repo.blobs.head(blob.digest);
  expect(answer).toHaveStatus(200, 'blob.sha512-head');
});

test(
  'a blob that was not pushed is not found by a sha512 digest',
  { tag: '@blob.sha512-missing' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, bytes(10), 'sha512');
    const answer = await repo.blobs.get(blobOf(bytes(10), 'sha512').digest);
    expect(answer).toHaveStatus(404, 'blob.sha512-missing');
  },
);

test(
  'a part of a blob can be had by its sha512 digest',
  { tag: '@blob.sha512-range' },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(1000), 'sha512');
    const answer = await repo.blobs.get(blob.digest, { Range: 'bytes=10-19' });
    expect(answer).toHaveStatus(206, 'blob.sha512-range');
    expect(answer).toHaveBytes(blob.bytes.subarray(10, 20), 'blob.sha512-range');
  },
);

test(
  'a blob can be deleted by its sha512 digest',
  { tag: '@blob.sha512-delete' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(1000), 'sha512');
    expect(await repo.blobs.delete(digest)).toHaveStatus(202, 'blob.sha512-delete');
    expect(await repo.blobs.get(digest)).toHaveStatus(404, 'blob.sha512-delete');
  },
);

test(
  'a blob that is deleted by its sha512 digest stays under its sha256 digest',
  { tag: '@blob.sha512-delete' },
  async ({ repo, bytes }) => {
    const twice = bytes(1000);
    const other = await pushBlob(repo, twice, 'sha512');
    const { digest } = await pushBlob(repo, twice);
    given(await repo.blobs.delete(other.digest), 202, 'blob.sha512-delete');
    expect(await repo.blobs.get(digest)).toHaveBytes(twice, 'blob.sha512-delete');
  },
);

test(
  'PUT with a sha512 digest of other bytes is refused',
  { tag: '@blob.sha512-mismatch' },
  async ({ repo, bytes }) => {
    const { digest } = blobOf(bytes(100), 'sha512');
    const answer = await repo.uploads.put(await openUpload(repo), digest, bytes(100));
    expect(answer).toBeRefused('blob.sha512-mismatch');
  },
);

test(
  'PUT with a sha512 digest of other bytes than the chunks before is refused',
  { tag: '@blob.sha512-mismatch' },
  async ({ repo, bytes }) => {
    const { digest } = blobOf(bytes(100), 'sha512');
    const answer = await repo.uploads.put(await uploadHolding(repo, bytes(100)), digest);
    expect(answer).toBeRefused('blob.sha512-mismatch');
  },
);

test(
  'a single POST with a sha512 digest of other bytes is refused',
  { tag: '@blob.sha512-mismatch' },
  async ({ repo, bytes }) => {
    const { digest } = blobOf(bytes(100), 'sha512');
    const answer = await repo.uploads.post([['digest', digest]], bytes(100));
    test.skip(answer.status === 202, 'unsupported: single-post (the POST opened an upload)');
    expect(answer).toBeRefused('blob.sha512-mismatch');
  },
);
