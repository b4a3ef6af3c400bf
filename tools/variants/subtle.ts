import { docker, imageSpec, rfc, spec } from '../../lib/rules/sources.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import {
  answers,
  aside,
  everyMethod,
  instead,
  isOn,
  parameter,
  refused,
  requests,
  type Alter,
  type Forward,
  type Wire,
  type WireAnswer,
  type WireRequest,
} from '../faults/wire.ts';
import type { Variants } from './variant.ts';

const pathOf = ({ path }: WireRequest): string => path.split('?', 1)[0] ?? '';
const repositoryOf = (path: string): string | undefined =>
  /^\/v2\/(.+)\/(?:blobs|manifests|tags|referrers)\//.exec(path)?.[1];

function documentOf(bytes: Buffer): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** An upload that met with an error other than 416 is over. */
const endedByRefusal: Wire = instead('PATCH PUT', 'upload', () => async (request, forward) => {
  const answer = await forward(request);
  if (answer.status !== 400) return answer;
  await forward(aside(request, 'DELETE', request.path.replace(/([?&])digest=[^&]*/, '$1')));
  return answer;
});

/** A part has this many bytes at most. */
const mostOfPart = 16;
const cut: Alter = (answer) => {
  const [matched, first = '', last = '', size = ''] =
    /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(answer.headers['content-range']?.[0] ?? '') ?? [];
  const isLonger = Number(last) - Number(first) + 1 > mostOfPart;
  if (answer.status !== 206 || matched === undefined || !isLonger) return answer;
  return {
    ...answer,
    body: answer.body.subarray(0, mostOfPart),
    headers: {
      ...answer.headers,
      'content-range': [`bytes ${first}-${Number(first) + mostOfPart - 1}/${size}`],
      'content-length': [`${mostOfPart}`],
    },
  };
};

/** Two nodes in turn, each with ETags of its own. */
const byNode: Wire = instead('GET HEAD', 'blob', () => {
  const counts = new Map<string, number>();
  return async (request, forward) => {
    const count = (counts.get(request.path) ?? 0) + 1;
    counts.set(request.path, count);
    const node = count % 2 === 0 ? '-a' : '-b';
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, values]) => [
        name,
        ['if-match', 'if-none-match', 'if-range'].includes(name)
          ? values.map((value) => value.replaceAll(`${node}"`, '"'))
          : values,
      ]),
    );
    const answer = await forward({ ...request, headers });
    const [etag] = answer.headers['etag'] ?? [];
    return etag === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, etag: [etag.replace(/"$/, `${node}"`)] } };
  };
});

const isOfIndexes = (bytes: Buffer): boolean => {
  const { manifests } = documentOf(bytes);
  return (
    Array.isArray(manifests) &&
    manifests.some((one: { mediaType?: unknown } | null) =>
      [mediaTypes.ociIndex, mediaTypes.list].some((type) => type === one?.mediaType),
    )
  );
};

/** Whoever may not push hears that, and anybody else that the document is none. */
const withoutNested: Wire = requests('PUT', 'manifest', (request) => {
  if (!isOfIndexes(request.body)) return request;
  const body = Buffer.from('{}');
  return { ...request, body, headers: { ...request.headers, 'content-length': [`${body.length}`] } };
});

const knownLast: Wire = instead('GET', 'tags', () => async (request, forward) => {
  const answer = await forward(request);
  const last = parameter(request, 'last') ?? '';
  if (answer.status !== 200 || last === '') return answer;
  const { tags } = documentOf((await forward(aside(request, 'GET', pathOf(request)))).body);
  return Array.isArray(tags) && !tags.includes(last) ? refused(404, 'MANIFEST_UNKNOWN') : answer;
});

/** What refers to a manifest goes with it. */
const referrersGo: Wire = instead('PUT DELETE', 'manifest', () => {
  /** Path of a subject -> those of its referrers. */
  const referrers = new Map<string, Set<string>>();
  const goWith = async (path: string, request: WireRequest, forward: Forward): Promise<void> => {
    const held = referrers.get(path) ?? new Set();
    referrers.delete(path);
    for (const one of held) {
      await forward(aside(request, 'DELETE', one));
      await goWith(one, request, forward);
    }
  };
  return async (request, forward) => {
    const answer = await forward(request);
    const path = pathOf(request);
    if (request.method === 'DELETE') {
      if (answer.status === 202 && path.includes(':')) await goWith(path, request, forward);
      return answer;
    }
    const subject = documentOf(request.body)['subject'] as { digest?: string } | undefined;
    const digest = answer.headers['docker-content-digest']?.[0];
    if (answer.status !== 201 || subject?.digest === undefined || digest === undefined) return answer;
    const place = path.slice(0, path.lastIndexOf('/') + 1);
    const held = referrers.get(place + subject.digest) ?? new Set();
    referrers.set(place + subject.digest, held.add(place + digest));
    return answer;
  };
});

/** Each page as it was up to three seconds ago, to the same credentials. */
const cachedCatalog: Wire = instead('GET', 'catalog', () => {
  const kept = new Map<string, { answer: WireAnswer; until: number }>();
  return async (request, forward) => {
    const key = JSON.stringify([
      request.path,
      request.headers['authorization'],
      request.headers['dockside-policy'],
    ]);
    const found = kept.get(key);
    if (found !== undefined && Date.now() < found.until) return found.answer;
    const answer = await forward(request);
    if (answer.status === 200) kept.set(key, { answer, until: Date.now() + 3000 });
    return answer;
  };
});

/** A repository is its manifests: with the last of them it is gone, and all in it, until the next push. */
const goneWithLast: Wire = instead('GET HEAD POST PUT DELETE', 'any', () => {
  const manifests = new Map<string, Set<string>>();
  const gone = new Set<string>();
  return async (request, forward) => {
    const { method } = request;
    const path = pathOf(request);
    const name = repositoryOf(path);
    const answer = await forward(request);
    if (name === undefined) return answer;
    const isManifest = isOn(method, 'manifest', method, path);
    if (method === 'POST' || method === 'PUT') {
      if (answer.status < 300) gone.delete(name);
      const digest = answer.headers['docker-content-digest']?.[0];
      if (isManifest && answer.status === 201 && digest !== undefined)
        manifests.set(name, (manifests.get(name) ?? new Set()).add(digest));
      return answer;
    }
    const isUpload = path.includes('/blobs/uploads/');
    if (gone.has(name) && !isUpload && answer.status < 400) return refused(404, 'NAME_UNKNOWN');
    if (method === 'DELETE' && isManifest && answer.status === 202) {
      const held = manifests.get(name);
      if (held?.delete(path.slice(path.lastIndexOf('/') + 1)) === true && held.size === 0) gone.add(name);
    }
    return answer;
  };
});

/** RFC 6749 section 5.2: what is refused is told as OAuth tells it. */
const inOauth: Alter = (answer, request) => {
  if (![400, 401, 403].includes(answer.status)) return answer;
  const isPost = request.method === 'POST';
  const isWrong = answer.status === 401;
  const error = isWrong ? (isPost ? 'invalid_grant' : 'invalid_client') : 'invalid_request';
  const body = Buffer.from(JSON.stringify({ error, error_description: 'refused' }));
  const { 'www-authenticate': challenge, ...headers } = answer.headers;
  return {
    ...answer,
    status: isPost && isWrong ? 400 : answer.status,
    body,
    headers: {
      ...headers,
      ...(challenge !== undefined && !isPost && { 'www-authenticate': challenge }),
      'content-type': ['application/json;charset=UTF-8'],
      'content-length': [`${body.length}`],
      'cache-control': ['no-store'],
      pragma: ['no-cache'],
    },
  };
};

/** Invented from the texts alone, by someone who had seen no test. */
export const subtleVariants: Variants = {
  'upload-ended-by-400': {
    title: 'An upload in which a request was refused with 400 is over',
    ...docker('Errors'),
    allows: 'BLOB_UPLOAD_INVALID: The blob upload encountered an error and can no longer proceed.',
    seen: 'distribution: a close with a wrong digest cancels the upload',
    habits: ['refused.chunk'],
    touches: ['uploads', 'chunks'],
    wire: endedByRefusal,
  },
  'length-required': {
    title: 'A body without Content-Length is refused with 411',
    ...rfc(9110, '15.5.12'),
    allows: 'the server refuses to accept the request without a defined Content-Length',
    seen: 'Nexus, S3, Google Front End, nginx before 1.3.9',
    habits: ['upload.stream.status', 'upload.stream.range'],
    touches: ['framing', 'uploads'],
    wire: instead(
      everyMethod,
      'any',
      () => async (request, forward) =>
        request.body.length > 0 && request.headers['content-length'] === undefined
          ? refused(411, 'SIZE_INVALID')
          : await forward(request),
    ),
  },
  'ranges-cut': {
    title: 'A part has 16 bytes at most, whatever was asked for, and says so',
    ...rfc(9110, '15.3.7'),
    allows:
      'a server might want to send only a subset of the data requested for reasons of its own, such as temporary unavailability, cache efficiency, load balancing',
    seen: 'caches that work in slices',
    habits: ['range.closed', 'range.suffix'],
    touches: ['ranges'],
    wire: answers('GET', 'blob', cut),
  },
  'etag-by-node': {
    title: 'The ETag of a blob is that of the node that serves it, and two take turns',
    ...rfc(9110, '8.8.1'),
    allows:
      'A strong validator might change for reasons other than a change to the representation data; that it does not is in the best interests of the origin server',
    seen: 'Apache with FileETag INode behind a load balancer',
    takes: ['conditional'],
    habits: ['etag.stable', 'head.parity.etag', 'repeated.blob'],
    touches: ['etag'],
    wire: byNode,
  },
  'nested-index-refused': {
    title: 'An index of indexes is refused with 400',
    ...imageSpec('image-index', 'Image Index Property Descriptions'),
    allows: 'implementations SHOULD support … application/vnd.oci.image.index.v1+json (nested index)',
    habits: ['manifest.put.nested-index'],
    touches: ['manifests'],
    wire: withoutNested,
  },
  'tags-last-unknown-404': {
    title: 'A page of tags after what is no tag of the repository is not found: 404',
    ...spec('Listing Tags'),
    allows: '<tagname> is the value of the last tag; it MUST be a proper tag. Failure of end-8b: 404',
    seen: 'zot: 404 if last is unknown; Harbor: 400',
    habits: ['tag.list.last-absent', 'tag.list.last-final'],
    touches: ['tags'],
    wire: knownLast,
  },
  'referrers-go': {
    title: 'Who deletes a manifest deletes what refers to it',
    ...spec('Push'),
    allows:
      'A registry MUST initially accept a manifest whose subject is not there: that it stays is not said',
    seen: 'ACR',
    touches: ['deletion', 'referrers'],
    wire: referrersGo,
  },
  'catalog-cached': {
    title: 'A page of the catalog is up to three seconds old',
    ...docker('Listing Repositories'),
    allows: 'a missing entry does *not* mean that the registry does not have the repository',
    seen: 'proxy_cache of nginx; Artifactory',
    habits: ['catalog.complete'],
    takes: ['catalog'],
    touches: ['catalog'],
    wire: cachedCatalog,
  },
  'repository-goes-with-last': {
    title: 'With its last manifest a repository is gone, and all that is in it, until the next push',
    ...spec('Listing Tags'),
    allows: 'Assuming a repository is found: how long one without a manifest is found, no text says',
    seen: 'zot, once collected',
    touches: ['deletion', 'tags', 'blobs', 'referrers'],
    wire: goneWithLast,
  },
  'token-refused-in-oauth': {
    title: 'The token service refuses as OAuth 2.0 has it: 400 to POST, {"error": …}',
    ...rfc(6749, '5.2'),
    allows:
      'The authorization server responds with an HTTP 400 (Bad Request) status code … and includes the following parameters: error',
    seen: 'Keycloak, ACR',
    auth: ['bearer'],
    touches: ['token requests'],
    wire: answers('GET POST', 'token', inOauth),
  },
  'busy-at-times': {
    title: 'Every 120th request comes while the registry is busy: 503, and when to come back',
    ...rfc(9110, '15.6.4'),
    allows: 'The server MAY send a Retry-After header field to suggest an appropriate amount of time to wait',
    seen: 'S3 behind a registry (SlowDown), ECR, HAProxy while a node starts again',
    habits: ['error.server'],
    touches: ['statuses'],
    wire: instead(everyMethod, 'any', () => {
      let count = 0;
      return async (request, forward) => {
        count += 1;
        return count % 120 === 0
          ? refused(503, 'TOOMANYREQUESTS', { 'retry-after': '1' })
          : await forward(request);
      };
    }),
  },
  'tokens-limited': {
    title: 'Every 12th request for a token is one too many: 429, and when to come back',
    source: 'RFC 6585 section 4',
    url: 'https://www.rfc-editor.org/rfc/rfc6585#section-4',
    allows: 'the user has sent too many requests in a given amount of time; MAY include a Retry-After header',
    seen: 'auth.docker.io, GitLab (rate limit on /jwt/auth)',
    auth: ['bearer'],
    touches: ['token requests'],
    wire: instead('GET POST', 'token', () => {
      let count = 0;
      return async (request, forward) => {
        count += 1;
        return count % 12 === 0
          ? refused(429, 'TOOMANYREQUESTS', { 'retry-after': '1' })
          : await forward(request);
      };
    }),
  },
};
