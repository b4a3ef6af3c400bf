import { test } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  blobOf,
  given,
  givenAccepted,
  givenLocation,
  givenOffered,
  givenOffersOf,
  openUpload,
  uploadHolding,
} from './arrange.ts';
import type { Blob } from './content/manifest.ts';
import type { Answer } from './http/exchange.ts';
import { followed } from './http/redirect.ts';
import { lookedUntil } from './looking.ts';
import { placed, type Repository } from './registry/repository.ts';
import type { RuleId } from './rules/catalogue.ts';
import { currentRun } from './run/run.ts';
import type { Check } from './types.ts';
import { unsupported } from './run/skip-reason.ts';

type Push = (repository: Repository, blob: Blob) => Promise<Answer>;

export type Way = {
  way: string;
  push: Push;
  /** What its last answer, a 201, keeps: its status, that it says where the blob is and of which digest, and truly. */
  status: RuleId;
  location: RuleId;
  digestHeader: RuleId;
  pullable: RuleId;
};

const closed = {
  location: 'upload.close.location',
  digestHeader: 'docker.blob-put-digest-header',
  pullable: 'upload.close.pullable',
} as const;

/** The ways to push a blob other than POST and PUT. */
export const waysToPush: readonly Way[] = [
  {
    way: 'a single POST',
    status: 'upload.single.status',
    location: 'upload.single.location',
    digestHeader: 'upload.single.digest-header',
    pullable: 'upload.single.pullable',
    push: async ({ uploads }, { digest, bytes }) => {
      givenOffersOf('upload.single.status');
      return await uploads.post([['digest', digest]], bytes);
    },
  },
  {
    way: 'chunks',
    status: 'upload.close.status',
    ...closed,
    push: async (repository, { digest, bytes }) => {
      const [held, last] = inTwo(bytes);
      const location = await uploadHolding(repository, held);
      const close = last.length === 0 ? location : await append(repository, location, held.length, last);
      return await repository.uploads.put(close, digest);
    },
  },
  {
    way: 'chunks, the last in PUT',
    status: 'upload.put.last-chunk',
    ...closed,
    push: async (repository, { digest, bytes }) => {
      const [held, last] = inTwo(bytes);
      const location = await uploadHolding(repository, held);
      return last.length === 0
        ? await repository.uploads.put(location, digest)
        : await repository.uploads.put(location, digest, last, placed(held.length, last));
    },
  },
  {
    way: 'a stream',
    status: 'upload.put.status',
    location: 'upload.put.location',
    digestHeader: 'docker.blob-put-digest-header',
    pullable: 'upload.put.pullable',
    push: async (repository, { digest, bytes }) => {
      const patch = await repository.uploads.patch(await openUpload(repository), bytes);
      given(patch, 202, 'upload.stream.status');
      return await repository.uploads.put(givenLocation(patch, 'upload.patch.location'), digest);
    },
  },
];

/** Stores a blob by POST and PUT. @returns the answer to PUT */
export const postAndPut: Way = {
  way: 'POST and PUT',
  status: 'upload.put.status',
  location: 'upload.put.location',
  digestHeader: 'docker.blob-put-digest-header',
  pullable: 'upload.put.pullable',
  push: async (repository, { digest, bytes }) =>
    await repository.uploads.put(await openUpload(repository), digest, bytes),
};

/** The last answer of one of the ways; a registry may open an upload in place of a single POST. */
export function givenTaken(answer: Answer, status: RuleId): Answer {
  const isFallback = status === 'upload.single.status' && answer.status === 202;
  return givenOffered(answer, !isFallback, 'single-post');
}

/** A blob that came by one of the ways. */
export function givenPushed(answer: Answer, status: RuleId): Answer {
  return given(givenTaken(answer, status), 201, status);
}

/** Adds one chunk at the end of an upload. @returns where it goes on */
export async function append(
  repository: Repository,
  location: string,
  start: number,
  chunk: Buffer,
): Promise<string> {
  const answer = await repository.uploads.patch(location, chunk, placed(start, chunk));
  return givenLocation(given(answer), 'upload.patch.location');
}

/** A location with an id that the registry never gave out, in a repository that has another upload. */
export async function unknownUpload(repository: Repository): Promise<string> {
  await openUpload(repository);
  return `${repository.url}/blobs/uploads/${randomUUID()}`;
}

/** The location of an upload that became this blob. */
export async function finishedUpload(repository: Repository, bytes: Buffer): Promise<string> {
  const location = await openUpload(repository);
  givenAccepted(await repository.uploads.put(location, blobOf(bytes).digest, bytes), 'upload.put.status');
  return location;
}

/** The location of an upload that was cancelled. */
export async function cancelledUpload(repository: Repository): Promise<string> {
  const location = await openUpload(repository);
  givenAccepted(await repository.uploads.delete(location), 'upload.cancel.status');
  return location;
}

/** The same upload, asked for under the name of another repository, which has an upload of its own. */
export async function throughRepository(
  location: string,
  owner: Repository,
  other: Repository,
): Promise<string> {
  await openUpload(other);
  const path = location.replace(`/v2/${owner.name}/blobs/`, `/v2/${other.name}/blobs/`);
  test.skip(path === location, unsupported('upload-name', 'the place of an upload names no repository'));
  return path;
}

/** The status of an upload once two in a row agree: a server may learn late that a connection broke. */
export async function settledStatus(repository: Repository, location: string): Promise<Answer> {
  let before = await repository.uploads.get(location);
  for (let tries = 0; tries < 20; tries += 1) {
    await pause(100);
    const now = await repository.uploads.get(location);
    if (now.status === before.status && now.header('range') === before.header('range')) return now;
    before = now;
  }
  return before;
}

/** Looks for a blob for half a second: what came over a connection that broke may be stored late. */
export async function lookedFor(repository: Repository, digest: string): Promise<Answer> {
  return await lookedUntil(
    ({ status }) => status !== 404,
    async () => await repository.blobs.head(digest),
  );
}

/** How many bytes a status says are there. `0-0` also stands for none, so no caller may hold just one. */
export function receivedBytes(status: Answer): number {
  const last = Number(/^(?:bytes=)?0-(\d+)$/.exec(status.header('range') ?? '')?.[1] ?? 0);
  return last === 0 ? 0 : last + 1;
}

/** Reads from wherever a Location leads. */
export async function pull(repository: Repository, url: string): Promise<Answer> {
  return await followed(repository.send, { method: 'GET', url });
}

/** Reads a blob by digest. */
export async function pullBlob(repository: Repository, { digest }: Blob): Promise<Answer> {
  return await repository.blobs.get(digest);
}

/**
 * Whether an upload location says more than where uploads are opened. "The `<location>` MUST contain a UUID representing
 * a unique session ID": of which form is not said, and Docker's API, where it comes from, "imposes no constraints on the
 * format".
 */
export function namesSession(answer: Answer): Check {
  const opened = new URL(answer.request.url);
  const { pathname, search } = new URL(answer.location ?? opened);
  return {
    kept: search !== opened.search || pathname.replace(/\/$/, '') !== opened.pathname.replace(/\/$/, ''),
    expected: 'a Location with an identifier of the session',
    received: told(answer),
  };
}

/** Whether a location on the host that was asked has the scheme and port that were asked, too. */
export function keepsOrigin(answer: Answer): Check {
  const { url, first = url } = answer.request;
  const asked = [url, first].map((one) => new URL(one));
  const location = new URL(answer.location ?? url);
  return {
    kept: asked.some(({ origin, hostname }) => location.hostname !== hostname || location.origin === origin),
    expected: `a Location without an origin, at ${new URL(first).origin}, or on another host`,
    received: told(answer),
  };
}

/** "It is RECOMMENDED that all senders and recipients support, at a minimum, URIs with lengths of 8000 octets" */
export function fitsRequestLine(answer: Answer): Check {
  const { length } = answer.header('location') ?? '';
  return {
    kept: length <= 8000,
    expected: 'a Location of at most 8000 octets',
    received: `${length} octets`,
  };
}

/** Whether what a digest leads to is its content, or nothing: what fails or is refused serves nothing either. */
export function rightOrNothing(answer: Answer, bytes: Buffer): Check {
  return {
    kept: answer.status >= 400 || (answer.status === 200 && answer.body.equals(bytes)),
    expected: `a refusal, or 200 with ${bytes.length} bytes, ${blobOf(bytes).digest}`,
    received: `${answer.status} with ${answer.body.length} bytes, ${blobOf(answer.body).digest}`,
  };
}

/** Whether a status says that so many bytes are there. */
export function countsBytes(status: Answer, received: number): Check {
  return {
    kept: receivedBytes(status) === received,
    expected: `Range: 0-${received - 1}`,
    received: `Range: ${status.header('range') ?? '(none)'}`,
  };
}

/** Whether two statuses of an upload say the same. */
export function sameStatus(before: Answer, after: Answer): Check {
  const [expected, received] = [statusOf(before), statusOf(after)];
  return { kept: expected === received, expected, received };
}

/** Whether an upload that was reached by another way is as it was, whatever that was answered with. */
export function leavesAlone(answer: Answer, before: Answer, after: Answer): Check {
  const { kept, expected, received } = sameStatus(before, after);
  return {
    kept,
    expected: `the upload as it was: ${expected}`,
    received: `status ${answer.status}, and the upload: ${received}`,
  };
}

/** What is served after a mount that should bring nothing; where it says that it was refused, that. A 201 alone takes nothing. */
export async function broughtBy(mount: Answer, { blobs }: Repository, digest: string): Promise<Answer> {
  return mount.status === 201 ? await blobs.get(digest) : mount;
}

/** Whether an answer does not bring what is not to be had there. */
export function bringsNothing(answer: Answer, bytes: Buffer): Check {
  return {
    kept: !answer.body.equals(bytes),
    expected: `anything but the ${bytes.length} bytes that are not to be had there`,
    received: `status ${answer.status} with ${answer.body.length} bytes`,
  };
}

function statusOf(answer: Answer): string {
  return `${answer.status} with Range ${answer.header('range') ?? '(none)'}`;
}

function told(answer: Answer): string {
  return `Location: ${answer.header('location') ?? '(none)'}`;
}

// A test sends no more at once.
const mostChunk = 8 * 1024 * 1024;

/** What is sent in a first chunk, and the last bytes that follow it; none where the first would be too small. */
function inTwo(bytes: Buffer): [Buffer, Buffer] {
  const at = bytes.length - 10;
  return chunkOf(at) === at ? [bytes.subarray(0, at), bytes.subarray(at)] : [bytes, Buffer.alloc(0)];
}

/** A test of chunks that are smaller than its image has none to send where they must be large. */
export function givenSmallChunks(count = 2): void {
  const { least, evidence } = currentRun().capabilities['chunk-min-length'] ?? {};
  test.skip(
    count > 1 && least !== undefined,
    unsupported('chunked in small chunks', `a chunk has ${least} bytes at least: ${evidence}`),
  );
}

/** So many bytes, or as many as the registry asks of a chunk that another one follows. */
export function chunkOf(size: number): number {
  const { least = 1, evidence } = currentRun().capabilities['chunk-min-length'] ?? {};
  test.skip(least > mostChunk, unsupported('chunked', `a chunk has ${least} bytes at least: ${evidence}`));
  return Math.max(size, least);
}
