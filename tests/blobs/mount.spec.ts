import { expect, test } from '../../fixtures/index.ts';
import {
  blobOf,
  given,
  givenKept,
  givenLocation,
  givenMounted,
  givenOffered,
  pushBlob,
} from '../../lib/arrange.ts';
import { agreesWith, hasBytes } from '../../lib/checks/checks.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { artifact, emptyBlob } from '../../lib/content/oci.ts';
import { isNoServerError } from '../../lib/checks/every-answer.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import { pull, pullBlob } from '../../lib/uploads.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

test(
  'a mount makes the blob and says where it is',
  { tag: ['@smoke', '@mount.status', '@mount.location', '@mount.digest-header'] },
  async ({ anotherRepo, bytes }) => {
    const source = anotherRepo('source');
    const blob = await pushBlob(source, bytes(1000));
    const answer = await anotherRepo('copy', source).uploads.post(mountOf(blob.digest, source.name));
    givenOffered(answer, answer.status !== 202, 'mount');
    expect(answer).toHaveStatus(201, 'mount.status');
    expect.soft(answer).toHaveLocation('mount.location');
    expect.soft(answer).toKeep(agreesWith(answer, blob.bytes), 'mount.digest-header');
  },
);

test(
  'a mounted blob can be pulled from its Location, and HEAD finds it',
  { tag: ['@mount.pullable', '@blob.head.status', '@blob.head.length', '@blob.get.digest-match'] },
  async ({ anotherRepo, bytes }) => {
    const source = anotherRepo('source');
    const copy = anotherRepo('copy', source);
    const blob = await pushBlob(source, bytes(1000));
    const mounted = givenMounted(await copy.uploads.post(mountOf(blob.digest, source.name)));
    const answer = await pull(copy, givenLocation(mounted, 'mount.location'));
    expect(answer).toHaveStatus(200, 'mount.pullable');
    expect(answer).toHaveBytes(blob.bytes, 'mount.pullable');
    given(answer, 200, 'mount.pullable');
    const head = await copy.blobs.head(blob.digest);
    expect(head).toHaveStatus(200, 'blob.head.status');
    expect(head).toHaveHeader('content-length', '1000', 'blob.head.length');
    expect(head).toKeep(agreesWith(head, blob.bytes), 'blob.get.digest-match');
  },
);

test('a manifest names a mounted blob', { tag: '@mount.in-manifest' }, async ({ anotherRepo, bytes }) => {
  const source = anotherRepo('source');
  const copy = anotherRepo('copy', source);
  const layer = { ...(await pushBlob(source, bytes(1000))), mediaType: mediaTypes.ociLayer };
  givenMounted(await copy.uploads.post(mountOf(layer.digest, source.name)));
  await pushBlob(copy, emptyBlob.bytes);
  const manifest = artifact({ layers: [layer] });
  const answer = await copy.manifests.put('v1', manifest);
  expect(answer).toHaveStatus(201);
});

test(
  'a mount without a source says where the blob is, it can be pulled there, and HEAD finds it',
  {
    tag: [
      '@mount.anonymous',
      '@mount.location',
      '@mount.digest-header',
      '@blob.head.status',
      '@blob.head.length',
      '@blob.get.digest-match',
    ],
  },
  async ({ anotherRepo, bytes }) => {
    const source = anotherRepo('source');
    const copy = anotherRepo('copy', source);
    const blob = await pushBlob(source, bytes(1000));
    const opened = await copy.uploads.post(mountOf(blob.digest));
    const mounted = given(
      givenOffered(opened, opened.status !== 202, 'mount-anonymous'),
      201,
      'mount.no-source',
    );
    expect.soft(mounted).toKeep(agreesWith(mounted, blob.bytes), 'mount.digest-header');
    expect(mounted).toHaveLocation('mount.location');
    const answer = await pull(copy, givenLocation(mounted, 'mount.location'));
    expect(answer).toHaveStatus(200, 'mount.anonymous');
    expect(answer).toHaveBytes(blob.bytes, 'mount.anonymous');
    given(answer, 200, 'mount.anonymous');
    const head = await copy.blobs.head(blob.digest);
    expect(head).toHaveStatus(200, 'blob.head.status');
    expect(head).toHaveHeader('content-length', '1000', 'blob.head.length');
    expect(head).toKeep(agreesWith(head, blob.bytes), 'blob.get.digest-match');
  },
);

test(
  'a mount without a source mounts or opens an upload',
  { tag: '@mount.no-source' },
  async ({ anotherRepo, bytes }) => {
    const source = anotherRepo('source');
    const blob = await pushBlob(source, bytes(1000));
    const answer = await anotherRepo('copy', source).uploads.post(mountOf(blob.digest));
    expect(answer).toHaveStatus([201, 202]);
  },
);

test(
  'a mount of a blob that its source does not hold opens an upload',
  { tag: '@mount.refused' },
  async ({ anotherRepo, bytes }) => {
    const source = anotherRepo('source');
    await pushBlob(source, bytes(1000));
    const answer = await anotherRepo('copy', source).uploads.post(
      mountOf(blobOf(bytes(1000)).digest, source.name),
    );
    expect(answer).toHaveStatus(202);
  },
);

for (const [what, rule, sourceOf] of [
  ['a refused mount', 'mount.refused', ({ name }: Repository) => name],
  ['a refused mount without a source', 'mount.no-source', () => undefined],
] as const) {
  test(
    `${what} says where its upload goes on`,
    { tag: '@mount.refused-location' },
    async ({ anotherRepo, bytes }) => {
      const source = anotherRepo('source');
      await pushBlob(source, bytes(1000));
      const mount = mountOf(blobOf(bytes(1000)).digest, sourceOf(source));
      const answer = given(await anotherRepo('copy', source).uploads.post(mount), 202, rule);
      expect(answer).toHaveLocation();
    },
  );

  test(
    `the upload of ${what} takes the blob, and HEAD finds it`,
    {
      tag: [
        '@mount.refused-usable',
        '@upload.put.location',
        '@upload.put.pullable',
        '@blob.head.status',
        '@blob.head.length',
        '@blob.get.digest-match',
      ],
    },
    async ({ anotherRepo, bytes }) => {
      const source = anotherRepo('source');
      const copy = anotherRepo('copy', source);
      await pushBlob(source, bytes(1000));
      const blob = blobOf(bytes(1000));
      const refused = given(await copy.uploads.post(mountOf(blob.digest, sourceOf(source))), 202, rule);
      const location = givenLocation(refused, 'mount.refused-location');
      const answer = await copy.uploads.put(location, blob.digest, blob.bytes);
      expect(answer).toHaveStatus(201, 'mount.refused-usable');
      given(answer, 201, 'mount.refused-usable');
      expect.soft(answer).toHaveLocation('upload.put.location');
      const pulled = await pullBlob(copy, blob);
      expect(pulled).toHaveBytes(blob.bytes, 'mount.refused-usable');
      givenKept(hasBytes(pulled, blob.bytes), 'mount.refused-usable');
      const there = await pull(copy, givenLocation(answer, 'upload.put.location'));
      expect(there).toHaveBytes(blob.bytes, 'upload.put.pullable');
      const head = await copy.blobs.head(blob.digest);
      expect(head).toHaveStatus(200, 'blob.head.status');
      expect(head).toHaveHeader('content-length', '1000', 'blob.head.length');
      expect(head).toKeep(agreesWith(head, blob.bytes), 'blob.get.digest-match');
    },
  );
}

test(
  'a mount from a repository that was never pushed to opens an upload',
  { tag: '@mount.unknown-repository' },
  async ({ anotherRepo, unusedRepo, bytes }) => {
    const source = unusedRepo('never-pushed');
    const answer = await anotherRepo('copy', source).uploads.post(
      mountOf(blobOf(bytes(1000)).digest, source.name),
    );
    expect(answer).toHaveStatus(202);
  },
);

test(
  'a mount without a source of a blob that is nowhere mounts nothing',
  { tag: '@mount.phantom' },
  async ({ repo, bytes }) => {
    const answer = await repo.uploads.post(mountOf(blobOf(bytes(1000)).digest));
    expect(answer).toKeep({
      kept: answer.status !== 201,
      expected: 'any status but 201',
      received: `status ${answer.status}`,
    });
  },
);

const malformed = [
  ['too short', 'sha256:abc'],
  ['without an algorithm', 'a'.repeat(64)],
  ['empty', ''],
] as const;

for (const [name, digest] of malformed) {
  test(
    `a mount of a digest that is ${name} is refused or opens an upload`,
    { tag: '@mount.malformed-digest' },
    async ({ anotherRepo, bytes }) => {
      const source = anotherRepo('source');
      await pushBlob(source, bytes(1000));
      const answer = await anotherRepo('copy', source).uploads.post(mountOf(digest, source.name));
      expect(answer).toHaveStatus([202, 400]);
    },
  );
}

test(
  'a refused mount does not make the blob readable',
  { tag: '@mount.refused-unread' },
  async ({ anotherRepo, unusedRepo, bytes }) => {
    const unknown = unusedRepo('never-pushed');
    const copy = anotherRepo('copy', unknown);
    const { digest } = await pushBlob(anotherRepo('holder'), bytes(1000));
    await pushBlob(copy, bytes(10));
    const mount = await copy.uploads.post(mountOf(digest, unknown.name));
    test.skip(mount.status === 201, unsupported('a refusal', 'the registry finds the blob by itself'));
    givenKept(isNoServerError(mount), 'error.server');
    const answer = await copy.blobs.get(digest);
    expect(answer).toHaveStatus(404);
  },
);

test(
  'a mount from the repository itself mounts or opens an upload',
  { tag: '@mount.self' },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(1000));
    const answer = await repo.uploads.post(mountOf(blob.digest, repo.name));
    expect(answer).toHaveStatus([201, 202]);
  },
);

test(
  'a mounted blob outlives the one in its source',
  { tag: '@mount.independent' },
  async ({ anotherRepo, bytes }) => {
    const source = anotherRepo('source');
    const copy = anotherRepo('copy', source);
    const blob = await pushBlob(source, bytes(1000));
    givenMounted(await copy.uploads.post(mountOf(blob.digest, source.name)));
    given(await source.blobs.delete(blob.digest));
    const answer = await copy.blobs.get(blob.digest);
    expect(answer).toHaveStatus(200);
    expect(answer).toHaveBytes(blob.bytes);
  },
);

function mountOf(digest: string, from?: string): [string, string][] {
  return [['mount', digest], ...(from === undefined ? [] : [['from', from] satisfies [string, string]])];
}
