import { expect, test } from '../../fixtures/referrers.ts';
import { given, givenKept, pushManifest, pushReferrer, smallArtifact } from '../../lib/arrange.ts';
import type { Manifest } from '../../lib/content/manifest.ts';
import { referrersIn } from '../../lib/lists.ts';
import {
  hasNextLink,
  isList,
  leadsOn,
  linkAfter,
  linksToOrigin,
  metOnce,
  walk,
  wasRead,
} from '../../lib/paging.ts';
import type { Repository } from '../../lib/repository.ts';

const alike = { artifactType: 'application/vnd.dockside.alike' };
const paged = { 'Dockside-Policy': 'page-size=2' };

/** A subject and three referrers, so one more than fit on a page. */
async function pushThree(repo: Repository): Promise<{ subject: Manifest; digests: string[] }> {
  const subject = await pushManifest(repo, smallArtifact(repo.name));
  const digests: string[] = [];
  for (const number of ['1', '2', '3']) {
    const referral = { ...alike, annotations: { 'dev.dockside.no': number } };
    digests.push((await pushReferrer(repo, subject, referral)).digest);
  }
  return { subject, digests: digests.toSorted() };
}

test(
  'a list of referrers that is cut leads on by a Link, on the same host',
  { tag: ['@referrers.link', '@referrers.link-format', '@referrers.link-origin'] },
  async ({ repo }) => {
    const { subject, digests } = await pushThree(repo);
    const answer = given(await repo.referrers.list(subject.digest, [], paged), 200, 'referrers.status');
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
    expect(read.last).toKeep(isList(read.items.toSorted(), digests), 'referrers.pages');
  },
);

test(
  'the pages of a filtered list of referrers are all filtered',
  { tag: '@referrers.pages' },
  async ({ repo }) => {
    const { subject, digests } = await pushThree(repo);
    const { digest } = await pushReferrer(repo, subject, {
      ...alike,
      annotations: { 'dev.dockside.no': '4' },
    });
    await pushReferrer(repo, subject, { artifactType: 'application/vnd.dockside.other' });
    const url = `${repo.url}/referrers/${subject.digest}?artifactType=${alike.artifactType}`;
    const request = { method: 'GET', url, headers: paged } as const;
    const read = await walk(repo.send, request, referrersIn, { most: 5, byLink: true });
    expect(read.last).toKeep(
      isList(read.items.toSorted(), [...digests, digest].toSorted()),
      'referrers.pages',
    );
  },
);

test(
  'a referrer pushed between two pages hides no other and shows none twice',
  { tag: '@referrers.pages-changed' },
  async ({ repo }) => {
    const { subject, digests } = await pushThree(repo);
    const first = await repo.referrers.list(subject.digest, [], paged);
    givenKept(leadsOn(first, referrersIn(first), digests.length), 'referrers.link');
    const url = linkAfter(first) ?? repo.url;
    await pushReferrer(repo, subject, { artifactType: 'application/vnd.dockside.between' });
    const request = { method: 'GET', url, headers: paged } as const;
    const read = await walk(repo.send, request, referrersIn, { most: 5, byLink: true });
    givenKept(wasRead(read), 'referrers.pages');
    const met = [...referrersIn(first), ...read.items];
    expect(read.last).toKeep(metOnce(met, digests), 'referrers.pages-changed');
  },
);
