import { Stopped } from '../run/ending.ts';
import type { Send } from '../http/exchange.ts';
import { isDigest } from '../content/digest.ts';
import { isName, isTag } from '../content/reference.ts';
import { referrersIn, repositoriesIn, tagsIn } from '../registry/lists.ts';
import { namedIn } from '../registry/named.ts';
import { leadsBack, walk } from '../registry/paging.ts';
import type { Created } from './removal.ts';
import { Repository } from '../registry/repository.ts';
import { runOf } from '../run/run-id.ts';

const mostPages = 1_000;
/** References to manifests, and blobs, of a repository: a run makes some hundreds. */
const mostContent = 10_000;

/** Of a run, which makes some thousands. */
const mostRepositories = 10_000;
const mostMinutes = 10;

/** Is told, in a line, what is odd; with `isRest`, something is not looked at. */
type Tell = (line: string, isRest: boolean) => void;

/** The registry offers none to this identity. */
export class NoCatalog extends Error {}

/**
 * The repositories of earlier runs that the catalog lists, by run.
 * @throws NoCatalog
 * @throws Stopped where reading it takes too long
 */
export async function repositoriesOfRuns(
  send: Send,
  registry: string,
  namespaces: readonly string[],
  tell: Tell,
  reading = new Reading(),
): Promise<Map<string, string[]>> {
  const start = { method: 'GET', url: `${registry}/v2/_catalog?n=100` } as const;
  const { first, items, stopped } = await walk(reading.inTime(send), start, repositoriesIn, {
    most: mostPages,
    byLink: false,
  });
  if (first.status !== 200) throw new NoCatalog(`the catalog answered ${first.status}`);
  if (stopped !== undefined)
    tell(
      `not all of the catalog is read, as ${stopped}: what runs left in the rest is to be removed by hand`,
      // One that leads round was read as far as it goes.
      stopped !== leadsBack,
    );
  const found = new Map<string, string[]>();
  let isMore = false;
  // A name outside the grammar could lead anywhere.
  for (const name of new Set(items.filter(isName))) {
    const run = namespaces.map((one) => runOf(name, one)).find((one) => one !== undefined);
    if (run === undefined) continue;
    const names = found.get(run) ?? [];
    found.set(run, names);
    if (names.length < mostRepositories) names.push(name);
    else isMore = true;
  }
  if (isMore) tell(`a run has more than ${mostRepositories} repositories: the rest is not looked into`, true);
  return found;
}

/**
 * What a repository shows of its content, in the order to delete it: the manifests that have a tag, those that they
 * name or that refer to them, and the blobs of all. What has neither tag nor referrer is seen by nobody.
 * @throws Stopped where reading it takes too long
 */
export async function contentOf(
  repository: Repository,
  tell: Tell,
  reading = new Reading(),
): Promise<Created[]> {
  const { name } = repository;
  const send = reading.inTime(repository.send);
  const { manifests: asked, referrers } = new Repository(send, new URL(repository.url).origin, name);
  const { items: tags, stopped } = await walk(
    send,
    { method: 'GET', url: `${repository.url}/tags/list` },
    tagsIn,
    { most: mostPages, byLink: false },
  );
  if (stopped !== undefined)
    tell(`${name}: not all of its tags are read, as ${stopped}; clean up once more`, stopped !== leadsBack);
  // Whoever may push has written these: what is neither a tag nor a digest would lead anywhere.
  const references = new Set(tags.slice(0, mostContent).filter(isTag));
  const manifests = new Set<string>();
  const blobs = new Set<string>();
  const add = (to: Set<string>, digests: readonly string[]): void => {
    for (const digest of digests) if (to.size < mostContent) to.add(digest);
  };
  for (const reference of references) {
    const answer = await asked.get(reference);
    const digest = answer.header('docker-content-digest');
    if (answer.status !== 200 || digest === undefined || !isDigest(digest) || manifests.has(digest)) continue;
    manifests.add(digest);
    const named = namedIn(answer);
    add(
      blobs,
      named.blobs.map((blob) => blob.digest),
    );
    add(
      references,
      named.manifests.map((child) => child.digest),
    );
    add(references, referrersIn(await referrers.list(digest)).filter(isDigest));
  }
  if (Math.max(references.size, blobs.size) >= mostContent)
    tell(
      `${name}: not all of its content is read, as it is more than ${mostContent} things; clean up once more`,
      true,
    );
  return [
    ...[...manifests].map((reference) => ({ repository: name, kind: 'manifest' as const, reference })),
    ...[...blobs].map((reference) => ({ repository: name, kind: 'blob' as const, reference })),
  ];
}

/** The minutes that all that is read together has; only the time of its requests counts. */
export class Reading {
  #ms = 0;

  /** @throws Stopped where they are over */
  inTime(send: Send): Send {
    return async (request) => {
      const { pathname } = new URL(request.url);
      if (this.#ms > mostMinutes * 60_000)
        throw new Stopped(`${pathname}: reading goes on after ${mostMinutes} minutes`);
      const started = performance.now();
      try {
        return await send(request);
      } finally {
        this.#ms += performance.now() - started;
      }
    };
  }
}
