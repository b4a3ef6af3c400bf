import { expect, test } from '../../fixtures/index.ts';
import { blobOf, openUpload, pushBlob } from '../../lib/arrange.ts';
import { agreesWith, isCacheable } from '../../lib/checks.ts';

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
    expect.soft(answer).toHaveHeader('docker-content-digest', /./, 'blob.get.digest-header');
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
  'a blob that was never pushed is not found',
  { tag: ['@blob.get.missing', '@blob.get.missing-code'] },
  async ({ repo, bytes }) => {
    await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.get(blobOf(bytes(32)).digest);
    expect(answer).toHaveStatus(404, 'blob.get.missing');
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
    expect(answer).toHaveStatus(404, 'blob.get.other-repository');
  },
);

test(
  'HEAD finds a blob, its digest and its size',
  { tag: ['@smoke', '@blob.head.status', '@blob.head.length', '@blob.head.digest-header'] },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(1000));
    const answer = await repo.blobs.head(blob.digest);
    expect(answer).toHaveStatus(200, 'blob.head.status');
    expect.soft(answer).toHaveHeader('content-length', '1000', 'blob.head.length');
    expect.soft(answer).toHaveHeader('docker-content-digest', /./, 'blob.head.digest-header');
  },
);

test(
  'HEAD does not find a blob that was never pushed',
  { tag: '@blob.head.missing' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.head(blobOf(bytes(32)).digest);
    expect(answer).toHaveStatus(404, 'blob.head.missing');
  },
);

test(
  'HEAD does not find a blob of another repository',
  { tag: '@blob.head.other-repository' },
  async ({ repo, anotherRepo, bytes }) => {
    const blob = await pushBlob(anotherRepo('holder'), bytes(1000));
    await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.head(blob.digest);
    expect(answer).toHaveStatus(404, 'blob.head.other-repository');
  },
);

const sizes = [
  ['no bytes', 0, 'blob.empty'],
  ['5 MiB', 5 * 1024 * 1024, 'blob.large'],
] as const;

for (const [name, size, rule] of sizes) {
  test(`a blob of ${name} can be pushed and pulled`, { tag: `@${rule}` }, async ({ repo, bytes }) => {
    const blob = blobOf(bytes(size));
    expect(await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes)).toHaveStatus(201, rule);
    const answer = await repo.blobs.get(blob.digest);
    expect(answer).toHaveStatus(200, rule);
    expect(answer).toHaveBytes(blob.bytes, rule);
  });
}

test('a blob can be pulled by its sha512 digest', { tag: '@blob.sha512' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(1000), 'sha512');
  const answer = await repo.blobs.get(blob.digest);
  expect(answer).toHaveStatus(200, 'blob.sha512');
  expect(answer).toHaveBytes(blob.bytes, 'blob.sha512');
});

test('HEAD finds a blob by its sha512 digest', { tag: '@blob.sha512-head' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(1000), 'sha512');
  const answer = await repo.blobs.head(blob.digest);
  expect(answer).toHaveStatus(200, 'blob.sha512-head');
});
