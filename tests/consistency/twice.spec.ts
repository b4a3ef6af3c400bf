import { expect, test } from '../../fixtures/catalog.ts';
import {
  blobOf,
  given,
  givenKept,
  givenMounted,
  openUpload,
  pushBlob,
  pushManifest,
  pushReferrer,
  smallArtifact,
} from '../../lib/arrange.ts';
import { digestOf } from '../../lib/content/digest.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { lookedGone } from '../../lib/looking.ts';
import { repositoriesIn, tagsIn } from '../../lib/registry/lists.ts';
import { isList, metOnce } from '../../lib/registry/paging.ts';
import { lists } from '../../lib/checks/referrers.ts';
import { isSameAgain, isSameList } from '../../lib/checks/twice.ts';

test('a blob read twice is the same', { tag: '@repeated.blob' }, async ({ repo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(1000));
  const first = given(await repo.blobs.get(digest));
  const second = await repo.blobs.get(digest);
  expect(second).toKeep(isSameAgain(first, second));
});

test('a tag read twice leads to the same manifest', { tag: '@repeated.manifest' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact('read twice by its tag'), 'v1');
  const first = given(await repo.manifests.get('v1'));
  const second = await repo.manifests.get('v1');
  expect(second).toKeep(isSameAgain(first, second));
});

test('a manifest read twice by its digest is the same', { tag: '@repeated.manifest' }, async ({ repo }) => {
  const { digest } = await pushManifest(repo, smallArtifact('read twice by its digest'));
  const first = given(await repo.manifests.get(digest));
  const second = await repo.manifests.get(digest);
  expect(second).toKeep(isSameAgain(first, second));
});

test('a tag list read twice is the same', { tag: '@repeated.tag-list' }, async ({ repo }) => {
  const manifest = await pushManifest(repo, smallArtifact('listed twice'), 'v1');
  given(await repo.manifests.put('v2', manifest));
  const first = given(await repo.tags.all());
  givenKept(isList(tagsIn(first).toSorted(), ['v1', 'v2']), 'tag.list.complete');
  const second = await repo.tags.all();
  expect(second).toKeep(isSameList(first, second, tagsIn));
});

for (const [what, params] of [
  ['of every type', []],
  ['of one type', [['artifactType', 'application/vnd.dockside.referrer']]],
] as [string, [string, string][]][]) {
  test(
    `a list of referrers ${what} read twice is the same`,
    { tag: '@repeated.referrers' },
    async ({ repo }) => {
      const subject = await pushManifest(repo, smallArtifact(`the subject of referrers ${what}`));
      const referrer = await pushReferrer(repo, subject);
      const first = await repo.referrers.list(subject.digest, params);
      givenKept(lists(first, [referrer]), 'referrers.listed');
      const second = await repo.referrers.list(subject.digest, params);
      expect(second).toKeep(isSameAgain(first, second));
    },
  );
}

test(
  'the catalog read twice holds the same repository of this test',
  { tag: '@repeated.catalog' },
  async ({ unusedRepo, repositories }) => {
    const repo = unusedRepo('twice');
    await pushManifest(repo, smallArtifact('in the catalog'), 'v1');
    const page = [
      ['n', '1'],
      ['last', repo.name.slice(0, -1)],
    ] as const;
    const first = await repositories.list(page);
    givenKept(metOnce(repositoriesIn(first), [repo.name]), 'catalog.last-absent');
    const second = await repositories.list(page);
    const ofThisTest = (list: Answer) => repositoriesIn(list).filter((name) => name === repo.name);
    expect(second).toKeep(isSameList(first, second, ofThisTest));
  },
);

test('a missing blob is missing again', { tag: '@repeated.missing' }, async ({ repo, bytes }) => {
  const digest = digestOf(bytes(10));
  given(await repo.blobs.get(digest), 404, 'blob.get.missing');
  expect(await repo.blobs.get(digest)).toHaveStatus(404);
});

test('a missing tag is missing again', { tag: '@repeated.missing' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact('beside a missing tag'), 'v1');
  given(await repo.manifests.get('v2'), 404, 'manifest.get.missing');
  expect(await repo.manifests.get('v2')).toHaveStatus(404);
});

test('a blob may be pushed twice', { tag: '@repeated.blob-push' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(100));
  const answer = await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes);
  expect.soft(answer).toHaveStatus(201);
  expect.soft(await repo.blobs.get(blob.digest)).toHaveBytes(blob.bytes);
});

for (const [what, referenceOf] of [
  ['its tag', () => 'v1'],
  ['its digest', (digest: string) => digest],
] as const) {
  test(
    `a manifest pushed twice by ${what} is answered the same and stays`,
    { tag: '@repeated.manifest-push' },
    async ({ repo }) => {
      const manifest = await pushManifest(repo, smallArtifact(`pushed twice by ${what}`), 'first');
      const reference = referenceOf(manifest.digest);
      const first = given(await repo.manifests.put(reference, manifest));
      const second = await repo.manifests.put(reference, manifest);
      expect.soft(second).toKeep(isSameAgain(first, second));
      expect.soft(await repo.manifests.get(reference)).toHaveBytes(manifest.bytes);
    },
  );
}

test('a blob may be mounted twice', { tag: '@repeated.mount' }, async ({ repo, anotherRepo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(100));
  const target = anotherRepo('target', repo);
  const mount = [
    ['mount', digest],
    ['from', repo.name],
  ] as const;
  givenMounted(await target.uploads.post(mount));
  expect(await target.uploads.post(mount)).toHaveStatus(201);
});

test(
  'content that was missing before its push is found at once after it',
  { tag: '@fresh.missing' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(100));
    given(await repo.blobs.head(blob.digest), 404, 'blob.head.missing');
    await pushBlob(repo, blob.bytes);
    expect(await repo.blobs.head(blob.digest)).toHaveStatus(200);
  },
);

test(
  'a tag that was missing before its push is found at once after it',
  { tag: '@fresh.missing' },
  async ({ repo }) => {
    given(await repo.manifests.get('v1'), 404, 'manifest.get.missing');
    const { bytes } = await pushManifest(repo, smallArtifact('missing at first'), 'v1');
    expect(await repo.manifests.get('v1')).toHaveBytes(bytes);
  },
);

test(
  'a tag that was read before it moved leads to the new manifest at once',
  { tag: '@fresh.manifest' },
  async ({ repo }) => {
    await pushManifest(repo, smallArtifact('under the tag at first'), 'v1');
    given(await repo.manifests.get('v1'));
    given(await repo.manifests.head('v1'));
    const { bytes } = await pushManifest(repo, smallArtifact('under the tag now, and longer'), 'v1');
    const head = await repo.manifests.head('v1');
    expect.soft(await repo.manifests.get('v1')).toHaveBytes(bytes);
    expect.soft(head).toHaveHeader('content-length', `${bytes.length}`);
  },
);

test(
  'a manifest that was read before its deletion is gone at once after it',
  { tag: '@fresh.deletion' },
  async ({ repo }) => {
    const { digest } = await pushManifest(repo, smallArtifact('read before it goes'));
    given(await repo.manifests.get(digest));
    given(await repo.manifests.delete(digest));
    const atOnce = await repo.manifests.get(digest);
    given(await lookedGone(async () => await repo.manifests.get(digest)), 404, 'delete.manifest.gone');
    expect(atOnce).toHaveStatus(404);
  },
);

test(
  'a tag list that was read before a push names the new tag at once',
  { tag: '@fresh.tag-list' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('under the tags old and new'), 'old');
    given(await repo.tags.all());
    given(await repo.manifests.put('new', manifest));
    const answer = await repo.tags.all();
    const tags = tagsIn(answer);
    expect(answer).toKeep({
      kept: tags.includes('new'),
      expected: 'a list with the tag new',
      received: tags.join(', '),
    });
  },
);

test(
  'a list of referrers that was read before a push names the new referrer at once',
  { tag: '@fresh.referrers' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact('the subject of a late referrer'));
    given(await repo.referrers.list(subject.digest));
    const referrer = await pushReferrer(repo, subject);
    const answer = await repo.referrers.list(subject.digest);
    expect(answer).toKeep(lists(answer, [referrer]));
  },
);
