import { type Answer, type Request, type Send, withQuery } from '../exchange.ts';
import type { Credentials } from '../settings.ts';
import { basicAuthorization } from './basic.ts';

/** Where a Bearer challenge sends the client for a token. */
export type TokenService = { realm: string; service: string | undefined };

export type TokenRequest = {
  /** Undefined: an anonymous token. */
  credentials?: Credentials | undefined;
  scopes?: readonly string[];
};

/** GET on the realm, one `scope` parameter a scope (distribution's token.md, "Requesting a Token"). */
export function tokenRequest(
  { realm, service }: TokenService,
  { credentials, scopes = [] }: TokenRequest,
): Request {
  const url = withQuery(realm, [
    ...(service === undefined ? [] : [['service', service] as const]),
    ...(credentials === undefined ? [] : [['account', credentials.username] as const]),
    ...scopes.map((scope) => ['scope', scope] as const),
  ]);
  return {
    method: 'GET',
    url,
    headers: credentials === undefined ? {} : { Authorization: basicAuthorization(credentials) },
    title: 'GET token',
  };
}

/** The token of a token answer. `token` and `access_token` mean the same; some send one, some the other empty. */
export function tokenOf(answer: Answer): string | undefined {
  const body = answer.json;
  if (typeof body !== 'object' || body === null) return undefined;
  const { token, access_token: accessToken } = body as { token?: unknown; access_token?: unknown };
  return [token, accessToken].find((value): value is string => typeof value === 'string' && value !== '');
}

/** Seconds a token lives, 60 where the answer does not say (token.md, `expires_in`). */
function lifetimeOf(answer: Answer): number {
  const body = answer.json as { expires_in?: unknown } | undefined;
  return typeof body?.expires_in === 'number' ? body.expires_in : 60;
}

/** A token service that gives no token. */
export class NoToken extends Error {
  override name = 'NoToken';
  readonly answer: Answer;
  readonly isRefusal: boolean;

  constructor({ realm }: TokenService, answer: Answer) {
    super(`The token service ${realm} answered ${answer.status} without a token`);
    this.answer = answer;
    this.isRefusal = answer.status >= 400 && answer.status < 500;
  }
}

/** Tokens by identity and scope, asked for once and again when they near their end. */
export class TokenCache {
  readonly #tokens = new Map<string, { token: Promise<string>; freshUntil: number }>();

  async get(send: Send, service: TokenService, request: TokenRequest): Promise<string> {
    const key = JSON.stringify([service, request.credentials?.username, (request.scopes ?? []).toSorted()]);
    const cached = this.#tokens.get(key);
    if (cached !== undefined && cached.freshUntil > Date.now()) return await cached.token;
    const entry = { token: Promise.resolve(''), freshUntil: Number.POSITIVE_INFINITY };
    entry.token = this.#ask(send, service, request, (until) => (entry.freshUntil = until));
    this.#tokens.set(key, entry);
    try {
      return await entry.token;
    } catch (error) {
      this.#tokens.delete(key);
      throw error;
    }
  }

  async #ask(
    send: Send,
    service: TokenService,
    request: TokenRequest,
    keepUntil: (time: number) => void,
  ): Promise<string> {
    const answer = await send(tokenRequest(service, request));
    const token = tokenOf(answer);
    if (answer.status !== 200 || token === undefined) {
      throw new NoToken(service, answer);
    }
    keepUntil(Date.now() + lifetimeOf(answer) * 500);
    return token;
  }
}
