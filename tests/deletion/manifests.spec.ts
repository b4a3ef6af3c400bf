import { expect, test } from '../../fixtures/index.ts';
import {
  given,
  givenOffered,
  pushBlob,
  pushManifest,
  pushReferrer,
  smallArtifact,
  smallIndex,
} from '../../lib/arrange.ts';
import { artifact, emptyBlob, ociIndex } from '../../lib/content/oci.ts';
import { digestOf } from '../../lib/content/digest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import type { Manifest } from '../../lib/content/manifest.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { lookedGone } from '../../lib/looking.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import { tagsIn } from '../../lib/registry/lists.ts';
import { isList } from '../../lib/registry/paging.ts';

test('a manifest is deleted with 202', { tag: ['@smoke', '@delete.manifest.status'] }, async ({ repo }) => {
  const { digest } = await pushManifest(repo, smallArtifact('a manifest to delete'));
  const answer = await repo.manifests.delete(digest);
  expect(answer).toHaveStatus(202);
});

test(
  'a manifest that a tag leads to is deleted with 202 and gone by digest',
  { tag: ['@delete.manifest.status', '@delete.manifest.gone'] },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('a tagged manifest to delete'), 'v1');
    const answer = await deletedTagged(repo, manifest);
    expect(answer).toHaveStatus(202, 'delete.manifest.status');
    given(answer);
    const gone = await lookedGone(async () => await repo.manifests.get(manifest.digest));
    expect(gone).toHaveStatus(404, 'delete.manifest.gone');
  },
);

test(
  'a blob is still there after its digest was deleted as that of a manifest',
  { tag: '@delete.manifest.blob' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(100));
    await repo.manifests.delete(digest);
    expect(await repo.blobs.head(digest)).toHaveStatus(200);
  },
);

test(
  'an index is deleted with 202 and gone',
  { tag: ['@delete.manifest.status', '@delete.manifest.gone', '@manifest.head.missing'] },
  async ({ repo }) => {
    const { digest } = await pushManifest(repo, await smallIndex(repo));
    const answer = await repo.manifests.delete(digest);
    expect(answer).toHaveStatus(202, 'delete.manifest.status');
    given(answer);
    const gone = await lookedGone(async () => await repo.manifests.get(digest));
    expect(gone).toHaveStatus(404, 'delete.manifest.gone');
    given(gone, 404, 'delete.manifest.gone');
    expect(await repo.manifests.head(digest)).toHaveStatus(404, 'manifest.head.missing');
  },
);

test(
  'a manifest with a subject is deleted with 202',
  { tag: '@delete.manifest.status' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact('a subject that stays'));
    const { digest } = await pushReferrer(repo, subject);
    const answer = await repo.manifests.delete(digest);
    expect(answer).toHaveStatus(202);
  },
);

test(
  'no manifest can be deleted from a repository that does not exist',
  { tag: '@delete.manifest.unknown-repository' },
  async ({ unusedRepo, bytes }) => {
    const answer = await unusedRepo('never-pushed').manifests.delete(digestOf(bytes(10)));
    expect(answer).toHaveStatus(404);
  },
);

test(
  'a registry with manifest deletion disabled refuses it with 400 or 405',
  { tag: '@delete.manifest.disabled' },
  async ({ repo }) => {
    const { digest } = await pushManifest(repo, smallArtifact('a manifest not to delete'));
    const answer = await repo.manifests.delete(digest, { 'Dockside-Policy': 'no-delete' });
    expect(answer).toHaveStatus([400, 405]);
  },
);

test(
  'a deleted manifest is gone by digest',
  { tag: ['@delete.manifest.gone', '@manifest.head.missing'] },
  async ({ repo }) => {
    const { digest } = await pushManifest(repo, smallArtifact('a manifest that goes'));
    given(await repo.manifests.delete(digest));
    const answer = await lookedGone(async () => await repo.manifests.get(digest));
    expect(answer).toHaveStatus(404, 'delete.manifest.gone');
    given(answer, 404, 'delete.manifest.gone');
    expect(await repo.manifests.head(digest)).toHaveStatus(404, 'manifest.head.missing');
  },
);

test(
  'a deleted manifest is gone under each of its tags',
  { tag: '@delete.manifest.tags-gone' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('a manifest with tags that go'), 'first');
    given(await repo.manifests.put('second', manifest));
    given(await deletedTagged(repo, manifest));
    for (const tag of ['first', 'second']) {
      expect.soft(await lookedGone(async () => await repo.manifests.get(tag))).toHaveStatus(404);
    }
  },
);

test(
  'the tags of a deleted manifest leave the tag list',
  { tag: '@delete.manifest.tags-unlisted' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('the manifest that goes'), 'goes');
    await pushManifest(repo, smallArtifact('the manifest that stays'), 'stays');
    given(await deletedTagged(repo, manifest));
    const answer = given(await repo.tags.all());
    expect(answer).toKeep(isList(tagsIn(answer), ['stays']));
  },
);

test(
  'a manifest that is not there cannot be deleted',
  { tag: '@delete.manifest.missing' },
  async ({ repo, bytes }) => {
    await pushManifest(repo, smallArtifact('a repository with another manifest'));
    const answer = await repo.manifests.delete(digestOf(bytes(10)));
    expect(answer).toHaveStatus(404);
  },
);

test('the manifests of a deleted index stay', { tag: '@delete.manifest.children-stay' }, async ({ repo }) => {
  const child = await pushManifest(repo, smallArtifact('a child to outlive its index'));
  const index = await pushManifest(repo, ociIndex([{ manifest: child }]));
  given(await repo.manifests.delete(index.digest));
  const answer = await repo.manifests.get(child.digest);
  expect(answer).toHaveBytes(child.bytes);
});

test('an index outlives a manifest of it', { tag: '@delete.manifest.indexes-stay' }, async ({ repo }) => {
  const child = await pushManifest(repo, smallArtifact('a child that its index outlives'));
  const index = await pushManifest(repo, ociIndex([{ manifest: child }]));
  const deleted = await repo.manifests.delete(child.digest);
  // Some keep what an index names.
  given(givenOffered(deleted, deleted.status < 400, 'manifest-delete'));
  const answer = await repo.manifests.get(index.digest);
  expect(answer).toHaveBytes(index.bytes);
});

test(
  'a manifest deleted in one repository stays in another, and so does its tag',
  { tag: '@delete.manifest.other-repository' },
  async ({ repo, anotherRepo }) => {
    const other = anotherRepo('other');
    const manifest = await pushManifest(repo, smallArtifact(repo.name), 'v1');
    await pushManifest(other, manifest, 'v1');
    given(await deletedTagged(repo, manifest));
    const [byDigest, byTag] = [await other.manifests.get(manifest.digest), await other.manifests.get('v1')];
    expect.soft(byDigest).toHaveBytes(manifest.bytes);
    expect.soft(byTag).toHaveBytes(manifest.bytes);
  },
);

test(
  'a manifest that shares a layer with a deleted one stays whole',
  { tag: '@delete.manifest.others-stay' },
  async ({ repo, bytes }) => {
    const shared = bytes(100);
    const layer = { mediaType: mediaTypes.ociLayer, bytes: shared, digest: digestOf(shared) };
    const withLayer = (artifactType: string) => artifact({ artifactType, layers: [emptyBlob, layer] });
    const goes = await pushManifest(repo, withLayer('application/vnd.dockside.goes'));
    const stays = await pushManifest(repo, withLayer('application/vnd.dockside.stays'));
    given(await repo.manifests.delete(goes.digest));
    const manifest = await repo.manifests.get(stays.digest);
    const blob = await repo.blobs.get(layer.digest);
    expect.soft(manifest).toHaveBytes(stays.bytes);
    expect.soft(blob).toHaveBytes(shared);
  },
);

test(
  'a deleted manifest that is pushed again is back',
  { tag: '@delete.manifest.repush' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('a manifest that comes back'), 'v1');
    given(await deletedTagged(repo, manifest));
    const gone = await lookedGone(async () => await repo.manifests.get(manifest.digest));
    given(gone, 404, 'delete.manifest.gone');
    await pushManifest(repo, manifest, 'v1');
    const answer = await repo.manifests.get(manifest.digest);
    expect(answer).toHaveBytes(manifest.bytes);
  },
);

test(
  'a deleted manifest that is pushed again by digest does not bring its tags back',
  { tag: '@delete.manifest.tags-unlisted' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('a manifest that comes back untagged'), 'v1');
    given(await deletedTagged(repo, manifest));
    const gone = await lookedGone(async () => await repo.manifests.get(manifest.digest));
    given(gone, 404, 'delete.manifest.gone');
    await pushManifest(repo, manifest);
    // "Once deleted": once it is pushed again it is not.
    const answer = await repo.manifests.get('v1');
    expect(answer).toHaveStatus(404);
  },
);

for (const [what, digest] of [
  ['too short', 'sha256:abc'],
  ['without hex', 'sha256:'],
  ['of an unknown algorithm', 'rot13:0123456789abcdef'],
] as const) {
  test(
    `no manifest is deleted by a digest ${what}`,
    { tag: '@delete.manifest.malformed' },
    async ({ repo }) => {
      await pushManifest(repo, smallArtifact(`a manifest beside a digest ${what}`));
      const answer = await repo.manifests.delete(digest);
      expect(answer).toHaveStatus([400, 404, 405]);
    },
  );
}

/** Some keep what a tag leads to. */
async function deletedTagged({ manifests }: Repository, { digest }: Manifest): Promise<Answer> {
  const answer = await manifests.delete(digest);
  return givenOffered(answer, answer.status !== 400, 'manifest-delete');
}
