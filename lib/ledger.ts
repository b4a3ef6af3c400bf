import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDigest } from './content/digest.ts';
import type { Answer, Request, Send } from './exchange.ts';
import type { Repository } from './repository.ts';

/** Something this run put into a repository, or was about to. A manifest may be known by its tag alone. */
type Created = { repository: string; kind: 'manifest' | 'blob'; reference: string };

const atOnce = 4;
const manifestPath = /^\/v2\/(.+)\/manifests\/([^/]+)$/;
const uploadPath = /^\/v2\/(.+)\/blobs\/uploads\//;

/** Writes down what a request may create before it is sent, and the digest that its answer tells. */
export function noting(send: Send, file: string): Send {
  return async (request) => {
    note(file, createdBy(request));
    const answer = await send(request);
    note(file, createdAs(answer));
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

function createdAs(answer: Answer): Created[] {
  const { method, url } = answer.request;
  const [, repository] = manifestPath.exec(new URL(url).pathname) ?? [];
  const digest = answer.header('docker-content-digest');
  if (method !== 'PUT' || repository === undefined || digest === undefined || answer.status >= 300) return [];
  return [{ repository, kind: 'manifest', reference: digest }];
}

function note(file: string, created: readonly Created[]): void {
  if (created.length === 0) return;
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, created.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

export type Removal = { removed: number; left: number };

/**
 * Deletes what a ledger names, in each repository the newest first: an index before its children, manifests before
 * blobs. What is gone already counts as removed. The ledger goes when nothing is left.
 */
export async function removeCreated(
  file: string,
  open: (repository: string) => Repository,
): Promise<Removal> {
  const created = readLedger(file);
  const repositories = [...new Set(created.map(({ repository }) => repository))].values();
  let left = 0;
  const removeFromNext = async (): Promise<void> => {
    for (const repository of repositories) {
      const { manifests, blobs } = open(repository);
      for (const { kind, reference } of created.filter((one) => one.repository === repository)) {
        const { status } = await (kind === 'manifest' ? manifests : blobs).delete(reference);
        if (status !== 404 && status >= 300) left += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, removeFromNext));
  if (left === 0) rmSync(file, { force: true });
  return { removed: created.length - left, left };
}

/** Each thing once, in the order to delete it. A tag goes with its manifest, whose digest the answer told. */
function readLedger(file: string): Created[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const newestFirst = [...new Set(lines)].toReversed().map((line) => JSON.parse(line) as Created);
  const manifests = newestFirst.filter(({ kind, reference }) => kind === 'manifest' && isDigest(reference));
  return [...manifests, ...newestFirst.filter(({ kind }) => kind === 'blob')];
}
