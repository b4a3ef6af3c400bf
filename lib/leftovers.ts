import { Stopped } from './ending.ts';
import type { Answer, Send } from './exchange.ts';
import { referrersIn, repositoriesIn, tagsIn } from './lists.ts';
import { namedIn } from './named.ts';
import { pageAfter } from './paging.ts';
import type { Created } from './removal.ts';
import type { Repository } from './repository.ts';
import { runOf } from './run-id.ts';

// No look at a registry goes further; a catalog may be made up as it is read.
const most = { pages: 1_000, manifests: 10_000, minutes: 10 };

/**
 * The repositories of earlier runs that the catalog lists, by run.
 * @throws Error where the registry offers no catalog to this identity
 * @throws Stopped where there is no end to it
 */
export async function repositoriesOfRuns(
  send: Send,
  registry: string,
  namespaces: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const names = await itemsOf(send, `${registry}/v2/_catalog?n=100`, repositoriesIn, ({ status }) => {
    if (status !== 200) throw new Error(`the catalog answered ${status}`);
  });
  for (const name of names) {
    const run = namespaces.map((one) => runOf(name, one)).find((one) => one !== undefined);
    if (run !== undefined) found.set(run, [...(found.get(run) ?? []), name]);
  }
  return found;
}

/** The items of a list, read page by page up to one that brings nothing new. @throws Stopped */
async function itemsOf(
  send: Send,
  start: string,
  itemsIn: (page: Answer) => string[],
  onFirst: (page: Answer) => void = () => undefined,
): Promise<string[]> {
  const { pathname } = new URL(start);
  const items = new Set<string>();
  const check = limits(`the list at ${pathname}`);
  let next: string | undefined = start;
  for (let pages = 0; next !== undefined && new URL(next).pathname === pathname; pages += 1) {
    check(pages, most.pages);
    const page: Answer = await send({ method: 'GET', url: next });
    if (pages === 0) onFirst(page);
    const before = items.size;
    for (const item of itemsIn(page)) items.add(item);
    next = items.size === before ? undefined : pageAfter(page, itemsIn);
  }
  return [...items];
}

function limits(what: string): (count: number, highest: number) => void {
  const until = Date.now() + most.minutes * 60_000;
  return (count, highest) => {
    if (count >= highest) throw new Stopped(`${what} goes on after ${highest} requests`);
    if (Date.now() > until) throw new Stopped(`${what} goes on after ${most.minutes} minutes`);
  };
}

/**
 * What a repository shows of its content, in the order to delete it: the manifests that have a tag, those that they
 * name or that refer to them, and the blobs of all. What has neither tag nor referrer is seen by nobody.
 * @throws Stopped where there is no end to it
 */
export async function contentOf(repository: Repository): Promise<Created[]> {
  const tags = await itemsOf(repository.send, `${repository.url}/tags/list`, tagsIn);
  const manifests = new Set<string>();
  const blobs = new Set<string>();
  const waiting: string[] = tags.toReversed();
  const check = limits(`what ${repository.name} holds`);
  for (let asked = 0; waiting.length > 0; asked += 1) {
    check(asked, most.manifests);
    const answer = await repository.manifests.get(waiting.pop() ?? '');
    const digest = answer.header('docker-content-digest');
    if (answer.status !== 200 || digest === undefined || manifests.has(digest)) continue;
    manifests.add(digest);
    const named = namedIn(answer);
    for (const blob of named.blobs) blobs.add(blob.digest);
    waiting.push(...named.manifests.map((child) => child.digest));
    waiting.push(...referrersIn(await repository.referrers.list(digest)));
  }
  const { name } = repository;
  return [
    ...[...manifests].map((reference) => ({ repository: name, kind: 'manifest' as const, reference })),
    ...[...blobs].map((reference) => ({ repository: name, kind: 'blob' as const, reference })),
  ];
}
