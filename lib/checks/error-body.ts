import { claimsJson } from './checks.ts';
import { errorEntries } from '../http/errors.ts';
import type { Answer } from '../http/exchange.ts';
import { someOf } from '../registry/lists.ts';
import { excerpt } from '../text/cut.ts';
import type { Check } from '../types.ts';

const listed = [
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNKNOWN',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'SIZE_INVALID',
  'UNAUTHORIZED',
  'DENIED',
  'UNSUPPORTED',
  'TOOMANYREQUESTS',
];
const legacy = ['TAG_INVALID', 'MANIFEST_UNVERIFIED'];
const codeGrammar = /^[A-Z_]+$/;

/**
 * The body of a refusal against distribution-spec, "Error Codes", aspect by aspect, so that one fault is one finding: a
 * body that is no JSON fails `json` alone, one in another shape `format` alone. An answer that is no 4xx keeps them all.
 */
export function errorBody(answer: Answer) {
  const isRefusal = answer.status >= 400 && answer.status < 500;
  const isSpoken = isRefusal && isJson(answer);
  const entries = isSpoken ? errorEntries(answer) : [];
  const codes = entries.map(({ code }) => code);
  const wellFormed = codes.filter((code) => codeGrammar.test(code));
  const body = (): string => excerpt(answer.text) || '(no body)';
  const shown = (): string => someOf(codes).join(', ') || '(no code)';
  const contentType = (): string => `Content-Type: ${answer.header('content-type') ?? '(none)'}`;
  return {
    json: check(
      !isRefusal || (isSpoken && errorCount(answer.json) !== 0),
      'a JSON body that lists an error',
      body,
    ),
    format: check(
      !isSpoken || entries.length === errorCount(answer.json),
      'an object with a list "errors", each with a "code" that is a text',
      body,
    ),
    characters: check(wellFormed.length === codes.length, 'upper-case letters and underscores', shown),
    listed: check(
      wellFormed.every((code) => [...listed, ...legacy].includes(code)),
      'a code of the specification',
      shown,
    ),
    withoutLegacy: check(
      codes.every((code) => !legacy.includes(code)),
      `neither ${legacy.join(' nor ')}`,
      shown,
    ),
    message: check(
      entries.every(({ message }) => message === undefined || typeof message === 'string'),
      'each message a text',
      body,
    ),
    contentType: check(
      !isSpoken || /^application\/json\s*(;|$)/i.test(answer.header('content-type') ?? ''),
      'Content-Type: application/json',
      contentType,
    ),
  };
}

/** What came is told where it falls short alone: this is asked of each refusal of a run. */
function check(kept: boolean, expected: string, tell: () => string): Check {
  return { kept, expected, received: kept ? expected : tell() };
}

/** A document; a word that reads as JSON is one where its type says so. */
function isJson(answer: Answer): boolean {
  const isObject = typeof answer.json === 'object' && answer.json !== null;
  return isObject || (claimsJson(answer) && answer.json !== undefined);
}

/** How many errors the body lists; undefined where it has no such list. */
function errorCount(body: unknown): number | undefined {
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : undefined;
  return Array.isArray(errors) ? errors.length : undefined;
}
