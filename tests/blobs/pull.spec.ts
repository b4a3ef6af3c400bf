import { gzipSync } from 'node:zlib';
import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, givenCapability, givenErrorCode, openUpload, pushBlob } from '../../lib/arrange.ts';
import { agreesWith, hasBytes, isCacheable, statesDigest } from '../../lib/checks/checks.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { emptyBlob } from '../../lib/content/oci.ts';
import { givenPushed, givenTaken, postAndPut, waysToPush } from '../../lib/uploads.ts';

test(
  'a blob comes back byte for byte, under its digest and with its size',
  {
    tag: [
      '@smoke',
      '@blob.get.status',
      '@blob.get.bytes',
      '@blob.get.digest-header',
      '@blob.get.digest-match',
      '@blob.get.length',
      '@blob.get.content-type',
      '@blob.get.content-encoding',
      '@blob.get.cache',
    ],
  },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(1000));
    const answer = await repo.blobs.get(blob.digest);
    expect(answer).toHaveStatus(200, 'blob.get.status');
    expect.soft(answer).toHaveBytes(blob.bytes, 'blob.get.bytes');
    expect.soft(answer).toKeep(statesDigest(answer), 'blob.get.digest-header');
    expect.soft(answer).toKeep(agreesWith(answer, blob.bytes), 'blob.get.digest-match');
    expect.soft(answer).toHaveHeader('content-length', '1000', 'blob.get.length');
    expect.soft(answer).toHaveHeader('content-type', /.\/./, 'blob.get.content-type');
    // Our requests say Accept-Encoding: identity.
    expect.soft(answer).toHaveHeader('content-encoding', /^(identity)?$/, 'blob.get.content-encoding');
    // "Support for Etags, modification dates and other cache control headers should be included."
    expect.soft(answer).toKeep(isCacheable(answer), 'blob.get.cache');
  },
);

test(
  'a client that would rather have a layer, and takes anything, is sent the blob',
  { tag: '@blob.get.status' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(100));
    const answer = await repo.blobs.get(digest, { Accept: `${mediaTypes.ociLayerGzip}, */*` });
    expect(answer).toHaveStatus(200);
  },
);

test(
  'a blob that was never pushed is not found',
  { tag: ['@blob.get.missing', '@blob.get.missing-code'] },
  async ({ repo, bytes }) => {
    await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.get(blobOf(bytes(32)).digest);
    expect(answer).toHaveStatus(404, 'blob.get.missing');
    givenErrorCode(answer, 'blob.get.missing');
    expect.soft(answer).toHaveErrorCode('BLOB_UNKNOWN', 'blob.get.missing-code');
  },
);

test(
  'a blob of another repository is not found',
  { tag: '@blob.get.other-repository' },
  async ({ repo, anotherRepo, bytes }) => {
    const blob = await pushBlob(anotherRepo('holder'), bytes(1000));
    await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.get(blob.digest);
    expect(answer).toHaveStatus(404);
  },
);

test(
  'HEAD finds a blob, its digest and its size',
  {
    tag: [
      '@smoke',
      '@blob.head.status',
      '@blob.head.length',
      '@blob.head.digest-header',
      '@blob.get.digest-match',
    ],
  },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(1000));
    const answer = await repo.blobs.head(blob.digest);
    expect(answer).toHaveStatus(200, 'blob.head.status');
    expect.soft(answer).toHaveHeader('content-length', '1000', 'blob.head.length');
    expect.soft(answer).toKeep(statesDigest(answer), 'blob.head.digest-header');
    expect.soft(answer).toKeep(agreesWith(answer, blob.bytes), 'blob.get.digest-match');
  },
);

test(
  'HEAD does not find a blob that was never pushed',
  { tag: '@blob.head.missing' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.head(blobOf(bytes(32)).digest);
    expect(answer).toHaveStatus(404);
  },
);

test(
  'HEAD does not find a blob of another repository',
  { tag: '@blob.head.other-repository' },
  async ({ repo, anotherRepo, bytes }) => {
    const blob = await pushBlob(anotherRepo('holder'), bytes(1000));
    await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.head(blob.digest);
    expect(answer).toHaveStatus(404);
  },
);

for (const { way, status, push } of waysToPush) {
  test(
    `a blob that came by ${way} comes whole, under its digest and with its size, and HEAD finds it`,
    {
      tag: [
        '@blob.get.status',
        '@blob.get.bytes',
        '@blob.get.digest-header',
        '@blob.get.digest-match',
        '@blob.get.length',
        '@blob.head.status',
        '@blob.head.length',
        '@blob.head.digest-header',
      ],
    },
    async ({ repo, bytes }) => {
      const blob = blobOf(bytes(1000));
      givenPushed(await push(repo, blob), status);
      const get = await repo.blobs.get(blob.digest);
      expect(get).toHaveStatus(200, 'blob.get.status');
      given(get);
      expect.soft(get).toHaveBytes(blob.bytes, 'blob.get.bytes');
      expect.soft(get).toKeep(statesDigest(get), 'blob.get.digest-header');
      expect.soft(get).toKeep(agreesWith(get, blob.bytes), 'blob.get.digest-match');
      expect.soft(get).toHaveHeader('content-length', '1000', 'blob.get.length');
      const head = await repo.blobs.head(blob.digest);
      expect(head).toHaveStatus(200, 'blob.head.status');
      expect.soft(head).toHaveHeader('content-length', '1000', 'blob.head.length');
      expect.soft(head).toKeep(statesDigest(head), 'blob.head.digest-header');
      expect.soft(head).toKeep(agreesWith(head, blob.bytes), 'blob.get.digest-match');
    },
  );
}

test(
  'the empty JSON object can be pulled as a blob, and HEAD finds it',
  {
    tag: [
      '@blob.get.status',
      '@blob.get.bytes',
      '@blob.get.digest-header',
      '@blob.get.digest-match',
      '@blob.get.length',
      '@blob.head.status',
      '@blob.head.length',
    ],
  },
  async ({ repo }) => {
    const { bytes, digest } = await pushBlob(repo, emptyBlob.bytes);
    const get = await repo.blobs.get(digest);
    expect(get).toHaveStatus(200, 'blob.get.status');
    expect.soft(get).toHaveBytes(bytes, 'blob.get.bytes');
    expect.soft(get).toKeep(statesDigest(get), 'blob.get.digest-header');
    expect.soft(get).toHaveHeader('content-length', '2', 'blob.get.length');
    expect.soft(get).toKeep(agreesWith(get, bytes), 'blob.get.digest-match');
    const head = await repo.blobs.head(digest);
    expect(head).toHaveStatus(200, 'blob.head.status');
    expect.soft(head).toHaveHeader('content-length', '2', 'blob.head.length');
    expect.soft(head).toKeep(agreesWith(head, bytes), 'blob.get.digest-match');
  },
);

test(
  'HEAD finds a blob of no bytes, its size and its digest',
  { tag: ['@blob.empty', '@blob.get.digest-match'] },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(0));
    given(await postAndPut.push(repo, blob), 201, 'blob.empty');
    const answer = await repo.blobs.head(blob.digest);
    expect(answer).toHaveStatus(200, 'blob.empty');
    expect(answer).toHaveHeader('content-length', '0', 'blob.empty');
    expect(answer).toKeep(agreesWith(answer, blob.bytes), 'blob.get.digest-match');
  },
);

test(
  'a blob of no bytes can be pushed by a single POST',
  { tag: '@blob.empty' },
  async ({ repo, raw, bytes }) => {
    givenCapability('single-post');
    const blob = blobOf(bytes(0));
    const answer = await raw(repo, {
      method: 'POST',
      path: `/v2/${repo.name}/blobs/uploads/?digest=${blob.digest}`,
      headers: { 'Content-Type': 'application/octet-stream' },
      body: blob.bytes,
    });
    expect(givenTaken(answer, 'upload.single.status')).toHaveStatus(201);
    expect(await repo.blobs.get(blob.digest)).toHaveStatus(200);
  },
);

const sizes = [
  ['no bytes', 0, 'blob.empty'],
  ['5 MiB', 5 * 1024 * 1024, 'blob.large'],
] as const;

for (const [name, size, rule] of sizes) {
  test(
    `a blob of ${name} can be pushed and pulled`,
    { tag: [`@${rule}`, '@blob.get.digest-header', '@blob.get.digest-match', '@blob.get.length'] },
    async ({ repo, bytes }) => {
      const blob = blobOf(bytes(size));
      const put = await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes);
      expect(put).toHaveStatus(201, rule);
      const answer = await repo.blobs.get(blob.digest);
      expect(answer).toHaveStatus(200, rule);
      expect(answer).toKeep(hasBytes(answer, blob.bytes), rule);
      given(answer, 200, rule);
      expect.soft(answer).toKeep(statesDigest(answer), 'blob.get.digest-header');
      expect.soft(answer).toHaveHeader('content-length', `${size}`, 'blob.get.length');
      expect.soft(answer).toKeep(agreesWith(answer, blob.bytes), 'blob.get.digest-match');
    },
  );
}

test('a blob that is compressed is sent as it is', { tag: '@blob.get.bytes' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, gzipSync(bytes(1000)));
  const answer = await repo.blobs.get(blob.digest);
  expect(answer).toHaveBytes(blob.bytes);
});
