import { randomBytes } from 'node:crypto';
import { parseScope } from '../../lib/http/scope.ts';
import { madeByAsking } from '../faults/token.ts';
import { rfc, tokenDoc } from '../../lib/rules/sources.ts';
import {
  answers,
  aside,
  empty,
  everyMethod,
  hiding,
  instead,
  isOn,
  json,
  parameter,
  refused,
  requests,
  rewriting,
  together,
  when,
  without,
  type Wire,
  type WireRequest,
} from '../faults/wire.ts';
import type { Variants } from './variant.ts';
import { withoutDelete } from '../registry/behaviour.ts';

const fields = tokenDoc('token', 'Token Response Fields');
const oauth = tokenDoc('oauth', 'Getting a token');

type Token = Record<string, unknown>;

/** The answer that brings a token, altered; POST has an answer of its own. */
function bringing(change: (answer: Token) => Token, methods = 'GET'): Wire {
  return answers(
    methods,
    'token',
    when(
      200,
      json((answer: Token) => change(answer)),
    ),
  );
}

/** Tokens that say nothing, of so many bytes. */
function opaque(length: number): Wire {
  const behind = new Map<string, string>();
  const hide = (token: unknown): string => {
    const name = randomBytes(length).toString('base64url').slice(0, length);
    behind.set(name, String(token));
    return name;
  };
  // One that was not handed out is none, even if it is signed.
  const unknown = (token: string): string => (token.includes('.') ? 'not.of.ours' : token);
  return together(
    bringing((answer) => {
      const token = hide(answer['token']);
      return { ...answer, token, access_token: token };
    }, 'GET POST'),
    requests(
      everyMethod,
      'any',
      rewriting('authorization', (value) => {
        const [scheme = '', token = ''] = value.split(' ');
        return /^bearer$/i.test(scheme) ? `${scheme} ${behind.get(token) ?? unknown(token)}` : value;
      }),
    ),
  );
}

/** Tokens that say nothing, and open what their user may: what they were asked for makes no difference. */
const ofTheUser: Wire = {
  matches: (method, path) =>
    isOn('GET POST', 'token', method, path) || isOn(everyMethod, 'any', method, path),
  start: () => {
    const behind = new Map<string, { token: string; proof: string | undefined; service: string }>();
    return async (request, forward) => {
      const [given = ''] = request.headers['authorization'] ?? [];
      if (isOn('GET POST', 'token', request.method, request.path)) {
        const answer = await forward(request);
        if (answer.status !== 200) return answer;
        return json((told: Token) => {
          const name = randomBytes(64).toString('base64url');
          const proof = given === '' ? undefined : given;
          behind.set(name, {
            token: String(told['token']),
            proof,
            service: parameter(request, 'service') ?? '',
          });
          return { ...told, token: name, access_token: name };
        })(answer, request);
      }
      if (!/^bearer /i.test(given)) return await forward(request);
      const { token = 'not.of.ours', proof, service = '' } = behind.get(given.slice('bearer '.length)) ?? {};
      const meant = (value: string): WireRequest => ({
        ...request,
        headers: { ...request.headers, authorization: [`Bearer ${value}`] },
      });
      if (proof === undefined) return await forward(meant(token));
      const [, name = ''] = /^\/v2\/(.+)\/(?:blobs|manifests|tags|referrers)\//.exec(request.path) ?? [];
      const from = parameter(request, 'from');
      const scopes = [
        name === '' ? 'registry:catalog:*' : `repository:${name}:pull,push,delete`,
        ...(from === null ? [] : [`repository:${from}:pull`]),
      ];
      const query = new URLSearchParams({ service });
      for (const scope of scopes) query.append('scope', scope);
      const asked = aside(request, 'GET', `/token?${query.toString()}`);
      const fresh = await forward({ ...asked, headers: { ...asked.headers, authorization: [proof] } });
      const found = JSON.parse(fresh.body.toString('utf8')) as { token?: string };
      return await forward(meant(found.token ?? token));
    };
  },
};

/** Tokens from another place at the same origin: its path, and a query that comes back as it was sent. */
function at(path: string, query = ''): Wire {
  const ours: Wire = {
    matches: (_, asking) => asking.split('?', 1)[0] === path,
    start: () => async (request, forward) => {
      const [, given = ''] = request.path.split('?');
      if (query !== '' && !given.startsWith(query)) return refused(404, 'UNSUPPORTED');
      const rest = given.slice(query.length).replace(/^&/, '');
      return await forward({ ...request, path: rest === '' ? '/token' : `/token?${rest}` });
    },
  };
  const challenges = answers(everyMethod, 'any', (answer) => {
    const value = answer.headers['www-authenticate'];
    if (value === undefined) return answer;
    const moved = value.map((one) => one.replace(/\/token"/, `${path}${query === '' ? '' : `?${query}`}"`));
    return { ...answer, headers: { ...answer.headers, 'www-authenticate': moved } };
  });
  return together(ours, challenges);
}

/** Scopes to read a repository that nobody has pushed to are left out. */
const knowingNames: Wire = {
  matches: (method, path) => isOn('GET', 'token', method, path) || isOn('POST PUT', 'any', method, path),
  start: () => {
    const made = new Set<string>();
    return async (request, forward) => {
      const [path = '', query = ''] = request.path.split('?');
      if (request.method !== 'GET') {
        const answer = await forward(request);
        const name = /^\/v2\/(.+)\/(?:blobs\/uploads|manifests)\//.exec(path)?.[1];
        if (name !== undefined && answer.status < 300) made.add(name);
        return answer;
      }
      const params = new URLSearchParams(query);
      const scopes = params.getAll('scope').flatMap((text) => text.split(' '));
      params.delete('scope');
      for (const text of scopes) {
        const scope = parseScope(text);
        const isThere = scope === undefined || scope.type !== 'repository' || made.has(scope.name);
        if (isThere || scope.actions.includes('push')) params.append('scope', text);
      }
      return await forward({ ...request, path: `${path}?${params.toString()}` });
    };
  },
};

const isAnonymous = ({ headers }: WireRequest): boolean => headers['authorization'] === undefined;

const bearer = { auth: ['bearer'], touches: ['tokens'] } as const;
const asking = { ...bearer, touches: ['token requests'] } as const;
const granting = { ...bearer, touches: ['grants'] } as const;

/** What comes from a token service, and what has to be asked of it. */
export const tokenVariants: Variants = {
  'token-opaque': {
    title: 'Tokens are opaque',
    ...rfc(6750, '2.1'),
    allows:
      'b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="; what it says is not said',
    seen: 'ghcr, Amazon ECR, Google Artifact Registry',
    takes: ['issuer-key', 'x5c', 'JWT'],
    ...bearer,
    wire: opaque(64),
  },
  'token-of-the-user': {
    title: 'Tokens are opaque and those of a user: they open what the user may, whatever they were asked for',
    ...rfc(6749, '3.3'),
    allows: 'The authorization server MAY fully or partially ignore the scope requested by the client',
    seen: 'GHCR, Gitea',
    takes: ['issuer-key', 'x5c', 'JWT', 'token-scopes'],
    habits: [
      'token.scope.no-more',
      'token.scope.malformed',
      'token.scope.empty-actions',
      'token.scope.unknown-type',
    ],
    ...bearer,
    touches: ['tokens', 'token requests', 'grants', 'deletion'],
    wire: ofTheUser,
  },
  'token-of-8-kib': {
    title: 'Tokens are opaque, and of 8 KiB',
    ...rfc(6750, '2.1'),
    allows: 'No length of a token is bounded there',
    seen: 'Azure, Google',
    takes: ['issuer-key', 'x5c', 'JWT'],
    ...bearer,
    wire: opaque(8192),
  },
  'token-scope-grammar': {
    title: 'A scope outside its grammar is refused with 400',
    ...tokenDoc('scope', 'Resource Scope Grammar'),
    allows: 'action := /[a-z*]*/',
    ...asking,
    wire: instead('GET', 'token', () => async (request, forward) => {
      const params = new URLSearchParams(request.path.split('?')[1]);
      const asked = params.getAll('scope').flatMap((text) => parseScope(text)?.actions ?? []);
      return asked.every((action) => /^[a-z*]*$/.test(action))
        ? await forward(request)
        : refused(400, 'UNSUPPORTED');
    }),
  },
  'token-for-a-minute': {
    title: 'A token is said to live for 60 seconds',
    ...fields,
    allows:
      'For compatibility with older clients, a token should never be returned with less than 60 seconds to live',
    seen: 'GitLab at a setting, keppel',
    ...bearer,
    wire: bringing((answer) => ({ ...answer, expires_in: 60 })),
  },
  'token-without-expires-in': {
    title: 'How long a token lives is not said',
    ...fields,
    allows: 'If omitted, this defaults to 60 seconds',
    seen: 'GitLab',
    ...bearer,
    wire: bringing(({ expires_in: _, ...answer }) => answer),
  },
  'token-without-issued-at': {
    title: 'When a token was issued is not said',
    ...fields,
    allows: 'issued_at is optional',
    seen: 'GitLab, ghcr',
    ...bearer,
    wire: bringing(({ issued_at: _, ...answer }) => answer),
  },
  'token-issued-elsewhere': {
    title: 'When a token was issued is said to the nanosecond, in the time of another zone',
    ...fields,
    allows:
      'issued_at: the RFC3339-serialized UTC standard time, in which a zone may be +00:00, and a second any fraction',
    seen: 'token services written in Go',
    ...bearer,
    wire: bringing(({ issued_at: issued, ...answer }) => ({
      ...answer,
      ...(typeof issued === 'string' && { issued_at: issued.replace(/(\.\d+)?Z$/, '.123456789+00:00') }),
    })),
  },
  'token-alone': {
    title: 'A token comes as token, and not as access_token',
    ...fields,
    allows: 'At least one of these fields must be specified',
    seen: 'distribution 2, ghcr, Quay',
    ...bearer,
    wire: bringing(({ access_token: _, ...answer }) => answer),
  },
  'access-token-alone': {
    title: 'A token comes as access_token, and not as token',
    ...fields,
    allows: 'At least one of these fields must be specified',
    seen: 'Azure',
    ...bearer,
    wire: bringing(({ token: _, ...answer }) => answer),
  },
  'token-with-more': {
    title: 'The answer that brings a token has members that no document knows',
    ...rfc(6749, '5.1'),
    allows: 'The client MUST ignore unrecognized value names in the response',
    seen: 'Keycloak, Artifactory',
    ...bearer,
    wire: bringing((answer) => ({
      ...answer,
      token_type: 'Bearer',
      'not-before-policy': 0,
      session_state: null,
      scope: 'profile',
    })),
  },
  'token-get-only': {
    title: 'Tokens are to be had by GET alone: POST is answered with 405',
    ...oauth,
    allows: 'Only GET is in token.md; oauth.md is another document, and clients fall back',
    seen: 'Quay, GitLab, keppel',
    takes: ['oauth', 'refresh-token'],
    ...asking,
    wire: together(
      instead('POST', 'token', () => async () => refused(405, 'UNSUPPORTED', { allow: 'GET, HEAD' })),
      bringing(({ refresh_token: _, ...answer }) => answer),
    ),
  },
  'token-no-post': {
    title: 'Tokens are to be had by GET alone: POST finds nothing',
    ...oauth,
    allows: 'Only GET is in token.md; oauth.md is another document, and clients fall back',
    seen: 'Harbor',
    takes: ['oauth', 'refresh-token'],
    ...asking,
    wire: together(
      instead('POST', 'token', () => async () => refused(404, 'NAME_UNKNOWN')),
      bringing(({ refresh_token: _, ...answer }) => answer),
    ),
  },
  'token-no-refresh': {
    title: 'No refresh token is given, whoever asks for one',
    ...fields,
    allows: 'refresh_token is optional; a service that has none leaves it out',
    seen: 'GitLab, Quay, Harbor',
    takes: ['refresh-token'],
    ...asking,
    wire: bringing(({ refresh_token: _, ...answer }) => answer, 'GET POST'),
  },
  'token-not-for-nobody': {
    title: 'Who brings no credentials gets no token',
    ...tokenDoc('token', 'Requesting a Token'),
    allows: 'If the token server requires authentication and the request has none, 401 is the answer',
    seen: 'GitLab without public projects, Harbor',
    ...granting,
    wire: instead('GET', 'token', () => async (request, forward) => {
      return isAnonymous(request)
        ? refused(401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="tokens"' })
        : await forward(request);
    }),
  },
  'token-not-for-nothing': {
    title: 'Who has no right to any of what was asked for gets a 403 in place of a token',
    ...tokenDoc('token', 'Requesting a Token'),
    allows: 'token.md says that a subset is no error; that nothing at all is one, it leaves open',
    seen: 'GitLab, Quay',
    takes: ['name-token'],
    habits: ['token.scope.nothing'],
    ...granting,
    registry: {
      behaviour: {
        refusedGrants: (user, grants) =>
          grants.length > 0 && grants.every(({ actions }) => actions.length === 0)
            ? user === undefined
              ? 401
              : 403
            : undefined,
      },
    },
  },
  'token-never-to-delete': {
    title: 'The right to delete is left out of each token without a word',
    ...tokenDoc('token', 'Requesting a Token'),
    allows: 'If the client only has a subset of the requested access it must not be considered an error',
    seen: 'ghcr, Docker Hub',
    habits: ['delete.offered'],
    takes: ['tag-delete', 'manifest-delete', 'blob-delete'],
    ...granting,
    registry: {
      behaviour: {
        grantedActions: (asked, allowed) =>
          allowed.filter((action) => action !== 'delete' && (asked.includes(action) || asked.includes('*'))),
      },
    },
  },
  'deletion-needs-everything': {
    title: 'To delete takes the action *, and delete is no action',
    ...tokenDoc('scope', 'Resource Scope Grammar'),
    allows: 'The grammar has any word for an action; which one deletes, is not said',
    seen: 'distribution until 2.6, GitLab until 12',
    ...granting,
    touches: ['grants', 'deletion'],
    registry: {
      behaviour: {
        deletionNeeds: '*',
        grantedActions: withoutDelete,
      },
    },
  },
  'realm-of-another-path': {
    title: 'The realm lies elsewhere on the registry',
    ...tokenDoc('token', 'How to authenticate'),
    allows: 'The realm is a URL; which, is not said',
    seen: 'Harbor /service/token, GitLab /jwt/auth, ECR',
    auth: ['bearer'],
    touches: ['challenges', 'token requests'],
    wire: at('/service/jwt/auth'),
  },
  'realm-with-query': {
    title: 'The realm has a query of its own',
    ...tokenDoc('token', 'How to authenticate'),
    allows: 'The realm is a URL, and a URL may have a query',
    seen: 'Artifactory, Nexus',
    auth: ['bearer'],
    touches: ['challenges', 'token requests'],
    wire: at('/auth', 'tenant=a%20b&v=2'),
  },
  'realm-elsewhere': {
    title: 'Tokens come from another origin',
    ...tokenDoc('token', 'How to authenticate'),
    allows: 'The authorization service may be any; it need not be the registry',
    seen: 'Docker Hub, GitLab, Gitea',
    auth: ['bearer'],
    touches: ['challenges', 'token requests'],
    realm: 'elsewhere',
    wire: { matches: () => false, start: () => async (request, forward) => await forward(request) },
  },
  'unknown-grants-nothing': {
    title: 'A token to pull from a repository that is not there grants nothing, and so opens nothing',
    ...tokenDoc('token', 'Requesting a Token'),
    allows: 'What the client has been granted is the intersection with what there is',
    seen: 'Quay, Docker Hub',
    habits: ['mount.refused', 'mount.unknown-repository'],
    auth: ['bearer'],
    touches: ['statuses', 'grants', 'names', 'mounts'],
    wire: knowingNames,
  },
  'token-makes-repository': {
    title: 'Asking for a token to push makes the repository',
    ...tokenDoc('token', 'Requesting a Token'),
    allows: 'When a repository is made, no document says',
    seen: 'Quay ffba0c70e',
    // Whoever asks for its tags had a token to push.
    habits: ['token.changes-nothing', 'tag.list.unknown-repository'],
    auth: ['bearer'],
    touches: ['tags', 'token requests', 'challenges', 'errors', 'redirects'],
    wire: madeByAsking,
  },
  'catalog-for-nobody': {
    title: 'The catalog is refused to everybody with 401',
    source: 'Docker Registry HTTP API V2: Listing Repositories',
    url: 'https://github.com/distribution/distribution/blob/main/docs/content/spec/api.md#listing-repositories',
    allows: 'Many implementations of V2 do not offer it; the distribution-spec has none',
    seen: 'Docker Hub, ghcr, Quay',
    takes: ['catalog'],
    auth: ['basic', 'bearer'],
    touches: ['catalog'],
    wire: requests('GET', 'catalog', hiding('authorization')),
  },
  'catalog-scope-unknown': {
    title: 'A token service refuses the scope of the catalog with 400',
    ...tokenDoc('scope', 'Resource Scope Grammar'),
    allows: 'Which types of resources a service knows, is not said',
    seen: 'Quay',
    takes: ['catalog'],
    auth: ['bearer'],
    touches: ['catalog', 'token requests'],
    wire: instead(
      'GET',
      'token',
      () => async (request, forward) =>
        parameter(request, 'scope')?.startsWith('registry:') === true
          ? refused(400, 'UNSUPPORTED')
          : await forward(request),
    ),
  },
  'token-redirected': {
    title: 'The token service sends each request on once, with 307',
    ...rfc(9110, '15.4.8'),
    allows: '307: the target resource resides temporarily under a different URI',
    seen: 'token services behind a portal; auth.docker.io when it moves',
    auth: ['bearer'],
    touches: ['token requests', 'redirects'],
    wire: instead('GET POST', 'token', () => async (request, forward) => {
      const location = `${request.path}${request.path.includes('?') ? '&' : '?'}region=eu`;
      return parameter(request, 'region') === null
        ? empty(307, { location })
        : await forward(without('region')(request));
    }),
  },
};
