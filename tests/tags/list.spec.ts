import { expect, test } from '../../fixtures/tags.ts';
import { given, givenKept, pushManifest, pushTags, smallArtifact } from '../../lib/arrange.ts';
import { hasMediaType } from '../../lib/checks/checks.ts';
import { byLetter, hasObject, hasText, hasTexts, tagsIn } from '../../lib/registry/lists.ts';
import { isList, isOrdered } from '../../lib/registry/paging.ts';

test(
  'the tags of a repository are listed',
  {
    tag: [
      '@smoke',
      '@tag.list.status',
      '@tag.list.content-type',
      '@tag.list.json',
      '@tag.list.name',
      '@tag.list.array',
      '@tag.list.complete',
    ],
  },
  async ({ repo }) => {
    await pushTags(repo, ['b', 'c', 'a']);
    const answer = await repo.tags.all();
    expect(answer).toHaveStatus(200, 'tag.list.status');
    expect.soft(answer).toKeep(hasMediaType(answer, 'application/json'), 'tag.list.content-type');
    expect(answer).toKeep(hasObject(answer), 'tag.list.json');
    expect.soft(answer).toKeep(hasText(answer, 'name', repo.name), 'tag.list.name');
    expect(answer).toKeep(hasTexts(answer, 'tags'), 'tag.list.array');
    expect(answer).toKeep(isList(tagsIn(answer).toSorted(), ['a', 'b', 'c']), 'tag.list.complete');
  },
);

test(
  'a repository that has manifests and no tags has a tag list',
  { tag: '@tag.list.status' },
  async ({ repo }) => {
    await pushManifest(repo, smallArtifact(repo.name));
    const answer = await repo.tags.all();
    expect(answer).toHaveStatus(200);
  },
);

test(
  'a client that accepts JSON alone is sent the tags',
  { tag: '@tag.list.accept-json' },
  async ({ repo }) => {
    await pushTags(repo, ['a']);
    given(await repo.tags.all());
    const answer = await repo.send({
      method: 'GET',
      url: `${repo.url}/tags/list`,
      headers: { Accept: 'application/json' },
    });
    expect(answer).toHaveStatus(200);
  },
);

test('a tag list holds no digest', { tag: '@tag.list.complete' }, async ({ repo }) => {
  await pushTags(repo, ['a']);
  await pushManifest(repo, smallArtifact(`${repo.name}, without a tag`));
  const answer = given(await repo.tags.all());
  expect(answer).toKeep(isList(tagsIn(answer), ['a']));
});

test(
  'a tag list holds no tag of a repository beneath',
  { tag: '@tag.list.complete' },
  async ({ unusedRepo }) => {
    const [outer, inner] = [unusedRepo('p'), unusedRepo('p/q')];
    await pushTags(outer, ['a']);
    await pushTags(inner, ['b']);
    const answer = given(await outer.tags.all());
    expect(answer).toKeep(isList(tagsIn(answer), ['a']));
  },
);

test('a tag is listed once, though it was pushed twice', { tag: '@tag.list.complete' }, async ({ repo }) => {
  await pushTags(repo, ['a', 'b', 'a']);
  const answer = given(await repo.tags.all());
  givenKept(hasTexts(answer, 'tags'), 'tag.list.array');
  expect(answer).toKeep(isList(tagsIn(answer).toSorted(), ['a', 'b']));
});

test(
  'tags are in ASCII order or in lexical order, and not as pushed or by their number',
  { tag: '@tag.list.sorted' },
  async ({ repo }) => {
    const pushed = ['9', 'B', 'a', '10', 'C'];
    await pushTags(repo, pushed);
    const answer = given(await repo.tags.all());
    const tags = tagsIn(answer);
    givenKept(isList(tags.toSorted(), pushed.toSorted()), 'tag.list.complete');
    const order = isOrdered(tags, tags.toSorted(), tags.toSorted(byLetter));
    expect(answer).toKeep(order);
  },
);

test(
  'a repository that nobody pushed to has no tag list',
  { tag: '@tag.list.unknown-repository' },
  async ({ unusedRepo }) => {
    const answer = await unusedRepo('never-pushed').tags.all();
    expect(answer).toHaveStatus(404);
  },
);
