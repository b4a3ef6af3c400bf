import type { Range } from './search.ts';

/** What leads up to a secret, and how far that goes. Both take time linear in the text. */
type Place = { before: RegExp; value: RegExp };

// A shell variable in the place of a secret is none.
const places: readonly Place[] = [
  {
    before:
      /authorization\\{0,3}["']?\s{0,8}[:=]\s{0,8}\\{0,3}["']?(?!(?:[a-z][\w-]{0,30} {1,4})?['"]{0,3}\$\{?(?:REGISTRY|TOKEN|ACCESS|REFRESH|WRONG))(?:[a-z][\w-]{0,30} {1,4})?/gi,
    value: /[^\s\x1b"'\\]+/y,
  },
  {
    before:
      /cookie2?\\{0,3}["']?\s{0,8}[:=]\s{0,8}\\{0,3}["']?(?!['"]{0,3}\$\{?(?:REGISTRY|TOKEN|ACCESS|REFRESH|WRONG))/gi,
    value: /[^\r\n\x1b"'\\]+/y,
  },
  {
    before:
      /(?:^|[?&;\s"'])(?:token|access_token|refresh_token|id_token|password|client_secret|sig|signature|X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token))=(?!['"]{0,3}\$\{?(?:REGISTRY|TOKEN|ACCESS|REFRESH|WRONG))/gi,
    value: /[^&\s"'\\<>]+/y,
  },
  { before: /"(?:d|p|q|dp|dq|qi|k)"\s{0,8}:\s{0,8}"/g, value: /[\w-]{22,}/y },
  { before: /\/\/[^\s/?#@:"'<>\\]*:/g, value: /[^\s/?#@"'<>\\]+(?=@)/y },
];

/** What looks like a secret, whoever's it is. */
export function unknownSecrets(text: string): Range[] {
  return [
    ...places.flatMap((place) => valuesAt(text, place)),
    ...members(text),
    ...jwts(text),
    ...keys(text),
  ];
}

function valuesAt(text: string, { before, value }: Place): Range[] {
  return following(text, before, (start) => endOf(text, value, start));
}

/** What follows each match, as far as `endAfter` says, and goes on from there: no unit is looked at twice. */
function following(
  text: string,
  before: RegExp,
  endAfter: (start: number, match: RegExpExecArray) => number,
): Range[] {
  const found: Range[] = [];
  before.lastIndex = 0;
  for (let match = before.exec(text); match !== null; match = before.exec(text)) {
    const start = match.index + match[0].length;
    const end = endAfter(start, match);
    if (end > start) found.push({ start, end });
    before.lastIndex = end;
  }
  return found;
}

/** Where what the sticky expression takes from there on ends. */
function endOf(text: string, expression: RegExp, start: number): number {
  expression.lastIndex = start;
  return start + (expression.exec(text)?.[0].length ?? 0);
}

const member =
  /(\\{0,7})"(?:token|access_token|refresh_token|id_token|password|client_secret)\1"\s{0,8}:\s{0,8}\1"/g;

/** Of JSON, and of JSON in a string of JSON. */
function members(text: string): Range[] {
  return following(text, member, (start, [, escape = '']) => endOfString(text, start, escape.length));
}

/** Its closing quote has so many backslashes before it; one in the string has more. */
function endOfString(text: string, start: number, escape: number): number {
  for (let quote = text.indexOf('"', start); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (first > start && text[first - 1] === '\\') first -= 1;
    const slashes = quote - first;
    // The string ends at the latest with the one that it stands in.
    if (slashes < escape) return first;
    if (((slashes - escape) / (escape + 1)) % 2 === 0) return quote - escape;
  }
  return text.length;
}

// With an escape before it, whose last letter would be one of the word.
const dotted = /(?:%[\da-f]{2}|\\[bfnrt]|\\u[\da-f]{4})?([\w.-]{13,})/gi;

/** RFC 7519 section 3: the parts of a JWT in its compact form; of what is cut off, the last may be empty. */
function jwts(text: string): Range[] {
  return [...text.matchAll(dotted)].flatMap(({ 0: whole, 1: words = '', index }) => {
    const parts = words.split('.');
    const first = parts.findIndex((part) => /(?:^|-)eyJ[\w-]{8,}/.test(part));
    const header = parts[first] ?? '';
    const claims = parts[first + 1] ?? '';
    const signature = parts[first + 2];
    if (first === -1 || claims === '' || signature === undefined) return [];
    const before = parts.slice(0, first).join('.').length + (first === 0 ? 0 : 1);
    const start = index + whole.length - words.length + before + header.search(/(?<=^|-)eyJ/);
    const end = index + whole.length - words.length + before + `${header}.${claims}.${signature}`.length;
    return [{ start, end }];
  });
}

const keyBegins = /-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----/g;
const keyEnds = /-----END [A-Z ]{0,24}PRIVATE KEY-----/;

/** RFC 7468 section 10, in a string of JSON as well. Where its end was cut off, as far as it goes. */
function keys(text: string): Range[] {
  return following(text, keyBegins, (start) => {
    const end = endOf(text, /[\w+/=\s\\%,:-]*/y, start);
    const closing = keyEnds.exec(text.slice(start, end));
    return closing === null ? end : start + closing.index + closing[0].length;
  });
}
