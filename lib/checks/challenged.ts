import { errorBody } from './error-body.ts';
import { errorCodes } from '../http/errors.ts';
import type { Answer } from '../http/exchange.ts';
import { findChallenge, isWellFormed, parseChallenges, type Challenge } from '../registry/auth/challenge.ts';
import { parseScope, type Scope } from '../http/scope.ts';
import { excerpt } from '../text/cut.ts';
import type { Check, Target } from '../types.ts';

/** The challenges of an answer, read as leniently as clients do; none where they cannot be read. */
export function challengesIn(answer: Answer): Challenge[] {
  try {
    return parseChallenges(answer.values('www-authenticate'));
  } catch {
    return [];
  }
}

/** A parameter of the Bearer challenge. */
export function bearerParam(answer: Answer, name: string): string | undefined {
  return findChallenge(challengesIn(answer), 'bearer')?.params[name];
}

/** The scopes that the Bearer challenge asks for. */
export function scopesIn(answer: Answer): string[] {
  return (bearerParam(answer, 'scope') ?? '').split(' ').filter((scope) => scope !== '');
}

/** What the Bearer challenge asks to be allowed in a repository; undefined where it does not name it. */
export function askedOf(answer: Answer, repository: string): string[] | undefined {
  const own = scopesIn(answer)
    .map(parseScope)
    .filter((scope): scope is Scope => scope?.type === 'repository' && scope.name === repository);
  return own.length === 0 ? undefined : own.flatMap(({ actions }) => actions);
}

/**
 * A challenge aspect by aspect, so that one fault is one finding: without a challenge `present` alone fails, and one in
 * broken syntax fails `syntax` alone.
 */
export function challenged(answer: Answer, { auth, tokenService }: Target) {
  const values = answer.values('www-authenticate');
  const received = shown(answer);
  const ours = findChallenge(challengesIn(answer), auth);
  const isSame =
    auth === 'basic' ||
    (ours?.params['realm'] === tokenService?.realm && ours?.params['service'] === tokenService?.service);
  return {
    present: { kept: values.length > 0, expected: 'a WWW-Authenticate header', received },
    syntax: {
      kept: values.every(isWellFormed),
      expected: 'WWW-Authenticate: scheme name=value, name="value", …',
      received,
    },
    same: {
      kept: values.length === 0 || (ours !== undefined && isSame),
      expected: `a ${auth} challenge${tokenService ? ` of ${tokenService.realm} for ${tokenService.service}` : ''}`,
      received,
    },
    body: {
      kept:
        answer.request.method === 'HEAD' || (errorBody(answer).format.kept && errorCodes(answer).length > 0),
      expected: 'an object with a list "errors", each with a "code"',
      received: excerpt(answer.text) || '(no body)',
    },
  } satisfies Record<string, Check>;
}

/** Whether each of several challenges has a scheme and a realm of its own, ours among them. */
export function areApart(answer: Answer, { auth }: Target): Check {
  const challenges = challengesIn(answer);
  const kinds = new Set(challenges.map(({ scheme, params }) => `${scheme} ${params['realm']}`.toLowerCase()));
  const ours = findChallenge(challenges, auth);
  return {
    kept: challenges.length > 1 && kinds.size === challenges.length && ours?.params['realm'] !== undefined,
    expected: `several challenges, one of them ${auth} with its realm`,
    received: shown(answer),
  };
}

/** Whether both answers challenge with the same schemes. */
export function haveSameSchemes(first: Answer, second: Answer): Check {
  const schemes = (answer: Answer): string =>
    challengesIn(answer)
      .map(({ scheme }) => scheme.toLowerCase())
      .join(', ') || '(none)';
  return { kept: schemes(first) === schemes(second), expected: schemes(first), received: schemes(second) };
}

/** Whether the attribute `error` of the Bearer challenge is this one; undefined: whether there is none. */
export function hasError(answer: Answer, error: string | undefined): Check {
  return {
    kept: bearerParam(answer, 'error') === error,
    expected: error === undefined ? 'no error' : `error="${error}"`,
    received: shown(answer),
  };
}

/** Whether the challenge asks for one of these actions in the repository at least; without any, for some action. */
export function asksFor(answer: Answer, repository: string, actions: readonly string[] = []): Check {
  const asked = askedOf(answer, repository);
  return {
    kept:
      asked !== undefined &&
      asked.length > 0 &&
      (actions.length === 0 || actions.some((action) => asked.includes(action))),
    expected: `scope="repository:${repository}:${actions.join(' or ') || '…'}"`,
    received: shown(answer),
  };
}

/** Whether the scopes are absent, or are just this one. */
export function asksForNothingBut(answer: Answer, scope: string | undefined): Check {
  const scopes = scopesIn(answer);
  return {
    kept: scopes.every((one) => one === scope),
    expected: scope === undefined ? 'no scope' : `no scope, or scope="${scope}"`,
    received: shown(answer),
  };
}

function shown(answer: Answer): string {
  const values = answer.values('www-authenticate').join(', ') || '(none)';
  return `status ${answer.status}, WWW-Authenticate: ${values}`;
}
