import { setTimeout } from 'node:timers/promises';
import { test, type APIRequestContext } from '@playwright/test';
import { bounded, BoundMet, mostBytes, mostBytesOfTest } from '../http/bounds.ts';
import { memberOf } from '../registry/auth/token.ts';
import { strangerWay, type Way } from '../http/connect.ts';
import { unpacked } from '../content/coding.ts';
import { refuseVastJson } from '../http/json.ts';
import { Answer, clientHeaders, placeOf, type Request } from '../http/exchange.ts';
import { noting } from '../target/ledger.ts';
import { asTrouble, reasonOf } from '../http/retries.ts';
import { flatten, isLarge, requestTimeoutMs, sendRaw } from '../http/raw.ts';
import { redact } from '../secrets/redact.ts';
import { followed, mayLead, mostRedirects, nextOf } from '../http/redirect.ts';
import { currentRun, runLedger, runSecrets, runSettings, userAgent } from '../run/run.ts';
import { handOverSecrets } from '../run/door.ts';
import { learnTokens } from '../registry/auth/learn-tokens.ts';
import { step } from '../run/step.ts';
import { exchangesOf, nameOf, nextTrace, noteToken, noteUnanswered, titleOf } from './course.ts';
import { gaveUp, sendPatiently, type Attempt } from './sending.ts';
import type { RawRequest } from '../http/wire.ts';

/** Clients write some hundreds. */
const mostEntriesOfManifest = 100_000;
const smallBody = 64_000;
const soonMs = 5_000;

/**
 * One HTTP session over Playwright's request context. Each request is a step of the running test, or is sent within
 * one named after it, and its exchange is recorded. Cookies are not kept.
 */
export class Session {
  readonly #context: APIRequestContext;
  readonly #sent: Promise<Answer>[] = [];

  constructor(context: APIRequestContext) {
    this.#context = context;
  }

  /** Until nothing is under way, if that is soon: where a run is broken off, an answer may still tell what was opened. */
  async settled(): Promise<void> {
    const late = new AbortController();
    const soon = setTimeout(soonMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#sent), soon]);
    late.abort();
  }

  /** Also where the redirects of a request lead. */
  readonly send = async (request: Request): Promise<Answer> =>
    await this.#noted(request, async () =>
      mayLead(request, runSettings().specVersion)
        ? await followed(this.#sendOnce, request)
        : await this.#sendOnce(request),
    );

  readonly #sendOnce = async (asked: Request): Promise<Answer> => {
    const request = { ...asked, trace: nextTrace(test.info()) };
    const title = request.isStep === true && request.first === undefined ? undefined : titleOf(request);
    return await this.#record(request, title, async (count, last, lookup) => {
      // The second time over a connection of its own: on a kept one, a hang-up proves nothing.
      if (count === 1 && lookup === undefined) return await this.#exchange(request);
      return await sendPast(request, { lookup, evenCut: count > 1 && last && isRead(request) });
    });
  };

  /** The same past Playwright's context, for what it cannot send. */
  readonly sendRaw = async (request: RawRequest, way: Way): Promise<Answer> => {
    const { method, origin, path, isAboutRedirects } = request;
    const asked = { method, url: origin + path, headers: flatten(request.headers), isAboutRedirects };
    return await this.#noted(asked, async () => {
      let sent = request;
      for (let hops = mostRedirects; ; hops -= 1) {
        const answer = await this.#sendRawOnce(sent, way);
        const isFollowed = hops > 0 && mayLead(asked, runSettings().specVersion);
        const from = { ...asked, url: sent.origin + sent.path, headers: flatten(sent.headers) };
        const next = isFollowed ? nextOf(answer, from) : undefined;
        if (next === undefined) return answer;
        sent = { ...sent, ...placeOf(next.url), headers: next.headers };
      }
    });
  };

  readonly #sendRawOnce = async (request: RawRequest, way: Way): Promise<Answer> => {
    const { method, origin, path, body, cutAfter, onBody } = request;
    const isOnce =
      cutAfter !== undefined || onBody !== undefined || (body !== undefined && !Buffer.isBuffer(body));
    const trace = nextTrace(test.info());
    const sent = {
      method,
      url: origin + path,
      headers: flatten(request.headers),
      trace,
      // As it was sent: a URL would take the dots out of it.
      title: nameOf(method, path),
      ...(Buffer.isBuffer(body) && { body }),
    };
    const send: Attempt = async (_count, _last, lookup) =>
      await sendRaw(
        { ...request, lookup, headers: { ...tracing(trace), ...request.headers } },
        lookup === undefined ? way : strangerWay(way),
      ).then(
        (answer) => withRequest(sent, answer),
        (error: unknown) => {
          const tell = telling(method, path);
          throw cutAfter === undefined ? asTrouble(error, tell, 'fresh') : new Error(tell(reasonOf(error)));
        },
      );
    return await this.#record(sent, sent.title, send, isOnce);
  };

  /** What a request creates is written down under its own name, wherever it is redirected to. */
  async #noted(request: Request, send: () => Promise<Answer>): Promise<Answer> {
    const ledger = runLedger();
    const sent = ledger === undefined ? send() : noting(send, ledger)(request);
    this.#sent.push(sent);
    return await sent;
  }

  async #record(
    request: Request,
    title: string | undefined,
    exchange: Attempt,
    isOnce = false,
  ): Promise<Answer> {
    const send = async (): Promise<Answer> => {
      const answer = await sendPatiently(request, exchange, isOnce)
        .then(held)
        .catch((error: unknown) => {
          noteUnanswered(test.info(), request);
          return gaveUp(request, error);
        });
      exchangesOf(test.info()).push(answer);
      return answer;
    };
    return title === undefined ? await send() : await step(title, send);
  }

  async #exchange(request: Request): Promise<Answer> {
    const { method, url, body } = request;
    if (isLarge(body)) return await sendPast(request);
    const started = performance.now();
    const options = {
      method,
      headers: { ...clientHeaders, ...tracing(request.trace), ...request.headers },
      maxRedirects: 0,
      // It is bounded below.
      timeout: 0,
      ...(body === undefined ? {} : { data: body }),
    };
    const bounds = { ms: requestTimeoutMs, bytes: mostBytes };
    const { response, bytes } = await bounded(bounds, async () => {
      const came = await shallow(async () => await this.#context.fetch(url, options));
      const isEmpty = method === 'HEAD' || came.headers()['content-length'] === '0';
      return {
        response: came,
        bytes: isEmpty ? Buffer.alloc(0) : await shallow(async () => await came.body()),
      };
    }).catch((error: unknown) => {
      throw asTrouble(error, telling(method, url), 'kept');
    });
    const answer = new Answer(
      request,
      response.status(),
      response.headersArray(),
      unpacked(bytes, response.headers()['content-encoding']),
      performance.now() - started,
    );
    // Small ones go with the context: to let go of each would cost more than they weigh.
    if (bytes.length > smallBody) await shallow(async () => await response.dispose());
    if (answer.header('set-cookie') !== undefined) await this.#context.clearCookies();
    return answer;
  }
}

function telling(method: string, place: string): (reason: string) => string {
  return (reason) => `${method} ${redact(place, runSecrets())}: ${reason}`;
}

/** Calls Playwright from nowhere: it reads the whole stack of whoever calls it, and of ours nobody is told. */
async function shallow<T>(call: () => Promise<T>): Promise<T> {
  return await new Promise((resolve, reject) => queueMicrotask(() => void call().then(resolve, reject)));
}

/**
 * Over a connection of its own. What is too large for Playwright's context goes there at once, as that would miss a
 * refusal before the end of the body. `evenCut`: an answer that breaks off says something, too, as far as it came.
 */
async function sendPast(request: Request, how: Pick<RawRequest, 'lookup' | 'evenCut'> = {}): Promise<Answer> {
  const { method, url, body, trace } = request;
  const headers = { ...tracing(trace), ...request.headers };
  const raw = { method, ...placeOf(url), headers, ...how, ...(body && { body }) };
  const way = how.lookup === undefined ? runSettings() : strangerWay(runSettings());
  const answer = await sendRaw(raw, way).catch((error: unknown) => {
    throw asTrouble(error, telling(method, url), 'fresh');
  });
  return withRequest(request, answer);
}

/** As it was asked for, without what every request has. */
function withRequest(request: Request, { status, headers, body, durationMs }: Answer): Answer {
  return new Answer(request, status, headers, body, durationMs);
}

/** So that whoever runs a registry finds a request of ours in its log. */
function tracing(trace: string | undefined): Record<string, string> {
  return { 'User-Agent': userAgent(), ...(trace !== undefined && { traceparent: trace }) };
}

function isRead({ method }: Request): boolean {
  return ['GET', 'HEAD'].includes(method);
}

/** Tokens that were handed out: a later answer may show them where no pattern would find them. */
function learnFrom(answer: Answer): void {
  learnTokens(
    answer,
    currentRun().targets.map(({ tokenService }) => tokenService),
  );
  // At once: a server may repeat it to another worker, whose test ends before.
  handOverSecrets(test.info());
  // No token answer is larger, and a layer need not be read for one.
  if (answer.body.length > smallBody || !answer.body.includes('token')) return;
  for (const value of [memberOf(answer, 'token'), memberOf(answer, 'access_token')]) {
    if (typeof value === 'string') noteToken(value, answer);
  }
}

/** The answer, where the test can hold it with those it has already. @throws BoundMet */
function held(answer: Answer): Answer {
  const { request, body } = answer;
  const all = [...exchangesOf(test.info()), answer].reduce((sum, one) => sum + one.body.length, 0);
  if (all > mostBytesOfTest)
    throw new BoundMet('test', `more than ${mostBytesOfTest / 2 ** 20} MiB came in the answers of one test`);
  const [, content] = /\/(manifests|blobs)\/[^/]+$/.exec(request.url) ?? [];
  // What clients push may be of any depth; a blob is of any form.
  if (content === 'manifests')
    refuseVastJson(body, { most: mostEntriesOfManifest, deepest: Number.POSITIVE_INFINITY });
  else if (content === undefined) refuseVastJson(body);
  learnFrom(answer);
  return answer;
}
