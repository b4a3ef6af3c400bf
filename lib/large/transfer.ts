import { createHash } from 'node:crypto';
import { placeOf, withQuery, type Answer } from '../http/exchange.ts';
import { Comparison, type LargeLayer } from './layer.ts';
import type { Check } from '../types.ts';
import type { RawRequest } from '../http/wire.ts';

/** Sends as the owner of the repository, past Playwright: its context would keep the body in memory. */
export type SendLarge = (request: Omit<RawRequest, 'origin'> & { origin?: string }) => Promise<Answer>;

type Seen = (bytes: Buffer) => void;

const patient = 600_000;
const octets = { 'Content-Type': 'application/octet-stream' };

/** What was sent of a layer, and its digest. */
export type Sent = { answer: Answer; digest: string };

/** Sends the layer from `start` on in one PATCH without its length, as a stream. */
export async function sendStream(
  send: SendLarge,
  location: string,
  layer: LargeLayer,
  seen: Seen,
): Promise<Sent> {
  let hash = createHash('sha256');
  const answer = await send({
    method: 'PATCH',
    ...placeOf(location),
    headers: octets,
    asks: true,
    body: () => {
      hash = createHash('sha256');
      return observed(layer.pieces(), (bytes) => {
        hash.update(bytes);
        seen(bytes);
      });
    },
    timeoutMs: patient,
  });
  return { answer, digest: `sha256:${hash.digest('hex')}` };
}

/** Sends the bytes from `start` up to `end` as one chunk of stated place and length. */
export async function sendChunk(
  send: SendLarge,
  location: string,
  layer: LargeLayer,
  { start, end }: { start: number; end: number },
  seen: Seen,
): Promise<Answer> {
  return await send({
    ...chunkAt(location, start, end),
    asks: true,
    body: () => observed(layer.pieces(start, end), seen),
  });
}

const cutOnPurpose = 'cut on purpose';

/** Begins a chunk of all the layer, and breaks the connection after so many bytes. @throws whatever else goes wrong */
export async function sendBroken(
  send: SendLarge,
  location: string,
  layer: LargeLayer,
  after: number,
  seen: Seen,
): Promise<void> {
  function* pieces(): Generator<Buffer> {
    yield* layer.pieces(0, after);
    throw new Error(cutOnPurpose);
  }
  const body = () => observed(pieces(), seen);
  await send({ ...chunkAt(location, 0, layer.size), body }).catch((error: unknown) => {
    if (!String(error).includes(cutOnPurpose)) throw error;
  });
}

function chunkAt(location: string, start: number, end: number) {
  const place = { 'Content-Range': `${start}-${end - 1}`, 'Content-Length': `${end - start}` };
  return {
    method: 'PATCH',
    ...placeOf(location),
    headers: { ...octets, ...place },
    timeoutMs: patient,
  } as const;
}

export async function closeUpload(send: SendLarge, location: string, digest: string): Promise<Answer> {
  return await send({
    method: 'PUT',
    ...placeOf(withQuery(location, [['digest', digest]])),
    headers: { 'Content-Length': '0' },
    timeoutMs: patient,
  });
}

type StreamRead = { answer: Answer; digest: string; length: number };

/** Reads a blob as one stream. @returns its answer, and the digest of what came */
export async function readStream(send: SendLarge, url: string, seen: Seen): Promise<StreamRead> {
  const hash = createHash('sha256');
  let length = 0;
  const answer = await send({
    method: 'GET',
    ...placeOf(url),
    onBody: (bytes) => {
      hash.update(bytes);
      length += bytes.length;
      seen(bytes);
    },
    timeoutMs: patient,
  });
  return { answer, digest: `sha256:${hash.digest('hex')}`, length };
}

/** Reads a blob by so many ranges at once. @returns each range's answer, and whether its bytes are those of the layer */
export async function readRanges(
  send: SendLarge,
  url: string,
  layer: LargeLayer,
  count: number,
  seen: Seen,
): Promise<{ answer: Answer; isWhole: boolean }[]> {
  const step = Math.ceil(layer.size / count);
  return await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const [start, end] = [at * step, Math.min((at + 1) * step, layer.size)];
      const comparison = new Comparison(layer, start, end);
      const answer = await send({
        method: 'GET',
        ...placeOf(url),
        headers: { Range: `bytes=${start}-${end - 1}` },
        onBody: (bytes) => {
          comparison.take(bytes);
          seen(bytes);
        },
        timeoutMs: patient,
      });
      return { answer, isWhole: comparison.isWhole };
    }),
  );
}

/** Whether what came as one stream has this digest. */
export function hasDigest({ answer, digest, length }: StreamRead, wanted: string): Check {
  return {
    kept: answer.status === 200 && digest === wanted,
    expected: `status 200 and the bytes of ${wanted}`,
    received: `status ${answer.status} and ${length} bytes of ${digest}`,
  };
}

/** Whether each of the ranges came with 206 and the bytes of its place. */
export function areWhole(ranges: readonly { answer: Answer; isWhole: boolean }[]): Check {
  return {
    kept: ranges.every(({ answer, isWhole }) => answer.status === 206 && isWhole),
    expected: 'status 206 and the bytes of its place, for each range',
    received: ranges
      .map(({ answer, isWhole }) => `${answer.status} ${isWhole ? 'right' : 'wrong'}`)
      .join(', '),
  };
}

function* observed(pieces: Iterable<Buffer>, seen: Seen): Generator<Buffer> {
  for (const piece of pieces) {
    seen(piece);
    yield piece;
  }
}
