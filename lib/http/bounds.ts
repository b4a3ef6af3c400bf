import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** What one exchange may take. No honest registry meets a bound. */
export type Bounds = {
  /** From its start to the last byte of its answer, 1xx included; the time that its own body takes is on top. */
  ms: number;
  /** Of all that comes: head, 1xx, body, trailers. */
  bytes: number;
  /** Its answer is read as it comes, so that the time of that is on top, too. */
  isStream?: boolean;
};

const mebi = 2 ** 20;
/** Of an answer that is kept whole. */
export const mostBytes = 32 * mebi;
/** Of all answers of a test together. */
export const mostBytesOfTest = 64 * mebi;
/** In a JSON body: a list has no more entries, and nothing is nested deeper. */
export const mostEntries = 1_000_000;
export const mostDepth = 100;
const mostInterim = 1_000;
/** A body that comes in tiny ones takes many times its size. */
const mostPieces = 200_000;
/** Bytes a second: what is slower than this is not on its way. */
const slowest = 256 * 1024;

export type Bound =
  'time' | 'bytes' | 'pieces' | 'unpacked' | 'head' | 'interim' | 'entries' | 'depth' | 'test' | 'token';

/** An answer took more than a client can give. The message says which bound was met. */
export class BoundMet extends Error {
  override name = 'BoundMet';
  readonly bound: Bound;

  constructor(bound: Bound, message: string) {
    super(message);
    this.bound = bound;
  }
}

/** What came cannot be read as HTTP. `bytes`: the beginning of what could not be read, if it is known. */
export class Unreadable extends Error {
  override name = 'Unreadable';
  readonly bytes: Buffer;

  constructor(message: string, bytes: Buffer = Buffer.alloc(0)) {
    super(message);
    this.bytes = bytes;
  }
}

/** Whether an error of an exchange is a verdict on what came, and no trouble of the network. */
export function isOfAnswer(error: unknown): error is BoundMet | Unreadable {
  return error instanceof Unreadable || (error instanceof BoundMet && error.bound !== 'time');
}

/** The rule that such an answer breaks. */
export function ruleOfAnswer(error: BoundMet | Unreadable): 'http.readable' | 'http.bounded' {
  return error instanceof Unreadable ? 'http.readable' : 'http.bounded';
}

const watches = new AsyncLocalStorage<Watch>();
/** Of a request; its answer may come in the context of another, on a connection that is kept. */
const watchOf = new WeakMap<ClientRequest, Watch>();

/**
 * Runs an exchange of `node:http`, whoever makes its request, within bounds. It settles, whatever comes or not.
 * @throws BoundMet, Unreadable, and what the exchange throws
 */
export async function bounded<T>(bounds: Bounds, exchange: (watch: Watch) => Promise<T>): Promise<T> {
  const watch = new Watch(bounds);
  try {
    return await Promise.race([watch.stopped, watches.run(watch, exchange, watch)]);
  } finally {
    watch.end();
  }
}

/** Looks at the requests of one exchange, from their start to its end. */
export class Watch {
  readonly stopped: Promise<never>;
  /** Of all that comes; what is read as it comes may be more than what is kept. */
  mostBytes: number;
  #reject: (error: Error) => void = () => undefined;
  readonly #bounds: Bounds;
  readonly #started = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #request: ClientRequest | undefined;
  #socket: Socket | undefined;
  /** What its socket had sent before. */
  #before = 0;
  #received = 0;
  #interim = 0;
  #isAnswered = false;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
    this.mostBytes = bounds.bytes;
    this.stopped = new Promise((_, reject) => (this.#reject = reject));
    this.stopped.catch(() => undefined);
    this.#await(bounds.ms);
  }

  follow(request: ClientRequest): void {
    if (request === this.#request) return;
    this.#request = request;
    watchOf.set(request, this);
    // Node tells of a request only when it has left.
    if (request.socket === null) request.on('socket', (socket) => this.#take(socket));
    else this.#take(request.socket);
    request.on('error', (error) => this.#judge(error));
    if (request.method === 'CONNECT') return;
    request.on('information', () => {
      this.#interim += 1;
      if (this.#interim > mostInterim)
        this.#stop(new BoundMet('interim', `more than ${mostInterim} answers 1xx came`));
    });
    // Without a listener Node drops the connection and says nothing.
    request.on('upgrade', ({ statusCode }: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.destroy();
      const told = `${statusCode} Switching Protocols came, and no Upgrade was asked for`;
      this.#stop(new Unreadable(told, head));
    });
    // It may end without an answer, and without an error.
    request.on('close', () =>
      setImmediate(() => this.#isAnswered || this.#reject(new Error('socket hang up'))),
    );
  }

  answered(response: IncomingMessage): void {
    this.#isAnswered = true;
    if (this.#bounds.isStream === true) return;
    let pieces = 0;
    const push = response.push.bind(response);
    response.push = (piece: unknown, encoding?: BufferEncoding): boolean => {
      pieces += 1;
      if (pieces > mostPieces)
        this.#stop(new BoundMet('pieces', `a body in more than ${mostPieces} pieces came`));
      return push(piece, encoding);
    };
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#socket?.off('data', this.#count);
  }

  #take(socket: Socket): void {
    this.#socket?.off('data', this.#count);
    this.#socket = socket;
    this.#before = sentOn(socket);
    socket.on('data', this.#count);
  }

  readonly #count = (bytes: Buffer): void => {
    this.#received += bytes.length;
    if (this.#received > this.mostBytes)
      this.#stop(new BoundMet('bytes', `more than ${Math.round(this.mostBytes / mebi)} MiB came`));
  };

  #judge({ code = '', message, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }): void {
    if (code.startsWith('HPE_') && code.endsWith('OVERFLOW'))
      this.#stop(new BoundMet('head', 'header lines of more than 16 KiB came'));
    // A server may end the connection with an interim answer: that Node cannot go on then is no fault of its words.
    else if (code.startsWith('HPE_') && code !== 'HPE_CLOSED_CONNECTION')
      this.#stop(new Unreadable(`this is no HTTP: ${message}`, rawPacket));
  }

  #await(ms: number): void {
    this.#timer = setTimeout(() => {
      const took = performance.now() - this.#started;
      const left = this.#bounds.ms + (this.#moved() / slowest) * 1_000 - took;
      if (left > 0) return this.#await(left);
      const what = this.#received === 0 ? 'no answer' : `${this.#received} bytes and no end of the answer`;
      return this.#stop(new BoundMet('time', `${what} within ${Math.round(took / 1_000)} s`));
    }, Math.ceil(ms));
  }

  #moved(): number {
    const sent = this.#socket === undefined ? 0 : sentOn(this.#socket) - this.#before;
    return sent + (this.#bounds.isStream === true ? this.#received : 0);
  }

  #stop(error: Error): void {
    this.#reject(error);
    this.#socket?.destroy();
    this.#request?.destroy();
  }
}

/** Bytes that have left for good: what waits in a buffer has not. */
function sentOn({ bytesWritten, writableLength }: Socket): number {
  return bytesWritten - writableLength;
}

// Playwright's context makes its requests out of our sight, but in this process.
subscribe('http.client.request.start', (message) => {
  watches.getStore()?.follow((message as { request: ClientRequest }).request);
});

subscribe('http.client.response.finish', (message) => {
  const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
  const watch = watchOf.get(request);
  if (watch === undefined) return;
  watch.answered(response);
  // Playwright's context unpacks without being asked, and without a bound. In the raw list the header stays.
  delete response.headers['content-encoding'];
});
