import { findChallenge, parseChallenges } from '../registry/auth/challenge.ts';
import { errorCodes } from '../http/errors.ts';
import type { Answer } from '../http/exchange.ts';
import { isLinked, parseLinks } from '../http/link.ts';
import { isObject } from '../content/shape.ts';
import { someOf } from '../registry/lists.ts';
import { redact, secretsOf, shows } from '../secrets/redact.ts';
import { runSecrets } from '../run/run.ts';
import { excerpt } from '../text/cut.ts';
import type { Check } from '../types.ts';

/** Whether a request was refused, and the refusal shows none of these texts that the request did not name itself. */
export function isShut(answer: Answer, secrets: readonly string[]): Check {
  const { shown, received } = shownIn(answer, secrets);
  return {
    // A failure tells no more than a refusal: error.server is about it.
    kept: answer.status >= 400 && shown.length === 0,
    expected: 'a 4xx that shows nothing of what is asked for',
    received,
  };
}

/** The same of a list, which may also be empty: so is that of a repository which is not there. */
export function isShutList(answer: Answer, secrets: readonly string[]): Check {
  const { shown, received } = shownIn(answer, secrets);
  return {
    kept: (answer.status >= 400 || isEmptyList(answer)) && shown.length === 0,
    expected: 'a 4xx or an empty list, that shows nothing of what is asked for',
    received,
  };
}

function shownIn(answer: Answer, secrets: readonly string[]): { shown: string[]; received: string } {
  const unnamed = secrets.filter((secret) => !answer.request.url.includes(secret));
  const shown = unnamed.filter((secret) => everythingOf(answer).includes(secret));
  const received = `status ${answer.status}${shown.length === 0 ? '' : `, which shows ${shown.join(', ')}`}`;
  return { shown, received };
}

/** Whether it is a list of tags or of referrers, with nothing in it and nothing to follow. */
function isEmptyList(answer: Answer): boolean {
  const { status, json } = answer;
  if (status !== 200 || !isObject(json)) return false;
  const lists = ['tags', 'manifests'].filter((member) => member in json).map((member) => json[member]);
  const isEmpty = (list: unknown): boolean => list === null || (Array.isArray(list) && list.length === 0);
  return lists.length > 0 && lists.every(isEmpty) && !isLinked(answer);
}

/** Whether two refusals say the same, but for the name of the repository that each is about. */
export function areAlike(answer: Answer, name: string, other: Answer, otherName: string): Check {
  const received = outlineOf(answer, name);
  const expected = outlineOf(other, otherName);
  return { kept: received === expected, expected, received };
}

function outlineOf(answer: Answer, name: string): string {
  // Some registries list the actions of a scope in any order.
  const challenge = answer
    .header('www-authenticate')
    ?.replaceAll(name, '<name>')
    .replaceAll(/:([a-z,]+)"/g, (_, actions: string) => `:${actions.split(',').toSorted().join(',')}"`);
  return `status ${answer.status}, error code ${someOf(errorCodes(answer)).join(', ') || '(none)'}, WWW-Authenticate: ${challenge ?? '(none)'}`;
}

/**
 * Whether no answer lists a repository of this name, or of names that begin so, or goes on after one. Where the request
 * itself went on after one, that may be repeated.
 */
export function hidesName(answers: readonly Answer[], name: string): Check {
  const shown = answers.find((answer) => {
    const own = new URL(answer.request.url).searchParams.get('last');
    const everything = everythingOf(answer);
    const named = lastsIn(everything).filter((last) => last !== own);
    return everything.includes(`"${name}`) || named.some((last) => last.startsWith(name));
  });
  return {
    kept: shown === undefined,
    expected: `${name} nowhere`,
    received: shown === undefined ? 'it nowhere' : `it in the answer to ${shown.request.url}`,
  };
}

/** What the links in a text go on after. */
function lastsIn(text: string): string[] {
  return [...text.matchAll(/\blast=[^&<>"\s\\]*/g)].map(
    ([pair]) => new URLSearchParams(pair).get('last') ?? '',
  );
}

function everythingOf({ headers, text }: Answer): string {
  return [...headers.map(({ name, value }) => `${name}: ${value}`), text].join('\n');
}

// A shorter one may stand in any text by chance.
const leastSecret = 8;

/** What the request proved its identity by. */
function credentialsIn({ request }: Answer): string[] {
  const [, value = ''] = /^\w+ +(\S.*)/.exec(request.headers?.['Authorization'] ?? '') ?? [];
  const [username = '', ...rest] = Buffer.from(value, 'base64').toString('utf8').split(':');
  const isBasic = /^basic /i.test(request.headers?.['Authorization'] ?? '');
  // Of a token its signature alone: what is before it may stand in every token of that issuer.
  if (!isBasic) return [value.split('.')[2] ?? value].filter((form) => form.length >= leastSecret);
  const forms = secretsOf([{ username, password: rest.join(':') }]);
  return [value, ...forms].filter((form) => form.length >= leastSecret);
}

/** Whether a header, or the body, repeats nothing of the credentials that the request was sent with. */
export function repeatsNoCredentials(
  answer: Answer,
  where: 'body' | 'location' | 'link' | 'www-authenticate',
): Check {
  const text = (where === 'body' ? answer.text : answer.header(where)) ?? '';
  const isRepeated = shows(text, credentialsIn(answer));
  return {
    kept: !isRepeated,
    expected: `no credentials of the request in the ${where}`,
    // Never the text itself, which goes into the report.
    received: !isRepeated ? 'none' : `credentials in ${text.length} characters`,
  };
}

const internals: readonly [string, RegExp][] = [
  ['a stack trace', /\n[^\S\n]+at \S+(?: \S*)?:\d+:\d+/g],
  ['a stack trace', /Traceback \(most recent|goroutine \d+ \[|\.java:\d+\)/g],
  ['a place in source code', /\b\w+\.(?:go|py|rb|js|ts|php|rs|cs):\d+\b/g],
  ['a place in source code', /File "[^"]+", line \d+/g],
  // People, too, select one thing from others.
  ['a query', /\bSELECT\s(?:(?!\bSELECT\s).){1,500}\sFROM\s/g],
  ['a query', /\bselect\s(?:(?!\bselect\s).){1,500}\sfrom\s\S{1,100}\s(?:where|order|group|limit|join)\b/g],
  ['a query', /\bINSERT INTO\s|syntax error at or near|SQLSTATE|ORA-\d{5}/gi],
  ['a path of the server', /(?:^|[\s"'=:(])\/(?:var|usr|home|etc|opt|root|srv|tmp|app|data)\/[\w.-]+/g],
  ['a path of the server', /\b[A-Z]:\\\w/g],
  // As os.PathError and os.LinkError of Go, OSError of Python, Node and Java say it.
  ['a path of the server', /\b(?:open|read|write|stat|lstat|mkdir|remove|rename|unlinkat) \/[^\s:]+: /g],
  ['a path of the server', /\b(?:rename|link|symlink) \/[^\s:]+ \/[^\s:]+: /g],
  ['a path of the server', /\[Errno \d{1,5}\] [\w -]{1,100}: '\//g],
  [
    'a path of the server',
    /\bE[A-Z]{3,20}: [\w -]{1,100}, (?:open|opendir|read|write|stat|lstat|scandir|mkdir|rename|link|symlink|readlink|realpath|unlink|rmdir|copyfile|access|chmod) '\//g,
  ],
  ['a path of the server', /\b(?:NoSuchFile|AccessDenied|FileNotFound)Exception: \//g],
];

/** Before what a page links to, or in the name of a host: neither is a file, whatever it looks like. */
const linked = /(?:\b(?:href|src|action)=["']?|\burl\(["']?|\/\/[\w.-]{0,200})$/i;
const longestLink = 255;

/** What a pattern first meets that is neither linked to nor named by the request. */
function shownBy(pattern: RegExp, text: string, named: string): string | undefined {
  for (const { 0: match, index } of text.matchAll(pattern)) {
    const isLink = linked.test(text.slice(Math.max(0, index - longestLink), index + 1));
    if (!isLink && !named.includes(match.replace(/^[\s"'=:(]/, ''))) return match;
  }
  return undefined;
}

/** Whether a body shows nothing of how the server is made. Of what the request itself named, nothing follows. */
export function showsNoInternals({ request, text }: Answer): Check {
  const named = decodeURIComponent(request.url.replaceAll(/%(?![0-7][0-9a-f])/gi, '%25'));
  const shown = internals.flatMap(([what, pattern]) => {
    if (shownBy(pattern, text, named) === undefined) return [];
    // A match may end in the middle of a secret.
    const seen = shownBy(pattern, redact(text, runSecrets()), named) ?? 'masked';
    return `${what}: ${excerpt(seen.trim())}`;
  });
  return {
    kept: shown.length === 0,
    expected: 'no stack trace, query or path of the server',
    received: shown.join('; '),
  };
}

/** Whether no shared cache may give this answer, to who showed credentials, to someone else (RFC 9111 section 3.5). */
export function invitesNoSharedCache(answer: Answer): Check {
  const control = (answer.header('cache-control') ?? '').toLowerCase();
  const invites = /(?:^|[\s,])(?:public|s-maxage=0*[1-9]\d*|must-revalidate)(?:$|[\s,])/.test(control);
  // RFC 9111 section 4.1: nor may a cache give it to who sends other credentials.
  const varies = /(?:^|[\s,])(?:\*|authorization)(?:$|[\s,])/i.test(answer.values('vary').join(', '));
  const forbids = /(?:^|[\s,])(?:private|no-store|no-cache|max-age=0)(?:$|[\s,])/.test(control);
  return {
    // A storage elsewhere is sent none.
    kept: answer.request.headers?.['Authorization'] === undefined || !invites || forbids || varies,
    expected:
      'Cache-Control without public, s-maxage or must-revalidate, or with private, no-cache or no-store, or Vary: Authorization',
    received: `Cache-Control: ${control || '(none)'}`,
  };
}

/** Whether a page of that origin may not make requests with the credentials of who looks at it. */
export function keepsOriginOut(answer: Answer, origin: string): Check {
  const allowed = answer.header('access-control-allow-origin');
  const withCredentials = answer.header('access-control-allow-credentials');
  return {
    // With credentials, a browser takes * for no origin (Fetch Standard, "CORS check").
    kept: withCredentials?.toLowerCase() !== 'true' || allowed !== origin,
    expected: `no Access-Control-Allow-Credentials for ${origin}`,
    received: `Access-Control-Allow-Origin: ${allowed ?? '(none)'}, Access-Control-Allow-Credentials: ${withCredentials ?? '(none)'}`,
  };
}

/** Whether nothing that a client follows leads to this host. */
export function leadsNotTo(answer: Answer, host: string): Check {
  const challenges = parseChallenges(answer.values('www-authenticate'));
  const places = [
    answer.header('location'),
    ...(parseLinks(answer.header('link') ?? '') ?? []).map(({ target }) => target),
    findChallenge(challenges, 'bearer')?.params['realm'],
  ].filter((place) => place !== undefined);
  return {
    kept: places.every((place) => !place.includes(host)),
    expected: `no Location, Link or realm at ${host}`,
    received: places.join(', ') || 'none at all',
  };
}

/** Whether a browser would not run this text of the request: it is not there as it was sent, or not as HTML. */
export function bringsNoScript(answer: Answer, script: string): Check {
  const type = answer.header('content-type');
  // A browser guesses where the type is missing (MIME Sniffing Standard).
  const isHtml = type === undefined || /html|xml|svg/i.test(type);
  return {
    kept: !isHtml || !answer.text.includes(script),
    expected: `no ${script} in a body of HTML`,
    received: `Content-Type: ${type ?? '(none)'} with ${excerpt(answer.text)}`,
  };
}
