import { setTimeout } from 'node:timers/promises';
import { BoundMet, isOfAnswer } from './bounds.ts';
import { errorEntries } from './errors.ts';
import { Answer, type Method, type Request, type Send } from './exchange.ts';
import type { Gate } from './gate.ts';
import { StillSending } from './raw.ts';
import { retryDelay } from './retry-after.ts';

export const troubles = ['no-connection', 'hang-up', 'timeout', 'gateway', 'rate-limit', 'astray'] as const;

/** What came in place of an answer of the registry, or stood before it. */
export type Trouble = {
  kind: (typeof troubles)[number];
  /** In a few words, without a header. */
  told: string;
  /** The request was certainly not carried out. */
  isUnsent: boolean;
  /**
   * A server may close a kept connection at any time, so that a hang-up there proves nothing; nor does one while the body
   * was still being sent, as the answer to that may be lost with it.
   */
  connection: 'kept' | 'fresh' | 'sending';
  /** How long the registry asks to wait, in ms. */
  waitMs?: number | undefined;
};

/** No answer of the registry could be had. */
export class NetworkTrouble extends Error {
  override name = 'NetworkTrouble';
  readonly trouble: Trouble;
  /** What came when the request was repeated, and may tell of the first that went unheard. */
  readonly unsure: Answer | undefined;

  constructor(message: string, trouble: Trouble, unsure?: Answer) {
    super(message);
    this.trouble = trouble;
    this.unsure = unsure;
  }
}

// What is to be waited for before a request is repeated for the first time, the second, the third.
const pausesMs = [0, 250, 1_000];
// A limit is one for all requests; a registry that is busy may be so for this one alone.
const longestWaitMs = { limited: 60_000, busy: 10_000 };

export type Patience = {
  /** How often a request is sent, at most. */
  attempts: number;
  /** How often one that nothing came to is, at most. */
  timeouts?: number | undefined;
  /** Sends it; `last` where there will be no other time. */
  attempt: (count: number, last: boolean) => Promise<Answer>;
  /** Told of each trouble, how many stood in the way so far, and for how long the request will wait now. */
  onTrouble: (trouble: Trouble, failed: number, waitMs: number) => Promise<void> | void;
};

/**
 * Sends a request until the registry answers it. Repeated is what may be: reads, and writes that were certainly not
 * carried out; of the other writes those whose second answer says the same as the first.
 * @throws NetworkTrouble where no such answer came
 * @throws what `attempt` throws, where it is no trouble of the network
 */
export async function patiently(
  request: Request,
  { attempts, timeouts = 2, attempt, onTrouble }: Patience,
): Promise<Answer> {
  const started = performance.now();
  let lost: Trouble | undefined;
  let failed = 0;
  for (let count = 1; ; count += 1) {
    const result = await attempt(count, failed + 1 >= attempts).catch((error: unknown) => error);
    const trouble = result instanceof NetworkTrouble ? result.trouble : troubleIn(result);
    if (result instanceof Answer && trouble === undefined) {
      if (lost === undefined || saysTheSame(result)) return result;
      throw new NetworkTrouble(
        `${lost.told}, and ${result.status} when repeated may tell of the first`,
        lost,
        result,
      );
    }
    if (trouble === undefined) throw result;
    if (trouble.kind !== 'rate-limit') failed += 1;
    const waitMs = waitAfter(trouble, failed);
    const longest = longestWaitMs[trouble.kind === 'rate-limit' ? 'limited' : 'busy'];
    const isTooLate = trouble.waitMs !== undefined && performance.now() - started + waitMs > longest;
    const isOver =
      isTooLate ||
      (trouble.kind !== 'rate-limit' &&
        (failed >= (trouble.kind === 'timeout' ? Math.min(attempts, timeouts) : attempts) ||
          !(trouble.isUnsent || isRepeatable(request))));
    await onTrouble(trouble, failed, isOver ? 0 : waitMs);
    if (isOver)
      throw new NetworkTrouble(count > 1 ? `${trouble.told}, ${count} times` : trouble.told, trouble);
    if (!trouble.isUnsent) lost = trouble;
    await setTimeout(waitMs);
  }
}

function waitAfter({ waitMs, kind }: Trouble, failed: number): number {
  return Math.max(waitMs ?? 0, kind === 'rate-limit' ? 100 : (pausesMs[failed - 1] ?? 1_000));
}

const bodiless: readonly Method[] = ['GET', 'HEAD', 'OPTIONS', 'PROPFIND'];

const upload = /\/blobs\/uploads?\//;

/** Whether it can be sent again without harm. A chunk would be appended twice. */
function isRepeatable({ method, url }: Request): boolean {
  return method !== 'PATCH' || !upload.test(new URL(url).pathname);
}

/** Whether an answer would be the same if an earlier request of its kind had been carried out unheard. */
function saysTheSame({ request: { method, url }, status }: Answer): boolean {
  const { pathname } = new URL(url);
  if (bodiless.includes(method) || method === 'POST') return true;
  if (method === 'DELETE') return status !== 404;
  // It may have found its upload ended, or half a body in it.
  if (upload.test(pathname)) return status >= 200 && status < 300;
  return status !== 409 && status !== 412;
}

/** What an answer tells of the way to the registry; undefined where it is the registry's own. */
function troubleIn(answer: unknown): Trouble | undefined {
  if (!(answer instanceof Answer)) return undefined;
  const { status, request } = answer;
  if (request.isAboutLimits === true) return undefined;
  const told = `${request.method} ${new URL(request.url).pathname} answered ${status}`;
  if (status === 429) {
    return {
      kind: 'rate-limit',
      told,
      isUnsent: true,
      connection: 'kept',
      waitMs: retryDelay(answer) ?? 1_000,
    };
  }
  // RFC 9110 section 15.6.4: "a temporary overload or scheduled maintenance, which will likely be alleviated".
  if (status === 503 && answer.header('retry-after') !== undefined) {
    return { kind: 'gateway', told, isUnsent: true, connection: 'kept', waitMs: retryDelay(answer) ?? 1_000 };
  }
  // A registry says what is wrong in the format of the specification; what stands before it does not.
  if (![502, 503, 504].includes(status) || errorEntries(answer).length > 0) return undefined;
  return { kind: 'gateway', told, isUnsent: false, connection: 'kept' };
}

const unsent =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|connect E[A-Z]+|before secure TLS connection/;
const hungUp = /socket hang up|ECONNRESET|EPIPE|^aborted$/;
const timedOut = /Timeout \d+ms exceeded|timed out|no answer within|ETIMEDOUT/;

/** In one line, without the request. */
export function reasonOf(error: unknown): string {
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  const first = (message.split('\n', 1)[0] ?? '').replace(/^apiRequestContext\.fetch: /, '');
  return code === undefined || first.includes(code) ? first : `${code}: ${first}`;
}

/**
 * The trouble that an error of HTTP is, told by its code and message alone: a path may hold any word. The error itself
 * where it is another thing. `tell`: what a message says of it.
 */
export function asTrouble(error: unknown, tell: (reason: string) => string, way: 'kept' | 'fresh'): unknown {
  if (isOfAnswer(error) || error instanceof NetworkTrouble) return error;
  const reason = reasonOf(error);
  const told = tell(reason);
  const connection = error instanceof StillSending ? 'sending' : way;
  if (error instanceof BoundMet)
    return new NetworkTrouble(told, { kind: 'timeout', told, isUnsent: false, connection });
  const isUnsent = unsent.test(reason);
  if (isUnsent) return new NetworkTrouble(told, { kind: 'no-connection', told, isUnsent, connection });
  if (hungUp.test(reason)) return new NetworkTrouble(told, { kind: 'hang-up', told, isUnsent, connection });
  if (timedOut.test(reason)) return new NetworkTrouble(told, { kind: 'timeout', told, isUnsent, connection });
  return error;
}

/** The same for requests outside a test, each over a connection of its own. */
export function patient(
  send: Send,
  gate: Gate,
  { onTrouble = () => undefined, timeouts }: Partial<Pick<Patience, 'onTrouble' | 'timeouts'>> = {},
): Send {
  return async (request) => {
    const attempt = async (): Promise<Answer> =>
      await gate
        .pass(async () => await send(request))
        .catch((error: unknown) => {
          throw asTrouble(error, (reason) => reason, 'fresh');
        });
    return await patiently(request, { attempts: 4, timeouts, attempt, onTrouble });
  };
}
