import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { isDigest } from './content/digest.ts';
import type { Answer, Request, Send } from './exchange.ts';
import { NetworkTrouble } from './network.ts';
import { redactKnown } from './redact.ts';
import type { Repository } from './repository.ts';
import { runSecrets } from './run.ts';

/** The run that a ledger is of: its id, its registry, and the process that can still be asked whether it goes on. */
export type LedgerHead = { run: string; url: string; host: string; pid: number };

/**
 * Something this run put into a repository, or was about to. A manifest may be known by its tag alone; an upload goes
 * by the path and query where it goes on.
 */
export type Created = { repository: string; kind: 'manifest' | 'blob' | 'upload'; reference: string };

/** The registry has told what became of what an earlier line asked for: a tag, a digest, or the path of an upload. */
type Settled = { repository: string; settled: string };

type Line = LedgerHead | Created | Settled;

/** What a registry did not delete, and why. */
export type Left = Created & { because: string };

export type Removal = { removed: number; left: Left[] };

const atOnce = 4;
const manifestPath = /^\/v2\/(.+)\/manifests\/([^/]+)$/;
const uploadPath = /^\/v2\/(.+)\/blobs\/uploads?\//;

/** Says at the top of a ledger whose it is, before anything is created. */
export function openLedger(file: string, { run, url }: Pick<LedgerHead, 'run' | 'url'>): void {
  note(file, [{ run, url, host: hostname(), pid: process.pid }]);
}

/** Writes down what a request may create before it is sent, and what its answer tells of it. */
export function noting(send: Send, file: string): Send {
  return async (request) => {
    note(file, createdBy(request));
    const answer = await send(request);
    note(file, toldBy(answer));
    return answer;
  };
}

function createdBy({ method, url }: Request): Created[] {
  const { pathname, searchParams } = new URL(url);
  const [, holder, tagOrDigest] = manifestPath.exec(pathname) ?? [];
  if (method === 'PUT' && holder !== undefined && tagOrDigest !== undefined) {
    return [{ repository: holder, kind: 'manifest', reference: tagOrDigest }];
  }
  const [, repository] = uploadPath.exec(pathname) ?? [];
  const digest = searchParams.get('digest') ?? searchParams.get('mount');
  if (repository === undefined || digest === null || !isDigest(digest)) return [];
  return [{ repository, kind: 'blob', reference: digest }];
}

function toldBy(answer: Answer): Line[] {
  const { pathname, origin } = new URL(answer.request.url);
  const [, holder, reference = ''] = manifestPath.exec(pathname) ?? [];
  if (holder !== undefined) return toldOfManifest(answer, holder, reference);
  const [, repository] = uploadPath.exec(pathname) ?? [];
  if (repository === undefined) return [];
  const { status, location } = answer;
  const { method } = answer.request;
  const goesOn = status === 202 && ['POST', 'PATCH'].includes(method);
  if (goesOn && location?.startsWith(`${origin}/`)) {
    return [{ repository, kind: 'upload', reference: location.slice(origin.length) }];
  }
  return ['PUT', 'DELETE'].includes(method) && status < 300 ? [{ repository, settled: pathname }] : [];
}

function toldOfManifest(answer: Answer, repository: string, asked: string): Line[] {
  const { status } = answer;
  if (answer.request.method !== 'PUT' || status >= 500) return [];
  const settled = { repository, settled: asked };
  if (status >= 300) return [settled];
  const digest = answer.header('docker-content-digest');
  return digest === undefined ? [] : [{ repository, kind: 'manifest', reference: digest }, settled];
}

function note(file: string, lines: readonly Line[]): void {
  if (lines.length === 0) return;
  mkdirSync(dirname(file), { recursive: true });
  // A Location may show what the request was sent with. What else its query holds leads to the upload.
  appendFileSync(file, lines.map((one) => `${redactKnown(JSON.stringify(one), runSecrets())}\n`).join(''));
}

/** Whose a ledger is; undefined where its first line does not say. */
export function headOf(file: string): LedgerHead | undefined {
  const [first] = linesOf(file);
  return first !== undefined && 'run' in first ? first : undefined;
}

/**
 * Cancels and deletes what a ledger names, in each repository the open uploads first, then the manifests, the newest
 * first (an index before its children), then the blobs. What is gone already counts as removed. What stays stays in the
 * ledger, which goes when nothing is left.
 */
export async function removeCreated(
  file: string,
  open: (repository: string) => Repository,
): Promise<Removal> {
  const removal = await removeAll(readLedger(file), open);
  if (removal.left.length === 0) rmSync(file, { force: true });
  else keepOnly(file, removal.left);
  return removal;
}

/**
 * The same between two tests that use the same repositories. The ledger stays, with what stays and why: of a kind that
 * the registry does not delete, nothing is tried again.
 */
export async function removeBetween(file: string, open: (repository: string) => Repository): Promise<Left[]> {
  const created: (Created & Partial<Left>)[] = readLedger(file);
  if (created.length === 0) return [];
  const hopeless = created
    .filter(({ because }) => because === notOffered)
    .map(({ kind }) => [kind, notOffered]);
  const { left } = await removeAll(created, open, Object.fromEntries(hopeless) as Refused);
  keepOnly(file, left);
  return left;
}

type Refused = Partial<Record<Created['kind'], string>>;

/** Removes these, several repositories at once, what is in one in the order given. */
export async function removeAll(
  created: readonly Created[],
  open: (repository: string) => Repository,
  refused: Refused = {},
): Promise<Removal> {
  const repositories = [...new Set(created.map(({ repository }) => repository))].values();
  const left: Left[] = [];
  const removeFromNext = async (): Promise<void> => {
    for (const name of repositories) {
      const repository = open(name);
      for (const one of created.filter((other) => other.repository === name)) {
        // What a registry deletes nowhere need not be tried everywhere.
        const because = refused[one.kind] ?? (await remove(repository, one));
        if (because === notOffered) refused[one.kind] = because;
        if (because !== undefined) left.push({ ...one, because });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, removeFromNext));
  return { removed: created.length - left.length, left };
}

const notOffered = 'the registry answered 405';

/** Why it stays; undefined where it is gone. */
async function remove(repository: Repository, one: Created): Promise<string | undefined> {
  try {
    const { status } = await deleteOne(repository, one);
    if (status === 405) return notOffered;
    return status < 300 || status === 404 ? undefined : `the registry answered ${status}`;
  } catch (error) {
    // Whichever of the requests removed it, it is gone.
    if (error instanceof NetworkTrouble && error.unsure?.status === 404) return undefined;
    return (error as Error).message.split('\n', 1)[0];
  }
}

async function deleteOne(repository: Repository, { kind, reference }: Created): Promise<Answer> {
  const { blobs, manifests, uploads } = repository;
  if (kind === 'upload') return await uploads.delete(new URL(repository.url).origin + reference);
  if (kind === 'blob') return await blobs.delete(reference);
  if (isDigest(reference)) return await manifests.delete(reference);
  // Its answer never came, so that the digest has to be asked for.
  const there = await manifests.head(reference);
  if (there.status === 404) return there;
  return await manifests.delete(there.header('docker-content-digest') ?? reference);
}

function keepOnly(file: string, left: readonly Left[]): void {
  const head = headOf(file);
  const kept = [...(head === undefined ? [] : [head]), ...left.toReversed()];
  // At once, as a kill may come at any time.
  writeFileSync(`${file}.new`, kept.map((one) => `${JSON.stringify(one)}\n`).join(''));
  renameSync(`${file}.new`, file);
}

/** Each thing once, in the order to remove it. A tag goes with its manifest, where the answer told the digest. */
export function readLedger(file: string): Created[] {
  const lines = linesOf(file);
  const settled = new Set(
    lines.flatMap((line) => ('settled' in line ? [`${line.repository} ${line.settled}`] : [])),
  );
  const created = lines.filter((line): line is Created => 'kind' in line).toReversed();
  const seen = new Set<string>();
  const open = created.filter(({ repository, kind, reference }) => {
    const name = kind === 'upload' ? (reference.split('?', 1)[0] ?? '') : reference;
    const id = `${kind} ${repository} ${name}`;
    const isGone = settled.has(`${repository} ${name}`) && (kind === 'upload' || !isDigest(name));
    if (isGone || seen.has(id)) return false;
    seen.add(id);
    return true;
  });
  return (['upload', 'manifest', 'blob'] as const).flatMap((kind) => open.filter((one) => one.kind === kind));
}

function linesOf(file: string): Line[] {
  if (!existsSync(file)) return [];
  // A run that was killed may have left half a line.
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1).filter(Boolean);
  return whole.map((line) => JSON.parse(line) as Line);
}
