import { setTimeout as after } from 'node:timers/promises';
import { isDigest } from '../content/digest.ts';
import { isName, isTag } from '../content/reference.ts';
import { removalEnd } from '../run/ending.ts';
import type { Answer } from '../http/exchange.ts';
import { NetworkTrouble } from '../http/retries.ts';
import type { Repository } from '../registry/repository.ts';
import { currentRun, isAnnounced } from '../run/run.ts';
import { line, say } from '../text/terminal.ts';

/**
 * Something this run put into a repository, or was about to. A manifest may be known by its tag alone; an upload goes
 * by the path and query where it goes on.
 */
export type Created = {
  repository: string;
  kind: 'manifest' | 'blob' | 'upload';
  reference: string;
  /** Each request that would have made it was refused. */
  wasRefused?: true;
};

/** What was not removed, and why. */
export type Left = Created & { because: string };

/**
 * `brokenOff`: why not everything was tried; undefined where it was. `isSettled`: the registry has told what became of each.
 */
export type Removal = {
  removed: number;
  left: Left[];
  brokenOff: string | undefined;
  isSettled: boolean;
};

/** Why nothing of a kind can be removed. */
export type Hopeless = Partial<Record<Created['kind'], string>>;

export type Way = {
  open: (repository: string) => Repository;
  /** Whether anybody answers a request that everybody answers; without it, somebody is taken to. */
  isAnswered?: () => Promise<boolean>;
};

const leastAtOnce = 4;
const everyMs = 10_000;
const leastMs = 60_000;
const eachMs = 2_000;

/** A request that no answer came to has the status 0. */
export function isDone(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What was waited for in vain so often is not waited for any more. */
const mostSilences = 2;

export const notOffered = answered(405);

/**
 * Removes these, several repositories at once, what is in one in the order given. It is over when nobody answers any
 * more, or deletions go unanswered, or after a minute and two seconds for each, or 20 s after the signal that ends the
 * process; until then it tells every ten seconds how far it is.
 */
export async function removeAll(
  created: readonly Created[],
  { open, isAnswered = async () => true }: Way,
  hopeless: Hopeless = {},
): Promise<Removal> {
  const gone = new Set<Created>();
  const reasons = new Map<Created, string | Error>();
  const repositories = [...new Set(created.map(({ repository }) => repository))].values();
  const over = new AbortController();
  const breakOff = (because: string): void => over.abort(because);

  let silences = 0;
  const removeFromNext = async (): Promise<void> => {
    for (const name of repositories) {
      const repository = open(name);
      for (const one of created.filter((other) => other.repository === name)) {
        if (over.signal.aborted) return;
        // What a registry deletes nowhere need not be tried everywhere.
        const outcome = hopeless[one.kind] ?? (await remove(repository, one));
        if (outcome === notOffered) hopeless[one.kind] = outcome;
        if (outcome === undefined || isNowhere(one, outcome)) gone.add(one);
        else reasons.set(one, outcome);
        silences = isSilence(outcome) ? silences + 1 : outcome instanceof Error ? silences : 0;
        if (isSilence(outcome) && silences >= mostSilences) breakOff(told(outcome));
        else if (outcome instanceof Error && !(await isAnswered())) breakOff('nobody answers any more');
      }
    }
  };

  const watch = async (): Promise<void> => {
    const latest = Date.now() + leastMs + created.length * eachMs;
    const leftMs = (): number => Math.max(0, Math.min(latest, removalEnd()) - Date.now());
    for (let settled = 0; ; settled = gone.size + reasons.size) {
      await after(Math.min(everyMs, leftMs()), undefined, { signal: over.signal });
      if (leftMs() === 0) return breakOff('there was no more time');
      say(line`  removing: ${gone.size} of ${created.length} are gone`);
      const isSilent = gone.size + reasons.size === settled;
      if (isSilent && !(await isAnswered())) return breakOff('nobody answers any more');
    }
  };

  const atOnce = isAnnounced() ? Math.max(leastAtOnce, currentRun().workers) : leastAtOnce;
  const work = Promise.all(Array.from({ length: atOnce }, removeFromNext));
  await Promise.race([work, watch().catch(() => undefined)]);
  const brokenOff = over.signal.aborted ? String(over.signal.reason) : undefined;
  over.abort('it is over');
  const left = created
    .filter((one) => !gone.has(one))
    .map((one) => ({ ...one, because: told(reasons.get(one) ?? brokenOff) }));
  const isSettled = brokenOff === undefined && [...reasons.values()].every((one) => typeof one === 'string');
  return { removed: gone.size, left, brokenOff, isSettled };
}

/** What was never taken, and what a registry does not know how to delete, need not be deleted. */
function isNowhere({ wasRefused }: Created, outcome: string | Error): boolean {
  return wasRefused === true && [400, 405].some((status) => outcome === answered(status));
}

function answered(status: number): string {
  return `the registry answered ${status}`;
}

function isSilence(outcome: unknown): outcome is NetworkTrouble {
  return outcome instanceof NetworkTrouble && outcome.trouble.kind === 'timeout';
}

/** Undefined where it is gone; why the registry kept it; or that there was no answer. */
async function remove(repository: Repository, one: Created): Promise<string | Error | undefined> {
  if (!isOfItsRepository(one)) return 'it is no place in that repository';
  try {
    const { status } = await deleteOne(repository, one);
    if (status === 405) return notOffered;
    return isDone(status) || status === 404 ? undefined : answered(status);
  } catch (error) {
    // Whichever of the requests removed it, it is gone.
    if (error instanceof NetworkTrouble && error.unsure?.status === 404) return undefined;
    return error as Error;
  }
}

function told(reason: string | Error = ''): string {
  return (typeof reason === 'string' ? reason : reason.message).split('\n', 1)[0] ?? '';
}

/** Whether a request for it stays in its repository: what a server named may lead to the content of others. */
function isOfItsRepository({ repository, kind, reference }: Created): boolean {
  if (!isName(repository)) return false;
  if (kind === 'blob') return isDigest(reference);
  if (kind === 'manifest') return isDigest(reference) || isTag(reference);
  const { pathname, host } = new URL(reference, 'http://registry');
  const [noun = '', last = ''] = pathname.split('/').slice(-2);
  return (
    reference.startsWith('/') &&
    host === 'registry' &&
    noun !== 'manifests' &&
    !(noun === 'blobs' && last.includes(':'))
  );
}

async function deleteOne(repository: Repository, one: Created): Promise<Answer> {
  const { kind, reference } = one;
  const { blobs, manifests, uploads } = repository;
  if (kind === 'upload') return await uploads.delete(new URL(repository.url).origin + reference);
  if (kind === 'blob') return await blobs.delete(reference);
  if (isDigest(reference)) return await manifests.delete(reference);
  // Its answer never came, so that the digest has to be asked for.
  const there = await manifests.head(reference);
  if (there.status === 404) return there;
  const digest = there.header('docker-content-digest') ?? '';
  return await manifests.delete(isDigest(digest) ? digest : reference);
}
