import type { Faults } from './fault.ts';
import {
  answers,
  asked,
  hiding,
  instead,
  json,
  refused,
  requests,
  rewriting,
  set,
  status,
  when,
  type Wire,
  type WireRequest,
} from './wire.ts';
import type { Credentials } from '../../lib/types.ts';

const isUser = (given: Credentials, right: Credentials): boolean => given.username === right.username;
const isPassword = (given: Credentials, right: Credentials): boolean => given.password === right.password;

/** Empty, or the same but for its case or its end. */
function isNear(password: string, right: string): boolean {
  const [given, meant] = [password.toLowerCase(), right.toLowerCase()];
  return given.startsWith(meant) || meant.startsWith(given);
}

/** Whether it brings credentials that match. */
function brings(pattern: RegExp): (request: WireRequest) => boolean {
  return ({ headers }) => pattern.test(headers['authorization']?.join() ?? '');
}

/** The user and password of the root's callers, misread. */
function misreading(change: (bytes: Buffer) => Buffer): Wire {
  return requests(
    'GET',
    'ping',
    rewriting('authorization', (value) =>
      value.replace(/^(Basic )([A-Za-z0-9+/]+={0,2})$/, (_all, scheme: string, encoded: string) => {
        return scheme + change(Buffer.from(encoded, 'base64')).toString('base64');
      }),
    ),
  );
}

/** The root answers 500 to credentials that match. */
function failing(pattern: RegExp): Wire {
  return instead(
    'GET',
    'ping',
    () => async (request, forward) =>
      brings(pattern)(request) ? refused(500, 'UNKNOWN') : await forward(request),
  );
}

export const basicFaults = {
  'basic-offered-but-refused': {
    title: 'The registry offers Basic and refuses the right name and password',
    rule: 'basic.accepted',
    shipped: 'Azure/acr#466 (F-AUTH-29)',
    official: 'no',
    also: { rules: ['basic.colon', 'basic.utf8'], because: 'no password at all is accepted' },
    wire: requests('GET', 'ping', hiding('authorization')),
  },
  'basic-without-realm': {
    title: 'A Basic challenge is the word Basic alone',
    rule: 'basic.challenge',
    shipped: 'gitea (F-AUTH-15)',
    official: 'no',
    wire: answers('POST', 'uploads', when(401, set('www-authenticate', 'Basic'))),
  },
  'basic-user-alone': {
    title: 'The right user is let in with any password that is not empty',
    rule: 'basic.wrong-password',
    official: 'no',
    also: {
      rules: ['basic.prefix-password', 'basic.password-case'],
      because: 'a password that is nearly right is a wrong one',
    },
    behaviour: { areThose: (given, right) => isUser(given, right) && given.password !== '' },
  },
  'basic-wrong-password-served': {
    title: 'The right user is let in with any password that is nowhere near the right one',
    rule: 'basic.wrong-password',
    official: 'no',
    behaviour: {
      areThose: (given, right) =>
        isUser(given, right) && (isPassword(given, right) || !isNear(given.password, right.password)),
    },
  },
  'wrong-password-forbidden': {
    title: 'A list of tags answers 403 to a wrong password',
    rule: 'basic.refusal-status',
    official: 'no',
    wire: answers('GET', 'tags', asked(brings(/./), when(401, status(403)))),
  },
  'basic-password-alone': {
    title: 'A user nobody knows is let in with the password of another',
    rule: 'basic.unknown-user',
    official: 'no',
    behaviour: {
      areThose: (given, right) => isPassword(given, right) && given.username !== '',
    },
  },
  'basic-password-empty': {
    title: 'An empty password is taken for the right one',
    rule: 'basic.empty-password',
    official: 'no',
    behaviour: {
      areThose: (given, right) => isUser(given, right) && ['', right.password].includes(given.password),
    },
  },
  'basic-user-empty': {
    title: 'An empty user is taken for whoever has the password',
    rule: 'basic.empty-user',
    official: 'no',
    behaviour: {
      areThose: (given, right) => isPassword(given, right) && ['', right.username].includes(given.username),
    },
  },
  'basic-password-begins': {
    title: 'The beginning of a password is enough',
    rule: 'basic.prefix-password',
    official: 'no',
    behaviour: {
      areThose: (given, right) =>
        isUser(given, right) && given.password !== '' && right.password.startsWith(given.password),
    },
  },
  'basic-password-cut': {
    title: 'A password is compared over the length of the right one alone',
    rule: 'basic.prefix-password',
    official: 'no',
    behaviour: {
      areThose: (given, right) => isUser(given, right) && given.password.startsWith(right.password),
    },
  },
  'basic-password-any-case': {
    title: 'The case of a password does not matter',
    rule: 'basic.password-case',
    official: 'no',
    behaviour: {
      areThose: (given, right) =>
        isUser(given, right) && given.password.toLowerCase() === right.password.toLowerCase(),
    },
  },
  'basic-not-base64-fails': {
    title: 'Credentials that are not base64 make the registry fail',
    rule: 'basic.malformed',
    shipped: 'serverless-registry#43 (F-AUTH-28)',
    official: 'no',
    wire: failing(/^Basic .*[!*]/),
  },
  'basic-without-colon-fails': {
    title: 'Credentials without a colon make the registry fail',
    rule: 'basic.no-colon',
    shipped: 'serverless-registry#43 (F-AUTH-28)',
    official: 'no',
    wire: instead('GET', 'ping', () => async (request, forward) => {
      const [, encoded] =
        /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(request.headers['authorization']?.join() ?? '') ?? [];
      const hasColon = encoded === undefined || Buffer.from(encoded, 'base64').includes(':');
      return hasColon ? await forward(request) : refused(500, 'UNKNOWN');
    }),
  },
  'basic-in-one-case': {
    title: 'The scheme Basic is read in this case alone',
    rule: 'basic.scheme-case',
    official: 'no',
    wire: requests('GET', 'ping', (request) =>
      brings(/^Basic /)(request) ? request : hiding('authorization')(request),
    ),
  },
  'basic-password-ends-at-colon': {
    title: 'A password ends before its first colon',
    rule: 'basic.colon',
    official: 'no',
    wire: misreading((bytes) => Buffer.from(bytes.toString('latin1').split(':', 2).join(':'), 'latin1')),
  },
  'basic-password-in-latin1': {
    title: 'A password is read as ISO 8859-1',
    rule: 'basic.utf8',
    official: 'no',
    wire: misreading((bytes) => Buffer.from(bytes.toString('latin1'))),
  },
  'basic-under-bearer': {
    title: 'The scheme Bearer is as good as Basic',
    rule: 'basic.bearer-scheme',
    official: 'no',
    wire: requests(
      'GET',
      'ping',
      rewriting('authorization', (value) => value.replace(/^Bearer /, 'Basic ')),
    ),
  },
  'denied-as-unauthorized': {
    title: 'Who may not push is refused with 403 and the code UNAUTHORIZED',
    rule: 'error.code.denied',
    shipped: 'Artifactory: ggcr#1691, cosign#2973, kaniko#1095 (F-AUTH-18)',
    official: 'no',
    auth: 'basic',
    wire: answers(
      'POST',
      'uploads',
      when(
        403,
        json(() => ({ errors: [{ code: 'UNAUTHORIZED', message: 'not authorised' }] })),
      ),
    ),
  },
} as const satisfies Faults;
