import { readJwt } from '../../lib/registry/auth/jwt.ts';
import type { Faults } from './fault.ts';
import {
  answers,
  asked,
  body,
  drop,
  hiding,
  instead,
  json,
  refused,
  set,
  status,
  when,
  type Alter,
  type WireRequest,
} from './wire.ts';

/** Another text in the place of the challenge of a 401. */
function challenge(change: (challenge: string, request: WireRequest) => string): Alter {
  return when(401, (answer, request) => {
    const value = answer.headers['www-authenticate']?.join(', ');
    return value === undefined ? answer : set('www-authenticate', change(value, request))(answer, request);
  });
}

const ofRoot = {
  rules: ['challenge.every-route', 'challenge.present'],
  because:
    'the root challenges otherwise than the other routes, and so does each protocol run that begins there',
} as const;

const withCredentials = ({ headers }: WireRequest): boolean => headers['authorization'] !== undefined;
const withoutCredentials = (request: WireRequest): boolean => !withCredentials(request);
const isMount = ({ path }: WireRequest): boolean => path.includes('mount=');

/** Whether the token of a request names no right to pull. */
function isForPushAlone({ headers }: WireRequest): boolean {
  const token = headers['authorization']?.join().replace(/^Bearer /, '') ?? '';
  const access = JSON.stringify(readJwt(token)?.claims['access'] ?? []);
  return access.includes('"push"') && !access.includes('"pull"');
}

export const challengeFaults = {
  'catalog-unchallenged': {
    title: 'The 401 of the catalog has no challenge',
    rule: 'challenge.present',
    official: 'no',
    wire: answers('GET', 'catalog', when(401, drop('www-authenticate'))),
  },
  'catalog-forbidden-to-nobody': {
    title: 'The catalog answers 403 to who brings no credentials',
    rule: 'challenge.status',
    official: 'no',
    wire: answers('GET', 'catalog', asked(withoutCredentials, when(401, status(403)))),
  },
  'catalog-challenges-basic': {
    title: 'The catalog challenges with Basic, all else with Bearer',
    rule: 'challenge.every-route',
    shipped: 'harbor (F-AUTH-16)',
    official: 'no',
    wire: answers(
      'GET',
      'catalog',
      challenge(() => 'Basic realm="harbor"'),
    ),
  },
  'challenge-url-unquoted': {
    title: 'The realm of a challenge is a URL without quotes',
    rule: 'challenge.syntax',
    shipped: 'serverless-registry e41d646 (F-AUTH-14)',
    official: 'no',
    wire: answers(
      'GET',
      'catalog',
      challenge((value) => value.replace(/realm="([^"]*)"/, 'realm=$1')),
    ),
  },
  'challenges-without-comma': {
    title: 'Parameters of a challenge are parted by spaces alone',
    rule: 'challenge.syntax',
    official: 'no',
    wire: answers(
      'GET',
      'catalog',
      challenge((value) => value.replaceAll('",', '" ')),
    ),
  },
  'challenges-alike': {
    title: 'Of several challenges one is like the other',
    rule: 'challenge.several',
    official: 'no',
    wire: answers(
      'GET',
      'ping',
      challenge((value) =>
        value.startsWith('Digest') ? value.replace(/^.*?, (Bearer .*)/, '$1, $1') : value,
      ),
    ),
  },
  'challenge-scheme-switches': {
    title: 'Who brings wrong credentials is challenged with Basic in place of Bearer',
    rule: 'challenge.stable',
    shipped: 'harbor (F-AUTH-16)',
    official: 'no',
    wire: answers(
      'GET',
      'ping',
      asked(
        withCredentials,
        challenge(() => 'Basic realm="harbor"'),
      ),
    ),
  },
  'challenge-without-body': {
    title: 'The 401 of the catalog has no body',
    rule: 'challenge.body',
    official: 'no',
    wire: answers(
      'GET',
      'catalog',
      when(
        401,
        body(() => ''),
      ),
    ),
  },
  'no-bearer-token-found': {
    title: 'Who brings no credentials is told that the request is denied',
    rule: 'error.code.unauthorized',
    shipped: 'keppel d5388f75 (F-AUTH-35)',
    official: 'no',
    auth: 'bearer',
    wire: answers(
      'POST',
      'uploads',
      when(
        401,
        json(() => ({ errors: [{ code: 'DENIED', message: 'no bearer token found' }] })),
      ),
    ),
  },
  'realm-relative': {
    title: 'The realm of the root is a path',
    rule: 'challenge.bearer.realm',
    official: 'no',
    also: ofRoot,
    wire: answers(
      'GET',
      'ping',
      challenge((value) => value.replace(/realm="https?:\/\/[^/]*/, 'realm="')),
    ),
  },
  'challenge-without-service': {
    title: 'The challenge of the root names no service',
    rule: 'challenge.bearer.service',
    shipped: 'nvcr.io, keppel abf66022 (F-AUTH-12)',
    official: 'no',
    also: ofRoot,
    wire: answers(
      'GET',
      'ping',
      challenge((value) => value.replace(/,service="[^"]*"/, '')),
    ),
  },
  'challenge-without-scope': {
    title: 'The challenge to a read names no scope',
    rule: 'challenge.bearer.scope',
    shipped: 'Artifactory, containerd#3556, devcontainers/cli#692 (F-AUTH-13)',
    official: 'no',
    wire: answers(
      'GET HEAD',
      'manifest',
      challenge((value) => value.replace(/,scope="[^"]*"/, '')),
    ),
  },
  'challenge-with-placeholder': {
    title: 'The scope of a challenge is *',
    rule: 'challenge.bearer.scope',
    shipped: 'gitea (F-AUTH-13)',
    official: 'no',
    wire: answers(
      'GET HEAD',
      'blob',
      challenge((value) => value.replace(/scope="[^"]*"/, 'scope="*"')),
    ),
  },
  'challenge-to-tags-for-push': {
    title: 'The challenge to the list of tags asks for push',
    rule: 'challenge.scope.pull',
    official: 'no',
    wire: answers(
      'GET',
      'tags',
      challenge((value) => value.replace(':pull"', ':push"')),
    ),
  },
  'challenge-to-chunk-for-pull': {
    title: 'The challenge to a chunk asks for pull alone',
    rule: 'challenge.scope.push',
    official: 'no',
    wire: answers(
      'PATCH',
      'upload',
      challenge((value) => value.replace(':pull,push"', ':pull"')),
    ),
  },
  'challenge-to-deletion-for-pull': {
    title: 'The challenge to a deletion asks for pull alone',
    rule: 'challenge.scope.delete',
    official: 'no',
    wire: answers(
      'DELETE',
      'manifest',
      challenge((value) => value.replace(/:[^:"]*"(,error|$)/, ':pull"$1')),
    ),
  },
  'challenge-to-mount-source-for-push': {
    title: 'The challenge to a mount asks to push to its source',
    rule: 'challenge.scope.mount',
    official: 'no',
    wire: answers(
      'POST',
      'uploads',
      asked(
        isMount,
        challenge((value) => value.replace(/ (repository:[^" ]*):pull"/, ' $1:push"')),
      ),
    ),
  },
  'challenge-to-catalog-for-more': {
    title: 'The challenge to the catalog asks for a repository too',
    rule: 'challenge.scope.catalog',
    official: 'no',
    wire: answers(
      'GET',
      'catalog',
      challenge((value) => value.replace('catalog:*', 'catalog:* repository:library/image:pull')),
    ),
  },
  'catalog-with-placeholder': {
    title: 'The challenge to the catalog asks for a repository that nobody named',
    rule: 'challenge.scope.catalog',
    shipped: 'GHCR (F-AUTH-13)',
    official: 'no',
    also: {
      rules: ['challenge.scope.sufficient'],
      because: 'a token for that repository does not open the catalog',
    },
    wire: answers(
      'GET',
      'catalog',
      challenge((value) => value.replace('registry:catalog:*', 'repository:user/image:pull')),
    ),
  },
  'root-with-placeholder': {
    title: 'The challenge of the root asks for a repository that nobody named',
    rule: 'challenge.scope.none',
    shipped: 'GHCR (F-AUTH-13)',
    official: 'no',
    wire: answers(
      'GET',
      'ping',
      challenge((value) => `${value},scope="repository:user/image:pull"`),
    ),
  },
  'challenge-too-small': {
    title: 'The challenge to a push asks for push alone, and a token for that does not push',
    rule: 'challenge.scope.sufficient',
    official: 'no',
    wire: instead('POST', 'uploads', () => async (request, forward) => {
      const seen = isForPushAlone(request) ? hiding('authorization')(request) : request;
      return challenge((value) => value.replace(':pull,push', ':push'))(await forward(seen), request);
    }),
  },
  'challenge-error-unasked': {
    title: 'Who brings no token is told that it is invalid',
    rule: 'challenge.error.absent',
    official: 'no',
    wire: answers(
      'GET',
      'ping',
      asked(
        withoutCredentials,
        challenge((value) => `${value},error="invalid_token"`),
      ),
    ),
  },
  'bad-token-untold': {
    title: 'The challenge to a bad token does not say what is wrong',
    rule: 'challenge.error.invalid-token',
    official: 'no',
    wire: answers(
      'GET',
      'manifest',
      challenge((value) => value.replace(',error="invalid_token"', '')),
    ),
  },
  'small-scope-untold': {
    title: 'The challenge to a token with too little access does not say what is wrong',
    rule: 'challenge.error.insufficient-scope',
    shipped: 'Docker Hub (F-AUTH-39)',
    official: 'no',
    wire: answers(
      'POST',
      'uploads',
      challenge((value) => value.replace(',error="insufficient_scope"', '')),
    ),
  },
  'tokens-of-another-origin-refused': {
    title: 'Tokens of a service on another host read no manifest',
    rule: 'challenge.realm-origin',
    official: 'no',
    wire: instead(
      'GET',
      'manifest-by-tag',
      () => async (request, forward) =>
        withCredentials(request) ? refused(403, 'DENIED') : await forward(request),
    ),
  },
} as const satisfies Faults;
