import { basicAuthorization } from '../http/basic.ts';
import { base64Forms, plainForms, sameBase64, sameLetters } from './forms.ts';
import { nearPasswords } from './near.ts';
import { leastForm, leastPattern, Search, type Range } from './search.ts';
import { unknownSecrets } from './unknown.ts';
import type { Credentials } from '../types.ts';

const mask = '***';

const secretHeader = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-.*(?:token|secret|key))$/i;

export function isSecretHeader(name: string): boolean {
  return secretHeader.test(name);
}

/** What may not be seen of credentials: the password, and the value of RFC 7617 without its padding. */
export function secretsOf(credentials: readonly Credentials[]): string[] {
  const all = credentials.flatMap((one) => [
    one.password,
    basicAuthorization(one).slice('Basic '.length).split('=', 1)[0] ?? '',
  ]);
  return [...new Set(all)];
}

/** The same, of the passwords that tests send in the place of theirs, and as servers may write or trim any of them. */
export function secretsAround(credentials: readonly Credentials[]): string[] {
  return secretsOf(
    credentials.flatMap((one) => [...waysToWrite(one.password)].map((password) => ({ ...one, password }))),
  );
}

function waysToWrite(password: string): Set<string> {
  const sent = [password, ...Object.values(nearPasswords).map((near) => near(password))];
  const trimmed = sent.flatMap((one) => [one, one.trim()]).filter((one) => one !== '');
  return new Set(trimmed.flatMap((one) => [one, one.normalize('NFC'), one.normalize('NFD')]));
}

/** The lines of a private key in PEM, but a short last one, each a secret. */
export function pemLines(pemText: string): string[] {
  return pemText.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'));
}

/**
 * The text with every known secret, and whatever looks like one, masked, in time linear in the text. A secret is found
 * in any mixture of encodings: percent-encoding, JSON, HTML, hexadecimal, Base64 of any text that holds it. Secrets may
 * be added to the list from call to call, and none taken away.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const { titles } = knownOf(secrets);
  const before = titles.get(text);
  if (before !== undefined) return before;
  const after = masked(text, [...rangesOf(text, secrets), ...unknownSecrets(text)]);
  if (text.length > longestTitle) return after;
  if (titles.size === mostTitles) titles.clear();
  titles.set(text, after);
  return after;
}

/** The beginning of a text, cut after so many units: what begins a secret there is masked as well. */
export function redactStart(text: string, length: number, secrets: readonly string[]): string {
  if (text.length <= length) return redact(text, secrets);
  const start = text.slice(0, length);
  return masked(start, [...rangesOf(start, secrets, true), ...unknownSecrets(start)]);
}

/** The text with the known secrets alone masked. */
export function redactKnown(text: string, secrets: readonly string[]): string {
  return masked(text, rangesOf(text, secrets));
}

/** Whether the text shows one of these secrets, however it is encoded. */
export function shows(text: string, secrets: readonly string[]): boolean {
  return rangesOf(text, secrets).length > 0;
}

function masked(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  const pieces: string[] = [];
  let last = -1;
  for (const { start, end } of ranges.toSorted((one, other) => one.start - other.start)) {
    if (start > last) pieces.push(text.slice(Math.max(last, 0), start), mask);
    last = Math.max(last, end);
  }
  return pieces.join('') + text.slice(last);
}

type Known = {
  count: number;
  plain: Search;
  base64: Search;
  /** Of short texts, which come again and again, as they were masked since the last secret came. */
  titles: Map<string, string>;
};

const longestTitle = 200;
const mostTitles = 1000;

const searches = new WeakMap<readonly string[], Known>();

function rangesOf(text: string, secrets: readonly string[], isCut = false): Range[] {
  const known = knownOf(secrets);
  if (known.count === 0 || text.length === 0) return [];
  return [known.plain, known.base64].flatMap((search) => search.find(text, isCut));
}

function knownOf(secrets: readonly string[]): Known {
  const known = searches.get(secrets) ?? {
    count: 0,
    plain: new Search(sameLetters, false),
    base64: new Search(sameBase64, true),
    titles: new Map<string, string>(),
  };
  searches.set(secrets, known);
  if (known.count === secrets.length) return known;
  known.titles.clear();
  for (const secret of secrets.slice(known.count)) {
    for (const form of plainForms(secret)) if (form.length >= leastPattern) known.plain.add(form);
    for (const form of base64Forms(secret)) if (form.length >= leastForm) known.base64.add(form);
  }
  known.count = secrets.length;
  return known;
}
