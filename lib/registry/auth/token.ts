import { type Answer, type Request, type Send, withQuery } from '../../http/exchange.ts';
import { Shortfall } from '../../run/step.ts';
import { basicAuthorization } from '../../http/basic.ts';
import type { Credentials } from '../../types.ts';
import type { TokenService } from '../../types.ts';

export type TokenRequest = {
  /** Undefined: an anonymous token. */
  credentials?: Credentials | undefined;
  scopes?: readonly string[];
  /** Further parameters of the query. */
  params?: readonly (readonly [string, string])[];
};

/** GET on the realm, one `scope` parameter a scope (distribution's token.md, "Requesting a Token"). */
export function tokenRequest(
  { realm, service }: TokenService,
  { credentials, scopes = [], params = [] }: TokenRequest,
): Request {
  const url = withQuery(realm, [
    ...(service === undefined ? [] : [['service', service] as const]),
    ...(credentials === undefined ? [] : [['account', credentials.username] as const]),
    ...scopes.map((scope) => ['scope', scope] as const),
    ...params,
  ]);
  return {
    method: 'GET',
    url,
    headers: credentials === undefined ? {} : { Authorization: basicAuthorization(credentials) },
    title: 'GET token',
  };
}

/** POST on the realm (distribution's oauth.md, "Post parameters"). */
export function tokenForm({ realm, service }: TokenService, fields: Record<string, string>): Request {
  const form = { ...(service === undefined ? {} : { service }), client_id: 'dockside', ...fields };
  return {
    method: 'POST',
    url: realm,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(form).toString()),
    title: 'POST token',
  };
}

export function passwordGrant({ username, password }: Credentials): Record<string, string> {
  return { grant_type: 'password', username, password };
}

/** A member of a token answer, whatever it is. */
export function memberOf(answer: Answer, name: string): unknown {
  const body = answer.json;
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

export function refreshTokenOf(answer: Answer): string | undefined {
  const token = memberOf(answer, 'refresh_token');
  return typeof token === 'string' && token !== '' ? token : undefined;
}

/** The token of a token answer. `token` and `access_token` mean the same; some send one, some the other empty. */
export function tokenOf(answer: Answer): string | undefined {
  return [memberOf(answer, 'token'), memberOf(answer, 'access_token')].find(
    (value): value is string => typeof value === 'string' && value !== '',
  );
}

/** Seconds a token lives, 60 where the answer does not say (token.md, `expires_in`). */
export function lifetimeOf(answer: Answer): number {
  const stated = memberOf(answer, 'expires_in');
  return typeof stated === 'number' ? stated : 60;
}

/** A token service that gives no token. */
export class NoToken extends Shortfall {
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
