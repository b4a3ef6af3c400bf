import { expect, test } from '../../../fixtures/index.ts';
import {
  blobOf,
  given,
  givenLocation,
  givenOffered,
  givenServed,
  pushBlob,
  smallArtifact,
  smallIndex,
  smallManifest,
} from '../../../lib/arrange.ts';
import { agreesWith, hasMediaType, statesAtMost } from '../../../lib/checks/checks.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import { lookedGone } from '../../../lib/looking.ts';
import { artifact, emptyBlob, ociIndex } from '../../../lib/content/oci.ts';
import type { Answer } from '../../../lib/http/exchange.ts';
import { followed } from '../../../lib/http/redirect.ts';
import type { Repository } from '../../../lib/registry/repository.ts';

test(
  'a manifest pushed by its sha512 digest can be pulled by it',
  { tag: ['@manifest.put.sha512', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    const digest = digestOf(manifest.bytes, 'sha512');
    expect(await repo.manifests.put(digest, manifest)).toBeAccepted('manifest.put.sha512');
    const answer = await repo.manifests.get(digest);
    expect(answer).toServe({ ...manifest, digest }, 'manifest.put.sha512');
    const served = givenServed(answer, { ...manifest, digest }, 'manifest.put.sha512');
    expect(served).toHaveBytes(manifest.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'an index whose every digest is sha512 can be pulled by its own',
  { tag: ['@manifest.put.sha512', '@manifest.put.exact-bytes'] },
  async ({ repo, bytes }) => {
    const content = blobOf(bytes(64), 'sha512');
    const blob = { mediaType: 'application/vnd.dockside.test', ...content };
    const child = artifact({ artifactType: 'application/vnd.dockside.test', config: blob, layers: [blob] });
    const manifest = { ...child, digest: digestOf(child.bytes, 'sha512') };
    const index = ociIndex([{ manifest }]);
    const digest = digestOf(index.bytes, 'sha512');
    await pushBlob(repo, content.bytes, 'sha512');
    expect(await repo.manifests.put(manifest.digest, manifest)).toBeAccepted('manifest.put.sha512');
    expect(await repo.manifests.put(digest, index)).toBeAccepted('manifest.put.sha512');
    expect(await repo.manifests.get(manifest.digest)).toServe(manifest, 'manifest.put.sha512');
    const answer = await repo.manifests.get(digest);
    expect(answer).toServe({ ...index, digest }, 'manifest.put.sha512');
    const served = givenServed(answer, { ...index, digest }, 'manifest.put.sha512');
    expect(served).toHaveBytes(index.bytes, 'manifest.put.exact-bytes');
  },
);

/** The rules of any push say nothing of this one where manifests are not kept by sha512. */
async function givenByDigest(repo: Repository, digest: string, pushed: Answer): Promise<void> {
  givenOffered(pushed, pushed.status >= 200 && pushed.status < 300, 'sha512');
  const pulled = await repo.manifests.get(digest);
  givenOffered(pulled, pulled.status === 200, 'sha512');
}

for (const [what, build] of [
  ['a manifest', smallManifest],
  ['an index', smallIndex],
] as const) {
  test(
    `the push of ${what} by its sha512 digest is answered with it, and where it can be pulled`,
    {
      tag: [
        '@manifest.put.status',
        '@manifest.put.location',
        '@manifest.put.digest-header',
        '@manifest.put.pullable',
        '@manifest.get.content-type',
        '@manifest.get.length',
      ],
    },
    async ({ repo }) => {
      const { bytes, mediaType } = await build(repo);
      const digest = digestOf(bytes, 'sha512');
      const pushed = await repo.manifests.put(digest, { bytes, mediaType });
      await givenByDigest(repo, digest, pushed);
      expect.soft(pushed).toHaveStatus(201, 'manifest.put.status');
      expect.soft(pushed).toHaveLocation('manifest.put.location');
      expect.soft(pushed).toKeep(statesAtMost(pushed, digest), 'manifest.put.digest-header');
      const url = givenLocation(pushed, 'manifest.put.location');
      const answer = await followed(repo.send, { method: 'GET', url, headers: { Accept: mediaType } });
      expect(answer).toHaveBytes(bytes, 'manifest.put.pullable');
      given(answer, 200, 'manifest.put.pullable');
      expect.soft(answer).toKeep(hasMediaType(answer, mediaType), 'manifest.get.content-type');
      expect.soft(answer).toHaveHeader('Content-Length', `${bytes.length}`, 'manifest.get.length');
    },
  );

  test(
    `HEAD finds ${what} by its sha512 digest, its size, and a digest of it`,
    { tag: ['@manifest.sha512-head', '@manifest.get.digest-algorithm', '@manifest.get.content-type'] },
    async ({ repo }) => {
      const { bytes, mediaType } = await build(repo);
      const digest = digestOf(bytes, 'sha512');
      await givenByDigest(repo, digest, await repo.manifests.put(digest, { bytes, mediaType }));
      const answer = await repo.manifests.head(digest);
      expect(answer).toHaveStatus(200, 'manifest.sha512-head');
      expect(answer).toHaveHeader('Content-Length', `${bytes.length}`, 'manifest.sha512-head');
      expect(answer).toKeep(agreesWith(answer, bytes), 'manifest.get.digest-algorithm');
      expect(answer).toKeep(hasMediaType(answer, mediaType), 'manifest.get.content-type');
    },
  );

  test(
    `${what} is deleted by its sha512 digest with 202 and gone`,
    { tag: '@manifest.sha512-delete' },
    async ({ repo }) => {
      const { bytes, mediaType } = await build(repo);
      const digest = digestOf(bytes, 'sha512');
      await givenByDigest(repo, digest, await repo.manifests.put(digest, { bytes, mediaType }));
      expect(await repo.manifests.delete(digest)).toHaveStatus(202);
      expect(await lookedGone(async () => await repo.manifests.get(digest))).toHaveStatus(404);
      expect(await repo.manifests.head(digest)).toHaveStatus(404);
    },
  );
}
