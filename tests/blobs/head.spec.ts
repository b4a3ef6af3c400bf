import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, pushBlob, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { haveSame, haveSameWhereStated } from '../../lib/checks/checks.ts';

const headers = [
  '@head.parity.status',
  '@head.parity.length',
  '@head.parity.content-type',
  '@head.parity.digest',
];

test('HEAD says of a blob what GET says', { tag: headers }, async ({ repo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(100));
  const get = given(await repo.blobs.get(digest));
  const head = await repo.blobs.head(digest);
  expect(head).toHaveStatus(get.status, 'head.parity.status');
  expect.soft(head).toKeep(haveSameWhereStated('content-length', head, get), 'head.parity.length');
  expect.soft(head).toKeep(haveSameWhereStated('content-type', head, get), 'head.parity.content-type');
  expect.soft(head).toKeep(haveSameWhereStated('docker-content-digest', head, get), 'head.parity.digest');
});

for (const [kind, referenceOf] of [
  ['tag', () => 'latest'],
  ['digest', (digest: string) => digest],
] as const) {
  test(`HEAD says of a ${kind} what GET says`, { tag: headers }, async ({ repo }) => {
    const { digest } = await pushManifest(repo, smallArtifact(repo.name), 'latest');
    const reference = referenceOf(digest);
    const get = given(await repo.manifests.get(reference));
    const head = await repo.manifests.head(reference);
    expect(head).toHaveStatus(get.status, 'head.parity.status');
    expect.soft(head).toKeep(haveSameWhereStated('content-length', head, get), 'head.parity.length');
    expect.soft(head).toKeep(haveSameWhereStated('content-type', head, get), 'head.parity.content-type');
    expect.soft(head).toKeep(haveSameWhereStated('docker-content-digest', head, get), 'head.parity.digest');
  });

  test(`HEAD on a ${kind} brings no body`, { tag: '@head.body' }, async ({ repo, raw }) => {
    const { digest } = await pushManifest(repo, smallArtifact(repo.name), 'latest');
    const path = `/v2/${repo.name}/manifests/${referenceOf(digest)}`;
    const answer = await raw(repo, { method: 'HEAD', path, toTheEnd: true });
    expect(answer).toHaveBytes(Buffer.alloc(0));
  });
}

test('HEAD misses a blob as GET does', { tag: '@head.parity.status' }, async ({ repo, bytes }) => {
  await pushBlob(repo, bytes(10));
  const { digest } = blobOf(bytes(32));
  const get = given(await repo.blobs.get(digest), 404, 'blob.get.missing');
  expect(await repo.blobs.head(digest)).toHaveStatus(get.status);
});

test('HEAD misses a tag as GET does', { tag: '@head.parity.status' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact(repo.name));
  const get = given(await repo.manifests.get('missing'), 404, 'manifest.get.missing');
  expect(await repo.manifests.head('missing')).toHaveStatus(get.status);
});

test('HEAD on a blob has the ETag of GET', { tag: '@head.parity.etag' }, async ({ repo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(100));
  const get = given(await repo.blobs.get(digest));
  const head = await repo.blobs.head(digest);
  expect(head).toKeep(haveSame('etag', head, get));
});

test('HEAD on a tag has the ETag of GET', { tag: '@head.parity.etag' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact(repo.name), 'latest');
  const get = given(await repo.manifests.get('latest'));
  const head = await repo.manifests.head('latest');
  expect(head).toKeep(haveSame('etag', head, get));
});

test('HEAD on a blob brings no body', { tag: '@head.body' }, async ({ repo, raw, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(100));
  const path = `/v2/${repo.name}/blobs/${digest}`;
  const answer = await raw(repo, { method: 'HEAD', path, toTheEnd: true });
  expect(answer).toHaveBytes(Buffer.alloc(0));
});

test('HEAD on a missing blob brings no error body', { tag: '@head.body' }, async ({ repo, raw, bytes }) => {
  const path = `/v2/${repo.name}/blobs/${blobOf(bytes(32)).digest}`;
  const answer = await raw(repo, { method: 'HEAD', path, toTheEnd: true });
  expect(answer).toHaveBytes(Buffer.alloc(0));
});

test('HEAD on a tag list brings no body', { tag: '@head.body' }, async ({ repo, raw }) => {
  await pushManifest(repo, smallArtifact(repo.name), 'latest');
  const path = `/v2/${repo.name}/tags/list`;
  const answer = await raw(repo, { method: 'HEAD', path, toTheEnd: true });
  expect(answer).toHaveBytes(Buffer.alloc(0));
});
