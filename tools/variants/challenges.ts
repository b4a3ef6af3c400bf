import { parseChallenges } from '../../lib/registry/auth/challenge.ts';
import { rfc, spec, tokenDoc } from '../../lib/rules/sources.ts';
import {
  answers,
  asked,
  drop,
  everyMethod,
  instead,
  isOn,
  set,
  status,
  together,
  when,
  withoutHeader,
  type Alter,
  type Wire,
  type WireRequest,
} from '../faults/wire.ts';
import type { Variants } from './variant.ts';

/** Another text in the place of the challenge, of whatever status. */
function challenge(change: (value: string) => string | readonly string[]): Alter {
  return (answer) => {
    const value = answer.headers['www-authenticate']?.join(', ');
    if (value === undefined) return answer;
    return { ...answer, headers: { ...answer.headers, 'www-authenticate': [change(value)].flat() } };
  };
}

type Params = readonly (readonly [name: string, value: string])[];

/** The same challenge, written in another way. */
function written(write: (scheme: string, params: Params) => string): Alter {
  return challenge((value) =>
    parseChallenges([value])
      .map(({ scheme, params }) => write(scheme, Object.entries(params)))
      .join(', '),
  );
}

/** The refusal with these bytes for a body. */
function saying(text: string, type?: string): Alter {
  return (answer, { method }) => {
    const { 'content-type': _, ...headers } = answer.headers;
    return {
      ...answer,
      headers: {
        ...headers,
        ...(type !== undefined && { 'content-type': [type] }),
        'content-length': [`${text.length}`],
      },
      body: Buffer.from(method === 'HEAD' ? '' : text),
    };
  };
}

/** The challenge of the embedded registry. */
const usual = 'Basic realm="dockside", charset="UTF-8"';

const isPing = ({ path }: WireRequest): boolean => /^\/v2\/?$/.test(path);

const parameters = rfc(9110, '11.2');
const wwwAuthenticate = rfc(9110, '11.6.1');
const errorCodes = spec('Error Codes');
const guarded = ['basic', 'bearer'] as const;

/** Takes name and password as well as a token, and says so. */
const eitherWay: Wire = {
  matches: (method, path) => isOn(everyMethod, 'any', method, path),
  start: () => async (request, forward) => {
    const { authorization } = request.headers;
    const isBasic = /^basic /i.test(authorization?.[0] ?? '');
    const token = isBasic ? await forward(tokenFor(request)) : undefined;
    const { token: bearer } = JSON.parse(token?.status === 200 ? token.body.toString('utf8') : '{}') as {
      token?: string;
    };
    const headers = withoutHeader(request.headers, 'authorization');
    const answer = await forward({
      ...request,
      headers: !isBasic
        ? request.headers
        : bearer === undefined
          ? headers
          : { ...headers, authorization: [`Bearer ${bearer}`] },
    });
    const challenges = answer.headers['www-authenticate'];
    return challenges === undefined
      ? answer
      : {
          ...answer,
          headers: { ...answer.headers, 'www-authenticate': ['Basic realm="dockside"', ...challenges] },
        };
  },
};

/** A token for all that a request could need. */
function tokenFor({ path, headers }: WireRequest): WireRequest {
  const [place = ''] = path.split('?');
  const [, name] =
    /^\/v2\/(.+)\/(?:blobs\/uploads\/|blobs\/|manifests\/|tags\/list|referrers\/)[^/]*$/.exec(place) ?? [];
  const source = new URLSearchParams(path.split('?')[1]).get('from');
  const scopes = [
    'registry:catalog:*',
    ...(name === undefined ? [] : [`repository:${name}:pull,push,delete`]),
    ...(source === null ? [] : [`repository:${source}:pull`]),
  ];
  const query = new URLSearchParams(scopes.map((scope): [string, string] => ['scope', scope]));
  const { authorization = [] } = headers;
  return {
    method: 'GET',
    path: `/token?${query.toString()}`,
    headers: { authorization },
    body: Buffer.alloc(0),
  };
}

/** How a registry asks who is there. */
export const challengeVariants: Variants = {
  'credentials-refused-400': {
    title: 'A password or token that is no good is refused with 400, and asked for no more',
    ...rfc(9110, '15.5.1'),
    allows:
      'The server cannot or will not process the request due to something that is perceived to be a client error',
    seen: 'public.ecr.aws, of a token that has run out',
    takes: ['401', '403'],
    habits: [
      'basic.refusal-status',
      'jwt.refusal-status',
      'scope.refused-status',
      'challenge.error.insufficient-scope',
    ],
    auth: guarded,
    touches: ['challenges', 'statuses'],
    wire: answers(
      everyMethod,
      'any',
      asked(
        ({ headers }) => headers['authorization'] !== undefined,
        when(401, status(400), drop('www-authenticate')),
      ),
    ),
  },
  'challenge-scheme-lower-case': {
    title: 'The scheme of a challenge stands in lower case',
    ...rfc(9110, '11.1'),
    allows: 'It uses a case-insensitive token to identify the authentication scheme',
    auth: guarded,
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      challenge((value) => value.replace(/^\w+/, (scheme) => scheme.toLowerCase())),
    ),
  },
  'challenge-names-upper-case': {
    title: 'The names of the parameters of a challenge stand in upper case',
    ...parameters,
    allows: 'Parameter names are matched case-insensitively',
    auth: guarded,
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      written((scheme, params) => {
        return `${scheme} ${params.map(([name, value]) => `${name.toUpperCase()}="${value}"`).join(',')}`;
      }),
    ),
  },
  'challenge-other-order': {
    title: 'The parameters of a challenge stand in another order, with spaces around',
    ...parameters,
    allows: 'auth-param = token BWS "=" BWS ( token / quoted-string ), in any order',
    seen: 'Harbor, GitLab',
    auth: guarded,
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      written((scheme, params) => {
        return `${scheme} ${params
          .toReversed()
          .map(([name, value]) => `${name}="${value}"`)
          .join(' , ')}`;
      }),
    ),
  },
  'challenge-unquoted': {
    title: 'What is a token stands without quotes, the realm aside',
    ...parameters,
    allows: 'A value may be a token or a quoted-string',
    auth: guarded,
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      written((scheme, params) => {
        const isToken = ([name, value]: Params[number]): boolean =>
          name !== 'realm' && /^[\w-]+$/.test(value);
        return `${scheme} ${params
          .map(([name, value]) => (isToken([name, value]) ? `${name}=${value}` : `${name}="${value}"`))
          .join(', ')}`;
      }),
    ),
  },
  'challenge-more-parameters': {
    title: 'A challenge has parameters that no document of registries knows',
    ...rfc(6750, '3'),
    allows: 'Other auth-params MAY be used as well',
    seen: 'Artifactory, JFrog; GitLab sends error to everybody',
    auth: guarded,
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      challenge((value) => `${value}, version="2", error_uri="https://docs.example/401?a=b,c"`),
    ),
  },
  'challenges-in-one-header': {
    title: 'A challenge of another scheme stands before it in one header',
    ...wwwAuthenticate,
    allows: 'A header field may hold a list of challenges',
    auth: guarded,
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      challenge((value) => `Negotiate, ${value}`),
    ),
  },
  'challenges-in-two-headers': {
    title: 'A challenge of another scheme stands in a header line of its own',
    ...wwwAuthenticate,
    allows: 'A server may send several challenges, each in a header line of its own',
    auth: guarded,
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      challenge((value) => ['Digest realm="all, of it", nonce="a=", qop="auth"', value]),
    ),
  },
  'challenges-of-both-kinds': {
    title: 'Name and password are taken as well as a token, and each has its challenge',
    ...wwwAuthenticate,
    allows: 'A header field may hold a list of challenges; a client chooses the one that it understands best',
    seen: 'Artifactory, Nexus, Gitea',
    auth: ['bearer'],
    touches: ['challenges', 'statuses', 'token requests', 'deletion'],
    wire: eitherWay,
  },
  'challenge-without-service': {
    title: 'A Bearer challenge names no service',
    ...tokenDoc('token', 'How to authenticate'),
    allows: 'RFC 6750 section 3 asks for one attribute at least, and for none by name',
    seen: 'olareg, reg of genuinetools',
    habits: ['challenge.bearer.service', 'token.post.missing-service'],
    auth: ['bearer'],
    touches: ['challenges'],
    wire: together(
      answers(
        everyMethod,
        'any',
        challenge((value) => value.replace(/,?service="[^"]*"/, '')),
      ),
      // The service of its own is what it takes an unnamed one for.
      instead('POST', 'token', () => {
        let service = '';
        return async (request, forward) => {
          if (service === '') {
            const challenged = await forward({
              ...request,
              method: 'GET',
              path: '/v2/',
              body: Buffer.alloc(0),
            });
            service =
              /service="([^"]*)"/.exec(challenged.headers['www-authenticate']?.join() ?? '')?.[1] ?? '';
          }
          const form = new URLSearchParams(request.body.toString());
          if (!form.has('service')) form.set('service', service);
          return await forward({ ...request, body: Buffer.from(form.toString()) });
        };
      }),
    ),
  },
  'challenge-without-scope': {
    title: 'A Bearer challenge names no scope',
    ...rfc(6750, '3'),
    allows: 'The scope attribute is OPTIONAL',
    seen: 'keppel for what it does not know',
    takes: ['challenge-scope'],
    habits: [
      'challenge.bearer.scope',
      'challenge.scope.pull',
      'challenge.scope.push',
      'challenge.scope.mount',
    ],
    auth: ['bearer'],
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      challenge((value) => value.replace(/,?scope="[^"]*"/, '')),
    ),
  },
  'challenge-on-403': {
    title: 'A 403 carries a challenge as well',
    ...wwwAuthenticate,
    allows: 'A server MAY generate WWW-Authenticate in other responses',
    auth: ['basic'],
    touches: ['challenges', 'statuses'],
    wire: answers(everyMethod, 'any', when(403, set('www-authenticate', 'Basic realm="dockside"'))),
  },
  'challenge-without-body': {
    title: 'A 401 has no body',
    ...errorCodes,
    allows: 'A 4XX response code from the registry MAY return a body in any format',
    seen: 'zot, ggcr',
    takes: ['error-code'],
    habits: ['challenge.body'],
    auth: guarded,
    touches: ['errors'],
    wire: answers(everyMethod, 'any', when(401, saying(''))),
  },
  'challenge-html-body': {
    title: 'A 401 has a page in HTML for a body',
    ...errorCodes,
    allows: 'A 4XX response code from the registry MAY return a body in any format',
    seen: 'whatever stands behind nginx or Apache',
    takes: ['error-code'],
    habits: ['challenge.body'],
    auth: guarded,
    touches: ['errors'],
    wire: answers(everyMethod, 'any', when(401, saying('<h1>401 Authorization Required</h1>', 'text/html'))),
  },
  'ping-without-body': {
    title: 'The 401 of the ping alone has no body',
    ...errorCodes,
    allows: 'A 4XX response code from the registry MAY return a body in any format',
    seen: 'Artifactory, Nexus',
    habits: ['challenge.body'],
    auth: guarded,
    touches: ['ping'],
    wire: answers('GET HEAD', 'any', asked(isPing, when(401, saying('')))),
  },
  'realm-empty': {
    title: 'The realm of a Basic challenge is the empty text, and names no charset',
    ...rfc(7617, '2'),
    allows: 'The realm is a quoted-string of any content, and charset is optional',
    auth: ['basic'],
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      challenge((value) => value.replace(usual, 'Basic realm=""')),
    ),
  },
  'realm-escaped': {
    title: 'The realm of a Basic challenge has quotes, a comma and an equals sign in it',
    ...rfc(9110, '5.6.4'),
    allows: 'quoted-pair = "\\" ( HTAB / SP / VCHAR / obs-text )',
    auth: ['basic'],
    touches: ['challenges'],
    wire: answers(
      everyMethod,
      'any',
      challenge((value) =>
        value.replace(usual, String.raw`Basic realm="the \"registry\", user=ann", charset="UTF-8"`),
      ),
    ),
  },
  'challenge-on-each': {
    title: 'Each answer carries the challenge, also that to a request that was let in',
    ...wwwAuthenticate,
    allows:
      'A server MAY generate WWW-Authenticate in other response messages to indicate that supplying credentials (or different credentials) might affect the response',
    seen: 'Nexus and Artifactory behind a proxy that adds headers to all',
    auth: guarded,
    touches: ['challenges'],
    wire: instead(everyMethod, 'any', () => {
      let usually: string[] | undefined;
      return async (request, forward) => {
        const answer = await forward(request);
        if (answer.headers['www-authenticate'] !== undefined) return answer;
        usually ??= (
          await forward({ ...request, method: 'GET', path: '/v2/', headers: {}, body: Buffer.alloc(0) })
        ).headers['www-authenticate'];
        return { ...answer, headers: { ...answer.headers, ...(usually && { 'www-authenticate': usually }) } };
      };
    }),
  },
};
