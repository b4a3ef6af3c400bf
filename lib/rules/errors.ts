import type { Rule } from './rule.ts';
import { rfc, spec } from './sources.ts';

const errorCodes = spec('Error Codes');
const legacy = spec('Legacy Docker support error codes');
const type = rfc(9110, '8.3');
const serverError = rfc(9110, '15.6');

export const errorsRules = {
  'error.format': {
    level: 'must',
    ...errorCodes,
    title: 'A JSON error body is an object with a list of errors, each with a code',
    // Rows 123 and 126 let the body be no JSON, and the detail of an error be any: neither can be broken.
  },
  'error.code.characters': {
    level: 'must',
    ...errorCodes,
    title: 'An error code consists of upper-case letters and underscores',
  },
  'error.code.listed': {
    level: 'must',
    ...errorCodes,
    title: 'An error code is one of those that the specification lists',
  },
  'error.message': {
    level: 'should',
    ...errorCodes,
    title: 'The message of an error, when sent, is a text for people',
  },
  'error.legacy-codes': {
    level: 'may',
    since: '1.1',
    ...legacy,
    title: 'The schema1 codes TAG_INVALID and MANIFEST_UNVERIFIED appear only on failures of schema1 or tags',
  },
  'error.json': {
    level: 'defacto',
    ...errorCodes,
    title: 'A refusal explains itself with a JSON error body',
  },
  'error.content-type': {
    level: 'defacto',
    ...type,
    title: 'A JSON error body is sent as application/json',
  },
  'error.server': {
    level: 'defacto',
    ...serverError,
    title: 'No request of a run is answered with a 5xx, least of all one that is merely wrong',
  },
  'error.code.unauthorized': {
    level: 'defacto',
    ...errorCodes,
    title: 'The error body of a 401 has the code UNAUTHORIZED',
    needs: ['credentials'],
  },
  'error.code.denied': {
    level: 'defacto',
    ...errorCodes,
    title: 'The error body of a 403 has the code DENIED',
    needs: ['reader'],
  },
  'error.code.unsupported': {
    level: 'defacto',
    ...errorCodes,
    title: 'The error body of a 405 has the code UNSUPPORTED',
  },
} as const satisfies Record<string, Rule>;
