import { readJwt } from '../../lib/registry/auth/jwt.ts';
import { isObject } from '../../lib/content/manifest.ts';
import type { Behaviour } from '../registry/behaviour.ts';
import type { Role } from '../registry/rights.ts';
import type { Faults } from './fault.ts';
import {
  instead,
  isOn,
  json,
  parameter,
  refused,
  type Alter,
  type Route,
  type Wire,
  type WireAnswer,
  type WireRequest,
} from './wire.ts';

/** Lets somebody in where he has no right. Nobody in particular is undefined. */
function letting(
  who: Role | undefined,
  methods: string,
  route: Route,
  isMeant: (query: URLSearchParams) => boolean = () => true,
): Partial<Behaviour> {
  return {
    letsIn: (role, method, path) =>
      role === who && isOn(methods, route, method, path) && isMeant(new URLSearchParams(path.split('?')[1])),
  };
}

/** An upload is whoever's that names its repository. */
const unowned: Partial<Behaviour> = { ownsUpload: ({ repository }, asked) => repository === asked };

/** Asks for credentials where it need not. */
function refusing(methods: string, route: Route, isMeant: (request: WireRequest) => boolean): Wire {
  return instead(methods, route, () => async (request, forward) => {
    if (!isMeant(request)) return await forward(request);
    return refused(401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="dockside"' });
  });
}

/** The actions in the token of a request. */
function actionsOf({ headers }: WireRequest): unknown[] {
  const token = headers['authorization']?.[0]?.replace(/^bearer /i, '') ?? '';
  const access = readJwt(token)?.claims['access'];
  return (Array.isArray(access) ? access : []).filter(isObject).flatMap(({ actions }) => actions);
}

/** Refuses those who may not know of a repository otherwise where nobody has pushed to it. */
function tellingNames(alter: Alter): Wire {
  return instead('GET HEAD POST PUT', 'any', () => {
    const known = new Set<string>();
    return async (request, forward) => {
      const answer = await forward(request);
      const [, name = ''] = /^\/v2\/(.+?)\/(?:blobs|manifests|tags)\//.exec(request.path) ?? [];
      if (answer.status === 201) known.add(name);
      const isRefused = [401, 403].includes(answer.status) && request.headers['authorization'] !== undefined;
      return isRefused && !known.has(name) ? alter(answer, request) : answer;
    };
  });
}

const isOpening = (query: URLSearchParams): boolean => !query.has('digest') && !query.has('mount');

export const accessFaults = {
  'access-anyone-pulls-blobs': {
    title: 'Blobs are served without credentials',
    rule: 'access.anonymous.read',
    shipped: 'a class of faults, as zot#3183 (F-AUTH-33)',
    official: 'no',
    behaviour: letting(undefined, 'GET', 'blob'),
  },
  'access-anyone-heads-manifests': {
    title: 'HEAD of a manifest asks for no credentials',
    rule: 'access.anonymous.read',
    official: 'no',
    auth: 'basic',
    behaviour: letting(undefined, 'HEAD', 'manifest'),
  },
  'access-anyone-pulls-manifests': {
    title: 'A manifest is served without credentials to who knows its digest',
    rule: 'access.anonymous.read',
    official: 'no',
    behaviour: letting(undefined, 'GET', 'manifest-by-digest'),
  },
  'access-anyone-pushes-manifests': {
    title: 'Manifests are taken without credentials',
    rule: 'access.anonymous.write',
    official: 'no',
    behaviour: letting(undefined, 'PUT', 'manifest'),
  },
  'access-anyone-pushes-whole-blobs': {
    title: 'A blob in a single POST is taken without credentials',
    rule: 'access.anonymous.write',
    official: 'no',
    auth: 'basic',
    behaviour: letting(undefined, 'POST', 'uploads', (query) => query.has('digest')),
  },
  'access-anyone-deletes-manifests': {
    title: 'Manifests are deleted without credentials',
    rule: 'access.anonymous.delete',
    official: 'no',
    behaviour: letting(undefined, 'DELETE', 'manifest'),
  },
  'access-anyone-deletes-blobs': {
    title: 'Blobs are deleted without credentials',
    rule: 'access.anonymous.delete',
    official: 'no',
    auth: 'basic',
    behaviour: letting(undefined, 'DELETE', 'blob'),
  },
  'access-anyone-opens-uploads': {
    title: 'An upload is opened without credentials',
    rule: 'access.anonymous.upload',
    official: 'no',
    also: {
      rules: ['scope.refused', 'challenge.scope.push'],
      because: 'A client that is let in without a token never sees what to ask for.',
    },
    behaviour: letting(undefined, 'POST', 'uploads', isOpening),
  },
  'access-anyone-continues-uploads': {
    title: 'The location of an upload is all that its next chunk needs',
    rule: 'access.anonymous.upload',
    official: 'no',
    behaviour: { ...letting(undefined, 'PATCH', 'upload'), ...unowned },
  },
  'access-anyone-lists-tags': {
    title: 'The tags are listed without credentials',
    rule: 'access.anonymous.lists',
    official: 'no',
    behaviour: letting(undefined, 'GET', 'tags'),
  },
  'access-anyone-lists-referrers': {
    title: 'The referrers are listed without credentials',
    rule: 'access.anonymous.lists',
    official: 'no',
    behaviour: letting(undefined, 'GET', 'referrers'),
  },
  'access-anyone-reads-catalog': {
    title: 'The catalog of all repositories is shown without credentials',
    rule: 'access.anonymous.catalog',
    official: 'no',
    also: {
      rules: ['isolation.catalog', 'isolation.catalog-paging'],
      because: 'It is the catalog of all for other users too.',
    },
    behaviour: { ...letting(undefined, 'GET', 'catalog'), catalogShows: 'all' },
  },
  'access-public-refused': {
    title: 'HEAD of a manifest asks for credentials where all else is open',
    rule: 'access.public-read',
    official: 'partly',
    wire: refusing('HEAD', 'manifest', () => true),
  },
  'access-stray-credentials-refused': {
    title: 'Any Authorization is refused where nobody needs one',
    rule: 'access.stray-credentials',
    shipped: 'zot#3673 (F-AUTH-10)',
    official: 'no',
    wire: refusing('GET HEAD', 'any', ({ headers }) => headers['authorization'] !== undefined),
  },
  'access-reader-refused': {
    title: 'The referrers are shown only to who may push',
    rule: 'access.reader.read',
    shipped: 'a class of faults, as zot#3183 (F-AUTH-33)',
    official: 'no',
    upon: 'referrers',
    wire: refusing('GET', 'referrers', (request) => {
      const actions = actionsOf(request);
      return actions.includes('pull') && !actions.includes('push');
    }),
  },
  'access-reader-pushes': {
    title: 'Who may only pull can push a manifest',
    rule: 'access.reader.push',
    shipped: 'a class of faults, as zot#4161 (F-AUTH-08)',
    official: 'no',
    behaviour: letting('reader', 'PUT', 'manifest'),
  },
  'access-reader-pushes-whole-blobs': {
    title: 'Who may only pull can push a blob in a single POST',
    rule: 'access.reader.push',
    official: 'no',
    auth: 'basic',
    behaviour: letting('reader', 'POST', 'uploads', (query) => query.has('digest')),
  },
  'access-reader-uploads': {
    title: 'Who may only pull can open an upload',
    rule: 'access.reader.upload',
    official: 'no',
    also: {
      rules: ['scope.refused', 'token.scope.no-right'],
      because: 'That is a request beyond its rights, whatever its token says.',
    },
    behaviour: letting('reader', 'POST', 'uploads', isOpening),
  },
  'access-reader-closes-uploads': {
    title: "Who may only pull can close another's upload",
    rule: 'access.reader.upload',
    official: 'no',
    behaviour: { ...letting('reader', 'PUT', 'upload'), ...unowned },
  },
  'access-reader-mounts': {
    title: 'A mount needs no right but to pull from its source',
    rule: 'access.reader.mount',
    official: 'no',
    behaviour: letting('reader', 'POST', 'uploads', (query) => query.has('mount')),
  },
  'access-reader-deletes': {
    title: 'Who may only pull can delete a manifest',
    rule: 'access.reader.delete',
    shipped: 'zot#4161 (F-AUTH-08)',
    official: 'no',
    behaviour: letting('reader', 'DELETE', 'manifest'),
  },
  'access-reader-deletes-tags': {
    title: 'Who may only pull can delete a tag',
    rule: 'access.reader.delete',
    official: 'no',
    auth: 'basic',
    behaviour: letting('reader', 'DELETE', 'manifest-by-tag'),
  },
  'access-writer-refused': {
    title: 'The right to push does not do for a blob in a single POST',
    rule: 'access.writer',
    shipped: 'zot#4161 (F-AUTH-08)',
    official: 'yes',
    auth: 'bearer',
    also: { rules: ['upload.single.status'], because: 'It is how that is answered.' },
    wire: refusing('POST', 'uploads', (request) => {
      return parameter(request, 'digest') !== null && actionsOf(request).includes('push');
    }),
  },
  'access-other-user-reads': {
    title: 'Whoever is logged in can read every manifest',
    rule: 'access.other-user.read',
    official: 'no',
    also: { rules: ['token.scope.no-right'], because: 'A token opens what it does not grant.' },
    behaviour: letting('other', 'GET', 'manifest'),
  },
  'access-other-user-heads': {
    title: 'Whoever is logged in can ask by HEAD for every blob',
    rule: 'access.other-user.read',
    official: 'no',
    auth: 'basic',
    behaviour: letting('other', 'HEAD', 'blob'),
  },
  'access-other-user-writes': {
    title: 'Whoever is logged in can move every tag',
    rule: 'access.other-user.write',
    official: 'no',
    behaviour: letting('other', 'PUT', 'manifest-by-tag'),
  },
  'access-other-user-deletes': {
    title: 'Whoever is logged in can delete every blob',
    rule: 'access.other-user.write',
    official: 'no',
    auth: 'basic',
    behaviour: letting('other', 'DELETE', 'blob'),
  },
  'access-names-told': {
    title: 'Only what does not exist is answered with 404 to who has no right there',
    rule: 'access.hidden',
    shipped: 'a class of faults, as of harbor and ghcr.io (F-SEC-17)',
    official: 'no',
    also: {
      rules: ['scope.refused-status', 'scope.code', 'token.refresh.at-registry'],
      because: 'A 404 is neither the 401 nor the 403 of a refusal.',
    },
    wire: tellingNames(() => refused(404, 'NAME_UNKNOWN')),
  },
  'access-names-told-by-code': {
    title:
      'A refusal is UNAUTHORIZED where a repository exists, and DENIED where it does not, or the other way round',
    rule: 'access.hidden',
    official: 'no',
    wire: tellingNames(
      json(({ errors: [{ code }] }: { errors: [{ code: string }] }) => ({
        errors: [{ code: code === 'DENIED' ? 'UNAUTHORIZED' : 'DENIED', message: 'a fault' }],
      })),
    ),
  },
  'access-once-read-open': {
    title: 'What was read once by who may is kept, and served to whoever brings no credentials',
    rule: 'access.anonymous.read',
    official: 'no',
    wire: instead('GET', 'any', () => {
      const kept = new Map<string, WireAnswer>();
      return async (request, forward) => {
        const { path, headers, method } = request;
        const isContent = isOn('GET', 'blob', method, path) || isOn('GET', 'manifest', method, path);
        const found = headers['authorization'] === undefined && isContent ? kept.get(path) : undefined;
        if (found !== undefined) return found;
        const answer = await forward(request);
        if (isContent && answer.status === 200) kept.set(path, answer);
        return answer;
      };
    }),
  },
} as const satisfies Faults;
