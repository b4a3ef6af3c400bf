import type { LookupFunction } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { test, type APIRequestContext, type TestInfo } from '@playwright/test';
import { refuseAstray } from '../target/astray.ts';
import {
  bounded,
  BoundMet,
  isOfAnswer,
  mostBytes,
  mostBytesOfTest,
  ruleOfAnswer,
  Unreadable,
} from '../http/bounds.ts';
import { memberOf } from '../registry/auth/token.ts';
import { strangerWay, type Way } from '../http/connect.ts';
import { unpacked } from '../content/coding.ts';
import { refuseVastJson } from '../http/json.ts';
import { Answer, placeOf, type Request } from '../http/exchange.ts';
import { Gate } from '../http/gate.ts';
import { noting } from '../target/ledger.ts';
import {
  holdAll,
  kindOf,
  lookForLife,
  noteAnswer,
  noteHeard,
  noteUnheard,
  unheard,
  whileHeld,
} from '../target/outage.ts';
import {
  asTrouble,
  NetworkTrouble,
  patiently,
  reasonOf,
  type Patience,
  type Trouble,
} from '../http/network.ts';
import { flatten, isLarge, requestTimeoutMs, sendRaw } from '../http/raw.ts';
import { redact } from '../secrets/redact.ts';
import { followed, mayLead, mostRedirects, nextOf } from '../http/redirect.ts';
import {
  currentRun,
  runBoard,
  runBudget,
  runLedger,
  runOutage,
  runSecrets,
  runSettings,
} from '../run/run.ts';
import { handOverSecrets } from '../run/handed.ts';
import { learnTokens } from '../registry/auth/learn-tokens.ts';
import { excerpt } from '../text/cut.ts';
import { Shortfall, step } from '../run/step.ts';
import type { Told } from './told.ts';
import { deviationsIn, judge, judgementsOf } from './verdict.ts';
import type { RawRequest } from '../http/wire.ts';

/** The network kept the test from its end. The message holds no header. */
class Interrupted extends Shortfall {
  override name = 'Interrupted';
}

/** Sends a request, once more each time; `lookup` is what a connection to elsewhere is found by. */
type Attempt = (count: number, last: boolean, lookup: LookupFunction | undefined) => Promise<Answer>;

/** Clients write some hundreds. */
const mostEntriesOfManifest = 100_000;
const smallBody = 64_000;
/** Requests of one kind that went unanswered in so many tests in a row are not sent any more. */
const mostUnheard = 3;
const soonMs = 5_000;

const exchanges = new WeakMap<TestInfo, Answer[]>();

/** Every exchange of this test so far, in order. */
export function exchangesOf(testInfo: TestInfo): Answer[] {
  const list = exchanges.get(testInfo) ?? [];
  exchanges.set(testInfo, list);
  return list;
}

const unanswered = new WeakMap<TestInfo, Request>();

/** The last request of this test that no answer came to. */
export function unansweredOf(testInfo: TestInfo): Request | undefined {
  return unanswered.get(testInfo);
}

const troublesMet = new WeakMap<TestInfo, Told['troubles']>();

/** What the network did to this test so far, in order. */
export function troublesOf(testInfo: TestInfo): Told['troubles'] {
  const list = troublesMet.get(testInfo) ?? [];
  troublesMet.set(testInfo, list);
  return list;
}

const interrupted = new WeakSet<TestInfo>();

/** Whether the network broke this test off, so that it may be tried again. */
export function isInterrupted(testInfo: TestInfo): boolean {
  return interrupted.has(testInfo);
}

/** The answers that tokens of this process came in: a later test may go on with a token that an earlier one asked for. */
const broughtToken = new Map<string, Answer>();

export function answerThatBrought(token: string): Answer | undefined {
  return broughtToken.get(token);
}

/**
 * One HTTP session over Playwright's request context. Each request is a step of the running test, and its
 * exchange is recorded. Cookies are not kept.
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

  readonly #sendOnce = async (request: Request): Promise<Answer> =>
    await this.#record(
      request,
      request.title ?? nameOf(request.method, pathOf(request.url)),
      async (count, last, lookup) => {
        // The second time over a connection of its own: on a kept one, a hang-up proves nothing.
        if (count === 1 && lookup === undefined) return await this.#exchange(request);
        return await sendPast(request, { lookup, evenCut: count > 1 && last && isRead(request) });
      },
    );

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
    const sent = {
      method,
      url: origin + path,
      headers: flatten(request.headers),
      ...(Buffer.isBuffer(body) && { body }),
    };
    const send: Attempt = async (_count, _last, lookup) =>
      await sendRaw({ ...request, lookup }, lookup === undefined ? way : strangerWay(way)).catch(
        (error: unknown) => {
          const tell = telling(method, path);
          throw cutAfter === undefined ? asTrouble(error, tell, 'fresh') : new Error(tell(reasonOf(error)));
        },
      );
    return await this.#record(sent, nameOf(method, path), send, isOnce);
  };

  /** What a request creates is written down under its own name, wherever it is redirected to. */
  async #noted(request: Request, send: () => Promise<Answer>): Promise<Answer> {
    const ledger = runLedger();
    const sent = ledger === undefined ? send() : noting(send, ledger)(request);
    this.#sent.push(sent);
    return await sent;
  }

  async #record(request: Request, title: string, exchange: Attempt, isOnce = false): Promise<Answer> {
    return await step(title, async () => {
      const answer = await sendPatiently(request, exchange, isOnce)
        .then(held)
        .catch((error: unknown) => {
          unanswered.set(test.info(), request);
          return gaveUp(request, error);
        });
      exchangesOf(test.info()).push(answer);
      return answer;
    });
  }

  async #exchange(request: Request): Promise<Answer> {
    const { method, url, body } = request;
    if (isLarge(body)) return await sendPast(request);
    const started = performance.now();
    const options = {
      method,
      headers: { Accept: '*/*', 'Accept-Encoding': 'identity', ...request.headers },
      maxRedirects: 0,
      // Only where it could not even connect: all else is bounded below.
      timeout: 2 * requestTimeoutMs,
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
  const { method, url, headers = {}, body } = request;
  const raw = { method, ...placeOf(url), headers, ...how, ...(body && { body }) };
  const way = how.lookup === undefined ? runSettings() : strangerWay(runSettings());
  const answer = await sendRaw(raw, way).catch((error: unknown) => {
    throw asTrouble(error, telling(method, url), 'fresh');
  });
  return new Answer(request, answer.status, answer.headers, answer.body, answer.durationMs);
}

/** What the network and the limits take is no part of the time that a test may take. */
function grantTime(testInfo: TestInfo, ms: number): void {
  if (ms > 10 && testInfo.timeout > 0) testInfo.setTimeout(testInfo.timeout + Math.ceil(ms));
}

function isRead({ method }: Request): boolean {
  return ['GET', 'HEAD'].includes(method);
}

/** Where references are given to be read alone, no other request goes to the registry. A token may be asked for. */
function refuseWrite({ method, url }: Request): void {
  const isAllowed =
    runSettings().references === undefined ||
    ['GET', 'HEAD', 'OPTIONS'].includes(method) ||
    currentRun().targets.some(({ tokenService }) => tokenService?.realm === url);
  // Playwright takes a stack even where it does not skip, and this is asked at each request.
  if (!isAllowed) test.skip(true, 'unsupported: push (REGISTRY_REFERENCES is set, so nothing is written)');
}

let gate: Gate | undefined;

/** What each request of a worker goes through. */
export function gateOf({ config }: TestInfo): Gate {
  gate ??= new Gate(runSettings(), config.workers);
  return gate;
}

/** Through the gate, within the budget, and again as the policy for trouble of the network has it. */
async function sendPatiently(request: Request, exchange: Attempt, isOnce: boolean): Promise<Answer> {
  refuseWrite(request);
  const lookup = await refuseAstray(request, currentRun().targets);
  const testInfo = test.info();
  const passing = gateOf(testInfo);
  const budget = runBudget();
  const spent = budget.spent;
  if (spent !== undefined) test.skip(true, `blocked: budget: ${spent}`);
  const kind = kindOf(request);
  const stalls = isAboutFault(testInfo) ? { inRun: 0, inRow: 0 } : unheard(kind);
  if (stalls.inRow >= mostUnheard)
    test.skip(true, `blocked: network: ${kind} went unanswered in ${stalls.inRow} tests`);
  const asked = performance.now();
  const attempt: Patience['attempt'] = async (count, last) => {
    const queued = performance.now();
    return await passing.pass(async () => {
      await whileHeld();
      skipInOutage();
      grantTime(testInfo, performance.now() - queued);
      budget.spend();
      const answer = await exchange(count + testInfo.retry, last, lookup);
      if (!isAboutFault(testInfo)) noteAnswer(answer);
      return answer;
    });
  };
  const answer = await patiently(request, {
    attempts: isOnce || stalls.inRun > 0 ? 1 : isAboutFault(testInfo) ? 2 : 4,
    attempt,
    onTrouble: async ({ kind: trouble, told }, failed, waitMs) => {
      troublesOf(testInfo).push({ kind: trouble, told });
      testInfo.annotations.push({ type: 'network', description: `${trouble} ${told}` });
      if (trouble === 'rate-limit') {
        holdAll(waitMs, told, testInfo.config.workers);
        skipInOutage();
      } else if (!isAboutFault(testInfo) && (failed > 1 || trouble === 'timeout')) {
        await lookForLife(new URL(request.url).origin, told);
        skipInOutage();
      }
      grantTime(testInfo, performance.now() - asked + waitMs);
    },
  });
  if (stalls.inRow > 0) noteHeard(kind);
  return answer;
}

function skipInOutage(): void {
  const outage = runOutage();
  if (outage !== undefined) test.skip(true, `blocked: network: ${outage}`);
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
    if (typeof value === 'string') broughtToken.set(value, answer);
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

/** What would be right in place of an answer that cannot be understood. */
const rightAnswers = {
  'http.readable': 'HTTP/1.1 that can be read',
  'http.bounded': 'an answer that a client can hold',
} as const;

/**
 * Where no answer could be had, the test is run again from its start, unless a rule is known to be broken in it. The last
 * time, a server that hung up on a fresh connection has broken a rule of its own, and so has one that is known to fail
 * there; all else says nothing of the registry, and the test is blocked. What came and was no answer breaks a rule, once
 * in a run: what needs it is blocked.
 */
function gaveUp(request: Request, error: unknown): never {
  const testInfo = test.info();
  if (isOfAnswer(error)) {
    const rule = ruleOfAnswer(error);
    const expected = rightAnswers[rule];
    const told = redact(
      `${request.title ?? nameOf(request.method, pathOf(request.url))}: ${error.message}${shownBytes(error)}`,
      runSecrets(),
    );
    const isFirst = isAboutFault(testInfo) || runBoard().first(rule, testInfo.testId) === testInfo.testId;
    if (isFirst) judge({ rule, kept: false, expected, received: told });
    test.skip(true, `blocked by ${rule}: ${told}`);
  }
  if (!(error instanceof NetworkTrouble)) throw error;
  const { kind, connection } = error.trouble;
  const known = deviationsIn(testInfo);
  // A profile says of a test that its request is one which the registry fails at, whoever stands before it.
  const failsThere =
    kind === 'gateway' &&
    known.some(({ rule, test: where }) => rule === 'error.server' && where !== undefined);
  const broken =
    kind === 'hang-up' && connection === 'fresh' ? 'http.answered' : failsThere ? 'error.server' : undefined;
  const isKnown = broken === 'http.answered' && known.some(({ rule }) => rule === broken);
  const isBroken = judgementsOf(testInfo).some(({ verdict }) => verdict === 'fail');
  if (!failsThere && (kind === 'timeout' || kind === 'gateway'))
    noteUnheard(kindOf(request), testInfo.testId);
  if (testInfo.retry < rerunsOf(testInfo, kind) && !isKnown && !isBroken) {
    interrupted.add(testInfo);
    testInfo.annotations.push({ type: 'rerun', description: error.message });
    throw new Interrupted(error.message);
  }
  const expected = 'an answer to each request';
  if (broken !== undefined) judge({ rule: broken, kept: false, expected, received: error.message });
  const cause = broken === undefined ? 'blocked: network' : `blocked by ${broken}`;
  test.skip(true, `${cause}: ${error.message}`);
  throw error;
}

/** The beginning of what could not be read, as text. */
function shownBytes(error: BoundMet | Unreadable): string {
  if (!(error instanceof Unreadable) || error.bytes.length === 0) return '';
  return ` at "${excerpt(error.bytes.toString('latin1'), 100)}"`;
}

/** How often a test is run again that the network broke off. A fault is to be seen the first time. */
function rerunsOf(testInfo: TestInfo, kind: Trouble['kind']): number {
  if (isAboutFault(testInfo) || kind === 'astray' || kind === 'rate-limit') return 0;
  return kind === 'timeout' ? Math.min(1, runSettings().retries) : runSettings().retries;
}

function isAboutFault({ tags }: TestInfo): boolean {
  return tags.some((tag) => tag.startsWith('@fault:'));
}

/** A request as the steps of the report name it: what stands before the test's own part of a path is left out. */
export function nameOf(method: string, path: string): string {
  const { namespace } = runSettings();
  const place = `/v2/${namespace}/${currentRun().id}/`;
  return `${method} ${path.startsWith(place) ? `…${path.slice(place.length).replace(/^w\d+\/[^/]+/, '')}` : path}`;
}

function pathOf(url: string): string {
  return placeOf(url).path;
}

/** The first line alone: what follows in Playwright's message is a log with the request's headers. */
