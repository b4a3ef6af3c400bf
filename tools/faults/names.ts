import { parseScope } from '../../lib/http/scope.ts';
import { isDigest } from '../../lib/content/digest.ts';
import { isTag } from '../../lib/content/reference.ts';
import type { Faults } from './fault.ts';
import {
  answers,
  asked,
  instead,
  lastOf,
  refused,
  requests,
  set,
  status,
  together,
  when,
  type Wire,
  type WireRequest,
} from './wire.ts';

/** Refuses a push to the repositories whose name matches. */
function refusing(name: RegExp): Wire {
  return instead('POST', 'uploads', () => async (request, forward) => {
    return name.test(nameIn(request)) ? refused(400, 'NAME_INVALID') : await forward(request);
  });
}

/** Takes one name for another. */
function renaming(methods: string, change: (path: string) => string): Wire {
  return requests(methods, 'any', (request) => ({ ...request, path: change(request.path) }));
}

/** Takes one name for another, in the tokens that it gives as well. */
function granting(change: (name: string) => string): Wire {
  return together(
    requests(everyWay, 'any', (request) => ({
      ...request,
      path: request.path.replace(apart, (_, root: string, name: string, rest: string) => {
        return root + change(name) + rest;
      }),
    })),
    requests('GET', 'token', (request) => {
      const [path = '', query = ''] = request.path.split('?');
      const params = new URLSearchParams(query);
      const scopes = params.getAll('scope').map((text) => {
        const scope = parseScope(text);
        return scope === undefined ? text : `${scope.type}:${change(scope.name)}:${scope.actions.join(',')}`;
      });
      params.delete('scope');
      for (const scope of scopes) params.append('scope', scope);
      return { ...request, path: `${path}?${params.toString()}` };
    }),
  );
}

function nameIn({ path }: WireRequest): string {
  return /^\/v2\/(.+)\/blobs\/uploads\//.exec(path)?.[1] ?? '';
}

const everyWay = 'GET HEAD POST PUT DELETE';

/** What stands before a name, the name, and what stands behind it. */
const apart = /^(\/v2\/)(.+)(\/(?:blobs|manifests|tags|referrers)\/)/;

/** Whether a manifest is named by what is neither a tag nor a digest. */
const isMalformed = (request: WireRequest): boolean => !isTag(lastOf(request)) && !isDigest(lastOf(request));

export const nameFaults = {
  'name-digits-refused': {
    title: 'A repository name of digits alone is refused',
    rule: 'name.valid',
    official: 'no',
    wire: refusing(/\/\d+$/),
  },
  'name-underscore-refused': {
    title: 'A single underscore inside a name component is refused',
    rule: 'name.separators',
    official: 'no',
    wire: refusing(/\/[a-z0-9]+_[a-z0-9]+$/),
  },
  'name-double-underscore-refused': {
    title: 'Two underscores inside a name component are refused',
    rule: 'name.separators-doubled',
    official: 'no',
    wire: refusing(/[a-z0-9]__[a-z0-9]/),
  },
  'name-dashes-refused': {
    title: 'A run of dashes inside a name component is refused',
    rule: 'name.separators-doubled',
    official: 'no',
    wire: refusing(/[a-z0-9]--+[a-z0-9]/),
  },
  'name-deep-refused': {
    title: 'A name of more than ten components is refused',
    rule: 'name.nested',
    official: 'no',
    wire: refusing(/(?:\/[^/]+){10}/),
  },
  'name-path-words-misread': {
    title: 'A repository named after the tag list is taken for one',
    rule: 'name.path-words',
    official: 'no',
    wire: refusing(/\/tags\/list$/),
  },
  'name-odd-characters-accepted': {
    title: 'Characters outside the grammar of names are left out and the rest is taken',
    rule: 'name.invalid',
    shipped: 'a class of faults (F-ERR-08)',
    official: 'no',
    wire: renaming('POST', (path) => path.replace(/[$+~](?=[a-z])/, '')),
  },
  'name-upper-case-folded': {
    title: 'Upper-case letters in a name are folded',
    rule: 'name.upper-case',
    shipped: 'a class of faults (F-ERR-09)',
    official: 'no',
    wire: renaming(everyWay, (path) =>
      path.replace(
        /^(\/v2\/)(.+)(\/(?:blobs|manifests)\/)/,
        (_, root: string, name: string, rest: string) => {
          return root + name.toLowerCase() + rest;
        },
      ),
    ),
  },
  'name-edge-separator-accepted': {
    title: 'A separator at the edge of a name component is left out and the rest is taken',
    rule: 'name.separator-edge',
    official: 'no',
    wire: renaming('POST', (path) =>
      path.replace(/\/[-._]([a-z])/g, '/$1').replace(/([a-z])[-._]\//g, '$1/'),
    ),
  },
  'name-separator-run-accepted': {
    title: 'Separators in a row count as one',
    rule: 'name.separator-run',
    official: 'no',
    wire: renaming('POST', (path) => path.replace('..', '.').replace('___', '_')),
  },
  'name-two-dots-granted': {
    title: 'A token is given for a name with two dots in a row, and an upload opens with it',
    rule: 'name.separator-run',
    shipped: 'Quay ffba0c70e',
    official: 'no',
    auth: 'bearer',
    wire: granting((name) => name.replace('..', '.')),
  },
  'name-three-underscores-granted': {
    title: 'A token is given for a name with three underscores in a row, and an upload opens with it',
    rule: 'name.separator-run',
    shipped: 'Quay ffba0c70e',
    official: 'no',
    auth: 'bearer',
    wire: granting((name) => name.replace('___', '_')),
  },
  'name-upper-case-granted': {
    title: 'A token is given for a name in upper case, and an upload opens with it',
    rule: 'name.upper-case',
    official: 'no',
    auth: 'bearer',
    wire: granting((name) => name.toLowerCase()),
  },
  'name-non-ascii-granted': {
    title: 'A token is given for a name with an accented letter or an emoji, and an upload opens with it',
    rule: 'name.non-ascii',
    shipped: 'Quay ffba0c70e',
    official: 'no',
    auth: 'bearer',
    wire: granting((name) => name.replaceAll(/[^ -~]+|(?:%[89a-f][0-9a-f])+/gi, 'x')),
  },
  'name-odd-characters-granted': {
    title: 'A token is given for a name with a plus sign or a tilde, and an upload opens with it',
    rule: 'name.invalid',
    official: 'no',
    auth: 'bearer',
    wire: granting((name) => name.replace(/[$+~](?=[a-z])/, '')),
  },
  'name-edge-separator-granted': {
    title: 'A token is given for a name with a separator at its end, and an upload opens with it',
    rule: 'name.separator-edge',
    official: 'no',
    auth: 'bearer',
    wire: granting((name) => name.replace(/[-._]$/, '')),
  },
  'name-empty-component-accepted': {
    title: 'A name may have an empty component',
    rule: 'name.empty-component',
    official: 'no',
    wire: instead('POST', 'uploads', () => async (request, forward) => {
      if (!request.path.includes('//')) return await forward(request);
      const answer = await forward({ ...request, path: request.path.replace('//', '/') });
      return when(202, set('location', `${request.path}dockside`))(answer, request);
    }),
  },
  'name-non-ascii-accepted': {
    title: 'Characters beyond ASCII in a name are taken as letters',
    rule: 'name.non-ascii',
    official: 'no',
    wire: renaming('POST', (path) => path.replace(/(?:%[8-9A-F][0-9A-F])+/i, 'x')),
  },
  'name-255-refused': {
    title: 'A name of more than 200 characters is refused',
    rule: 'name.length-accepted',
    official: 'no',
    wire: refusing(/^.{200,255}$/),
  },
  'name-256-accepted': {
    title: 'A name that is too long is cut and taken',
    rule: 'name.length-refused',
    shipped: 'seen by the tests of quay at 255 and 256 characters (F-ERR-08)',
    official: 'no',
    wire: renaming('POST', (path) => (path.length > 200 ? path.replace(/\/a+\/blobs/, '/a/blobs') : path)),
  },
  'name-invalid-without-code': {
    title: 'A malformed name is refused as an unknown one',
    rule: 'name.code',
    official: 'no',
    wire: instead('POST', 'uploads', () => async (request, forward) => {
      const answer = await forward(request);
      return answer.status === 400 && /___/.test(request.path) ? refused(400, 'BLOB_UNKNOWN') : answer;
    }),
  },
  'name-unknown-without-code': {
    title: 'The tags of an unknown repository are missing for want of a manifest',
    rule: 'name.unknown-code',
    official: 'no',
    wire: instead('GET', 'tags', () => async (request, forward) => {
      const answer = await forward(request);
      return answer.status === 404 ? refused(404, 'MANIFEST_UNKNOWN') : answer;
    }),
  },
  'name-dot-segments-dropped': {
    title: 'Dot segments in a path are left out, so that it leads to another repository',
    rule: 'name.dot-segments',
    shipped: 'seen by the traversal tests of distribution and olareg (F-SEC-08)',
    official: 'no',
    wire: renaming('GET', (path) => path.replace('/..', '')),
  },
  'name-encoded-dots-dropped': {
    title: 'Percent-encoded dot segments in a path are left out',
    rule: 'name.encoded-dots',
    shipped: 'seen by the traversal tests of distribution and olareg (F-SEC-08)',
    official: 'no',
    wire: renaming('GET', (path) => path.replace('/%2e%2e', '')),
  },
  'name-encoded-slash-cut': {
    title: 'A name is cut at a percent-encoded slash',
    rule: 'name.encoded-slash',
    shipped: 'seen by the traversal tests of distribution and olareg (F-SEC-08)',
    official: 'no',
    wire: renaming('GET', (path) => path.replace(/%2F[^/]+/i, '')),
  },
  'reference-malformed-served': {
    title: 'A manifest asked for by something malformed is the latest',
    rule: 'reference.malformed-get',
    official: 'no',
    wire: answers('GET', 'manifest', asked(isMalformed, status(200))),
  },
  'reference-folded': {
    title: 'A tag is folded to plain letters before it is looked up',
    rule: 'reference.malformed-get',
    shipped: 'Quay ffba0c70e',
    official: 'no',
    wire: requests('GET HEAD', 'manifest', (request) => ({
      ...request,
      path: request.path.replace(/%C3%A9$/i, 'e').replace(/%E2%84%AA$/i, 'k'),
    })),
  },
  'tag-folded': {
    title: 'A tag of another script is stored under plain letters',
    rule: 'tag.name.characters',
    shipped: 'Quay ffba0c70e',
    official: 'no',
    wire: requests('PUT', 'manifest', (request) => ({
      ...request,
      path: request.path.replace(/%D9%A1$/i, '1').replace(/%E2%84%AA$/i, 'k'),
    })),
  },
  'name-folded': {
    title: 'A name is folded to plain letters before it is looked up, for tokens as well',
    rule: 'name.non-ascii',
    official: 'no',
    auth: 'bearer',
    wire: granting((name) =>
      decodeURIComponent(name)
        .normalize('NFKD')
        .replaceAll(/[^ -~]/g, ''),
    ),
  },
  'reference-malformed-taken': {
    title: 'A manifest pushed under something malformed is said to be stored',
    rule: 'reference.malformed-put',
    official: 'no',
    wire: answers('PUT', 'manifest', asked(isMalformed, status(201))),
  },
} as const satisfies Faults;
