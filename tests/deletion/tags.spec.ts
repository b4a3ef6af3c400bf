import { expect, test } from '../../fixtures/index.ts';
import { given, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { lookedGone } from '../../lib/looking.ts';
import { tagsIn } from '../../lib/registry/lists.ts';
import { isList } from '../../lib/registry/paging.ts';

test('a tag is deleted with 202', { tag: ['@smoke', '@delete.tag.status'] }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact('a tag to delete'), 'v1');
  const answer = await repo.manifests.delete('v1');
  expect(answer).toHaveStatus(202);
});

test('a deletion is carried out or refused as disabled', { tag: '@delete.offered' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact('a deletion to offer'), 'v1');
  const answer = await repo.manifests.delete('v1');
  expect(answer).toHaveStatus([202, 400, 405]);
});

test(
  'a registry with tag deletion disabled refuses it with 400 or 405',
  { tag: '@delete.tag.disabled' },
  async ({ repo }) => {
    await pushManifest(repo, smallArtifact('a tag that stays'), 'v1');
    const answer = await repo.manifests.delete('v1', { 'Dockside-Policy': 'no-delete' });
    expect(answer).toHaveStatus([400, 405]);
  },
);

test('a deleted tag is gone', { tag: ['@delete.tag.gone', '@manifest.head.missing'] }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact('a tag that goes'), 'v1');
  given(await repo.manifests.delete('v1'));
  const answer = await lookedGone(async () => await repo.manifests.get('v1'));
  expect(answer).toHaveStatus(404, 'delete.tag.gone');
  given(answer, 404, 'delete.tag.gone');
  expect(await repo.manifests.head('v1')).toHaveStatus(404, 'manifest.head.missing');
});

test('a deleted tag leaves the tag list', { tag: '@delete.tag.unlisted' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact('the one that goes'), 'goes');
  await pushManifest(repo, smallArtifact('the one that stays'), 'stays');
  given(await repo.manifests.delete('goes'));
  const answer = given(await repo.tags.all());
  expect(answer).toKeep(isList(tagsIn(answer), ['stays']));
});

test(
  'the manifest of a deleted tag is still there by digest',
  { tag: '@delete.tag.manifest-stays' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('a manifest to outlive its tag'), 'v1');
    given(await repo.manifests.delete('v1'));
    const answer = await repo.manifests.get(manifest.digest);
    expect(answer).toHaveBytes(manifest.bytes);
  },
);

for (const [title, goes, stays] of [
  ['another tag of the same manifest outlives a deleted tag', 'goes', 'stays'],
  ['a tag that begins with a deleted one outlives it', 'v1', 'v1.0'],
] as const) {
  test(title, { tag: '@delete.tag.others-stay' }, async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('a manifest with two tags'), goes);
    given(await repo.manifests.put(stays, manifest));
    given(await repo.manifests.delete(goes));
    const answer = await repo.manifests.get(stays);
    expect(answer).toHaveBytes(manifest.bytes);
  });
}

test('an unknown tag cannot be deleted', { tag: '@delete.tag.missing' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact('a repository that exists'), 'v1');
  const answer = await repo.manifests.delete('never-pushed');
  expect(answer).toHaveStatus(404);
});
