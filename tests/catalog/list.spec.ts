import { expect, test } from '../../fixtures/catalog.ts';
import { given, givenKept, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { hasMediaType } from '../../lib/checks/checks.ts';
import { byComponent, hasTexts, repositoriesIn } from '../../lib/registry/lists.ts';
import { cameToEnd, endsFull, isOrdered, metOnce, walk } from '../../lib/registry/paging.ts';

test(
  'the catalog is a list of repositories',
  { tag: ['@smoke', '@catalog.status', '@catalog.content-type', '@catalog.json'] },
  async ({ repositories }) => {
    const answer = await repositories.list();
    expect(answer).toHaveStatus(200, 'catalog.status');
    expect.soft(answer).toKeep(hasMediaType(answer, 'application/json'), 'catalog.content-type');
    expect(answer).toKeep(hasTexts(answer, 'repositories'), 'catalog.json');
  },
);

test(
  'the catalog is sorted, and not as pushed',
  { tag: '@catalog.sorted' },
  async ({ cataloged: { names: pushed }, repositories }) => {
    const url = `${repositories.url}?n=100&last=${encodeURIComponent(pushed[0] ?? '')}`;
    const read = await walk(repositories.send, { method: 'GET', url }, repositoriesIn, {
      most: 20,
      byLink: true,
      until: pushed.at(-1),
    });
    const names = read.items;
    given(read.first);
    const found = metOnce(names, pushed.slice(1));
    givenKept({ ...found, kept: found.kept || !endsFull(read.last, repositoriesIn, 100) }, 'catalog.link');
    givenKept(found, 'catalog.complete');
    const sorted = isOrdered(names, names.toSorted(), names.toSorted(byComponent));
    expect(read.last).toKeep(sorted);
  },
);

test(
  "a repository that holds a manifest is in the catalog, and if its name begins another's as well",
  { tag: ['@catalog.complete', '@catalog.prefix'] },
  async ({ pushRepositories, repositories }) => {
    const [first = '', outer = '', inner = ''] = await pushRepositories('a', 'p', 'p/q');
    const url = `${repositories.url}?n=100&last=${encodeURIComponent(first)}`;
    const request = { method: 'GET', url } as const;
    const read = await walk(repositories.send, request, repositoriesIn, {
      most: 20,
      byLink: false,
      until: inner,
    });
    givenKept(hasTexts(read.last, 'repositories'), 'catalog.json');
    givenKept(cameToEnd(read), 'catalog.pages-end');
    expect(read.last).toKeep(metOnce(read.items, [inner]), 'catalog.complete');
    expect(read.last).toKeep(metOnce(read.items, [outer]), 'catalog.prefix');
  },
);

test(
  'a repository whose manifests have no tag is in the catalog',
  { tag: '@catalog.complete' },
  async ({ pushRepositories, repositories, unusedRepo }) => {
    const [first = ''] = await pushRepositories('a');
    const untagged = unusedRepo('b');
    await pushManifest(untagged, smallArtifact(untagged.name));
    const url = `${repositories.url}?n=100&last=${encodeURIComponent(first)}`;
    const read = await walk(repositories.send, { method: 'GET', url }, repositoriesIn, {
      most: 20,
      byLink: false,
      until: untagged.name,
    });
    expect(read.last).toKeep(metOnce(read.items, [untagged.name]));
  },
);

test(
  'a catalog asked for under the name of a repository lists none',
  { tag: '@catalog.place' },
  async ({ repo }) => {
    given(await repo.uploads.post());
    const answer = await repo.send({ method: 'GET', url: `${repo.url}/_catalog` });
    expect(answer).toBeRefused();
  },
);
