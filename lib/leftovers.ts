import type { Send } from './exchange.ts';
import type { Created } from './ledger.ts';
import { referrersIn, repositoriesIn, tagsIn } from './lists.ts';
import { namedIn } from './named.ts';
import { walk } from './paging.ts';
import type { Repository } from './repository.ts';
import { runOf } from './run-id.ts';

const mostPages = 10_000;

/**
 * The repositories of earlier runs that the catalog lists, by run.
 * @throws Error where the registry offers no catalog to this identity
 */
export async function repositoriesOfRuns(
  send: Send,
  registry: string,
  namespaces: readonly string[],
): Promise<Map<string, string[]>> {
  const start = { method: 'GET', url: `${registry}/v2/_catalog?n=100` } as const;
  const { first, items } = await walk(send, start, repositoriesIn, { most: mostPages, byLink: false });
  if (first.status !== 200) throw new Error(`the catalog answered ${first.status}`);
  const found = new Map<string, string[]>();
  for (const name of new Set(items)) {
    const run = namespaces.map((one) => runOf(name, one)).find((one) => one !== undefined);
    if (run !== undefined) found.set(run, [...(found.get(run) ?? []), name]);
  }
  return found;
}

/**
 * What a repository shows of its content, in the order to delete it: the manifests that have a tag, those that they
 * name or that refer to them, and the blobs of all. What has neither tag nor referrer is seen by nobody.
 */
export async function contentOf(repository: Repository): Promise<Created[]> {
  const { items: tags } = await walk(
    repository.send,
    { method: 'GET', url: `${repository.url}/tags/list` },
    tagsIn,
    { most: mostPages, byLink: false },
  );
  const manifests = new Set<string>();
  const blobs = new Set<string>();
  const waiting: string[] = tags.toReversed();
  while (waiting.length > 0) {
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
