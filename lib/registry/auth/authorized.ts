import type { Answer, Request, Send } from '../../http/exchange.ts';
import { runSettings } from '../../run/run.ts';
import { basicAuthorization } from '../../http/basic.ts';
import { repositoryScope } from '../../http/scope.ts';
import { NoToken, type TokenCache } from './token.ts';
import type { Credentials, Target } from '../../types.ts';

export type Access = { credentials: Credentials | undefined; scopes: readonly string[] };

/** Sends with what the target's auth mode asks for: nothing, Basic credentials, or a token for the scopes. */
export function authorized(send: Send, target: Target, tokens: TokenCache, access: Access): Send {
  return async (request: Request): Promise<Answer> => {
    const authorization = await authorizationFor(send, target, tokens, access);
    // Credentials are for the registry alone: an upload may lead to another host.
    const isOurs = new URL(request.url).origin === new URL(target.url).origin;
    const headers = authorization === undefined || !isOurs ? {} : { Authorization: authorization };
    return await send({ ...request, headers: { ...headers, ...request.headers } });
  };
}

/** The same for who may lack the right: a token service that gives no token has refused in the registry's place. */
export function authorizedOrRefused(...parties: Parameters<typeof authorized>): Send {
  const send = authorized(...parties);
  return async (request) => await send(request).catch(refusalIn);
}

/** The answer of a token service that gives no token. @throws whatever else went wrong */
export function refusalIn(error: unknown): Answer {
  if (error instanceof NoToken && error.isRefusal) return error.answer;
  throw error;
}

/** The `Authorization` value for the access; undefined where none is needed or to be had. */
export async function authorizationFor(
  send: Send,
  { auth, tokenService }: Target,
  tokens: TokenCache,
  { credentials, scopes }: Access,
): Promise<string | undefined> {
  if (auth === 'basic') return credentials === undefined ? undefined : basicAuthorization(credentials);
  if (tokenService === undefined) return undefined;
  return `Bearer ${await tokens.get(send, tokenService, { credentials, scopes })}`;
}

/**
 * Everything in one repository, for the identity that owns it; where nothing is to be written, to read it. A mount needs the
 * right to read its `source` as well.
 */
export function fullAccess(
  { identity, deleteAction }: Pick<Target, 'identity' | 'deleteAction'>,
  repository: string,
  source?: { name: string },
): Access {
  const actions = runSettings().references === undefined ? ['pull', 'push', deleteAction] : ['pull'];
  const reading = source === undefined ? [] : [repositoryScope(source.name, ['pull'])];
  return { credentials: identity, scopes: [repositoryScope(repository, actions), ...reading] };
}
