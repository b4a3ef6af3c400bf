import type http from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import { bounded, BoundMet, Unreadable, type Bounds } from './bounds.ts';
import { connectTo, type Way } from './connect.ts';
import { Answer, clientHeaders, type Header, type Method } from './exchange.ts';

/** What Playwright's request context cannot send: a path as it stands, any header list, a streamed or cut body. */
export type RawRequest = {
  method: Method;
  /** Origin of the server, e.g. `http://127.0.0.1:5000`. */
  origin: string;
  /** Path and query, sent byte for byte: dot segments and escapes stay. */
  path: string;
  headers?: Record<string, string | string[]>;
  /** A Buffer goes with its Content-Length unless `headers` states another; pieces, made anew each time, go chunked. */
  body?: Buffer | (() => Iterable<Buffer> | AsyncIterable<Buffer>);
  /** Cuts the connection after so many body bytes of a Buffer; pieces are cut by an error of their own. */
  cutAfter?: number;
  /** Says `Expect: 100-continue` and holds the body back until the server asks for it, or for a second. */
  asks?: boolean;
  /** The same for a Buffer, however long. */
  awaitContinue?: boolean;
  /** Reads on after an answer that may have no body, until the server closes; whatever comes is its body. */
  toTheEnd?: boolean;
  /** Takes an answer that breaks off before its end, with as much of the body as came. */
  evenCut?: boolean;
  /** Takes the body of a 2xx as it comes, so that none of it stays in memory, nor in the answer. */
  onBody?: (bytes: Buffer) => void;
  /** As of a request. */
  isAboutRedirects?: boolean;
  /** Finds the address of a name. */
  lookup?: LookupFunction | undefined;
  /** Keeps connections for the requests to come; without it, each request has one of its own. */
  agent?: http.Agent | undefined;
  /** Until the end of the answer; the time that bodies need on their way is on top. */
  timeoutMs?: number;
  /** How much may come. */
  bytes?: number;
};

const waitMs = 5_000;
/** Of an answer that may have no body. */
const mostBytes = 2 ** 20;
const mostHead = 16 * 1024;

/**
 * Sends a request without a body, and reads what comes until the server closes: bytes after an answer that may have
 * none (RFC 9112 section 6.3) stand in its body, where an HTTP client would drop them or stumble.
 * @throws Error when the connection breaks before an answer
 * @throws BoundMet where the answer takes too much, Unreadable where it is no HTTP
 */
export async function readToTheEnd(request: RawRequest, way: Way, bounds: Bounds): Promise<Answer> {
  const started = performance.now();
  const { method, origin, path } = request;
  const headers = { ...clientHeaders, ...request.headers };
  const lines = Object.entries({ Host: new URL(origin).host, ...headers, Connection: 'close' }).flatMap(
    ([name, values]) => [values].flat().map((value) => `${name}: ${value}`),
  );
  const text = [`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  const socket = await bounded(bounds, async () => await connectTo(new URL(origin), way));
  const received = afterInterim(await exchange(socket, text, bounds));
  const end = received.indexOf('\r\n\r\n');
  if (end > mostHead || (end === -1 && received.length > mostHead))
    throw new BoundMet('head', 'header lines of more than 16 KiB came');
  const [first = '', ...fields] = received.subarray(0, end).toString('latin1').split('\r\n');
  const [, status] = /^HTTP\/1\.\d (\d{3})/.exec(first) ?? [];
  if (end === -1 || status === undefined) {
    throw new Unreadable('no answer in HTTP/1.1', received);
  }
  const sent = { method, url: origin + path, headers: Object.fromEntries(lines.map(splitField)) };
  const took = performance.now() - started;
  return new Answer(sent, Number(status), fields.map(headerOf), received.subarray(end + 4), took);
}

/** What follows the answers 1xx, which may precede any other (RFC 9110 section 15.2). */
function afterInterim(received: Buffer): Buffer {
  let rest = received;
  while (/^HTTP\/1\.\d 1(?!01)\d\d\b/.test(rest.toString('latin1', 0, 16))) {
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) return rest;
    rest = rest.subarray(end + 4);
  }
  return rest;
}

/** All that comes until the server closes, or is silent for a while. */
async function exchange(socket: Socket, text: string, { ms, bytes }: Bounds): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const deadline = setTimeout(
      () => stop(new BoundMet('time', `${received} bytes and no end within ${ms / 1_000} s`)),
      ms,
    );
    const stop = (error: Error): void => {
      reject(error);
      socket.destroy();
    };
    socket.setTimeout(waitMs, () => socket.destroy());
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received > Math.min(bytes, mostBytes))
        stop(new BoundMet('bytes', `more than ${mostBytes} bytes came`));
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(deadline);
      resolve(Buffer.concat(chunks));
    });
    // As node:http does, so that obs-text goes as it came.
    socket.write(text, 'latin1');
  });
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function headerOf(line: string): Header {
  const [name, value] = splitField(line);
  return { name, value };
}
