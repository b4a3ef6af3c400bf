import { isWellFormed, parseChallenges } from '../registry/auth/challenge.ts';
import { algorithmOf, digestOf } from '../content/digest.ts';
import { showsNoInternals } from './disclosure.ts';
import { errorBody } from './error-body.ts';
import type { Answer } from '../http/exchange.ts';
import { parseLinks } from '../http/link.ts';
import { retryDelay } from '../http/retry-after.ts';
import { someOf } from '../registry/lists.ts';
import type { RuleId } from '../rules/catalogue.ts';
import { warningsIn } from '../http/warning.ts';
import type { Check, Target } from '../types.ts';

const aDay = 24 * 60 * 60 * 1000;

/** Of an answer that the rule does not speak of. */
const notMeant: Check = { kept: true, expected: '', received: '' };

/** What a server does not do, or not in this version of HTTP: nothing failed there. */
const notOffered = [501, 505];

export function isNoServerError({ status, request }: Answer): Check {
  return {
    kept: status < 500 || notOffered.includes(status),
    expected: 'no 5xx status',
    received: `status ${status} to ${request.method}`,
  };
}

/** Whether each challenge names a parameter once (RFC 9110 section 11.2). */
function namesEachOnce(answer: Answer): Check {
  const values = answer.values('www-authenticate');
  const repeated = values.filter(isWellFormed).flatMap((value) => repeatedIn(value));
  return {
    kept: repeated.length === 0,
    expected: 'each parameter once in a challenge',
    received:
      repeated.length === 0 ? 'each once' : `${someOf(repeated).join(', ')} twice in ${values.join(', ')}`,
  };
}

function repeatedIn(value: string): string[] {
  return parseChallenges([value]).flatMap(({ repeated = [] }) => repeated);
}

const imfDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

function hasTimes(answer: Answer): Check {
  const stated = ['date', 'last-modified'].flatMap((name) =>
    answer.values(name).map((value) => [name, value] as const),
  );
  const wrong = stated.filter(([, value]) => !imfDate.test(value));
  return {
    kept: wrong.length === 0,
    expected: 'a time as Sun, 06 Nov 1994 08:49:37 GMT',
    received: wrong.map(([name, value]) => `${name}: ${value}`).join(', ') || 'such times',
  };
}

/** A time since 1970 in place of seconds from now lets a client sleep for decades. */
function comesBackSoon(answer: Answer): Check {
  const value = answer.header('retry-after');
  return {
    kept: value === undefined || (retryDelay(answer) ?? 0) <= aDay,
    expected: 'a Retry-After of a day at most',
    received: `Retry-After: ${value ?? '(none)'}`,
  };
}

function hasReadableWarnings(answer: Answer): Check {
  const warnings = warningsIn(answer);
  return {
    kept: warnings !== undefined && warnings.every(({ code }) => code === '299'),
    expected: 'the code 299',
    received: `Warning: ${answer.header('warning') ?? '(none)'}`,
  };
}

/**
 * Of schema1 the digest is of its payload. Of a part, of what came packed as asked for, and of what was read as it came
 * and not kept, nothing is told.
 */
function hasItsDigest(answer: Answer): Check {
  const { method, url, headers = {} } = answer.request;
  const digest = new URL(url).pathname.match(/\/(?:blobs|manifests)\/([^/]+)$/)?.[1] ?? '';
  const algorithm = algorithmOf(digest);
  const isPart = Object.keys(headers).some((name) => /^(?:range|accept-encoding)$/i.test(name));
  const isPacked = answer.header('content-encoding') !== undefined;
  const isSchema1 = /docker\.distribution\.manifest\.v1\b/i.test(answer.header('content-type') ?? '');
  const isWhole = method === 'GET' && answer.status === 200 && answer.body.length > 0;
  if (!isWhole || algorithm === undefined || isPart || isPacked || isSchema1) return notMeant;
  const received = digestOf(answer.body, algorithm);
  return {
    kept: received === digest,
    expected: `content of the digest ${digest}`,
    received: `${answer.body.length} bytes of the digest ${received}`,
  };
}

/** "identity" alone is what clients of ours ask for, unless a test says otherwise. */
function isNotPacked(answer: Answer): Check {
  const coding = answer.header('content-encoding');
  const asked = Object.keys(answer.request.headers ?? {}).some((name) => /^accept-encoding$/i.test(name));
  return {
    kept: asked || coding === undefined || coding.toLowerCase() === 'identity',
    expected: 'no Content-Encoding where identity was asked for',
    received: `Content-Encoding: ${coding ?? '(none)'}`,
  };
}

function leadsSomewhere(answer: Answer): Check {
  const value = answer.header('location');
  return {
    kept: value === undefined || (!/\s/.test(value) && URL.canParse(value, answer.request.url)),
    expected: 'a Location that is a URI reference',
    received: `Location: ${value ?? '(none)'}`,
  };
}

function hasReadableLinks(answer: Answer): Check {
  const value = answer.header('link');
  return {
    kept: value === undefined || parseLinks(value) !== undefined,
    expected: 'Link: <target>; rel="next"',
    received: `Link: ${value ?? '(none)'}`,
  };
}

type Held = {
  check: (answer: Answer) => Check;
  /** The token service speaks another language. */
  ofRegistryAlone?: true;
};

/** What is held against each answer of a run, whatever was asked for. */
const everyAnswer: Partial<Record<RuleId, Held>> = {
  'error.server': { check: isNoServerError },
  'leak.error': {
    check: (answer) => (answer.status < 400 ? notMeant : showsNoInternals(answer)),
  },
  'digest.content': { check: hasItsDigest, ofRegistryAlone: true },
  'error.format': { check: (answer) => errorBody(answer).format, ofRegistryAlone: true },
  'error.code.characters': { check: (answer) => errorBody(answer).characters, ofRegistryAlone: true },
  'error.message': { check: (answer) => errorBody(answer).message, ofRegistryAlone: true },
  'challenge.present': {
    check: (answer) => ({
      kept: answer.status !== 401 || answer.header('www-authenticate') !== undefined,
      expected: 'a WWW-Authenticate header',
      received: `status ${answer.status} without one`,
    }),
    ofRegistryAlone: true,
  },
  'challenge.syntax': {
    check: (answer) => {
      const values = answer.values('www-authenticate');
      return {
        kept: values.every(isWellFormed),
        expected: 'WWW-Authenticate: scheme name=value, name="value", …',
        received: `WWW-Authenticate: ${values.join(', ') || '(none)'}`,
      };
    },
    ofRegistryAlone: true,
  },
  'challenge.parameters': { check: namesEachOnce },
  'warning.code': { check: hasReadableWarnings, ofRegistryAlone: true },
  'http.location': { check: leadsSomewhere },
  'http.link': { check: hasReadableLinks },
  'http.coding-unasked': { check: isNotPacked },
  'http.date': { check: hasTimes },
  'http.retry-after': { check: comesBackSoon },
};

export const rulesOfEveryAnswer = Object.keys(everyAnswer) as RuleId[];

/** What each answer of a test is held to. */
export const ofEachAnswer: readonly RuleId[] = ['http.answered', 'http.readable', 'http.bounded'];

/** The rules that a test may judge without naming them. */
export const ofAnyAnswer: readonly RuleId[] = [...ofEachAnswer, ...rulesOfEveryAnswer];

/** Where an answer, of the registry or of its token service, falls short of one of these rules for the first time. */
export function shortfallIn(
  rule: RuleId,
  answers: readonly Answer[],
  { url, tokenService }: Pick<Target, 'url' | 'tokenService'>,
): { answer: Answer; check: Check } | undefined {
  const held = everyAnswer[rule];
  if (held === undefined) return undefined;
  for (const answer of answers) {
    const { request } = answer;
    const isRegistry = request.url.startsWith(`${url}/v2/`) && !isOf(request.url, tokenService);
    if (!isRegistry && (held.ofRegistryAlone === true || !isOf(request.url, tokenService))) continue;
    const check = held.check(answer);
    if (!check.kept) return { answer, check };
  }
  return undefined;
}

function isOf(url: string, tokenService: Target['tokenService']): boolean {
  return tokenService !== undefined && url.split('?', 1)[0] === tokenService.realm.split('?', 1)[0];
}
