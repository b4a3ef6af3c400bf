import type { Rule } from './rule.ts';
import { rfc, spec } from './sources.ts';

const errorCodes = spec('Error Codes');
const legacy = spec('Legacy Docker support error codes');
const type = rfc(9110, '8.3');
const serverError = rfc(9110, '15.6');

export const errorsRules = {
  'error.format': {
    level: 'must',
    since: '1.0',
    ...errorCodes,
    title: 'A JSON error body is an object with a list of errors, each with a code',
    // Rows 123 and 126 let the body be no JSON, and the detail of an error be any: neither can be broken.
    rows: [123, 126],
  },
  'error.code.characters': {
    level: 'must',
    since: '1.0',
    ...errorCodes,
    title: 'An error code consists of upper-case letters and underscores',
    rows: [124],
  },
  'error.code.listed': {
    level: 'must',
    since: '1.0',
    ...errorCodes,
    title: 'An error code is one of those that the specification lists',
    rows: [127],
  },
  'error.message': {
    level: 'should',
    since: '1.0',
    ...errorCodes,
    title: 'The message of an error, when sent, is a text for people',
    rows: [125],
  },
  'error.legacy-codes': {
    level: 'may',
    since: '1.1',
    ...legacy,
    title: 'The schema1 codes TAG_INVALID and MANIFEST_UNVERIFIED appear only on failures of schema1 or tags',
    rows: [5],
  },
  'error.json': {
    level: 'defacto',
    since: '1.0',
    ...errorCodes,
    title: 'A refusal explains itself with a JSON error body',
  },
  'error.content-type': {
    level: 'defacto',
    since: '1.0',
    ...type,
    title: 'A JSON error body is sent as application/json',
  },
  'error.server': {
    level: 'defacto',
    since: '1.0',
    ...serverError,
    title: 'No request of a run is answered with a 5xx, least of all one that is merely wrong',
  },
  'error.code.unauthorized': {
    level: 'defacto',
    since: '1.0',
    ...errorCodes,
    title: 'The error body of a 401 has the code UNAUTHORIZED',
    needs: ['credentials'],
  },
  'error.code.denied': {
    level: 'defacto',
    since: '1.0',
    ...errorCodes,
    title: 'The error body of a 403 has the code DENIED',
    needs: ['reader'],
  },
  'error.code.unsupported': {
    level: 'defacto',
    since: '1.0',
    ...errorCodes,
    title: 'The error body of a 405 has the code UNSUPPORTED',
  },
} as const satisfies Record<string, Rule>;
