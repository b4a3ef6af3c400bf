import { digestOf } from '../../lib/content/digest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { verifySchema1 } from '../../lib/content/schema1.ts';
import { documentIn, refusing, storing, storingRefused, type Document, type Signature } from './documents.ts';
import { manifestAccept } from '../../lib/registry/repository.ts';
import type { Faults } from './fault.ts';
import {
  answers,
  aside,
  body,
  drop,
  empty,
  instead,
  refused,
  requests,
  set,
  status,
  when,
  type Wire,
  type WireAnswer,
  type WireRequest,
} from './wire.ts';

const invalid = refused(400, 'MANIFEST_INVALID');
const unknown = refused(404, 'MANIFEST_UNKNOWN');
const otherDigest = `sha256:${'0'.repeat(64)}`;

function acceptOf({ headers }: WireRequest): string | undefined {
  return headers['accept']?.join(', ');
}

/** A client with such an Accept is told that there is no such manifest. */
function deaf(isDeafTo: (accept: string | undefined, request: WireRequest) => boolean): Wire {
  return instead(
    'GET HEAD',
    'manifest',
    () => async (request, forward) =>
      isDeafTo(acceptOf(request), request) ? unknown : await forward(request),
  );
}

/** Another body for manifests of a media type. */
function serving(mediaType: string, change: (text: string) => string): Wire {
  return answers('GET', 'manifest-by-tag', (answer, request) =>
    answer.headers['content-type']?.[0] === mediaType
      ? body((bytes) => change(bytes.toString('utf8')))(answer, request)
      : answer,
  );
}

/** Alters manifests that were turned into schema1. */
function turned(change: (answer: WireAnswer, request: WireRequest) => WireAnswer): Wire {
  return answers('GET', 'manifest-by-tag', (answer, request) =>
    request.headers['dockside-policy']?.[0] === 'convert' &&
    answer.headers['content-type']?.[0]?.includes('.v1+')
      ? change(answer, request)
      : answer,
  );
}

function isSchema1({ fsLayers }: Document): boolean {
  return fsLayers !== undefined;
}

/** Whether the document would be right with other signature blocks, or less of them. */
function verifiesWith(request: WireRequest, change: (block: Signature) => Signature): boolean {
  const text = request.body.toString('utf8');
  const start = text.indexOf('"signatures":');
  try {
    const { signatures = [] } = documentIn(request) ?? {};
    const blocks = JSON.stringify(signatures.map(change));
    verifySchema1(Buffer.from(`${text.slice(0, start)}"signatures": ${blocks}\n}`));
    return true;
  } catch {
    return false;
  }
}

function isWhole(block: Signature | string): block is Signature {
  return (
    typeof block === 'object' &&
    typeof block.signature === 'string' &&
    Buffer.from(block.signature, 'base64url').length >= 64
  );
}

/** The end of the payload, as the protected header of a signature states it. */
function formatOf({ protected: header }: Signature): { formatLength: number; formatTail: string } {
  return JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as ReturnType<typeof formatOf>;
}

function endsAsStated(request: WireRequest, block: Signature): boolean {
  const { formatLength, formatTail } = formatOf(block);
  const rest = request.body.toString('utf8').slice(formatLength);
  return rest.trimStart().startsWith(',') && Buffer.from(formatTail, 'base64url').toString('utf8') === '\n}';
}

export const dockerFaults = {
  'docker-version-untold': {
    title: 'An answer on /v2/ does not name the version of the API',
    rule: 'docker.version-header',
    official: 'no',
    wire: answers('GET', 'ping', when(200, drop('docker-distribution-api-version'))),
  },
  'docker-version-untold-401': {
    title: 'A 401 on /v2/ does not name the version of the API',
    rule: 'docker.version-header-401',
    shipped: 'met by old docker clients and jib (F-ERR-11)',
    official: 'no',
    auth: 'bearer',
    wire: answers('GET', 'ping', when(401, drop('docker-distribution-api-version'))),
  },
  'docker-ping-html': {
    title: 'The body of /v2/ is HTML',
    rule: 'docker.ping-body',
    official: 'no',
    wire: answers(
      'GET',
      'ping',
      when(
        200,
        body(() => '<html></html>'),
      ),
    ),
  },
  'docker-upload-unnamed': {
    title: 'A new upload has no Docker-Upload-UUID',
    rule: 'docker.upload-uuid',
    official: 'no',
    wire: answers('POST', 'uploads', drop('docker-upload-uuid')),
  },
  'docker-upload-renamed': {
    title: 'Docker-Upload-UUID is another with each answer',
    rule: 'docker.upload-uuid-stable',
    official: 'no',
    wire: instead('POST PATCH GET', 'any', () => {
      let count = 0;
      return async (request, forward) => {
        const answer = await forward(request);
        count += 1;
        return answer.headers['docker-upload-uuid'] === undefined
          ? answer
          : set('docker-upload-uuid', `upload-${count}`)(answer, request);
      };
    }),
  },
  'docker-upload-range-bytes': {
    title: 'A new upload states the Range bytes=0--1',
    rule: 'docker.upload-range',
    shipped: 'quay, by its own tests',
    official: 'no',
    wire: answers('POST', 'uploads', when(202, set('range', 'bytes=0--1'))),
  },
  'docker-upload-body': {
    title: 'A new upload is answered with a body',
    rule: 'docker.upload-length',
    official: 'no',
    wire: answers(
      'POST',
      'uploads',
      when(
        202,
        body(() => 'true'),
      ),
    ),
  },
  'docker-blob-unnamed': {
    title: 'A completed upload is answered without the digest of the blob',
    rule: 'docker.blob-put-digest-header',
    official: 'no',
    wire: answers('PUT', 'upload', drop('docker-content-digest')),
  },
  'docker-chunked-blob-unnamed': {
    title: 'The close of a chunked upload is answered without the digest of the blob',
    rule: 'docker.blob-put-digest-header',
    official: 'no',
    wire: answers('PUT', 'upload', (answer, request) =>
      request.body.length === 0 ? drop('docker-content-digest')(answer, request) : answer,
    ),
  },
  'docker-blob-body': {
    title: 'A completed upload is answered with a body',
    rule: 'docker.blob-put-empty',
    official: 'no',
    wire: answers(
      'PUT',
      'upload',
      when(
        201,
        body(() => 'OK'),
      ),
    ),
  },
  'docker-delete-body': {
    title: 'The deletion of a manifest is answered with a body',
    rule: 'docker.delete-length',
    official: 'no',
    wire: answers(
      'DELETE',
      'manifest',
      when(
        202,
        body(() => 'OK'),
      ),
    ),
  },
  'docker-manifest-body': {
    title: 'The push of a manifest is answered with the body OK',
    rule: 'docker.manifest-put-empty',
    shipped: 'quay',
    official: 'no',
    wire: answers(
      'PUT',
      'manifest',
      when(
        201,
        body(() => 'OK'),
      ),
    ),
  },

  'schema2-rewritten': {
    title: 'A schema2 image manifest is written anew when it is pulled',
    rule: 'schema2.accepted',
    shipped: 'distribution c88728f21 (F-MAN-02)',
    official: 'no',
    also: {
      rules: ['accept.exact', 'manifest.get.digest-match', 'manifest.put.exact-bytes'],
      because: 'they compare the same bytes',
    },
    wire: serving(mediaTypes.schema2, (text) => JSON.stringify(JSON.parse(text), null, 4)),
  },
  'schema2-untyped-stored': {
    title: 'A schema2 image manifest without mediaType is stored',
    rule: 'schema2.media-type',
    official: 'no',
    wire: storing(
      ({ mediaType }, { headers }) =>
        mediaType === undefined && headers['content-type']?.[0] === mediaTypes.schema2,
    ),
  },
  'schema2-config-unchecked': {
    title: 'A schema2 image manifest is stored without its config',
    rule: 'schema2.config-unknown',
    official: 'no',
    wire: instead('PUT', 'manifest', () => async (request, forward) => {
      const answer = await forward(request);
      const { config } = documentIn(request) ?? {};
      const isMissing = config !== undefined && answer.body.includes(config.digest);
      return isMissing ? empty(201, { location: request.path }) : answer;
    }),
  },
  'schema2-foreign-layer-required': {
    title: 'Foreign layers must have been pushed',
    rule: 'schema2.foreign-layer',
    shipped: 'zot 86ecbd39 (#1394) (F-MAN-21)',
    official: 'no',
    wire: refusing(({ layers = [] }) => layers.some(({ urls }) => urls !== undefined), invalid),
  },
  'schema2-empty-layer-refused': {
    title: 'A schema2 image manifest with the empty layer is refused',
    rule: 'schema2.empty-layer',
    official: 'no',
    wire: refusing(
      ({ layers = [] }) => layers.some(({ digest }) => digest.startsWith('sha256:a3ed95caeb02')),
      invalid,
    ),
  },
  'schema2-no-layers-lost': {
    title: 'A schema2 image manifest without layers is accepted and not found',
    rule: 'schema2.no-layers',
    official: 'no',
    wire: storing(({ layers }) => layers?.length === 0),
  },
  'schema2-no-layers-refused': {
    title: 'A schema2 image manifest without layers is refused',
    rule: 'schema2.no-layers-taken',
    official: 'no',
    wire: refusing(({ layers }) => layers?.length === 0, invalid),
  },
  'schema2-config-null-crashes': {
    title: 'A config whose labels are null is answered with 500',
    rule: 'schema2.config-null',
    official: 'no',
    wire: instead('PUT', 'manifest', () => async (request, forward) => {
      const { config } = documentIn(request) ?? {};
      const path = request.path.replace(/\/manifests\/.*/, `/blobs/${config?.digest}`);
      const { body: bytes } = await forward(aside(request, 'GET', path));
      return bytes.includes('"Labels":null') ? refused(500, 'UNKNOWN') : await forward(request);
    }),
  },
  'list-rewritten': {
    title: 'A manifest list is written anew when it is pulled',
    rule: 'list.accepted',
    official: 'no',
    also: { rules: ['manifest.put.tag-type'], because: 'it compares the same bytes' },
    wire: serving(mediaTypes.list, (text) => JSON.stringify(JSON.parse(text), null, 4)),
  },
  'list-children-hidden': {
    title: 'The manifests of a manifest list are reached through it alone',
    rule: 'list.children',
    official: 'no',
    wire: instead('PUT GET', 'manifest', () => {
      const hidden = new Set<string>();
      return async (request, forward) => {
        for (const { digest } of documentIn(request)?.manifests ?? []) hidden.add(digest);
        const isHidden = request.method === 'GET' && hidden.has(request.path.split('/').at(-1) ?? '');
        return isHidden ? unknown : await forward(request);
      };
    }),
  },
  'list-children-unchecked': {
    title: 'A manifest list with an unknown manifest is stored',
    rule: 'list.missing-child',
    official: 'no',
    wire: storingRefused('MANIFEST_BLOB_UNKNOWN', ({ manifests }) => manifests !== undefined),
  },
  'list-empty-lost': {
    title: 'A manifest list without manifests is accepted and not found',
    rule: 'list.empty',
    official: 'no',
    wire: storing(({ manifests }) => manifests?.length === 0),
  },
  'list-mixed-crashes': {
    title: 'A manifest list of schema2 and OCI manifests is answered with 500',
    rule: 'list.mixed-children',
    official: 'no',
    wire: failingAtListsOf(mediaTypes.ociManifest),
  },
  'list-of-another-platform-crashes': {
    title: 'A manifest list that holds a schema1 image is answered with 500',
    rule: 'list.other-platform',
    official: 'no',
    wire: failingAtListsOf(mediaTypes.schema1Signed),
  },

  'schema1-payload-changed': {
    title: 'What a schema1 manifest signs comes back changed',
    rule: 'schema1.accepted',
    official: 'no',
    also: { rules: ['accept.exact'], because: 'it compares the same payload' },
    wire: serving(mediaTypes.schema1Signed, (text) => text.replace('"amd64"', '"arm64"')),
  },
  'schema1-as-unsigned': {
    title: 'A signed schema1 manifest is sent as an unsigned one',
    rule: 'schema1.content-type',
    official: 'no',
    wire: answers('GET', 'manifest', when(200, set('content-type', mediaTypes.schema1))),
  },
  'schema1-json-refused': {
    title: 'A schema1 manifest sent as application/json is refused with 415',
    rule: 'schema1.json-type',
    official: 'no',
    wire: refusing(
      (document, { headers }) => isSchema1(document) && headers['content-type']?.[0] === 'application/json',
      refused(415, 'MANIFEST_INVALID'),
    ),
  },
  'schema1-digest-with-signatures': {
    title: 'The digest of a schema1 manifest is that of all its bytes',
    rule: 'schema1.digest.payload',
    official: 'no',
    also: { rules: ['schema1.digest.resigned'], because: 'other signatures are other bytes' },
    wire: answers(
      'GET',
      'manifest',
      when(
        200,
        set('docker-content-digest', ({ body: bytes }) => digestOf(bytes)),
      ),
    ),
  },
  'schema1-resigned-renamed': {
    title: 'A schema1 manifest that is signed anew has another digest',
    rule: 'schema1.digest.resigned',
    official: 'no',
    wire: instead('PUT GET', 'manifest-by-tag', () => {
      const pushes = new Map<string, number>();
      return async (request, forward) => {
        const count = pushes.get(request.path) ?? 0;
        if (request.method === 'PUT') pushes.set(request.path, count + 1);
        const answer = await forward(request);
        return request.method === 'GET' && count > 1
          ? set('docker-content-digest', digestOf(answer.body))(answer, request)
          : answer;
      };
    }),
  },
  'schema1-not-by-digest': {
    title: 'A schema1 manifest is not found by the digest of its payload',
    rule: 'schema1.by-digest',
    official: 'no',
    wire: instead('GET', 'manifest-by-digest', () => async () => unknown),
  },
  'schema1-signatures-unchecked': {
    title: 'The signatures of a schema1 manifest are not verified',
    rule: 'schema1.signature.checked',
    official: 'no',
    also: { rules: ['schema1.signature.key'], because: 'that takes a verification as well' },
    wire: storingRefused(
      ['MANIFEST_INVALID', 'MANIFEST_UNVERIFIED'],
      ({ signatures }, request) =>
        Array.isArray(signatures) && signatures.every((one) => isWhole(one) && endsAsStated(request, one)),
    ),
  },
  'schema1-garbage-stored': {
    title: 'A signature that is none is passed over',
    rule: 'schema1.signature.garbage',
    official: 'no',
    wire: storingRefused(
      'MANIFEST_INVALID',
      ({ signatures }) => Array.isArray(signatures) && signatures.some((one) => !isWhole(one)),
    ),
  },
  'schema1-any-known-key': {
    title: 'A signature by any key that the registry met is good, whichever key it states',
    rule: 'schema1.signature.key',
    official: 'no',
    wire: instead('PUT', 'manifest', () => {
      const met: Signature['header'][] = [];
      return async (request, forward) => {
        const answer = await forward(request);
        if (answer.status === 201) {
          met.push(...(documentIn(request)?.signatures ?? []).map(({ header }) => header));
          return answer;
        }
        const isByMet = met.some((header) => verifiesWith(request, (block) => ({ ...block, header })));
        return isByMet ? empty(201, { location: request.path }) : answer;
      };
    }),
  },
  'schema1-format-unchecked': {
    title: 'The protected header of a signature is not held against the payload',
    rule: 'schema1.signature.format-tail',
    official: 'no',
    wire: storingRefused(
      'MANIFEST_INVALID',
      ({ signatures }, request) =>
        Array.isArray(signatures) &&
        signatures.every(isWhole) &&
        signatures.some((one) => !endsAsStated(request, one)),
    ),
  },
  'schema1-elliptic-refused': {
    title: 'Signatures by elliptic curves are refused',
    rule: 'schema1.signature.elliptic',
    official: 'no',
    wire: refusing(({ signatures }) => signatures?.[0]?.header?.jwk.kty === 'EC', invalid),
  },
  'schema1-several-refused': {
    title: 'A schema1 manifest with several signatures is refused',
    rule: 'schema1.signature.several',
    official: 'no',
    wire: refusing(({ signatures }) => Array.isArray(signatures) && signatures.length > 1, invalid),
  },
  'schema1-unsigned-lost': {
    title: 'A schema1 manifest without signatures is accepted and not found',
    rule: 'schema1.unsigned',
    official: 'no',
    wire: storing((document) => isSchema1(document) && document.signatures === undefined),
  },
  'schema1-any-tag': {
    title: 'A schema1 manifest can be pushed to any tag',
    rule: 'schema1.tag',
    official: 'no',
    wire: storing(
      (document, { path }) =>
        isSchema1(document) && !path.includes(':') && !path.endsWith(`/${document.tag}`),
    ),
  },
  'schema1-any-name': {
    title: 'A schema1 manifest can be pushed to any repository',
    rule: 'schema1.name',
    official: 'no',
    wire: storing(
      (document, { path }) => isSchema1(document) && !path.startsWith(`/v2/${document.name}/manifests/`),
    ),
  },
  'schema1-history-short': {
    title: 'A schema1 manifest may have fewer history entries than layers',
    rule: 'schema1.history-length',
    official: 'no',
    wire: storing(({ fsLayers, history }) => (history?.length ?? 0) < (fsLayers?.length ?? 0)),
  },
  'schema1-no-layers-stored': {
    title: 'A schema1 manifest without layers is stored',
    rule: 'schema1.no-layers',
    official: 'no',
    wire: storing(({ fsLayers }) => fsLayers?.length === 0),
  },
  'schema1-blobs-unchecked': {
    title: 'A schema1 manifest with an unknown layer is stored',
    rule: 'schema1.missing-blob',
    official: 'no',
    wire: storingRefused('MANIFEST_BLOB_UNKNOWN', isSchema1),
  },
  'schema1-ascii-alone': {
    title: 'A schema1 manifest with text beyond ASCII is refused',
    rule: 'schema1.unicode',
    official: 'no',
    wire: refusing(
      (document, { body: bytes }) => isSchema1(document) && bytes.some((byte) => byte > 127),
      invalid,
    ),
  },
  'schema1-letters-lost': {
    title: 'Letters beyond ASCII of a schema1 manifest come back as question marks',
    rule: 'schema1.unicode',
    official: 'no',
    wire: serving(mediaTypes.schema1Signed, (text) => text.replaceAll(/[^\0-\x7F]/g, '?')),
  },

  'accept-exact-missing': {
    title: 'A client that accepts the stored media type alone is told that there is no such manifest',
    rule: 'accept.exact',
    shipped: 'pulp, a class of faults (F-MAN-08)',
    official: 'partly',
    wire: deaf((accept, { path }) => !path.includes(':') && accept === mediaTypes.ociManifest),
  },
  'accept-spaces': {
    title: 'White space in an Accept list is taken for a part of the media type',
    rule: 'accept.list',
    shipped: 'distribution#2835 (5870c4529), pulp (F-MAN-08)',
    official: 'no',
    wire: deaf((accept = '') => / ,|\t/.test(accept)),
  },
  'accept-first-line': {
    title: 'Of several Accept lines only the first is read',
    rule: 'accept.lines',
    shipped: 'seen by the tests of distribution (F-MAN-09)',
    official: 'no',
    wire: requests('GET HEAD', 'manifest', (request) => {
      const [first, ...others] = request.headers['accept'] ?? [];
      return first === undefined || others.length === 0
        ? request
        : { ...request, headers: { ...request.headers, accept: [first] } };
    }),
  },
  'accept-case': {
    title: 'A media type in Accept is compared with regard to case',
    rule: 'accept.case',
    shipped: 'distribution#2835 (5870c4529) (F-MAN-08)',
    official: 'no',
    wire: deaf((accept = '') => /APPLICATION/.test(accept)),
  },
  'accept-quality': {
    title: 'A media type in Accept with a quality is not known',
    rule: 'accept.quality',
    shipped: 'distribution#2835 (5870c4529), pulp (F-MAN-08)',
    official: 'no',
    wire: deaf((accept = '') => /q=/i.test(accept)),
  },
  'accept-wildcard-missing': {
    title: 'A client that accepts anything is told that there is no such manifest',
    rule: 'accept.wildcard',
    shipped: 'distribution (F-MAN-07)',
    official: 'no',
    wire: deaf((accept, { path }) => !path.includes(':') && accept === '*/*'),
  },
  'accept-none-missing': {
    title: 'A client without Accept is told that there is no such manifest',
    rule: 'accept.none',
    shipped: 'distribution (F-MAN-07)',
    official: 'no',
    wire: deaf((accept) => accept === undefined),
  },
  'accept-other-crashes': {
    title: 'A client that does not accept the stored media type is answered with 500',
    rule: 'accept.other',
    official: 'no',
    wire: answers('GET HEAD', 'manifest', (answer, request) =>
      acceptOf(request)?.includes('foreign') ? when(404, status(500))(answer, request) : answer,
    ),
  },
  'accept-platform-by-digest': {
    title: 'A client that does not accept an index gets a manifest of it, even by the digest of the index',
    rule: 'accept.digest',
    shipped: 'distribution, quay, che-plugin-registry#2082 (F-MAN-06)',
    official: 'partly',
    wire: instead('GET', 'manifest-by-digest', () => async (request, forward) => {
      const whole = await forward(aside(request, 'GET', request.path));
      const isIndex = whole.headers['content-type']?.[0] === mediaTypes.ociIndex;
      if (!isIndex || acceptOf(request) !== mediaTypes.ociManifest) return await forward(request);
      const [digest] = /sha256:[0-9a-f]{64}/.exec(whole.body.toString('utf8')) ?? [];
      return await forward({ ...request, path: request.path.replace(/\/[^/]+$/, `/${digest ?? ''}`) });
    }),
  },
  'accept-head-ignores': {
    title: 'HEAD on a manifest does not look at Accept, and GET does',
    rule: 'accept.head',
    official: 'no',
    wire: requests('HEAD', 'manifest', (request) => ({
      ...request,
      headers: { ...request.headers, accept: [manifestAccept] },
    })),
  },
  'accept-cached': {
    title: 'What one client is not given by its Accept the next one is not given either',
    rule: 'accept.repeated',
    official: 'no',
    wire: instead('GET', 'manifest-by-tag', () => {
      const missing = new Set<string>();
      return async (request, forward) => {
        if (missing.has(request.path)) return unknown;
        const answer = await forward(request);
        if (answer.status === 404 && acceptOf(request)?.includes('foreign')) missing.add(request.path);
        return answer;
      };
    }),
  },
  'accept-vary-untold': {
    title: 'An answer that depends on Accept does not say so',
    rule: 'accept.vary',
    official: 'no',
    wire: answers('GET', 'manifest', drop('vary')),
  },
  'accept-converted-wrong-digest': {
    title: 'A converted manifest carries another digest than its own',
    rule: 'accept.conversion-digest',
    shipped: 'distribution, quay (F-MAN-06)',
    official: 'no',
    wire: turned(set('docker-content-digest', otherDigest)),
  },
  'accept-converted-wrong-type': {
    title: 'A converted manifest carries the media type of the stored one',
    rule: 'accept.conversion-type',
    official: 'no',
    wire: turned(set('content-type', mediaTypes.schema2)),
  },
  'accept-converted-first-child': {
    title: 'A list turned into an image manifest is its first child',
    rule: 'accept.conversion-child',
    official: 'no',
    wire: firstChildOf((list) => list.includes('"amd64"')),
  },
  'accept-converted-only-child': {
    title: 'A list without linux/amd64 is turned into an image manifest as well',
    rule: 'accept.conversion-child',
    official: 'no',
    wire: firstChildOf((list) => !list.includes('"amd64"')),
  },
} as const satisfies Faults;

function failingAtListsOf(type: string): Wire {
  return refusing(
    ({ mediaType, manifests = [] }) =>
      mediaType === mediaTypes.list && manifests.some((one) => one.mediaType === type),
    refused(500, 'UNKNOWN'),
  );
}

/** Who accepts schema2 alone gets the first child of such a list, asked for by tag. */
function firstChildOf(isMeant: (list: string) => boolean): Wire {
  return instead('GET', 'manifest-by-tag', () => async (request, forward) => {
    const whole = await forward(aside(request, 'GET', request.path));
    const list = whole.body.toString('utf8');
    const isList = whole.headers['content-type']?.[0] === mediaTypes.list;
    if (!isList || !isMeant(list) || acceptOf(request) !== mediaTypes.schema2) return await forward(request);
    const [digest = ''] = /sha256:[0-9a-f]{64}/.exec(list) ?? [];
    return await forward({ ...request, path: request.path.replace(/\/[^/]+$/, `/${digest}`) });
  });
}
