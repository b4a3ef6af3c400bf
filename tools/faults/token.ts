import { readJwt } from '../../lib/registry/auth/jwt.ts';
import { parseScope, repositoryScope } from '../../lib/http/scope.ts';
import { grantsIn } from '../../lib/checks/granted.ts';
import type { Faults } from './fault.ts';
import {
  answers,
  asked,
  body,
  drop,
  hiding,
  instead,
  isOn,
  json,
  parameter,
  refused,
  requests,
  rewriting,
  set,
  status,
  when,
  without,
  type Alter,
  type Forward,
  type Intercept,
  type Wire,
  type WireAnswer,
  type WireRequest,
} from './wire.ts';

type Given = { token: string; issued_at: string };

const failed = refused(500, 'UNKNOWN');

const queryOf = ({ path }: WireRequest): URLSearchParams => new URLSearchParams(path.split('?')[1]);
const formOf = (request: WireRequest): URLSearchParams => new URLSearchParams(request.body.toString());
const scopesOf = (request: WireRequest): string[] => queryOf(request).getAll('scope');
const comesFrom = ({ headers }: WireRequest): string | undefined => headers['authorization']?.join();
const isNobody = (request: WireRequest): boolean => comesFrom(request) === undefined;
const isGrant =
  (type: string) =>
  (request: WireRequest): boolean =>
    formOf(request).get('grant_type') === type;

/** A request for just the right to pull from one repository. */
const isForPull = (request: WireRequest): boolean => /^[^ ]*:pull$/.test(scopesOf(request).join(' '));

/** A repository is there, and empty, as soon as somebody has a token to push to it. */
export const madeByAsking: Wire = {
  matches: (method, path) => isOn('GET', 'token', method, path) || isOn('GET', 'tags', method, path),
  start: () => {
    const made = new Set<string>();
    return async (request, forward) => {
      const answer = await forward(request);
      const [, name] = /^\/v2\/(.+)\/tags\/list/.exec(request.path) ?? [];
      if (name === undefined) {
        const scopes = new URLSearchParams(request.path.split('?')[1]).getAll('scope').map(parseScope);
        for (const scope of scopes)
          if (answer.status === 200 && scope?.actions.includes('push') === true) made.add(scope.name);
        return answer;
      }
      if (answer.status !== 404 || !made.has(name)) return answer;
      return {
        status: 200,
        headers: { 'content-type': ['application/json'] },
        body: Buffer.from(JSON.stringify({ name, tags: [] })),
      };
    };
  },
};

function withScopes(request: WireRequest, scopes: readonly string[]): WireRequest {
  const others = [...queryOf(request)].filter(([name]) => name !== 'scope');
  const query = new URLSearchParams([
    ...others,
    ...scopes.map((scope): [string, string] => ['scope', scope]),
  ]);
  return { ...request, path: `${request.path.split('?', 1)[0]}?${query.toString()}` };
}

function withForm(request: WireRequest, change: (form: URLSearchParams) => void): WireRequest {
  const form = formOf(request);
  change(form);
  return { ...request, body: Buffer.from(form.toString()) };
}

/** The token service misreads the scopes that a GET asks for. */
function scoping(change: (scopes: string[]) => string[]): Wire {
  return requests('GET', 'token', (request) => withScopes(request, change(scopesOf(request))));
}

/** Each scope that a GET asks for, rewritten. */
function rescoping(from: RegExp, to: string): Wire {
  return scoping((scopes) => scopes.map((scope) => scope.replace(from, to)));
}

/** The token service fails, or refuses, where it should not. */
function failing(isMeant: (request: WireRequest) => boolean, answer: WireAnswer = failed): Wire {
  return instead(
    'GET',
    'token',
    () => async (request, forward) => (isMeant(request) ? answer : await forward(request)),
  );
}

function failingAtScope(pattern: RegExp, answer: WireAnswer = failed): Wire {
  return failing((request) => scopesOf(request).some((scope) => pattern.test(scope)), answer);
}

/** A token asked for as the first who got one, where the request is one of these. */
function asFirst(isMeant: (request: WireRequest, first: string) => boolean): Wire {
  return instead('GET', 'token', () => {
    let first: string | undefined;
    return async (request, forward) => {
      if (first !== undefined && isMeant(request, first))
        return await forward(
          without('account')({ ...request, headers: { ...request.headers, authorization: [first] } }),
        );
      const answer = await forward(request);
      if (answer.status === 200) first ??= comesFrom(request);
      return answer;
    };
  });
}

const userOf = (authorization: string): string =>
  Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':', 1)
    .join();

/** An anonymous token in the place of the refusal of a form. */
function fallingThrough(type: string): Wire {
  return instead('POST', 'token', () => async (request, forward) => {
    const answer = await forward(request);
    if (answer.status !== 401 || !isGrant(type)(request)) return answer;
    const query = new URLSearchParams({ service: formOf(request).get('service') ?? '' });
    return await forward({
      ...request,
      method: 'GET',
      path: `${request.path}?${query.toString()}`,
      headers: {},
      body: Buffer.alloc(0),
    });
  });
}

/** What the token of an answer grants of the actions asked for, those of them that registries know. */
async function grantedOf(request: WireRequest, forward: Forward) {
  const answer = await forward(request);
  const { token = '' } =
    answer.status === 200 ? (JSON.parse(answer.body.toString()) as { token?: string }) : {};
  const wanted = scopesOf(request)
    .flatMap((scope) => parseScope(scope)?.actions ?? [])
    .filter((action) => ['pull', 'push'].includes(action));
  return { answer, wanted: wanted.length, granted: grantsIn(readJwt(token)?.claims['access']).length };
}

/** The token as one for this service; nobody signed that. */
function saidFor(token: string, service: string): string {
  const claims = Buffer.from(JSON.stringify({ aud: service })).toString('base64url');
  return token.replace(/\.[^.]*\./, `.${claims}.`);
}

/** Takes tokens for another service for its own. The issuer knows none, so that these are of this fault's making. */
function anyService(): Intercept {
  let own = '';
  const tokens = new Map<string, string>();
  return async (request, forward) => {
    if (request.path.startsWith('/v2/') && !request.path.startsWith('/v2/auth')) {
      return await forward(
        rewriting('authorization', (value) => {
          const token = tokens.get(value.replace(/^Bearer /, ''));
          return token === undefined ? value : `Bearer ${token}`;
        })(request),
      );
    }
    const service = parameter(request, 'service') ?? own;
    if (own === '' || service === own) {
      own = service;
      return await forward(request);
    }
    const query = queryOf(request);
    query.set('service', own);
    const answer = await forward({
      ...request,
      path: `${request.path.split('?', 1)[0]}?${query.toString()}`,
    });
    return json(({ token }: { token: string }) => {
      const another = saidFor(token, service);
      tokens.set(another, token);
      return { token: another };
    })(answer, request);
  };
}

/** Alters the token that a pull is given. */
function pullToken(alter: Alter): Wire {
  return answers('GET', 'token', asked(isForPull, when(200, alter)));
}

/** Who shows wrong credentials is given what comes without any. */
export const anonymousForWrong: Wire = instead('GET', 'token', () => async (request, forward) => {
  const answer = await forward(request);
  return answer.status === 401 ? await forward(hiding('authorization')(request)) : answer;
});

export const tokenFaults = {
  'offline-token-fails': {
    title: 'The token service fails where an offline token is asked for',
    rule: 'token.get.status',
    shipped: 'seen by regclient 9f6eb51 (F-AUTH-26)',
    official: 'no',
    also: { rules: ['token.refresh.offered'], because: 'no refresh token comes either' },
    wire: failing((request) => parameter(request, 'offline_token') === 'true'),
  },
  'token-as-form': {
    title: 'A token comes as a form, not as JSON',
    rule: 'token.get.json',
    official: 'no',
    wire: pullToken(
      body((bytes) =>
        new URLSearchParams(JSON.parse(bytes.toString()) as object as Record<string, string>).toString(),
      ),
    ),
  },
  'token-under-other-name': {
    title: 'A token comes as id_token',
    rule: 'token.get.token',
    official: 'no',
    wire: pullToken(json(({ token, expires_in }) => ({ id_token: token, expires_in }))),
  },
  'access-token-empty': {
    title: 'A token comes with an access_token that is empty',
    rule: 'token.get.equal',
    shipped: 'harbor (F-AUTH-38)',
    official: 'no',
    wire: answers(
      'GET',
      'token',
      when(
        200,
        json((answer) => ({ ...answer, access_token: '' })),
      ),
    ),
  },
  'access-token-other': {
    title: 'token and access_token are not the same',
    rule: 'token.get.equal',
    official: 'no',
    wire: answers(
      'GET',
      'token',
      when(
        200,
        json((answer: Given) => ({ ...answer, access_token: `${answer.token}0` })),
      ),
    ),
  },
  'token-short-lived': {
    title: 'A token lives for 30 seconds',
    rule: 'token.get.expires-in',
    official: 'no',
    wire: pullToken(json((answer) => ({ ...answer, expires_in: 30 }))),
  },
  'token-life-overstated': {
    title: 'A token dies before its stated end',
    rule: 'token.get.expires-in-true',
    official: 'no',
    wire: answers(
      'GET',
      'token',
      when(
        200,
        json((answer) => ({ ...answer, expires_in: 3600 })),
      ),
    ),
  },
  'issued-at-without-zone': {
    title: 'issued_at has no time zone',
    rule: 'token.get.issued-at',
    official: 'no',
    wire: answers(
      'GET',
      'token',
      when(
        200,
        json((answer: Given) => ({
          ...answer,
          issued_at: answer.issued_at.replace('Z', ''),
        })),
      ),
    ),
  },
  'token-for-caches': {
    title: 'A token may be stored by caches',
    rule: 'token.get.cache',
    official: 'no',
    wire: answers('GET', 'token', when(200, drop('cache-control'))),
  },
  'anonymous-token-of-another': {
    title: 'Who asks for a token without credentials gets that of another user',
    rule: 'token.get.anonymous',
    official: 'no',
    wire: asFirst((request) => isNobody(request) && parameter(request, 'account') === null),
  },
  'anonymous-token-forbidden': {
    title: 'Who asks for a token without credentials is refused with 403',
    rule: 'token.get.anonymous',
    shipped: 'ghcr.io, keppel 4304969e (F-AUTH-30)',
    official: 'no',
    wire: failing(isNobody, refused(403, 'DENIED')),
  },
  'token-wrong-password-forbidden': {
    title: 'The token service refuses wrong credentials with 403',
    rule: 'token.get.wrong-password',
    official: 'no',
    also: { rules: ['token.get.unknown-user'], because: 'an unknown user is refused in the same way' },
    wire: answers('GET', 'token', when(401, status(403))),
  },
  'token-password-alone': {
    title: 'The token service takes a user nobody knows for the one whose password it is',
    rule: 'token.get.unknown-user',
    official: 'no',
    behaviour: { areThose: (given, right) => given.password === right.password },
  },
  'token-user-alone': {
    title: 'The token service asks for the user alone, and takes any password that is not empty',
    rule: 'token.get.powerless',
    official: 'no',
    also: { rules: ['token.get.wrong-password'], because: 'it is not refused with 401 either' },
    behaviour: { areThose: (given, right) => given.username === right.username && given.password !== '' },
  },
  'token-falls-through': {
    title: 'Wrong credentials bring an anonymous token',
    rule: 'token.get.no-fallthrough',
    shipped: 'zot and gitea once (F-AUTH-27)',
    official: 'no',
    also: {
      rules: [
        'token.get.wrong-password',
        'token.get.unknown-user',
        'token.get.empty-password',
        'token.get.malformed-basic',
      ],
      because: 'whatever is wrong with credentials, the token comes all the same',
    },
    wire: anonymousForWrong,
  },
  'login-falls-through': {
    title: 'Wrong credentials bring an anonymous token where no scope is asked for',
    rule: 'token.get.no-fallthrough',
    official: 'no',
    wire: instead('GET', 'token', () => async (request, forward) => {
      const answer = await forward(request);
      const isLogin = answer.status === 401 && scopesOf(request).length === 0;
      return isLogin ? await forward(hiding('authorization')(request)) : answer;
    }),
  },
  'token-password-empty': {
    title: 'The token service takes an empty password for the right one',
    rule: 'token.get.empty-password',
    official: 'no',
    also: { rules: ['token.get.powerless'], because: 'the token is that of the user' },
    behaviour: {
      areThose: (given, right) =>
        given.username === right.username && ['', right.password].includes(given.password),
    },
  },
  'token-malformed-basic-fails': {
    title: 'Malformed credentials make the token service fail',
    rule: 'token.get.malformed-basic',
    shipped: 'serverless-registry#43 (F-AUTH-28)',
    official: 'no',
    wire: failing((request) => {
      const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(comesFrom(request) ?? 'Basic Og==')?.[1] ?? '';
      return !Buffer.from(encoded, 'base64').includes(':');
    }),
  },
  'token-refusal-unchallenged': {
    title: 'A 401 of the token service has no challenge',
    rule: 'token.get.challenge',
    official: 'no',
    wire: answers('GET', 'token', when(401, drop('www-authenticate'))),
  },
  'root-refuses-tokens': {
    title: 'The root takes no token',
    rule: 'token.service.audience',
    official: 'no',
    wire: requests('GET', 'ping', hiding('authorization')),
  },
  'token-without-service-opens-nothing': {
    title: 'A token asked for without a service opens nothing',
    rule: 'token.service.missing',
    official: 'no',
    wire: requests('GET', 'token', (request) =>
      parameter(request, 'service') === null ? withScopes(request, []) : request,
    ),
  },
  'token-for-any-service': {
    title: 'A token for another service opens the registry',
    rule: 'token.service.wrong',
    official: 'no',
    wire: {
      matches: (method, path) => method === 'GET' && /^\/(?:v2\/|token(?:\?|$))/.test(path),
      start: anyService,
    },
  },
  'account-after-scope': {
    title: 'An account that comes after the scope is an error',
    rule: 'token.account',
    official: 'no',
    wire: failing(({ path }) => path.slice(path.indexOf('scope=')).includes('&account=')),
  },
  'account-is-user': {
    title: 'The token is for the account that is named, whoever asks',
    rule: 'token.account-other',
    official: 'no',
    wire: asFirst(
      (request, first) => parameter(request, 'account') === userOf(first) && comesFrom(request) !== first,
    ),
  },
  'client-id-unknown': {
    title: 'A client_id that is not registered is refused',
    rule: 'token.client-id',
    official: 'no',
    wire: failing((request) => parameter(request, 'client_id') !== null, refused(400, 'UNSUPPORTED')),
  },
  'push-never-granted': {
    title: 'A request for pull and push brings a token for pull alone',
    rule: 'token.scope.granted',
    official: 'no',
    wire: rescoping(/:pull,push$/, ':pull'),
  },
  'scope-needed': {
    title: 'A request for a token without a scope is refused',
    rule: 'token.scope.none',
    official: 'no',
    wire: failing((request) => scopesOf(request).length === 0, refused(400, 'UNSUPPORTED')),
  },
  'partly-granted-refused': {
    title: 'A request for more than one has is refused',
    rule: 'token.scope.downscoped',
    official: 'no',
    wire: instead('GET', 'token', () => async (request, forward) => {
      const { answer, wanted, granted } = await grantedOf(request, forward);
      return granted > 0 && granted < wanted ? refused(403, 'DENIED') : answer;
    }),
  },
  'nothing-granted-refused': {
    title: 'A request for what one has nothing of is refused',
    rule: 'token.scope.nothing',
    official: 'no',
    wire: instead('GET', 'token', () => async (request, forward) => {
      const { answer, wanted, granted } = await grantedOf(request, forward);
      return answer.status === 200 && wanted > 0 && granted === 0 ? refused(403, 'DENIED') : answer;
    }),
  },
  'all-rights-granted': {
    title: 'A token for pull holds every right of the user',
    rule: 'token.scope.no-more',
    shipped: 'harbor (F-AUTH-24)',
    official: 'no',
    wire: rescoping(/:pull$/, ':pull,push,delete'),
  },
  'other-repository-granted': {
    title: 'A token for one repository is for another too',
    rule: 'token.scope.no-more',
    official: 'no',
    wire: scoping((scopes) => [...scopes, repositoryScope('another/public', ['pull'])]),
  },
  'rights-of-another': {
    title: 'A token for a repository holds what another user may do there',
    rule: 'token.scope.no-right',
    official: 'no',
    wire: asFirst((request, first) => {
      const isOwnAccount = parameter(request, 'account') === userOf(comesFrom(request) ?? '');
      return isOwnAccount && comesFrom(request) !== first && scopesOf(request).length > 0;
    }),
  },
  'delete-is-no-action': {
    title: 'The action delete is refused',
    rule: 'token.scope.unknown-action',
    shipped: 'quay, containers/image e43b2716 (F-AUTH-23)',
    official: 'no',
    wire: failingAtScope(/:pull,delete$/, refused(400, 'UNSUPPORTED')),
  },
  'unknown-action-spoils-scope': {
    title: 'A scope with an unknown action grants nothing',
    rule: 'token.scope.unknown-action',
    official: 'no',
    wire: scoping((scopes) => scopes.filter((scope) => !scope.endsWith(',fly'))),
  },
  'first-scope-alone': {
    title: 'The first of several scope parameters is granted alone',
    rule: 'token.scope.several',
    shipped: 'seen by ggcr (F-AUTH-22)',
    official: 'no',
    also: {
      rules: ['token.scope.split-actions'],
      because: 'two scopes of one repository are several too',
    },
    wire: scoping((scopes) => scopes.slice(0, 1)),
  },
  'scope-ends-at-space': {
    title: 'A scope ends at its first space',
    rule: 'token.scope.space-joined',
    official: 'no',
    wire: rescoping(/ .*/, ''),
  },
  'scope-twice-refused': {
    title: 'A scope that is asked for twice is refused',
    rule: 'token.scope.repeated',
    official: 'no',
    wire: failing((request) => new Set(scopesOf(request)).size < scopesOf(request).length),
  },
  'last-scope-of-repository': {
    title: 'The last scope of a repository replaces those before it',
    rule: 'token.scope.split-actions',
    official: 'no',
    wire: scoping((scopes) => [
      ...new Map(scopes.map((scope) => [parseScope(scope)?.name ?? scope, scope])).values(),
    ]),
  },
  'nested-name-ungranted': {
    title: 'A scope of a name with more than four components grants nothing',
    rule: 'token.scope.nested',
    official: 'no',
    wire: rescoping(/^repository:(?:[^/:]+\/){5}[^:]*:.*/, 'repository:none:'),
  },
  'scope-with-port-fails': {
    title: 'A scope whose name starts with a host and a port makes the token service fail',
    rule: 'token.scope.port',
    official: 'no',
    wire: failingAtScope(/^repository:[^/:]+:\d+\//),
  },
  'fourth-part-ignored': {
    title: 'What follows the actions of a scope is ignored',
    rule: 'token.scope.malformed',
    official: 'no',
    wire: rescoping(/:pull:.*/, ':pull'),
  },
  'no-actions-is-all': {
    title: 'A scope without actions brings all of them',
    rule: 'token.scope.empty-actions',
    official: 'no',
    wire: rescoping(/^(repository:.*:),*$/, '$1pull,push'),
  },
  'any-type-is-repository': {
    title: 'A scope of an unknown type is taken for one of a repository',
    rule: 'token.scope.unknown-type',
    official: 'no',
    wire: rescoping(/^harbour:/, 'repository:'),
  },
  'scope-name-fails': {
    title: 'A scope of a name outside the grammar makes the token service fail',
    rule: 'token.scope.invalid-name',
    official: 'no',
    wire: failingAtScope(/^repository:.*\/\//),
  },
  'class-spoils-scope': {
    title: 'A scope with a class grants nothing',
    rule: 'token.scope.class',
    official: 'no',
    wire: scoping((scopes) => scopes.filter((scope) => !/^\w+\(\w+\):/.test(scope))),
  },
  'delete-never-granted': {
    title: 'The action delete is not granted',
    rule: 'token.scope.delete',
    official: 'no',
    wire: rescoping(/:delete$/, ':'),
  },
  'star-fails': {
    title: 'The action * makes the token service fail',
    rule: 'token.scope.star',
    official: 'no',
    wire: failingAtScope(/^repository:.*:\*$/),
  },
  'catalog-scope-fails': {
    title: 'The token service fails when the scope of the catalog is asked for again',
    rule: 'token.scope.catalog',
    official: 'no',
    wire: instead('GET', 'token', () => {
      let times = 0;
      return async (request, forward) => {
        const isForCatalog = scopesOf(request).some((scope) => scope.startsWith('registry:'));
        if (isForCatalog) times += 1;
        const isAgain = times > 1 && isForCatalog;
        return isAgain ? failed : await forward(request);
      };
    }),
  },
  'post-created': {
    title: 'A token that is asked for by POST comes with 201',
    rule: 'token.post.password',
    official: 'no',
    wire: answers(
      'POST',
      'token',
      asked(
        (request) => isGrant('password')(request) && (formOf(request).get('scope') ?? '').endsWith(':pull'),
        when(200, status(201)),
      ),
    ),
  },
  'post-as-get': {
    title: 'The answer to a POST has token alone, as that to a GET may',
    rule: 'token.post.access-token',
    official: 'no',
    wire: answers(
      'POST',
      'token',
      when(
        200,
        json(({ access_token: _, ...answer }) => answer),
      ),
    ),
  },
  'post-without-life': {
    title: 'The answer to a POST says no expires_in',
    rule: 'token.post.expires-in',
    official: 'no',
    wire: answers(
      'POST',
      'token',
      when(
        200,
        json(({ expires_in: _, ...answer }) => answer),
      ),
    ),
  },
  'post-without-scope': {
    title: 'The answer to a POST does not say the granted scope',
    rule: 'token.post.scope',
    official: 'no',
    wire: answers(
      'POST',
      'token',
      when(
        200,
        json(({ scope: _, ...answer }) => answer),
      ),
    ),
  },
  'post-scope-ends-at-space': {
    title: 'The scope of a POST ends at its first space',
    rule: 'token.post.space-scopes',
    official: 'no',
    wire: requests('POST', 'token', (request) =>
      withForm(request, (form) => form.set('scope', (form.get('scope') ?? '').split(' ', 1).join())),
    ),
  },
  'post-for-caches': {
    title: 'The answer to a POST may be stored by caches that are private',
    rule: 'token.post.cache',
    official: 'no',
    wire: answers('POST', 'token', when(200, set('cache-control', 'private'))),
  },
  'post-falls-through': {
    title: 'A POST with a wrong password brings an anonymous token',
    rule: 'token.post.wrong-password',
    official: 'no',
    wire: fallingThrough('password'),
  },
  'post-grant-type-unauthorized': {
    title: 'An unknown grant type is refused with 401',
    rule: 'token.post.grant-type',
    official: 'no',
    wire: answers(
      'POST',
      'token',
      asked(
        (request) => !/^(?:password|refresh_token)$/.test(formOf(request).get('grant_type') ?? ''),
        when(400, status(401)),
      ),
    ),
  },
  'post-without-service-fails': {
    title: 'A POST without a service makes the token service fail',
    rule: 'token.post.missing-service',
    official: 'no',
    wire: answers(
      'POST',
      'token',
      asked((request) => !formOf(request).has('service'), status(500)),
    ),
  },
  'offline-token-not-given': {
    title: 'GET for an offline token brings no refresh token, though POST does',
    rule: 'token.refresh.offered',
    official: 'no',
    wire: answers(
      'GET',
      'token',
      when(
        200,
        json(({ refresh_token: _, ...answer }) => answer),
      ),
    ),
  },
  'refresh-token-unasked': {
    title: 'Every token comes with a refresh token',
    rule: 'token.refresh.unasked',
    official: 'no',
    wire: requests('GET', 'token', (request) => ({ ...request, path: `${request.path}&offline_token=true` })),
  },
  'refresh-token-broken': {
    title: 'The refresh token that is handed out brings nothing',
    rule: 'token.refresh.grant',
    shipped: 'seen by regclient 9f6eb51 (F-AUTH-26)',
    official: 'no',
    wire: answers(
      'GET',
      'token',
      when(
        200,
        json(({ refresh_token: given, ...answer }) =>
          given ? { ...answer, refresh_token: `${given}=` } : answer,
        ),
      ),
    ),
  },
  'refresh-token-for-any-service': {
    title: 'A refresh token is good for whatever service is named',
    rule: 'token.refresh.service',
    official: 'no',
    wire: instead('GET POST', 'token', () => {
      let own: string | undefined;
      return async (request, forward) => {
        const service = parameter(request, 'service') ?? formOf(request).get('service') ?? '';
        own ??= service;
        if (!isGrant('refresh_token')(request) || service === own) return await forward(request);
        const answer = await forward(withForm(request, (form) => form.set('service', own ?? '')));
        return json(({ access_token: token }: { access_token: string }) => ({
          access_token: saidFor(token, service),
        }))(answer, request);
      };
    }),
  },
  'refresh-falls-through': {
    title: 'An unknown refresh token brings an anonymous token',
    rule: 'token.refresh.unknown',
    official: 'no',
    wire: fallingThrough('refresh_token'),
  },
  'refresh-token-opens-root': {
    title: 'The root takes a refresh token for an access token',
    rule: 'token.refresh.at-registry',
    official: 'no',
    wire: answers(
      'GET',
      'ping',
      asked(
        (request) => /^Bearer [\w-]{43}$/.test(comesFrom(request) ?? ''),
        when(
          401,
          drop('www-authenticate'),
          status(200),
          body(() => '{}'),
        ),
      ),
    ),
  },
  'token-makes-repository': {
    title: 'Asking for a token to push makes the repository',
    rule: 'token.changes-nothing',
    shipped: 'Quay ffba0c70e',
    official: 'no',
    wire: madeByAsking,
  },
  'token-life-as-text': {
    title: 'expires_in is a text',
    rule: 'token.get.expires-in',
    shipped: 'a class of faults: the token endpoint of Azure AD, version 1',
    official: 'no',
    wire: answers(
      'GET',
      'token',
      when(
        200,
        json((token: { expires_in?: number }) => ({ ...token, expires_in: `${token.expires_in}` })),
      ),
    ),
  },
} as const satisfies Faults;
