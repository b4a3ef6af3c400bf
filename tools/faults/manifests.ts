import { digestOf } from '../../lib/content/digest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { manifestAccept } from '../../lib/registry/repository.ts';
import type { Faults } from './fault.ts';
import { documentIn, failing, inUnknownRepository, recoded, refusing, storing } from './documents.ts';
import {
  answers,
  aside,
  asked,
  body,
  drop,
  empty,
  instead,
  json,
  lastOf,
  refused,
  requests,
  set,
  status,
  when,
  withCharset,
  type Alter,
  type Forward,
  type Route,
  type Wire,
  type WireAnswer,
  type WireRequest,
} from './wire.ts';

const otherDigest = `sha256:${'0'.repeat(64)}`;

/** Something else in the same repository. */
function beside({ path }: WireRequest, rest: string): string {
  return path.replace(/\/manifests\/[^/]*$/, `/${rest}`);
}

/** Whether what is pushed has a subject that is not there. */
async function lacksSubject(request: WireRequest, forward: Forward): Promise<boolean> {
  const { subject } = documentIn(request) ?? {};
  if (subject === undefined) return false;
  const found = await forward(aside(request, 'HEAD', beside(request, `manifests/${subject.digest}`)));
  return found.status === 404;
}

function isSha512({ path }: WireRequest): boolean {
  return path.includes('/sha512:');
}

/** Another body under a tag, with the length of its own. */
function serving(change: (bytes: Buffer) => Buffer | string): Wire {
  return answers('GET', 'manifest-by-tag', when(200, body(change)));
}

/** Alters the answers to pushes of an image manifest, or of an index. */
function pushed(kind: 'layers' | 'manifests', ...alters: Alter[]): Wire {
  return answers(
    'PUT',
    'manifest',
    asked((request) => documentIn(request)?.[kind] !== undefined, ...alters),
  );
}

/** Alters the refusals with an error code. */
function refusedAs(methods: string, route: Route, code: string, ...alters: Alter[]): Wire {
  return answers(methods, route, failing(code, ...alters));
}

/** Descriptors whose size is wrong are given their true one. */
function correcting(isWrong: (size: number) => boolean): Wire {
  return instead('PUT', 'manifest', () => async (request, forward) => {
    const document = documentIn(request);
    const { config, layers = [], manifests = [] } = document ?? {};
    let isChanged = false;
    for (const one of [config, ...layers, ...manifests]) {
      if (typeof one?.size !== 'number' || !isWrong(one.size)) continue;
      const path = beside(request, `${manifests.includes(one) ? 'manifests' : 'blobs'}/${one.digest}`);
      const { headers, status: found } = await forward(aside(request, 'HEAD', path));
      if (found !== 200 || Number(headers['content-length']) === one.size) continue;
      one.size = Number(headers['content-length']);
      isChanged = true;
    }
    return await forward(isChanged ? { ...request, body: Buffer.from(JSON.stringify(document)) } : request);
  });
}

async function tagIn(request: WireRequest, forward: Forward): Promise<{ digest: string; type: string }> {
  const { status: found, headers } = await forward(aside(request, 'HEAD', request.path));
  const isThere = found === 200;
  return {
    digest: (isThere && headers['docker-content-digest']?.[0]) || '',
    type: (isThere && headers['content-type']?.[0]) || '',
  };
}

function tagsAsked({ path }: WireRequest): string[] {
  return new URLSearchParams(path.split('?')[1]).getAll('tag');
}

function withTags(request: WireRequest, tags: readonly string[]): WireRequest {
  const [path = ''] = request.path.split('?');
  return {
    ...request,
    path: tags.length === 0 ? path : `${path}?${tags.map((tag) => `tag=${tag}`).join('&')}`,
  };
}

/** A media type that is none of a manifest. */
const isForeign = ({ headers }: WireRequest): boolean =>
  !manifestAccept.includes(headers['content-type']?.[0] ?? '');

const isValidTag = (tag: string): boolean => /^\w[\w.-]{0,127}$/.test(tag);

const knownFields = [
  'schemaVersion',
  'mediaType',
  'config',
  'layers',
  'manifests',
  'subject',
  'artifactType',
  'annotations',
];

export const manifestFaults = {
  'manifest-get-203': {
    title: 'A manifest asked for by its digest is answered with 203',
    rule: 'manifest.get.status',
    official: 'yes',
    also: {
      rules: ['manifest.put.pullable', 'range.manifest'],
      because: 'what is pulled there is pulled by digest',
    },
    wire: answers('GET', 'manifest-by-digest', when(200, status(203))),
  },
  'manifest-get-white-space': {
    title: 'A manifest comes back by its tag with another white space',
    rule: 'manifest.get.bytes',
    shipped: 'distribution c88728f21 (F-MAN-02)',
    official: 'yes',
    also: {
      rules: ['manifest.put.exact-bytes', 'manifest.put.unicode'],
      because: 'what is served cannot be told from what is stored',
    },
    wire: serving((bytes) => bytes.toString('utf8').replace('\n', ' ')),
  },
  'manifest-get-as-json': {
    title: 'Manifests are sent as application/json',
    rule: 'manifest.get.content-type',
    shipped: 'registry.access.redhat.com, as containerd met it (F-MAN-11)',
    official: 'yes',
    wire: answers('GET', 'manifest', when(200, set('content-type', 'application/json'))),
  },
  'manifest-get-charset': {
    title: 'The Content-Type of a manifest has a charset',
    rule: 'manifest.get.content-type-parameters',
    shipped: 'pulp (F-MAN-12)',
    official: 'partly',
    wire: answers('GET', 'manifest', when(200, withCharset)),
  },
  'manifest-get-without-digest': {
    title: 'GET on a manifest is answered without its digest',
    rule: 'manifest.get.digest-header',
    shipped: 'ECR containers/image#1010, distribution#3792 and #3848 (F-MAN-03)',
    official: 'yes',
    wire: answers('GET', 'manifest', drop('docker-content-digest')),
  },
  'manifest-get-wrong-digest': {
    title: 'GET on a tag is answered with the digest of something else',
    rule: 'manifest.get.digest-match',
    official: 'yes',
    wire: answers('GET', 'manifest-by-tag', when(200, set('docker-content-digest', otherDigest))),
  },
  'manifest-get-wrong-sha512': {
    title: 'A manifest asked for by its sha512 digest is answered with a sha256 of something else',
    rule: 'manifest.get.digest-algorithm',
    official: 'no',
    wire: answers('GET', 'manifest-by-digest', (answer, request) =>
      isSha512(request) ? when(200, set('docker-content-digest', otherDigest))(answer, request) : answer,
    ),
  },
  'manifest-get-chunked': {
    title: 'A manifest comes without a Content-Length',
    rule: 'manifest.get.length',
    official: 'no',
    wire: answers('GET', 'manifest', drop('content-length')),
  },
  'manifest-missing-tag-invalid': {
    title: 'A tag that is not there is answered with 400',
    rule: 'manifest.get.missing',
    official: 'partly',
    also: {
      rules: ['delete.tag.gone', 'delete.manifest.tags-gone'],
      because: 'a deleted tag is not there',
    },
    wire: refusedAs('GET', 'manifest-by-tag', 'MANIFEST_UNKNOWN', status(400)),
  },
  'manifest-missing-as-blob': {
    title: 'A manifest that is not there is told as an unknown blob',
    rule: 'manifest.get.missing-code',
    official: 'no',
    wire: refusedAs('GET', 'manifest', 'MANIFEST_UNKNOWN', recoded('BLOB_UNKNOWN')),
  },
  'manifest-unknown-repository-unauthorized': {
    title: 'A pull from an unknown repository is answered with 401',
    rule: 'manifest.get.unknown-repository',
    official: 'partly',
    wire: inUnknownRepository('GET', status(401)),
  },
  'manifest-of-all-repositories': {
    title: 'A manifest is found by its digest in every repository',
    rule: 'manifest.get.other-repository',
    official: 'no',
    also: { rules: ['isolation.manifest.read'], because: 'repositories are not kept apart' },
    wire: instead('GET PUT', 'manifest', () => {
      const places = new Map<string, string>();
      return async (request, forward) => {
        const answer = await forward(request);
        const digest = request.path.split('/').at(-1) ?? '';
        if (request.method === 'PUT') {
          if (answer.status === 201)
            places.set(digestOf(request.body), request.path.replace(/\/[^/]+$/, '/'));
          return answer;
        }
        const place = places.get(digest);
        const isUnknown = answer.body.includes('"MANIFEST_UNKNOWN"');
        return isUnknown && place !== undefined
          ? await forward({ ...request, path: place + digest })
          : answer;
      };
    }),
  },
  'manifest-head-202': {
    title: 'HEAD on a manifest is answered with 202',
    rule: 'manifest.head.status',
    official: 'yes',
    wire: answers('HEAD', 'manifest', when(200, status(202))),
  },
  'manifest-head-without-length': {
    title: 'HEAD on a manifest does not state its size',
    rule: 'manifest.head.length',
    official: 'partly',
    wire: answers('HEAD', 'manifest', when(200, set('content-length', '0'))),
  },
  'manifest-head-without-digest': {
    title: 'HEAD on a manifest is answered without its digest',
    rule: 'manifest.head.digest-header',
    shipped: 'ECR containers/image#1010, distribution#3792 and #3848 (F-MAN-03)',
    official: 'yes',
    wire: answers('HEAD', 'manifest', drop('docker-content-digest')),
  },
  'manifest-head-missing-invalid': {
    title: 'HEAD on a manifest that is not there is answered with 400',
    rule: 'manifest.head.missing',
    official: 'partly',
    wire: answers('HEAD', 'manifest', when(404, status(400))),
  },
  'manifest-put-accepted': {
    title: 'A manifest that was stored is answered with 202',
    rule: 'manifest.put.status',
    shipped: 'quay of 2018, by its own tests',
    official: 'yes',
    also: { rules: ['repeated.manifest-push'], because: 'a second push is answered like the first' },
    wire: answers('PUT', 'manifest', when(201, status(202))),
  },
  'manifest-put-untagged-platforms': {
    title: 'An index for several platforms is refused where its manifests have no tags',
    rule: 'manifest.put.status',
    shipped: 'gitea#26839 (F-MAN-35)',
    official: 'yes',
    also: { rules: ['manifest.put.location'], because: 'a refusal has no Location' },
    wire: instead('PUT', 'manifest', () => async (request, forward) => {
      const platforms = (documentIn(request)?.manifests ?? []).filter(
        ({ platform }) => platform !== undefined,
      );
      if (new Set(platforms.map(({ digest }) => digest)).size < 2) return await forward(request);
      const list = await forward({ ...request, method: 'GET', path: beside(request, 'tags/list') });
      const isTagged = list.status === 200 && !list.body.includes('"tags":[]');
      return isTagged ? await forward(request) : refused(404, 'MANIFEST_UNKNOWN');
    }),
  },
  'manifest-put-without-location': {
    title: 'A manifest that was stored is answered without its Location',
    rule: 'manifest.put.location',
    official: 'yes',
    wire: answers('PUT', 'manifest', drop('location')),
  },
  'manifest-put-location-elsewhere': {
    title: 'The Location of a manifest leads to another repository',
    rule: 'manifest.put.pullable',
    shipped: 'gitea and others (F-MAN-36)',
    official: 'partly',
    wire: answers(
      'PUT',
      'manifest',
      when(
        201,
        set('location', ({ headers }) => (headers['location']?.[0] ?? '').replace('/v2/', '/v2/library/')),
      ),
    ),
  },
  'manifest-trimmed': {
    title: 'White space around a manifest is lost',
    rule: 'manifest.put.exact-bytes',
    shipped: 'distribution c88728f21 (F-MAN-02)',
    official: 'partly',
    wire: serving((bytes) => bytes.toString('utf8').trim()),
  },
  'manifest-slashes-unescaped': {
    title: 'Escaped characters of a manifest come back unescaped',
    rule: 'manifest.put.exact-bytes',
    shipped: 'distribution c88728f21, a class of faults (F-MAN-02)',
    official: 'no',
    wire: serving((bytes) => bytes.toString('utf8').replaceAll(String.raw`\/`, '/')),
  },
  'manifest-put-without-digest': {
    title: 'The push of a manifest is answered without its digest',
    rule: 'docker.manifest-put-digest-header',
    shipped: 'ECR containers/image#1010, distribution#3792 and #3848 (F-MAN-03)',
    official: 'yes',
    wire: answers('PUT', 'manifest', drop('docker-content-digest')),
  },
  'manifest-put-wrong-digest': {
    title: 'The push of a manifest is answered with the digest of something else',
    rule: 'manifest.put.digest-header',
    official: 'yes',
    wire: answers('PUT', 'manifest', when(201, set('docker-content-digest', otherDigest))),
  },
  'manifest-put-image-by-digest-refused': {
    title: 'An image, unlike an artifact, cannot be pushed by its digest alone',
    rule: 'manifest.put.by-digest',
    official: 'yes',
    wire: refusing(
      ({ artifactType, config }, { path }) =>
        path.includes(':') &&
        !path.includes('?') &&
        artifactType === undefined &&
        config?.mediaType === mediaTypes.ociConfig,
      refused(400, 'MANIFEST_INVALID'),
    ),
  },
  'manifest-put-parameters-refused': {
    title: 'A Content-Type with parameters is refused with 415',
    rule: 'manifest.put.content-type-parameters',
    shipped: 'a class of faults (F-MAN-13)',
    official: 'no',
    wire: refusing(
      (_, { headers }) => headers['content-type']?.[0]?.includes(';') === true,
      refused(415, 'MANIFEST_INVALID'),
    ),
  },
  'manifest-many-layers-refused': {
    title: 'A manifest of more than a hundred layers is refused',
    rule: 'manifest.put.many-layers',
    shipped: 'a public report',
    official: 'no',
    wire: refusing(({ layers }) => (layers?.length ?? 0) > 100, refused(400, 'MANIFEST_INVALID')),
  },
  'manifest-config-annotations-refused': {
    title: 'A manifest whose config has annotations is refused',
    rule: 'manifest.put.config-annotations',
    shipped: 'a public report',
    official: 'no',
    wire: refusing(
      ({ config }) => config !== undefined && 'annotations' in config,
      refused(400, 'MANIFEST_INVALID'),
    ),
  },
  'manifest-attestation-refused': {
    title: 'An index with an unknown platform is refused',
    rule: 'manifest.put.attestation',
    shipped: 'a public report',
    official: 'no',
    wire: refusing(
      ({ manifests }) => JSON.stringify(manifests ?? []).includes('"unknown"'),
      refused(400, 'MANIFEST_INVALID'),
    ),
  },
  'manifest-attestation-lost': {
    title: 'A child of no platform is not found by its digest',
    rule: 'manifest.put.attestation',
    shipped: 'a public report',
    official: 'no',
    wire: instead('PUT GET', 'manifest', () => {
      const lost = new Set<string>();
      return async (request, forward) => {
        if (request.body.includes('attestation-manifest'))
          for (const { digest } of documentIn(request)?.manifests?.slice(1) ?? []) lost.add(digest);
        const isLost = request.method === 'GET' && lost.has(lastOf(request));
        return isLost ? refused(404, 'MANIFEST_UNKNOWN') : await forward(request);
      };
    }),
  },
  'manifest-retyped': {
    title: 'A manifest is served as the type of its last push',
    rule: 'manifest.put.retyped',
    shipped: 'ggcr 3f4ff3c, ocimem 5eb5795',
    official: 'no',
    wire: instead('PUT GET', 'manifest', () => {
      const types = new Map<string, string>();
      return async (request, forward) => {
        const { method, body: bytes, headers } = request;
        if (method === 'PUT') types.set(digestOf(bytes), headers['content-type']?.[0] ?? '');
        const answer = await forward(request);
        const type = method === 'GET' && answer.status === 200 ? types.get(lastOf(request)) : undefined;
        return type === undefined ? answer : set('content-type', type)(answer, request);
      };
    }),
  },
  'manifest-untagged-octets': {
    title: 'A manifest that lost its tag is served as application/octet-stream',
    rule: 'manifest.get.content-type',
    shipped: 'a public report',
    official: 'no',
    wire: instead('PUT GET', 'manifest', () => {
      const tags = new Map<string, string>();
      const lost = new Set<string>();
      return async (request, forward) => {
        const answer = await forward(request);
        if (request.method === 'PUT' && answer.status === 201) {
          const before = tags.get(request.path);
          const digest = digestOf(request.body);
          if (before !== undefined && before !== digest) lost.add(before);
          tags.set(request.path, digest);
        }
        const isLost = request.method === 'GET' && answer.status === 200 && lost.has(lastOf(request));
        return isLost ? set('content-type', 'application/octet-stream')(answer, request) : answer;
      };
    }),
  },
  'manifest-empty-layers-null': {
    title: 'An empty list of layers comes back as null',
    rule: 'manifest.put.empty-layers',
    official: 'partly',
    wire: serving((bytes) => bytes.toString('utf8').replace(/"layers": ?\[\]/, '"layers":null')),
  },
  'manifest-empty-layers-refused': {
    title: 'An image manifest without layers is refused',
    rule: 'manifest.put.empty-layers-taken',
    official: 'yes',
    wire: refusing(({ layers }) => layers?.length === 0, refused(400, 'MANIFEST_INVALID')),
  },
  'manifest-empty-index-null': {
    title: 'An empty list of manifests comes back as null',
    rule: 'manifest.put.empty-index',
    official: 'partly',
    wire: serving((bytes) => bytes.toString('utf8').replace(/"manifests": ?\[\]/, '"manifests":null')),
  },
  'manifest-empty-index-refused': {
    title: 'An index without manifests is refused',
    rule: 'manifest.put.empty-index-taken',
    official: 'yes',
    wire: refusing(({ manifests }) => manifests?.length === 0, refused(400, 'MANIFEST_INVALID')),
  },
  'manifest-any-digest': {
    title: 'A manifest pushed under a digest that is not its own is stored under its own',
    rule: 'manifest.put.digest-mismatch',
    shipped: 'ggcr, distribution before 9e618c90c (F-MAN-01)',
    official: 'no',
    wire: requests('PUT', 'manifest-by-digest', (request) => ({
      ...request,
      path: request.path.replace(/sha256:[0-9a-f]{64}/, digestOf(request.body)),
    })),
  },
  'manifest-any-digest-conflict': {
    title: 'A manifest pushed under a digest that is not its own is refused with 409',
    rule: 'manifest.put.digest-mismatch-status',
    official: 'no',
    wire: refusedAs('PUT', 'manifest-by-digest', 'DIGEST_INVALID', status(409)),
  },
  'manifest-any-digest-unsupported': {
    title: 'A manifest pushed under a digest that is not its own is refused as UNSUPPORTED',
    rule: 'manifest.put.digest-mismatch-code',
    official: 'no',
    wire: refusedAs('PUT', 'manifest-by-digest', 'DIGEST_INVALID', recoded('UNSUPPORTED')),
  },
  'manifest-invalid-unprocessable': {
    title: 'An invalid manifest is refused with 422',
    rule: 'manifest.put.invalid',
    official: 'no',
    wire: refusedAs('PUT', 'manifest-by-tag', 'MANIFEST_INVALID', when(400, status(422))),
  },
  'manifest-invalid-unsupported': {
    title: 'An invalid manifest is refused as UNSUPPORTED',
    rule: 'manifest.put.invalid-code',
    official: 'no',
    wire: refusedAs('PUT', 'manifest-by-tag', 'MANIFEST_INVALID', when(400, recoded('UNSUPPORTED'))),
  },
  'manifest-not-json-stored': {
    title: 'A manifest that is not JSON is stored',
    rule: 'manifest.put.not-json',
    official: 'no',
    wire: instead(
      'PUT',
      'manifest',
      () => async (request, forward) =>
        request.body.length > 0 && documentIn(request) === undefined
          ? empty(201, { location: request.path })
          : await forward(request),
    ),
  },
  'manifest-empty-stored': {
    title: 'A manifest of no bytes is stored',
    rule: 'manifest.put.empty-body',
    official: 'no',
    wire: instead(
      'PUT',
      'manifest',
      () => async (request, forward) =>
        request.body.length === 0 ? empty(201, { location: request.path }) : await forward(request),
    ),
  },
  'manifest-type-of-document': {
    title: 'A manifest is taken for what its mediaType says, whatever its Content-Type',
    rule: 'manifest.put.media-type-mismatch',
    shipped: 'CVE-2021-41190 (F-MAN-14)',
    official: 'no',
    wire: requests('PUT', 'manifest', (request) => {
      const { mediaType } = documentIn(request) ?? {};
      return mediaType === undefined
        ? request
        : { ...request, headers: { ...request.headers, 'content-type': [mediaType] } };
    }),
  },
  'manifest-type-confusion': {
    title: 'A document with layers and manifests is stored',
    rule: 'manifest.put.type-confusion',
    shipped: 'many, CVE-2021-41190 (F-MAN-14, F-SEC-18)',
    official: 'no',
    wire: storing(({ layers, manifests }) => layers !== undefined && manifests !== undefined),
  },
  'manifest-untyped-lost': {
    title: 'A manifest without a Content-Type is accepted and not found',
    rule: 'manifest.put.no-content-type',
    official: 'no',
    wire: storing((_, { headers }) => headers['content-type'] === undefined),
  },
  'manifest-foreign-crashes': {
    title: 'A manifest of a foreign media type is answered with 500',
    rule: 'manifest.put.unknown-type',
    official: 'no',
    wire: answers('PUT', 'manifest', asked(isForeign, status(500))),
  },
  'manifest-size-unchecked': {
    title: 'A manifest may state any size for a blob',
    rule: 'manifest.put.wrong-size',
    shipped: 'quay PROJQUAY-8560 (F-MAN-23)',
    official: 'no',
    wire: correcting((size) => size >= 0),
  },
  'manifest-negative-size': {
    title: 'A manifest may state a negative size',
    rule: 'manifest.put.negative-size',
    shipped: 'quay PROJQUAY-8560 (F-MAN-23)',
    official: 'no',
    wire: correcting((size) => size < 0),
  },
  'manifest-malformed-descriptor': {
    title: 'A manifest with a malformed digest in a descriptor is stored',
    rule: 'manifest.put.malformed-descriptor',
    official: 'no',
    wire: storing(({ config, layers }) =>
      [config, ...(Array.isArray(layers) ? layers : [])].some(
        (one) => typeof one === 'object' && !/^sha(256|512):[0-9a-f]{64,128}$/.test(one.digest),
      ),
    ),
  },
  'manifest-unknown-fields-refused': {
    title: 'A manifest with fields that no specification names is refused',
    rule: 'manifest.put.unknown-fields',
    official: 'no',
    wire: refusing(
      (document) => Object.keys(document).some((field) => !knownFields.includes(field)),
      refused(400, 'MANIFEST_INVALID'),
    ),
  },
  'manifest-data-refused': {
    title: 'A manifest whose descriptors embed their data is refused',
    rule: 'manifest.put.data-field',
    official: 'yes',
    wire: refusing(
      ({ config, layers = [] }) => [config, ...layers].some((one) => one?.data !== undefined),
      refused(400, 'MANIFEST_INVALID'),
    ),
  },
  'manifest-foreign-layer-required': {
    title: 'Non-distributable layers must have been pushed',
    rule: 'manifest.put.foreign-layer',
    shipped: 'zot 86ecbd39 (#1394) (F-MAN-21)',
    official: 'yes',
    wire: refusing(
      ({ layers = [] }) => layers.some(({ urls }) => urls !== undefined),
      refused(404, 'MANIFEST_BLOB_UNKNOWN'),
    ),
  },
  'manifest-shared-layer-refused': {
    title: 'A manifest that names a layer twice is refused',
    rule: 'manifest.put.shared-layer',
    official: 'no',
    wire: refusing(
      ({ layers = [] }) => new Set(layers.map(({ digest }) => digest)).size < layers.length,
      refused(400, 'MANIFEST_INVALID'),
    ),
  },
  'manifest-latin-1': {
    title: 'Text beyond ASCII comes back in another encoding',
    rule: 'manifest.put.unicode',
    official: 'no',
    wire: serving((bytes) => Buffer.from(bytes.toString('latin1'), 'utf8')),
  },
  'manifest-uncompressed-refused': {
    title: 'An image whose layers are plain tar is refused',
    rule: 'manifest.put.uncompressed',
    shipped: 'Quay, of schema2: its layer types are a list',
    official: 'no',
    wire: refusing(
      ({ layers }) => Array.isArray(layers) && layers.some(({ mediaType }) => /[.]tar$/.test(mediaType)),
      refused(400, 'MANIFEST_INVALID'),
    ),
  },
  'manifest-history-required': {
    title: 'An image whose config has no history is refused',
    rule: 'manifest.put.no-history',
    shipped: 'Quay',
    official: 'no',
    wire: instead('PUT', 'manifest', () => async (request, forward) => {
      const digest = documentIn(request)?.config?.digest;
      if (digest === undefined) return await forward(request);
      const place = request.path.replace(/manifests\/.*/, `blobs/${digest}`);
      const config = await forward(aside(request, 'GET', place));
      const isImage = config.body.includes('"rootfs"') && !config.body.includes('"history"');
      return isImage ? refused(400, 'MANIFEST_INVALID') : await forward(request);
    }),
  },
  'manifest-config-types-listed': {
    title: 'A config of a media type that the registry does not know is refused',
    rule: 'manifest.put.artifact',
    official: 'partly',
    wire: refusing(
      ({ config }) => String(config?.mediaType).startsWith('application/vnd.cncf.'),
      refused(400, 'MANIFEST_INVALID'),
    ),
  },
  'manifest-nested-index-crashes': {
    title: 'An index of indexes is answered with 500',
    rule: 'manifest.put.nested-index',
    shipped: 'quay PROJQUAY-8272 (F-MAN-18)',
    official: 'yes',
    wire: refusing(
      ({ manifests }) =>
        Array.isArray(manifests) && manifests.some(({ mediaType }) => mediaType === mediaTypes.ociIndex),
      refused(500, 'UNKNOWN'),
    ),
  },
  'manifest-duplicate-child-unknown': {
    title: 'An index that names a manifest twice is answered with 404',
    rule: 'manifest.put.duplicate-child',
    shipped: 'harbor, distribution#4005 (F-MAN-19)',
    official: 'no',
    wire: refusing(
      ({ manifests }) =>
        Array.isArray(manifests) && new Set(manifests.map(({ digest }) => digest)).size < manifests.length,
      refused(404, 'MANIFEST_UNKNOWN'),
    ),
  },
  'manifest-sha512-not-found': {
    title: 'A manifest pushed by its sha512 digest is not found by it',
    rule: 'manifest.put.sha512',
    official: 'yes',
    wire: instead(
      'GET',
      'manifest-by-digest',
      () => async (request, forward) =>
        isSha512(request) ? refused(404, 'MANIFEST_UNKNOWN') : await forward(request),
    ),
  },
  'manifest-index-unmeasured': {
    title: 'HEAD leaves out the size of an index',
    rule: 'manifest.head.length',
    official: 'yes',
    wire: answers('HEAD', 'manifest-by-tag', (answer, request) =>
      answer.headers['content-type']?.[0] === mediaTypes.ociIndex
        ? drop('content-length')(answer, request)
        : answer,
    ),
  },
  'manifest-sha512-not-found-by-head': {
    title: 'HEAD does not find a manifest that was pushed by its sha512 digest',
    rule: 'manifest.sha512-head',
    official: 'yes',
    wire: answers(
      'HEAD',
      'manifest-by-digest',
      asked(isSha512, () => refused(404, 'MANIFEST_UNKNOWN')),
    ),
  },
  'manifest-sha512-delete-refused': {
    title: 'A manifest cannot be deleted by its sha512 digest',
    rule: 'manifest.sha512-delete',
    official: 'yes',
    wire: answers(
      'DELETE',
      'manifest-by-digest',
      asked(isSha512, () => refused(400, 'DIGEST_INVALID')),
    ),
  },
  'manifest-tag-stays': {
    title: 'A tag that is pushed again stays where it was',
    rule: 'manifest.put.tag-moved',
    official: 'partly',
    also: { rules: ['fresh.manifest', 'parallel.tag'], because: 'they move a tag as well' },
    wire: instead('PUT', 'manifest-by-tag', () => async (request, forward) => {
      const { digest, type } = await tagIn(request, forward);
      const isMoved = digest !== '' && type === request.headers['content-type']?.[0];
      return await forward(
        isMoved ? { ...request, path: beside(request, `manifests/${digestOf(request.body)}`) } : request,
      );
    }),
  },
  'manifest-old-digest-lost': {
    title: 'A manifest that loses its tag is deleted',
    rule: 'manifest.put.old-digest',
    official: 'no',
    wire: instead('PUT', 'manifest-by-tag', () => async (request, forward) => {
      const { digest } = await tagIn(request, forward);
      const answer = await forward(request);
      if (answer.status === 201 && digest !== '' && digest !== digestOf(request.body)) {
        await forward(aside(request, 'DELETE', beside(request, `manifests/${digest}`)));
      }
      return answer;
    }),
  },
  'manifest-second-tag-conflict': {
    title: 'A second tag for a manifest is refused with 409',
    rule: 'manifest.put.second-tag',
    official: 'partly',
    wire: instead('PUT', 'manifest-by-tag', () => {
      const tagged = new Map<string, string>();
      return async (request, forward) => {
        const digest = beside(request, digestOf(request.body));
        const first = tagged.get(digest);
        if (first !== undefined && first !== request.path) return refused(409, 'DENIED');
        tagged.set(digest, request.path);
        return await forward(request);
      };
    }),
  },
  'manifest-tag-type-fixed': {
    title: 'A tag cannot move to a manifest of another media type',
    rule: 'manifest.put.tag-type',
    shipped: 'zot c87f489a (#3005) (F-MAN-31)',
    official: 'no',
    wire: instead('PUT', 'manifest-by-tag', () => async (request, forward) => {
      const { type } = await tagIn(request, forward);
      const isOther = type !== '' && documentIn(request) && type !== request.headers['content-type']?.[0];
      return isOther ? refused(400, 'MANIFEST_INVALID') : await forward(request);
    }),
  },
  'manifest-repush-crashes': {
    title: 'A manifest that is pushed again under its tag is answered with 500',
    rule: 'repeated.manifest-push',
    shipped: 'gitea#31964 (F-MAN-33)',
    official: 'no',
    wire: instead('PUT', 'manifest-by-tag', () => async (request, forward) => {
      const { digest } = await tagIn(request, forward);
      return digest === digestOf(request.body) ? refused(500, 'UNKNOWN') : await forward(request);
    }),
  },
  'manifest-missing-blob-code': {
    title: 'The refusal of a manifest with an unknown blob has the code BLOB_UNKNOWN',
    rule: 'manifest.missing-blob.code',
    official: 'partly',
    wire: pushed('layers', failing('MANIFEST_BLOB_UNKNOWN', recoded('BLOB_UNKNOWN'))),
  },
  'manifest-missing-blob-unprocessable': {
    title: 'A manifest with an unknown blob is refused with 422',
    rule: 'manifest.missing-blob.status',
    official: 'no',
    wire: pushed('layers', failing('MANIFEST_BLOB_UNKNOWN', status(422))),
  },
  'manifest-missing-blob-first': {
    title: 'The refusal of a manifest names the first unknown blob alone',
    rule: 'manifest.missing-blob.count',
    official: 'no',
    wire: pushed(
      'layers',
      failing(
        'MANIFEST_BLOB_UNKNOWN',
        json(({ errors }: { errors: unknown[] }) => ({ errors: errors.slice(0, 1) })),
      ),
    ),
  },
  'manifest-blob-of-all-repositories': {
    title: 'A manifest may name blobs that only another repository holds',
    rule: 'manifest.missing-blob.other-repository',
    official: 'no',
    also: { rules: ['isolation.blob.manifest'], because: 'repositories are not kept apart' },
    wire: instead('PUT', 'any', () => {
      const pushes = new Set<string>();
      return async (request, forward) => {
        const answer = await forward(request);
        const digest = new URLSearchParams(request.path.split('?')[1]).get('digest');
        if (digest !== null && answer.status === 201) pushes.add(digest);
        const missing = documentIn(request)?.layers?.map((one) => one.digest) ?? [];
        const isMissing = answer.body.includes('MANIFEST_BLOB_UNKNOWN') && missing.length > 0;
        return isMissing && missing.every((one) => pushes.has(one))
          ? empty(201, { location: request.path })
          : answer;
      };
    }),
  },
  'manifest-sparse-lost': {
    title: 'A manifest with unknown blobs is accepted and not found',
    rule: 'manifest.missing-blob.accepted',
    official: 'no',
    wire: storing((_, { headers }) => headers['dockside-policy']?.[0] === 'sparse'),
  },
  'manifest-missing-child-code': {
    title: 'The refusal of an index with an unknown manifest has the code MANIFEST_UNKNOWN',
    rule: 'manifest.missing-child.code',
    official: 'partly',
    wire: pushed('manifests', failing('MANIFEST_BLOB_UNKNOWN', recoded('MANIFEST_UNKNOWN'))),
  },
  'manifest-missing-subject-refused': {
    title: 'A manifest whose subject does not exist is refused',
    rule: 'manifest.missing-subject',
    shipped: 'serverless-registry (F-REF-09)',
    official: 'yes',
    wire: instead(
      'PUT',
      'manifest',
      () => async (request, forward) =>
        (await lacksSubject(request, forward))
          ? refused(400, 'MANIFEST_BLOB_UNKNOWN')
          : await forward(request),
    ),
  },
  'manifest-without-subject-header': {
    title: 'The push of an image manifest with a subject is answered without OCI-Subject',
    rule: 'manifest.subject-header',
    shipped: 'GAR, notation#1222 (F-REF-08)',
    official: 'yes',
    wire: pushed('layers', drop('oci-subject')),
  },
  'manifest-absent-subject-unsaid': {
    title: 'The push of an image manifest whose subject is not there is answered without OCI-Subject',
    rule: 'manifest.subject-header',
    official: 'yes',
    wire: instead('PUT', 'manifest', () => async (request, forward) => {
      const isUnsaid = await lacksSubject(request, forward);
      const answer = await forward(request);
      return isUnsaid ? drop('oci-subject')(answer, request) : answer;
    }),
  },
  'manifest-index-without-subject-header': {
    title: 'The push of an index with a subject is answered without OCI-Subject',
    rule: 'manifest.subject-header-index',
    shipped: 'quay PROJQUAY-6673, a class of faults (F-REF-21)',
    official: 'yes',
    wire: pushed('manifests', drop('oci-subject')),
  },
  'manifest-subject-of-its-own': {
    title: 'Every push is answered with OCI-Subject',
    rule: 'manifest.subject-header-absent',
    official: 'no',
    wire: answers('PUT', 'manifest', (answer, request) =>
      answer.status === 201 && answer.headers['oci-subject'] === undefined
        ? set('oci-subject', otherDigest)(answer, request)
        : answer,
    ),
  },
  'manifest-limitless': {
    title: 'Manifests of any size are accepted',
    rule: 'manifest.limit.enforced',
    official: 'no',
    wire: answers(
      'PUT',
      'manifest',
      asked(
        // The probe for a limit is smaller, and must find one.
        ({ body: { length } }) => length > 10 * 1024 * 1024,
        (_, { path }) => empty(201, { location: path }),
      ),
    ),
  },
  'manifest-too-large-invalid': {
    title: 'A manifest of 16 MiB is refused with 400',
    rule: 'manifest.limit.status',
    official: 'no',
    wire: answers('PUT', 'manifest', (answer, request) =>
      request.body.length > 10 * 1024 * 1024 ? when(413, status(400))(answer, request) : answer,
    ),
  },
  'manifest-too-large-denied': {
    title: 'A manifest beyond the limit is refused as DENIED',
    rule: 'manifest.limit.code',
    official: 'no',
    wire: answers('PUT', 'manifest', when(413, recoded('DENIED'))),
  },
  'manifest-limit-low': {
    title: 'A manifest of 4 megabytes is too large',
    rule: 'manifest.limit.four-megabytes',
    official: 'no',
    wire: refusing((_, { body: { length } }) => length >= 3_500_000, refused(413, 'MANIFEST_INVALID')),
  },
  'tag-param-last-untold': {
    title: 'OCI-Tag names all tags of several but the last',
    rule: 'tag-param.header',
    shipped: 'seen by the tests of zot and olareg (F-MAN-37)',
    official: 'no',
    wire: answers('PUT', 'manifest-by-digest', (answer, request) => {
      const told = (answer.headers['oci-tag'] ?? []).join(',').split(/, */);
      return told.length === 3 ? set('oci-tag', told.slice(0, -1).join(', '))(answer, request) : answer;
    }),
  },
  'tag-param-never-made': {
    title: 'Tags of up to two tag parameters are named in OCI-Tag and not made',
    rule: 'tag-param.pullable',
    official: 'no',
    wire: instead('PUT', 'manifest-by-digest', () => async (request, forward) => {
      const tags = tagsAsked(request);
      const answer = await forward(request);
      if (answer.status !== 201 || tags.length > 2 || isSha512(request)) return answer;
      for (const tag of tags) {
        await forward(aside(request, 'DELETE', beside(request, `manifests/${tag}`)));
      }
      return answer;
    }),
  },
  'tag-param-sha512-ignored': {
    title: 'The tag parameters of a push by sha512 digest are ignored',
    rule: 'tag-param.sha512',
    official: 'no',
    wire: requests('PUT', 'manifest-by-digest', (request) =>
      isSha512(request) ? withTags(request, []) : request,
    ),
  },
  'tag-param-five': {
    title: 'More than five tag parameters are too many',
    rule: 'tag-param.ten',
    official: 'no',
    wire: instead(
      'PUT',
      'manifest-by-digest',
      () => async (request, forward) =>
        tagsAsked(request).length > 5 ? refused(414, 'UNSUPPORTED') : await forward(request),
    ),
  },
  'tag-param-many-crash': {
    title: 'Too many tag parameters are answered with 500',
    rule: 'tag-param.too-many',
    official: 'no',
    wire: answers('PUT', 'manifest-by-digest', when(414, status(500))),
  },
  'tag-param-invalid-ignored': {
    title: 'A tag parameter outside the grammar is passed over',
    rule: 'tag-param.invalid',
    official: 'no',
    wire: requests('PUT', 'manifest-by-digest', (request) =>
      withTags(request, tagsAsked(request).filter(isValidTag)),
    ),
  },
  'tag-param-partly': {
    title: 'A request with one bad tag parameter is refused, and makes its other tags',
    rule: 'tag-param.atomic',
    shipped: 'seen by the tests of zot and olareg (F-MAN-37)',
    official: 'no',
    wire: instead('PUT', 'manifest-by-digest', () => async (request, forward) => {
      const answer = await forward(request);
      const good = tagsAsked(request).filter(isValidTag);
      if (answer.status === 400 && good.length > 0) await forward(withTags(request, good));
      return answer;
    }),
  },
  'tag-param-twice': {
    title: 'A tag that is given twice is named twice',
    rule: 'tag-param.duplicate',
    official: 'no',
    wire: answers('PUT', 'manifest-by-digest', (answer, request) => {
      const tags = tagsAsked(request);
      return answer.status === 201 && tags.length === 2
        ? set('oci-tag', tags.join(', '))(answer, request)
        : answer;
    }),
  },
  'manifest-head-stale': {
    title: 'HEAD on a tag that was asked for before is answered as it was then',
    rule: 'fresh.manifest',
    official: 'no',
    wire: instead('HEAD DELETE', 'manifest-by-tag', () => {
      const kept = new Map<string, WireAnswer>();
      return async (request, forward) => {
        const key = `${request.path} ${request.headers['accept']?.join()}`;
        if (request.method === 'DELETE') kept.clear();
        const found = kept.get(key);
        if (found !== undefined) return found;
        const answer = await forward(request);
        if (request.method === 'HEAD' && answer.status === 200) kept.set(key, answer);
        return answer;
      };
    }),
  },
} as const satisfies Faults;
