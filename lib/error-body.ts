import { claimsJson, type Check } from './checks.ts';
import { errorEntries } from './errors.ts';
import type { Answer } from './exchange.ts';
import { someOf } from './lists.ts';
import { excerpt } from './text/cut.ts';

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
  const contentType = answer.header('content-type');
  return {
    json: {
      kept: !isRefusal || (isSpoken && errorCount(answer.json) !== 0),
      expected: 'a JSON body that lists an error',
      get received() {
        return body();
      },
    },
    format: {
      kept: !isSpoken || entries.length === errorCount(answer.json),
      expected: 'an object with a list "errors", each with a "code" that is a text',
      get received() {
        return body();
      },
    },
    characters: {
      kept: wellFormed.length === codes.length,
      expected: 'upper-case letters and underscores',
      get received() {
        return shown();
      },
    },
    listed: {
      kept: wellFormed.every((code) => [...listed, ...legacy].includes(code)),
      expected: 'a code of the specification',
      get received() {
        return shown();
      },
    },
    withoutLegacy: {
      kept: codes.every((code) => !legacy.includes(code)),
      expected: `neither ${legacy.join(' nor ')}`,
      get received() {
        return shown();
      },
    },
    message: {
      kept: entries.every(({ message }) => message === undefined || typeof message === 'string'),
      expected: 'each message a text',
      get received() {
        return body();
      },
    },
    contentType: {
      kept: !isSpoken || /^application\/json\s*(;|$)/i.test(contentType ?? ''),
      expected: 'Content-Type: application/json',
      received: `Content-Type: ${contentType ?? '(none)'}`,
    },
  } satisfies Record<string, Check>;
}

/** A document, or what is sent for one. */
function isJson(answer: Answer): boolean {
  const isObject = typeof answer.json === 'object' && answer.json !== null;
  return isObject || (claimsJson(answer) && answer.body.length > 0);
}

/** How many errors the body lists; undefined where it has no such list. */
function errorCount(body: unknown): number | undefined {
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : undefined;
  return Array.isArray(errors) ? errors.length : undefined;
}
