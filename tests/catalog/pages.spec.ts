import { expect, test } from '../../fixtures/catalog.ts';
import { given, givenKept } from '../../lib/arrange.ts';
import { hasTexts, isEmpty, repositoriesIn } from '../../lib/registry/lists.ts';
import {
  beginsList,
  goesOnOrEnds,
  hasNextLink,
  isAtMost,
  joinsTo,
  isUnlinked,
  leadsOn,
  linksToOrigin,
  metOnce,
  pageAfter,
  refusedOrAnswered,
  refusedOrEmpty,
  walk,
  wasRead,
} from '../../lib/registry/paging.ts';

test(
  'the catalog is cut at n repositories',
  { tag: '@catalog.n' },
  async ({ cataloged: { names }, repositories }) => {
    const params = [
      ['n', '2'],
      ['last', names[0] ?? ''],
    ] as const;
    const answer = given(await repositories.list(params));
    expect(answer).toKeep(isAtMost(repositoriesIn(answer), 2));
  },
);

test(
  'the catalog lists no repositories where none are asked for',
  { tag: '@catalog.n-zero' },
  async ({ cataloged: { names }, repositories }) => {
    const answer = await repositories.list([
      ['n', '0'],
      ['last', names[0] ?? ''],
    ]);
    expect(answer).toKeep(refusedOrEmpty(answer, repositoriesIn(answer)));
  },
);

const oddNumbers = [
  ['negative', '-1', 'catalog.n-negative'],
  ['no number', 'abc', 'catalog.n-text'],
  ['beyond any list', '2147483647', 'catalog.n-huge'],
  ['beyond any integer', '99999999999999999999', 'catalog.n-huge'],
] as const;
for (const [what, n, rule] of oddNumbers) {
  test(
    `an n that is ${what} is refused, or answered with repositories`,
    { tag: `@${rule}` },
    async ({ cataloged: { names }, repositories }) => {
      const answer = await repositories.list([
        ['n', n],
        ['last', names[0] ?? ''],
      ]);
      expect(answer).toKeep(refusedOrAnswered(answer, repositoriesIn(answer)));
    },
  );
}

test(
  'the catalog goes on right after the last repository named',
  { tag: '@catalog.last' },
  async ({ cataloged: { names }, repositories }) => {
    const params = [
      ['n', '2'],
      ['last', names[1] ?? ''],
    ] as const;
    const answer = given(await repositories.list(params));
    givenKept(hasTexts(answer, 'repositories'), 'catalog.json');
    const next = repositoriesIn(answer).toSorted().slice(0, 2);
    expect(answer).toKeep(beginsList(next, names.slice(2)));
  },
);

test(
  'the catalog goes on after a last that is no repository',
  { tag: '@catalog.last-absent' },
  async ({ paged: { names }, repositories }) => {
    const answer = await repositories.list([
      ['n', '2'],
      ['last', `${names[1]}0`],
    ]);
    expect(answer).toKeep(beginsList(repositoriesIn(answer).toSorted(), names.slice(2)));
  },
);

test(
  'nothing follows what is past the final repository, and no Link leads on',
  { tag: ['@catalog.last-final', '@catalog.link-end', '@catalog.json'] },
  async ({ paged: { pastAll }, repositories }) => {
    const answer = await repositories.list([
      ['n', '2'],
      ['last', pastAll],
    ]);
    expect(answer).toKeep(isEmpty(answer, repositoriesIn(answer)), 'catalog.last-final');
    expect.soft(answer).toKeep(isUnlinked(answer), 'catalog.link-end');
    expect.soft(answer).toKeep(hasTexts(answer, 'repositories'), 'catalog.json');
  },
);

test(
  'a catalog that is cut leads on by a Link, on the same host',
  { tag: ['@catalog.link', '@catalog.link-format', '@catalog.link-origin'] },
  async ({ paged: { names }, repositories }) => {
    const answer = await repositories.list([
      ['n', '2'],
      ['last', names[0] ?? ''],
    ]);
    expect(answer).toKeep(leadsOn(answer, repositoriesIn(answer), 4), 'catalog.link');
    expect.soft(answer).toKeep(hasNextLink(answer), 'catalog.link-format');
    expect.soft(answer).toKeep(linksToOrigin(answer), 'catalog.link-origin');
  },
);

// Of the four that follow the first: 1, 2, one less, as many, one more, and many more.
for (const n of ['1', '2', '3', '4', '5', '100']) {
  test(
    `pages of ${n} joined are the whole catalog`,
    { tag: '@catalog.pages' },
    async ({ paged: { prefix, names, byLink }, repositories }) => {
      const [first = '', ...rest] = names;
      const url = `${repositories.url}?n=${n}&last=${encodeURIComponent(first)}`;
      const read = await walk(repositories.send, { method: 'GET', url }, repositoriesIn, {
        most: rest.length + 1,
        byLink,
        until: rest.at(-1),
      });
      expect(read.last).toKeep(joinsTo(read.items, rest, prefix));
    },
  );
}

test(
  'following the catalog comes to an end',
  { tag: '@catalog.pages-end' },
  async ({ paged: { names, byLink }, repositories }) => {
    const url = `${repositories.url}?n=100&last=${encodeURIComponent(names.at(-1) ?? '')}`;
    const read = await walk(repositories.send, { method: 'GET', url }, repositoriesIn, { most: 20, byLink });
    expect(read.last).toKeep(goesOnOrEnds(read));
  },
);

test(
  'repositories pushed between two pages hide no other and show none twice',
  { tag: '@catalog.pages-changed' },
  async ({ paged: { pushRepositories, byLink }, repositories }) => {
    const [anchor = '', ...stayed] = await pushRepositories('b', 'd', 'f');
    const first = await repositories.list([
      ['n', '1'],
      ['last', anchor],
    ]);
    const url = pageAfter(first, repositoriesIn) ?? repositories.url;
    await pushRepositories('c', 'e');
    const read = await walk(repositories.send, { method: 'GET', url }, repositoriesIn, {
      most: 4,
      byLink,
      until: stayed.at(-1),
    });
    givenKept(wasRead(read), 'catalog.pages');
    const met = [...repositoriesIn(first), ...read.items];
    expect(read.last).toKeep(metOnce(met, stayed));
  },
);
