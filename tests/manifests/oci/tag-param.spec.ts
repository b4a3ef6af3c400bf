import { expect, test } from '../../../fixtures/index.ts';
import {
  given,
  givenAccepted,
  givenCapability,
  givenKept,
  givenRefusal,
  givenServed,
  pushBlob,
  pushManifest,
  smallArtifact,
  smallIndex,
} from '../../../lib/arrange.ts';
import { namesTags, namesTagsOrRefuses } from '../../../lib/checks/checks.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import { emptyBlob } from '../../../lib/content/oci.ts';
import { tagsIn } from '../../../lib/registry/lists.ts';
import { isList } from '../../../lib/registry/paging.ts';

const asTags = (...tags: string[]): [string, string][] => tags.map((tag) => ['tag', tag]);
const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `v${at + 1}`);

test(
  'every tag taken from a tag parameter is named in OCI-Tag',
  { tag: ['@manifest.put.status', '@manifest.put.location', '@tag-param.header'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    const answer = await repo.manifests.put(manifest.digest, manifest, asTags('1.2.3', '1.2', 'latest'));
    expect.soft(answer).toHaveStatus(201, 'manifest.put.status');
    expect.soft(answer).toHaveLocation('manifest.put.location');
    expect.soft(answer).toKeep(namesTags(answer, ['1.2.3', '1.2', 'latest']), 'tag-param.header');
  },
);

test(
  'a tag taken from a tag parameter leads to the manifest',
  { tag: '@tag-param.pullable' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    const params = asTags('first', 'second');
    givenAccepted(await repo.manifests.put(manifest.digest, manifest, params), 'manifest.put.by-digest');
    expect(await repo.manifests.get('first')).toServe(manifest);
    expect(await repo.manifests.get('second')).toServe(manifest);
  },
);

test('the tags taken from tag parameters are listed', { tag: '@tag.list.complete' }, async ({ repo }) => {
  givenCapability('tag-param');
  await pushBlob(repo, emptyBlob.bytes);
  const manifest = smallArtifact(repo.name);
  const pushed = await repo.manifests.put(manifest.digest, manifest, asTags('second', 'first'));
  givenKept(namesTags(pushed, ['first', 'second']), 'tag-param.header');
  const answer = given(await repo.tags.all());
  expect(answer).toKeep(isList(tagsIn(answer).toSorted(), ['first', 'second']));
});

test(
  'a tag parameter moves a tag that led to another manifest',
  { tag: '@tag-param.pullable' },
  async ({ repo }) => {
    await pushManifest(repo, smallArtifact(`${repo.name} old`), 'latest');
    const moved = smallArtifact(`${repo.name} new`);
    givenAccepted(await repo.manifests.put(moved.digest, moved, asTags('latest')), 'manifest.put.by-digest');
    expect(await repo.manifests.get('latest')).toServe(moved);
  },
);

test(
  'a tag parameter may name an index',
  { tag: ['@tag-param.pullable', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    const index = await smallIndex(repo);
    givenAccepted(await repo.manifests.put(index.digest, index, asTags('index')), 'manifest.put.by-digest');
    const answer = await repo.manifests.get('index');
    expect(answer).toServe(index, 'tag-param.pullable');
    const served = givenServed(answer, index, 'tag-param.pullable');
    expect(served).toHaveBytes(index.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'a tag parameter leads to an index that was pushed by its sha512 digest, and is named in OCI-Tag',
  { tag: ['@tag-param.sha512', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    const index = await smallIndex(repo);
    const digest = digestOf(index.bytes, 'sha512');
    const answer = givenAccepted(
      await repo.manifests.put(digest, index, asTags('latest')),
      'manifest.put.sha512',
    );
    expect(answer).toKeep(namesTags(answer, ['latest']), 'tag-param.sha512');
    const pulled = await repo.manifests.get('latest');
    expect(pulled).toServe(index, 'tag-param.sha512');
    const served = givenServed(pulled, index, 'tag-param.sha512');
    expect(served).toHaveBytes(index.bytes, 'manifest.put.exact-bytes');
  },
);

test('ten tag parameters are taken in one request', { tag: '@tag-param.ten' }, async ({ repo }) => {
  await pushBlob(repo, emptyBlob.bytes);
  const manifest = smallArtifact(repo.name);
  const answer = await repo.manifests.put(manifest.digest, manifest, asTags(...numbered(10)));
  expect(answer).toBeAccepted();
  expect(await repo.manifests.get('v1')).toServe(manifest);
  expect(await repo.manifests.get('v10')).toServe(manifest);
});

test(
  'five hundred tag parameters are all taken or refused with a 4xx',
  { tag: '@tag-param.too-many' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    const tags = numbered(500);
    const answer = await repo.manifests.put(manifest.digest, manifest, asTags(...tags));
    expect(answer).toKeep(namesTagsOrRefuses(answer, tags));
  },
);

test('a tag parameter outside the grammar is refused', { tag: '@tag-param.invalid' }, async ({ repo }) => {
  await pushBlob(repo, emptyBlob.bytes);
  const manifest = smallArtifact(repo.name);
  const answer = await repo.manifests.put(manifest.digest, manifest, asTags('.wrong'));
  expect(answer).toBeRefused();
});

test(
  'a request with one bad tag parameter creates none of its tags',
  { tag: '@tag-param.atomic' },
  async ({ repo }) => {
    await pushManifest(repo, smallArtifact(`${repo.name} before`), 'before');
    const manifest = smallArtifact(repo.name);
    const params = asTags('good', '.wrong', 'well');
    givenRefusal(await repo.manifests.put(manifest.digest, manifest, params), 'tag-param.invalid');
    expect(await repo.manifests.get('good')).toBeRefused();
    expect(await repo.manifests.get('well')).toBeRefused();
  },
);

test('a tag parameter that is given twice counts once', { tag: '@tag-param.duplicate' }, async ({ repo }) => {
  await pushBlob(repo, emptyBlob.bytes);
  const manifest = smallArtifact(repo.name);
  const answer = await repo.manifests.put(manifest.digest, manifest, asTags('twice', 'twice'));
  expect(answer).toKeep(namesTags(answer, ['twice']));
});
