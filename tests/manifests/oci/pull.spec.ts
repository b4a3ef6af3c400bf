import { expect, test } from '../../../fixtures/index.ts';
import {
  given,
  givenAccepted,
  givenErrorCode,
  pushBlob,
  pushManifest,
  smallArtifact,
  smallIndex,
} from '../../../lib/arrange.ts';
import { agreesWith, hasMediaType, statesDigest } from '../../../lib/checks/checks.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import { emptyBlob } from '../../../lib/content/oci.ts';

for (const kind of ['tag', 'digest'] as const) {
  test(
    `a manifest asked for by ${kind} comes whole, typed, measured and named by its digest`,
    {
      tag: [
        '@smoke',
        '@manifest.get.status',
        '@manifest.get.bytes',
        '@manifest.get.content-type',
        '@manifest.get.content-type-parameters',
        '@manifest.get.digest-header',
        '@manifest.get.digest-match',
        '@manifest.get.length',
      ],
    },
    async ({ repo }) => {
      const manifest = await pushManifest(repo, smallArtifact(repo.name), 'latest');
      const answer = await repo.manifests.get(kind === 'tag' ? 'latest' : manifest.digest);
      expect(answer).toHaveStatus(200, 'manifest.get.status');
      expect.soft(answer).toHaveBytes(manifest.bytes, 'manifest.get.bytes');
      expect.soft(answer).toKeep(hasMediaType(answer, manifest.mediaType), 'manifest.get.content-type');
      expect.soft(answer).toHaveHeader('Content-Type', /^[^;]*$/, 'manifest.get.content-type-parameters');
      expect.soft(answer).toKeep(statesDigest(answer), 'manifest.get.digest-header');
      expect.soft(answer).toKeep(agreesWith(answer, manifest.bytes), 'manifest.get.digest-match');
      expect
        .soft(answer)
        .toHaveHeader('Content-Length', String(manifest.bytes.length), 'manifest.get.length');
    },
  );

  test(
    `HEAD by ${kind} tells the size and the digest of a manifest`,
    {
      tag: [
        '@smoke',
        '@manifest.head.status',
        '@manifest.head.length',
        '@manifest.head.digest-header',
        '@manifest.get.digest-match',
      ],
    },
    async ({ repo }) => {
      const manifest = await pushManifest(repo, smallArtifact(repo.name), 'latest');
      const answer = await repo.manifests.head(kind === 'tag' ? 'latest' : manifest.digest);
      expect(answer).toHaveStatus(200, 'manifest.head.status');
      expect
        .soft(answer)
        .toHaveHeader('Content-Length', String(manifest.bytes.length), 'manifest.head.length');
      expect.soft(answer).toKeep(statesDigest(answer), 'manifest.head.digest-header');
      expect.soft(answer).toKeep(agreesWith(answer, manifest.bytes), 'manifest.get.digest-match');
    },
  );
}

test(
  'HEAD finds an index, its size, its type and its digest',
  {
    tag: [
      '@manifest.get.content-type',
      '@manifest.head.status',
      '@manifest.head.length',
      '@manifest.head.digest-header',
      '@manifest.get.digest-match',
    ],
  },
  async ({ repo }) => {
    const { bytes, mediaType } = await pushManifest(repo, await smallIndex(repo), 'latest');
    const answer = await repo.manifests.head('latest');
    expect(answer).toHaveStatus(200, 'manifest.head.status');
    expect.soft(answer).toKeep(hasMediaType(answer, mediaType), 'manifest.get.content-type');
    expect.soft(answer).toHaveHeader('Content-Length', `${bytes.length}`, 'manifest.head.length');
    expect.soft(answer).toKeep(statesDigest(answer), 'manifest.head.digest-header');
    expect.soft(answer).toKeep(agreesWith(answer, bytes), 'manifest.get.digest-match');
  },
);

test('an index comes back typed as an index', { tag: '@manifest.get.content-type' }, async ({ repo }) => {
  const { mediaType } = await pushManifest(repo, await smallIndex(repo), 'latest');
  const answer = await repo.manifests.get('latest');
  expect(answer).toKeep(hasMediaType(answer, mediaType));
});

test(
  'the digest header of a manifest asked for by its sha512 digest, of whatever algorithm, is a digest of it',
  { tag: '@manifest.get.digest-algorithm' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    const digest = digestOf(manifest.bytes, 'sha512');
    givenAccepted(await repo.manifests.put(digest, manifest), 'manifest.put.sha512');
    const answer = given(await repo.manifests.get(digest), 200, 'manifest.put.sha512');
    expect(answer).toKeep(agreesWith(answer, manifest.bytes));
  },
);

for (const [name, reference] of [
  ['a tag', () => 'missing'],
  ['a digest', digestOf],
] as const) {
  test(
    `GET on ${name} that the repository does not have is answered with 404 and MANIFEST_UNKNOWN`,
    { tag: ['@manifest.get.missing', '@manifest.get.missing-code'] },
    async ({ repo, bytes }) => {
      await pushManifest(repo, smallArtifact(repo.name), 'latest');
      const answer = await repo.manifests.get(reference(bytes(32)));
      expect(answer).toHaveStatus(404, 'manifest.get.missing');
      givenErrorCode(answer, 'manifest.get.missing');
      expect.soft(answer).toHaveErrorCode('MANIFEST_UNKNOWN', 'manifest.get.missing-code');
    },
  );

  test(
    `HEAD on ${name} that the repository does not have is answered with 404`,
    { tag: '@manifest.head.missing' },
    async ({ repo, bytes }) => {
      await pushManifest(repo, smallArtifact(repo.name), 'latest');
      const answer = await repo.manifests.head(reference(bytes(32)));
      expect(answer).toHaveStatus(404);
    },
  );

  test(
    `GET on ${name} of a repository that nobody pushed to is answered with 404`,
    { tag: '@manifest.get.unknown-repository' },
    async ({ repo, bytes }) => {
      const answer = await repo.manifests.get(reference(bytes(32)));
      expect(answer).toHaveStatus(404);
    },
  );
}

test('a blob cannot be pulled as a manifest', { tag: '@manifest.get.missing' }, async ({ repo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(64));
  const answer = await repo.manifests.get(digest);
  expect(answer).toHaveStatus(404);
});

test(
  'a manifest of another repository is not found by its digest',
  { tag: '@manifest.get.other-repository' },
  async ({ repo, anotherRepo }) => {
    const other = anotherRepo('other');
    await pushBlob(other, emptyBlob.bytes);
    const { digest } = await pushManifest(repo, smallArtifact(repo.name));
    const answer = await other.manifests.get(digest);
    expect(answer).toHaveStatus(404);
  },
);
