import { test, type APIRequestContext, type TestInfo } from '@playwright/test';
import { Answer, type Request } from './exchange.ts';
import { noting } from './ledger.ts';
import { flatten, isLarge, rawSend, sendRaw, type RawRequest, type Tls } from './raw.ts';
import { redact } from './redact.ts';
import { currentRun, learnSecret, runLedger, runSecrets, runSettings } from './run.ts';
import { Shortfall, step } from './step.ts';
import { judge } from './verdict.ts';

/** No answer came: refused, reset, timed out. The message holds no header. */
class NoAnswer extends Shortfall {
  override name = 'NoAnswer';
  /** A server may close a kept connection at any time, so that a hang-up there proves nothing. */
  readonly connection: 'kept' | 'fresh';

  constructor(message: string, connection: 'kept' | 'fresh' = 'kept') {
    super(message);
    this.connection = connection;
  }

  get isHangUp(): boolean {
    return /socket hang up|ECONNRESET/.test(this.message);
  }
}

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

/** The answers that tokens of this process came in: a later test may go on with a token that an earlier one asked for. */
const broughtToken = new Map<string, Answer>();

export function answerThatBrought(token: string): Answer | undefined {
  return broughtToken.get(token);
}

/**
 * One HTTP session over Playwright's request context. Each request is a step of the running test, and its
 * exchange is recorded. Redirects are not followed and cookies not kept.
 */
export class Session {
  readonly #context: APIRequestContext;

  constructor(context: APIRequestContext) {
    this.#context = context;
  }

  readonly send = async (request: Request): Promise<Answer> =>
    await this.#record(request, request.title ?? nameOf(request.method, pathOf(request.url)), async () => {
      return await this.#exchange(request).catch(async (error: unknown) => await reread(request, error));
    });

  /** The same past Playwright's context, for what it cannot send. */
  readonly sendRaw = async (request: RawRequest, tls: Tls): Promise<Answer> => {
    const { method, origin, path } = request;
    const { body } = request;
    const told = {
      method,
      url: origin + path,
      headers: flatten(request.headers),
      ...(Buffer.isBuffer(body) && { body }),
    };
    return await this.#record(told, nameOf(method, path), async () => {
      return await sendRaw(request, tls).catch((error: unknown) => {
        const message = `${method} ${path}: ${reasonOf(error)}`;
        throw request.cutAfter === undefined ? new NoAnswer(message, 'fresh') : new Error(message);
      });
    });
  };

  async #record(request: Request, title: string, exchange: () => Promise<Answer>): Promise<Answer> {
    const ledger = runLedger();
    const send = ledger === undefined ? exchange : noting(exchange, ledger);
    return await step(redact(title, runSecrets()), async () => {
      const answer = await send(request).catch((error: unknown) => {
        unanswered.set(test.info(), request);
        return hungUp(error);
      });
      learnFrom(answer);
      exchangesOf(test.info()).push(answer);
      return answer;
    });
  }

  async #exchange(request: Request): Promise<Answer> {
    const { method, url, body } = request;
    if (isLarge(body)) return await sendPast(request);
    const started = performance.now();
    const response = await this.#context
      .fetch(url, {
        method,
        headers: { Accept: '*/*', 'Accept-Encoding': 'identity', ...request.headers },
        maxRedirects: 0,
        ...(body === undefined ? {} : { data: body }),
      })
      .catch((error: unknown) => {
        throw new NoAnswer(`${method} ${redact(url, runSecrets())}: ${reasonOf(error)}`);
      });
    const bytes = await response.body();
    const answer = new Answer(
      request,
      response.status(),
      response.headersArray(),
      bytes,
      performance.now() - started,
    );
    await response.dispose();
    if (answer.header('set-cookie') !== undefined) await this.#context.clearCookies();
    return answer;
  }
}

/** What is too large for Playwright's context, which would miss a refusal before the end of the body. */
async function sendPast(request: Request): Promise<Answer> {
  return await rawSend(runSettings())(request).catch((error: unknown) => {
    throw new NoAnswer(`${request.method} ${redact(request.url, runSecrets())}: ${reasonOf(error)}`, 'fresh');
  });
}

/** Tokens that were sent or handed out: an answer may show them where no pattern would find them. */
function learnFrom(answer: Answer): void {
  const authorization = Object.entries(answer.request.headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'authorization',
  );
  // No token answer is larger, and a layer need not be read for one.
  const body = (answer.body.length < 64_000 ? answer.json : undefined) ?? {};
  const { token, access_token: accessToken, refresh_token: refreshToken } = body as Record<string, unknown>;
  for (const value of [authorization?.[1].replace(/^\w+ +/, ''), token, accessToken, refreshToken]) {
    if (typeof value === 'string') learnSecret(value);
  }
  for (const value of [token, accessToken]) {
    if (typeof value === 'string') broughtToken.set(value, answer);
  }
}

/**
 * A read that broke off, or that met a server just closing an idle connection, is repeated past Playwright over a
 * connection of its own. An answer that breaks off there too says something: it is taken as far as it came.
 * @throws the error where the request is no read, or another thing went wrong
 */
async function reread({ method, url, headers = {} }: Request, error: unknown): Promise<Answer> {
  const brokeOff = error instanceof NoAnswer && (error.message.endsWith(': aborted') || error.isHangUp);
  if (!brokeOff || !['GET', 'HEAD'].includes(method)) throw error;
  const { origin, pathname, search } = new URL(url);
  return await sendRaw(
    { method, origin, path: pathname + search, headers, evenCut: true },
    runSettings(),
  ).catch(() => {
    throw new NoAnswer(error.message, 'fresh');
  });
}

const expected = 'an answer to each request';
/**
 * A server that hangs up in place of an answer breaks a rule of its own. Where that is known, the test is blocked.
 * @throws the error where that is not what happened
 */
function hungUp(error: unknown): never {
  if (!(error instanceof NoAnswer) || !error.isHangUp || error.connection === 'kept') throw error;
  judge({ rule: 'http.answered', kept: false, expected, received: error.message });
  test.skip(true, `blocked by http.answered: ${error.message}`);
  throw error;
}

/** A request as the steps of the report name it: what stands before the test's own part of a path is left out. */
export function nameOf(method: string, path: string): string {
  const { namespace } = runSettings();
  const place = `/v2/${namespace}/${currentRun().id}/`;
  return `${method} ${path.startsWith(place) ? `…${path.slice(place.length).replace(/^w\d+\/[^/]+/, '')}` : path}`;
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** The first line alone: what follows in Playwright's message is a log with the request's headers. */
function reasonOf(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return first.replace(/^apiRequestContext\.fetch: /, '');
}
