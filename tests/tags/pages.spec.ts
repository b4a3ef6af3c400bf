import { expect, test } from '../../fixtures/tags.ts';
import { given, givenKept, givenLink, pushTags } from '../../lib/arrange.ts';
import { hasTexts, isEmpty, tagsIn } from '../../lib/registry/lists.ts';
import {
  beginsPage,
  cameToEnd,
  endsUnlinked,
  hasAsked,
  hasNextLink,
  isList,
  isUnlinked,
  linksToOrigin,
  metOnce,
  pageAfter,
  refusedOrBegins,
  walk,
  wasRead,
} from '../../lib/registry/paging.ts';

test(
  'n tags are listed, from the beginning',
  { tag: ['@tag.list.n', '@tag.list.n-first'] },
  async ({ listed: { repository, tags } }) => {
    const answer = given(await repository.tags.list([['n', '2']]));
    expect.soft(answer).toKeep(hasAsked(answer, tagsIn(answer), 2), 'tag.list.n');
    expect.soft(answer).toKeep(beginsPage(answer, tagsIn(answer), tags), 'tag.list.n-first');
  },
);

test(
  'no tags are listed where none are asked for',
  { tag: ['@tag.list.n-zero', '@tag.list.n-zero-link'] },
  async ({ listed: { repository } }) => {
    const answer = await repository.tags.list([['n', '0']]);
    expect(answer).toKeep(isEmpty(answer, tagsIn(answer)), 'tag.list.n-zero');
    expect(answer).toKeep(isUnlinked(answer), 'tag.list.n-zero-link');
  },
);

const oddNumbers = [
  ['negative', '-1', 'tag.list.n-negative'],
  ['no number', 'abc', 'tag.list.n-text'],
  ['beyond any list', '2147483647', 'tag.list.n-huge'],
  ['beyond any integer', '99999999999999999999', 'tag.list.n-huge'],
] as const;
for (const [what, n, rule] of oddNumbers) {
  test(
    `an n that is ${what} is refused, or answered with tags`,
    { tag: [`@${rule}`, '@http.answered'] },
    async ({ listed: { repository, tags } }) => {
      const answer = await repository.tags.list([['n', n]]);
      expect(answer).toKeep(refusedOrBegins(answer, tagsIn(answer), tags), rule);
    },
  );
}

test(
  'a tag list goes on right after the last tag named',
  { tag: '@tag.list.last' },
  async ({ listed: { repository, tags } }) => {
    const params = [
      ['n', '2'],
      ['last', tags[1] ?? ''],
    ] as const;
    const answer = given(await repository.tags.list(params));
    expect(answer).toKeep(beginsPage(answer, tagsIn(answer), tags.slice(2)));
  },
);

test(
  'a list of tags that differ in case goes on right after the last tag named',
  { tag: '@tag.list.last' },
  async ({ repo }) => {
    await pushTags(repo, ['b', 'A', 'a', 'B']);
    const tags = tagsIn(given(await repo.tags.all()));
    givenKept(isList(tags.toSorted(), ['A', 'B', 'a', 'b']), 'tag.list.complete');
    const params = [
      ['n', '2'],
      ['last', tags[1] ?? ''],
    ] as const;
    const answer = given(await repo.tags.list(params));
    expect(answer).toKeep(beginsPage(answer, tagsIn(answer), tags.slice(2)));
  },
);

test('last needs no n', { tag: '@tag.list.last-only' }, async ({ paged: { repository, tags } }) => {
  const answer = await repository.tags.list([['last', tags[1] ?? '']]);
  expect(answer).toKeep(beginsPage(answer, tagsIn(answer), tags.slice(2)));
});

test(
  'last without n leads to every tag after it, at once or along its Links',
  { tag: '@tag.list.complete' },
  async ({ paged: { repository, tags } }) => {
    const [, last = '', ...rest] = tags;
    const url = `${repository.url}/tags/list?last=${last}`;
    const { first, items } = await walk(repository.send, { method: 'GET', url }, tagsIn, {
      most: tags.length,
      byLink: true,
    });
    givenKept(beginsPage(first, tagsIn(first), rest), 'tag.list.last-only');
    expect(first).toKeep(isList(items, rest));
  },
);

test(
  'a tag list goes on after a last that is no tag',
  { tag: '@tag.list.last-absent' },
  async ({ paged: { repository, tags } }) => {
    givenKept(isList(tags, tags.toSorted()), 'tag.list.sorted');
    const answer = await repository.tags.list([['last', `${tags[1]}0`]]);
    expect(answer).toKeep(beginsPage(answer, tagsIn(answer), tags.slice(2)));
  },
);

test(
  'a tag list goes on after a last that was deleted',
  { tag: '@tag.list.last-absent' },
  async ({ paged, repo }) => {
    await pushTags(repo, paged.tags);
    const [, deleted = '', ...rest] = paged.tags;
    given(await repo.manifests.delete(deleted));
    const answer = await repo.tags.list([['last', deleted]]);
    expect(answer).toKeep(beginsPage(answer, tagsIn(answer), rest));
  },
);

test(
  'nothing follows the final tag, and that is an array too',
  { tag: ['@tag.list.last-final', '@tag.list.array'] },
  async ({ paged: { repository, tags } }) => {
    const answer = await repository.tags.list([['last', tags.at(-1) ?? '']]);
    expect(answer).toKeep(isEmpty(answer, tagsIn(answer)), 'tag.list.last-final');
    expect(answer).toKeep(hasTexts(answer, 'tags'), 'tag.list.array');
  },
);

test(
  'nothing follows what is past the final tag',
  { tag: '@tag.list.last-final' },
  async ({ paged: { repository, tags } }) => {
    givenKept(isList(tags, tags.toSorted()), 'tag.list.sorted');
    const answer = await repository.tags.list([['last', 'zzz']]);
    expect(answer).toKeep(isEmpty(answer, tagsIn(answer)));
  },
);

test(
  'a Link is a web link to the next page, on the same host',
  { tag: ['@tag.list.link-format', '@tag.list.link-origin'] },
  async ({ listed: { repository } }) => {
    const answer = givenLink(await repository.tags.list([['n', '2']]));
    expect.soft(answer).toKeep(hasNextLink(answer), 'tag.list.link-format');
    expect.soft(answer).toKeep(linksToOrigin(answer), 'tag.list.link-origin');
  },
);

test(
  'a Link leads to the tags that follow',
  { tag: '@tag.list.link' },
  async ({ listed: { repository, tags } }) => {
    const first = givenLink(await repository.tags.list([['n', '2']]));
    givenKept(hasNextLink(first), 'tag.list.link-format');
    const url = pageAfter(first, tagsIn) ?? repository.url;
    const second = await repository.send({ method: 'GET', url });
    const rest = tags.slice(tagsIn(first).length);
    expect(second).toKeep(beginsPage(second, tagsIn(second), rest));
  },
);

test(
  'no Link follows a page that ends with the final tag',
  { tag: '@tag.list.link-end' },
  async ({ paged: { repository, tags } }) => {
    const answer = given(
      await repository.tags.list([
        ['n', '2'],
        ['last', tags.at(-3) ?? ''],
      ]),
    );
    expect(answer).toKeep(endsUnlinked(answer, tagsIn(answer), tags.at(-1) ?? ''));
  },
);

// Of five tags: 1, 2, one less, as many, one more, and many more.
for (const n of ['1', '2', '4', '5', '6', '100']) {
  test(
    `pages of ${n} joined are the whole tag list, and come to an end`,
    { tag: ['@tag.list.pages-end', '@tag.list.pages'] },
    async ({ paged: { repository, tags, byLink } }) => {
      const url = `${repository.url}/tags/list?n=${n}`;
      const read = await walk(repository.send, { method: 'GET', url }, tagsIn, {
        most: tags.length + 2,
        byLink,
      });
      expect(read.last).toKeep(cameToEnd(read), 'tag.list.pages-end');
      expect(read.last).toKeep(isList(read.items, tags), 'tag.list.pages');
    },
  );
}

test(
  'tags pushed between two pages hide no other and show none twice',
  { tag: '@tag.list.pages-changed' },
  async ({ paged, repo }) => {
    await pushTags(repo, paged.tags);
    const first = await repo.tags.list([['n', '2']]);
    const url = pageAfter(first, tagsIn) ?? repo.url;
    await pushTags(repo, [`${paged.tags[0]}0`, `${paged.tags[2]}0`]);
    const read = await walk(repo.send, { method: 'GET', url }, tagsIn, { most: 7, byLink: paged.byLink });
    givenKept(wasRead(read), 'tag.list.pages');
    const met = [...tagsIn(first), ...read.items];
    expect(read.last).toKeep(metOnce(met, paged.tags));
  },
);

test(
  'a tag deleted between two pages hides no other and shows none twice',
  { tag: '@tag.list.pages-changed' },
  async ({ paged, repo }) => {
    await pushTags(repo, paged.tags);
    const first = await repo.tags.list([['n', '2']]);
    const url = pageAfter(first, tagsIn) ?? repo.url;
    const [deleted = '', ...stayed] = paged.tags;
    given(await repo.manifests.delete(deleted));
    const read = await walk(repo.send, { method: 'GET', url }, tagsIn, { most: 7, byLink: paged.byLink });
    givenKept(wasRead(read), 'tag.list.pages');
    const met = [...tagsIn(first), ...read.items];
    expect(read.last).toKeep(metOnce(met, stayed));
  },
);
