import http from 'node:http';
import https from 'node:https';
import { setImmediate as turn } from 'node:timers/promises';
import { bounded, mostBytes, type Watch } from './bounds.ts';
import { connectTo, isProxied, tlsOptions, type Way } from './connect.ts';
import { Answer, clientHeaders, placeOf, type Header, type Send } from './exchange.ts';
import { readToTheEnd, type RawRequest } from './wire.ts';

const askAbove = 1024 * 1024;
const patienceMs = 1_000;
const continueMs = 5_000;

/** When an answer has not ended by then, it is not awaited any more. */
export const requestTimeoutMs = 20_000;

const plain: Way = { caFile: undefined, insecureTls: false };

/** The connection broke while the client still sent: what the server had to say to that may be lost. */
export class StillSending extends Error {
  override name = 'StillSending';
}

/**
 * Sends over a connection of its own and reads the whole answer. A server that is silent where the client awaits
 * `100 Continue` has the status 0.
 * @throws Error of node:http when the connection breaks before an answer, StillSending when it does within the body
 * @throws BoundMet where the answer takes too much, Unreadable where it is no HTTP
 */
export async function sendRaw(request: RawRequest, way: Way = plain): Promise<Answer> {
  const { awaitContinue, toTheEnd, timeoutMs, onBody, bytes = mostBytes } = request;
  const bounds = {
    ms: timeoutMs ?? (awaitContinue === true ? 2 * continueMs : requestTimeoutMs),
    bytes,
    isStream: onBody !== undefined,
  };
  if (toTheEnd === true) return await readToTheEnd(request, way, bounds);
  const asks =
    awaitContinue === true ||
    request.asks === true ||
    (isLarge(request.body) && request.cutAfter === undefined);
  return await bounded(bounds, async (watch) => {
    const answer = await exchange(request, way, watch, asks);
    // RFC 9110 section 10.1.1: "A client that receives a 417 (Expectation Failed) status code in response to a request
    // containing a 100-continue expectation SHOULD repeat that request without a 100-continue expectation".
    const isToRepeat = asks && awaitContinue !== true && answer.status === 417;
    return isToRepeat ? await exchange(request, way, watch, false) : answer;
  });
}

async function exchange(request: RawRequest, way: Way, watch: Watch, asks: boolean): Promise<Answer> {
  const { origin, path, method, awaitContinue = false } = request;
  const url = new URL(origin);
  const started = performance.now();
  const secure = url.protocol === 'https:';
  return await new Promise<Answer>((resolve, reject) => {
    const outgoing = (secure ? https : http).request({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (secure ? 443 : 80),
      method,
      path,
      headers: { ...clientHeaders, ...request.headers },
      ...(request.lookup && { lookup: request.lookup }),
      // A server may close with its 100 Continue already, and Node would take no answer after that.
      ...(asks && { insecureHTTPParser: true }),
      ...(isProxied(way, url)
        ? tunnelled(url, way)
        : { agent: request.agent ?? false, ...(secure ? tlsOptions(way) : {}) }),
    });
    watch.follow(outgoing);
    const sent = {
      method,
      url: origin + path,
      headers: flatten(request.headers),
      ...(Buffer.isBuffer(request.body) ? { body: request.body } : {}),
    };
    if (awaitContinue) {
      const silence = setTimeout(() => {
        resolve(new Answer(sent, 0, [], Buffer.alloc(0), performance.now() - started));
        outgoing.destroy();
      }, continueMs);
      for (const event of ['continue', 'response', 'close']) outgoing.on(event, () => clearTimeout(silence));
    }
    let isAnswered = false;
    let isSent = request.body === undefined;
    outgoing.on('finish', () => (isSent = true));
    const fail = (error: NodeJS.ErrnoException): void => {
      const isSending = !isSent || error.syscall === 'write';
      reject(isSending ? new StillSending(error.message, { cause: error }) : error);
    };
    // Once an answer has begun, it is for that to end or to break.
    outgoing.on('error', (error) => isAnswered || fail(error));
    outgoing.on('response', (incoming) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      const take = (incoming.statusCode ?? 0) < 300 ? request.onBody : undefined;
      if (take === undefined) watch.mostBytes = Math.min(watch.mostBytes, mostBytes);
      incoming.on('data', take ?? ((chunk: Buffer) => chunks.push(chunk)));
      const finish = (): void => {
        const body = Buffer.concat(chunks);
        const took = performance.now() - started;
        resolve(new Answer(sent, incoming.statusCode ?? 0, headersOf(incoming.rawHeaders), body, took));
        // What is left of the body is wanted by nobody any more.
        if (!isSent) outgoing.destroy();
      };
      incoming.on('error', request.evenCut === true ? finish : fail);
      incoming.on('end', finish);
    });
    if (asks) sendOnRequest(outgoing, request);
    else sendBody(outgoing, request);
  });
}

function tunnelled(url: URL, way: Way): http.RequestOptions {
  return {
    createConnection: (_options, onCreated) => {
      connectTo(url, way).then(
        (socket) => onCreated(null, socket),
        (error: unknown) => onCreated(error as Error, undefined as never),
      );
      return undefined;
    },
  };
}

/**
 * Bodies of a size that is refused unread, which breaks the connection while the client still writes: Node would lose
 * the answer, so the server is asked first, as curl does.
 */
export function isLarge(body: unknown): body is Buffer {
  return Buffer.isBuffer(body) && body.length > askAbove;
}

function sendOnRequest(outgoing: http.ClientRequest, request: RawRequest): void {
  const { body, awaitContinue = false } = request;
  if (Buffer.isBuffer(body) && !outgoing.hasHeader('content-length')) {
    outgoing.setHeader('Content-Length', body.length);
  }
  outgoing.setHeader('Expect', '100-continue');
  const send = (): void => {
    outgoing.off('continue', send);
    clearTimeout(patience);
    sendBody(outgoing, request);
  };
  // A server that does not know the question gets the body all the same.
  const patience = awaitContinue ? undefined : setTimeout(send, patienceMs);
  outgoing.on('continue', send);
  outgoing.on('close', () => clearTimeout(patience));
  // A final answer comes in place of the question for the body.
  outgoing.on('response', () => clearTimeout(patience));
  outgoing.flushHeaders();
}

function sendBody(outgoing: http.ClientRequest, { body, cutAfter }: RawRequest): void {
  if (body === undefined) {
    outgoing.end();
  } else if (!Buffer.isBuffer(body)) {
    void sendPieces(outgoing, body());
  } else if (cutAfter === undefined) {
    if (!outgoing.hasHeader('content-length')) outgoing.setHeader('Content-Length', body.length);
    outgoing.end(body);
  } else {
    outgoing.setHeader('Content-Length', body.length);
    outgoing.write(body.subarray(0, cutAfter), () => outgoing.destroy());
  }
}

/**
 * An answer that comes meanwhile ends it. To write where the server has closed ends the connection on this side as well,
 * with what of the answer was still unread: so what had come by then is read before each piece.
 */
async function sendPieces(
  outgoing: http.ClientRequest,
  pieces: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<void> {
  let isOver = false;
  for (const event of ['response', 'close']) outgoing.once(event, () => (isOver = true));
  try {
    for await (const piece of pieces) {
      // Of two turns of the event loop one at least reads.
      await turn();
      await turn();
      if (isOver) return;
      if (!outgoing.write(piece)) await untilAny(outgoing, ['drain', 'response', 'close']);
    }
    if (!isOver) outgoing.end();
  } catch (error) {
    outgoing.destroy(error as Error);
  }
}

async function untilAny(emitter: http.ClientRequest, events: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = (): void => {
      for (const event of events) emitter.off(event, go);
      resolve();
    };
    for (const event of events) emitter.on(event, go);
  });
}

/** Header lines of one name as one. */
export function flatten(headers: Record<string, string | string[]> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function headersOf(raw: readonly string[]): Header[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [{ name, value: raw[at + 1] ?? '' }] : []));
}

/** Several go on at once. */
const mostOfDeletion = 2 ** 20;

/** The same for requests that need nothing special: outside a test, where Playwright has no context. */
export function rawSend(way: Way, connection: Pick<RawRequest, 'agent' | 'lookup'> = {}): Send {
  return async ({ method, url, headers = {}, body }) => {
    const request = { method, ...placeOf(url), headers, ...(body && { body }) };
    const bytes = method === 'DELETE' ? mostOfDeletion : mostBytes;
    return await sendRaw({ ...request, ...connection, bytes }, way);
  };
}
