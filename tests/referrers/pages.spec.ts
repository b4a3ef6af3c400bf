import { expect, test } from '../../fixtures/referrers.ts';
import { given, givenKept, pushManifest, pushReferrer, smallArtifact } from '../../lib/arrange.ts';
import type { Manifest } from '../../lib/content/manifest.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { referrersIn } from '../../lib/registry/lists.ts';
import {
  hasNextLink,
  isList,
  leadsOn,
  linkAfter,
  linksToOrigin,
  metOnce,
  walk,
  wasRead,
} from '../../lib/registry/paging.ts';
import { lists, listsOnly, namesFilters, referrerWith } from '../../lib/checks/referrers.ts';
import type { Repository } from '../../lib/registry/repository.ts';

const alike = { artifactType: 'application/vnd.dockside.alike' };
const paged = { 'Dockside-Policy': 'page-size=2' };

/** A subject and three referrers, so one more than fit on a page. */
async function pushThree(
  repo: Repository,
): Promise<{ subject: Manifest; referrers: Manifest[]; digests: string[] }> {
  const subject = await pushManifest(repo, smallArtifact(repo.name));
  const referrers: Manifest[] = [];
  for (const number of ['1', '2', '3']) {
    const referral = { ...alike, annotations: { 'dev.dockside.no': number } };
    referrers.push(await pushReferrer(repo, subject, referral));
  }
  givenKept(lists(await repo.referrers.list(subject.digest), referrers), 'referrers.listed');
  return { subject, referrers, digests: referrers.map(({ digest }) => digest).toSorted() };
}

/** A first page of more, which leads on; another test is about that. */
function givenLinked(page: Answer, total: number): void {
  givenKept(leadsOn(page, referrersIn(page), total), 'referrers.link');
  givenKept(hasNextLink(page), 'referrers.link-format');
}

test(
  'a list of referrers that is cut leads on by a Link, on the same host',
  { tag: ['@referrers.link', '@referrers.link-format', '@referrers.link-origin'] },
  async ({ repo }) => {
    const { subject, digests } = await pushThree(repo);
    const answer = given(await repo.referrers.page(subject.digest, [], paged));
    expect(answer).toKeep(leadsOn(answer, referrersIn(answer), digests.length), 'referrers.link');
    expect.soft(answer).toKeep(hasNextLink(answer), 'referrers.link-format');
    expect.soft(answer).toKeep(linksToOrigin(answer), 'referrers.link-origin');
  },
);

test(
  'the pages of a list of referrers joined are the whole list',
  { tag: '@referrers.pages' },
  async ({ repo }) => {
    const { subject, digests } = await pushThree(repo);
    const url = `${repo.url}/referrers/${subject.digest}`;
    const request = { method: 'GET', url, headers: paged } as const;
    const read = await walk(repo.send, request, referrersIn, { most: 5, byLink: true });
    givenLinked(read.first, digests.length);
    expect(read.last).toKeep(isList(read.items.toSorted(), digests));
  },
);

test(
  'the pages of a filtered list of referrers are all filtered',
  { tag: '@referrers.pages' },
  async ({ repo }) => {
    const { subject, referrers, digests } = await pushThree(repo);
    const other = referrerWith((digest) => digests.every((one) => digest > one), subject);
    given(await repo.manifests.put(other.digest, other));
    const url = `${repo.url}/referrers/${subject.digest}?artifactType=${alike.artifactType}`;
    const request = { method: 'GET', url, headers: paged } as const;
    const read = await walk(repo.send, request, referrersIn, { most: 5, byLink: true });
    givenLinked(read.first, referrers.length);
    givenKept(namesFilters(read.first, ['artifactType']), 'referrers.filter-header');
    givenKept(listsOnly(read.first, referrers), 'referrers.filter-matches');
    expect(read.last).toKeep(isList(read.items.toSorted(), digests));
  },
);

test(
  'a referrer pushed between two pages hides no other and shows none twice',
  { tag: '@referrers.pages-changed' },
  async ({ repo }) => {
    const { subject, digests } = await pushThree(repo);
    const first = await repo.referrers.page(subject.digest, [], paged);
    givenLinked(first, digests.length);
    const url = linkAfter(first) ?? repo.url;
    const between = referrerWith((digest) => digests.every((one) => digest < one), subject);
    given(await repo.manifests.put(between.digest, between));
    const request = { method: 'GET', url, headers: paged } as const;
    const read = await walk(repo.send, request, referrersIn, { most: 5, byLink: true });
    givenKept(wasRead(read), 'referrers.pages');
    const met = [...referrersIn(first), ...read.items];
    expect(read.last).toKeep(metOnce(met, digests));
  },
);
