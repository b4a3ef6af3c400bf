import { isObject, isText } from '../content/manifest.ts';
import type { Answer } from '../http/exchange.ts';
import { readJwt } from '../registry/auth/jwt.ts';
import { parseScope } from '../http/scope.ts';
import { lifetimeOf, memberOf, tokenOf } from '../registry/auth/token.ts';
import type { Check } from '../types.ts';

/** Clocks of a registry and of its token service may differ by so much. */
const skewSeconds = 300;

/**
 * The answer of a token endpoint aspect by aspect, so that one fault is one finding: an answer that is no JSON fails
 * `json` alone.
 */
export function tokenAnswer(answer: Answer) {
  const isJson = isObject(answer.json);
  const stated = memberOf(answer, 'expires_in');
  const issued = memberOf(answer, 'issued_at');
  const cacheControl = answer.header('cache-control');
  return {
    json: { kept: isJson, expected: 'a JSON object', received: members(answer) },
    token: {
      kept: !isJson || tokenOf(answer) !== undefined,
      expected: 'a token or an access_token that is a text',
      received: members(answer),
    },
    equal: {
      kept:
        ['token', 'access_token'].some((name) => memberOf(answer, name) === undefined) ||
        memberOf(answer, 'token') === memberOf(answer, 'access_token'),
      expected: 'one of token and access_token, or both the same',
      received: members(answer),
    },
    lifetime: {
      kept: stated === undefined || (typeof stated === 'number' && stated >= 60),
      expected: 'no expires_in, or 60 at least',
      received: `expires_in: ${JSON.stringify(stated)}`,
    },
    issuedAt: {
      kept:
        issued === undefined ||
        (isTime(issued) && Math.abs(Date.parse(issued) / 1000 - timeOf(answer)) <= skewSeconds),
      expected: `no issued_at, or a time in RFC 3339 within ${skewSeconds} s of now`,
      received: `issued_at: ${JSON.stringify(issued)}, at ${new Date(timeOf(answer) * 1000).toISOString()}`,
    },
    uncached: {
      kept: /(^|[\s,])no-store([\s,]|$)/i.test(cacheControl ?? ''),
      expected: 'Cache-Control: no-store',
      received: `Cache-Control: ${cacheControl ?? '(none)'}`,
    },
  } satisfies Record<string, Check>;
}

/** Whether the token itself, a JWT, is valid for as long as the answer says; `iat` is its issuer's own clock. */
export function livesAsStated(answer: Answer, { exp, iat }: Record<string, unknown>): Check {
  const lives = Number(exp) - Number(iat);
  return {
    kept: lives >= lifetimeOf(answer),
    expected: `exp ${lifetimeOf(answer)} s after iat at least`,
    received: `${lives} s`,
  };
}

/** Whether a token came. */
export function bringsToken(answer: Answer): Check {
  return {
    kept: answer.status === 200 && tokenOf(answer) !== undefined,
    expected: 'status 200 with a token',
    received: told(answer),
  };
}

/** Whether no token came, in an answer of whatever status. */
export function bringsNoToken(answer: Answer): Check {
  return { kept: tokenOf(answer) === undefined, expected: 'no token', received: told(answer) };
}

/** Whether what must not bring rights was refused, or brought a token that opens nothing: `tried` with it, if it came. */
export function isRefusedOrPowerless(answer: Answer, tried: readonly Answer[]): Check {
  const refused = answer.status >= 400 && tried.length === 0;
  const powerless = answer.status === 200 && tried.every((one) => isShut(one).kept);
  return {
    kept: refused || powerless,
    expected: 'a 4xx, or a token that opens nothing',
    received: [told(answer), ...tried.map(outcome)].join(', '),
  };
}

/** Whether a token came and opened what was tried with it. */
export function opens(answer: Answer, tried: readonly Answer[]): Check {
  return {
    kept: bringsToken(answer).kept && tried.every(({ status }) => status >= 200 && status < 300),
    expected: 'a token that opens what was asked',
    received: [told(answer), ...tried.map(outcome)].join(', '),
  };
}

/** Whether what a token service may know or not was refused with a 4xx, or brought a token that opens what was asked. */
export function isRefusedOrOpens(answer: Answer, tried: readonly Answer[]): Check {
  const refused = answer.status >= 400 && answer.status < 500;
  const opened = opens(answer, tried);
  return { ...opened, kept: refused || opened.kept, expected: `a 4xx, or ${opened.expected}` };
}

/** Whether a token service refused with a 4xx or brought a token. */
export function isRefusedOrBringsToken(answer: Answer): Check {
  const refused = answer.status >= 400 && answer.status < 500;
  return { ...bringsToken(answer), kept: refused || bringsToken(answer).kept, expected: 'a 4xx, or a token' };
}

/** Whether the request was let through, whatever came of it then. */
export function isLetThrough(answer: Answer): Check {
  return {
    kept: answer.status < 500 && answer.status !== 401 && answer.status !== 403,
    expected: 'neither 401 nor 403',
    received: outcome(answer),
  };
}

/** Whether a request was refused, for whatever reason: a failure opens nothing either. */
export function isShut(answer: Answer): Check {
  return {
    kept: answer.status >= 400,
    expected: 'a 4xx',
    received: outcome(answer),
  };
}

/** Whether the `access` claim of a JWT names no more than these scopes asked for. */
export function isWithin({ access }: Record<string, unknown>, asked: readonly string[]): Check {
  const scopes = asked.map(parseScope);
  const granted = grantsIn(access);
  const beyond = granted.filter(
    (grant) =>
      !scopes.some(
        (scope) =>
          scope?.type === grant.type && scope.name === grant.name && scope.actions.includes(grant.action),
      ),
  );
  return {
    kept: beyond.length === 0,
    expected: `nothing beyond ${asked.join(' ')}`,
    received: granted.map(({ type, name, action }) => `${type}:${name}:${action}`).join(' ') || 'nothing',
  };
}

/** Whether a JWT grants these and nothing else, each as `name:action`. */
export function grantsJust(answer: Answer, wanted: readonly string[]): Check {
  const granted = grantsIn(claimsIn(answer)?.['access']).map(({ name, action }) => `${name}:${action}`);
  const list = (items: readonly string[]): string => items.toSorted().join(', ') || 'nothing';
  return {
    kept: list(granted) === list(wanted),
    expected: `a token for ${list(wanted)}`,
    received: `status ${answer.status}, ${list(granted)}`,
  };
}

type Granted = { type: string; name: string; action: string };

/** One entry an action (jwt.md, "access"). */
export function grantsIn(access: unknown): Granted[] {
  return (Array.isArray(access) ? access : [])
    .filter(isObject)
    .flatMap(({ type, name, actions }) =>
      (Array.isArray(actions) ? actions : [])
        .filter(isText)
        .map((action) => ({ type: String(type), name: String(name), action })),
    );
}

export function claimsIn(answer: Answer): Record<string, unknown> | undefined {
  const token = tokenOf(answer);
  return token === undefined ? undefined : readJwt(token)?.claims;
}

/** Whether a token came that is for the same service as the other, as far as it can be read. */
export function isForSame(answer: Answer, other: Answer): boolean {
  const audience = (one: Answer): string => JSON.stringify([claimsIn(one)?.['aud']].flat());
  return tokenOf(answer) !== undefined && audience(answer) === audience(other);
}

function isTime(value: unknown): value is string {
  return (
    isText(value) &&
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

/** By the clock of who answered, in seconds. */
function timeOf(answer: Answer): number {
  const date = Date.parse(answer.header('date') ?? '');
  return (Number.isNaN(date) ? Date.now() : date) / 1000;
}

/** The names alone: the values are secrets. */
function members(answer: Answer): string {
  const { json } = answer;
  if (!isObject(json))
    return `status ${answer.status} with ${answer.body.length} bytes that are no JSON object`;
  const names = Object.entries(json).map(([name, value]) => (value === '' ? `${name} (empty)` : name));
  return `an object of ${names.join(', ') || 'nothing'}`;
}

function told(answer: Answer): string {
  return `status ${answer.status} with${tokenOf(answer) === undefined ? 'out' : ''} a token`;
}

function outcome({ request, status }: Answer): string {
  return `${request.method} ${new URL(request.url).pathname} answered ${status}`;
}
