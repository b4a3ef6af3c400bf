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
import { isDigest } from '../content/digest.ts';
import type { Answer, Request, Send } from '../http/exchange.ts';
import { redactKnown } from '../secrets/redact.ts';
import { isRedirect } from '../http/redirect.ts';
import { runSecrets } from '../run/run.ts';
import { line, say } from '../text/terminal.ts';
import {
  isDone,
  type Hopeless,
  notOffered,
  removeAll,
  type Created,
  type Left,
  type Removal,
  type Way,
} from './removal.ts';

/** The run that a ledger is of: its id, its registry, and the process that can still be asked whether it goes on. */
export type LedgerHead = { run: string; url: string; host: string; pid: number };

/** The registry has told what became of what an earlier line asked for: a tag, a digest, or the path of an upload. */
type Settled = { repository: string; settled: string };

/** A request that would have made this was refused. */
type Refused = { repository: string; refused: string };

type Line = LedgerHead | Created | Settled | Refused;

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
    note(file, [...refusedBy(request, answer), ...toldBy(request, answer)]);
    return answer;
  };
}

function createdBy({ method, url }: Request): Created[] {
  const { pathname, searchParams } = new URL(url);
  const [, holder, tagOrDigest] = manifestPath.exec(pathname) ?? [];
  if (method === 'PUT' && holder !== undefined && tagOrDigest !== undefined) {
    const references = [tagOrDigest, ...searchParams.getAll('tag')];
    return references.map((reference) => ({ repository: holder, kind: 'manifest', reference }));
  }
  const [, repository] = uploadPath.exec(pathname) ?? [];
  const digest = searchParams.get('digest') ?? searchParams.get('mount');
  if (repository === undefined || digest === null || !isDigest(digest)) return [];
  return [{ repository, kind: 'blob', reference: digest }];
}

function refusedBy(request: Request, { status }: Answer): Refused[] {
  if (status < 400 || status >= 500) return [];
  return createdBy(request).map(({ repository, reference }) => ({ repository, refused: reference }));
}

/** The answer may come from where the request was redirected to. */
function toldBy({ method, url }: Request, answer: Answer): Line[] {
  const { pathname, origin } = new URL(url);
  const [, holder, reference = ''] = manifestPath.exec(pathname) ?? [];
  if (holder !== undefined) return method === 'PUT' ? toldOfManifest(answer, holder, reference) : [];
  const [, repository] = uploadPath.exec(pathname) ?? [];
  if (repository === undefined) return [];
  const { status, location } = answer;
  const goesOn = status === 202 && ['POST', 'PATCH'].includes(method);
  if (goesOn && location?.startsWith(`${origin}/`)) {
    return [{ repository, kind: 'upload', reference: location.slice(origin.length) }];
  }
  return ['PUT', 'DELETE'].includes(method) && isDone(status) ? [{ repository, settled: pathname }] : [];
}

function toldOfManifest(answer: Answer, repository: string, asked: string): Line[] {
  const { status } = answer;
  if (status < 200 || status >= 500 || isRedirect(status)) return [];
  const settled = { repository, settled: asked };
  if (status >= 300) return [settled];
  const digest = answer.header('docker-content-digest') ?? '';
  return !isDigest(digest) ? [] : [{ repository, kind: 'manifest', reference: digest }, settled];
}

function note(file: string, lines: readonly Line[]): void {
  if (lines.length === 0) return;
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, lines.map((one) => `${JSON.stringify(masked(one))}\n`).join(''));
}

/**
 * A Location may show what the request was sent with; what else its query holds leads to the upload. All else is ours to
 * say, and what was masked there could not be removed.
 */
function masked(one: Line): Line {
  if ('settled' in one) return { ...one, settled: maskedPlace(one.settled, one.repository) };
  if ('kind' in one) return { ...one, reference: maskedPlace(one.reference, one.repository) };
  return one;
}

function maskedPlace(place: string, repository: string): string {
  if (!place.startsWith('/')) return place;
  const ours = `/v2/${repository}/blobs/`;
  const begins = place.startsWith(ours) ? ours : '';
  return begins + redactKnown(place.slice(begins.length), runSecrets());
}

/** Whose a ledger is; undefined where its first line does not say. */
export function headOf(file: string): LedgerHead | undefined {
  const [first] = linesOf(file);
  return first !== undefined && 'run' in first ? first : undefined;
}

/**
 * Cancels and deletes what ledgers name, in each repository the open uploads first, then the manifests, the newest first
 * (an index before its children), then the blobs. What is gone already counts as removed. What stays stays in its
 * ledger, which goes when nothing is left.
 */
export async function removeCreated(files: readonly string[], way: Way): Promise<Removal> {
  const ledgers = files.map((file) => ({ file, created: readLedger(file) }));
  const removal = await removeAll(
    ledgers.flatMap(({ created }) => created),
    way,
  );
  for (const { file, created } of ledgers) {
    const named = new Set(created.map(idOf));
    const left = removal.left.filter((one) => named.has(idOf(one)));
    if (left.length === 0) rmSync(file, { force: true });
    else keepOnly(file, left);
  }
  return removal;
}

/**
 * The same between two tests that use the same repositories. The ledger stays, with what stays and why: of a kind that
 * the registry does not delete, nothing is tried again.
 */
export async function removeBetween(file: string, way: Way): Promise<Left[]> {
  const created: (Created & Partial<Left>)[] = readLedger(file);
  if (created.length === 0) return [];
  const hopeless = created
    .filter(({ because }) => because === notOffered)
    .map(({ kind }) => [kind, notOffered]);
  const { left } = await removeAll(created, way, Object.fromEntries(hopeless) as Hopeless);
  keepOnly(file, left);
  return left;
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
    lines.flatMap((one) => ('settled' in one ? [`${one.repository} ${one.settled}`] : [])),
  );
  const created = lines.filter((one): one is Created => 'kind' in one).toReversed();
  const tries = new Map<string, number>();
  const count = (place: string, by: number): unknown => tries.set(place, (tries.get(place) ?? 0) + by);
  for (const { repository, reference } of created) count(`${repository} ${reference}`, 1);
  for (const one of lines) if ('refused' in one) count(`${one.repository} ${one.refused}`, -1);
  const seen = new Set<string>();
  const open = created.filter(({ repository, kind, reference }) => {
    const name = kind === 'upload' ? (reference.split('?', 1)[0] ?? '') : reference;
    const id = idOf({ kind, repository, reference: name });
    const isGone = settled.has(`${repository} ${name}`) && (kind === 'upload' || !isDigest(name));
    if (isGone || seen.has(id)) return false;
    seen.add(id);
    return true;
  });
  const told = open.map((one) => ({
    ...one,
    // A registry that refused may have made it all the same.
    ...((tries.get(`${one.repository} ${one.reference}`) ?? 1) < 1 && { wasRefused: true as const }),
  }));
  return (['upload', 'manifest', 'blob'] as const).flatMap((kind) => told.filter((one) => one.kind === kind));
}

function idOf({ kind, repository, reference }: Created): string {
  return `${kind} ${repository} ${reference}`;
}

function linesOf(file: string): Line[] {
  if (!existsSync(file)) return [];
  // A run that was killed may have left half a line.
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1).filter(Boolean);
  const lines = whole.map(lineIn);
  const lost = lines.filter((one) => one === undefined).length;
  if (lost > 0 && !noted.has(file))
    say(line`  ${file}: ${lost} of its lines cannot be read, and are left out`);
  if (lost > 0) noted.add(file);
  return lines.filter((one) => one !== undefined);
}

const noted = new Set<string>();

// The path of an upload is a registry's own, but never so long.
const longest = 2 ** 18;

/** Undefined for what no run has written. Half a line of one process may stand before the line of another. */
function lineIn(text: string): Line | undefined {
  if (text.length > longest) return undefined;
  for (const from of new Set([0, text.lastIndexOf('{"')])) {
    try {
      const read = JSON.parse(text.slice(from)) as unknown;
      if (isLine(read)) return read;
    } catch {
      // Then it is none.
    }
  }
  return undefined;
}

function isLine(read: unknown): read is Line {
  if (typeof read !== 'object' || read === null) return false;
  const { run, url, host, pid, repository, settled, refused, kind, reference } = read as Record<
    string,
    unknown
  >;
  const areTexts = (...values: unknown[]): boolean => values.every((value) => typeof value === 'string');
  if (run !== undefined) return areTexts(run, url, host) && Number.isSafeInteger(pid);
  if (settled !== undefined) return areTexts(repository, settled);
  if (refused !== undefined) return areTexts(repository, refused);
  const isKind = ['manifest', 'blob', 'upload'].includes(String(kind));
  // Anything but a path would lead to another registry.
  return (
    isKind && areTexts(repository, reference) && (kind !== 'upload' || String(reference).startsWith('/'))
  );
}
