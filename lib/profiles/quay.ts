import type { RuleId } from '../rules/catalogue.ts';
import { deviations, type KnownDeviation, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree = 'https://github.com/quay/quay/blob/ffba0c70e2d8d522290a4fbbaa704dbf2fc37f34';

const blobs = 'endpoints/v2/blob.py';
const chunks = 'data/registry_model/blobuploader.py';
const manifests = 'endpoints/v2/manifest.py';
const lookup = 'data/model/oci/manifest.py';
const paging = 'endpoints/v2/__init__.py';
const challenges = 'auth/registry_jwt_auth.py';
const tokens = 'endpoints/v2/v2auth.py';
const referrers = 'endpoints/v2/referrers.py';
const documents = 'image/oci/manifest.py';
const names = 'util/names.py';
const digests = 'digest/digest_tools.py';
const front = 'conf/nginx/server-base.conf.jnj';
const schema2 = 'image/docker/schema2/manifest.py';

const late = 'what comes after a chunk of unstated length is counted and hashed, and not stored';
const unbound = 'an upload is found by its name alone, whatever repository the path names';

function known(
  rules: readonly RuleId[],
  reason: string,
  file: string,
  where?: Parameters<typeof deviations>[3],
): KnownDeviation[] {
  return deviations(rules, reason, `${tree}/${file}`, where);
}

/** Quay of today (ffba0c7, 2026-08), behind the nginx that it comes with. Each deviation was seen there. */
export const quay: Profile = {
  ...spec,
  name: 'quay',
  authModes: ['bearer'],
  catalogScopes: [],
  failures: (auth) => {
    const usual = spec.failures(auth);
    return {
      ...usual,
      auth: { ...usual.auth, INVALID_REGISTRY: { status: 400, rule: 'token.scope.invalid-name' } },
      'put-manifest': {
        ...usual['put-manifest'],
        UNSUPPORTED_CONTENT_TYPE: { status: 415, rule: 'manifest.put.unknown-type' },
      },
    };
  },
  known: [
    ...known(['docker.upload-range'], 'the Range of a new upload is bytes=0--1', blobs),
    ...known(
      ['upload.status.range', 'upload.status.fresh'],
      'the status of an upload states bytes=0-<count>, one more than its last byte',
      blobs,
    ),
    ...known(
      ['upload.patch.interrupted'],
      'what goes on from where the status says leaves a gap of one, and is refused',
      blobs,
      { sometimes: true },
    ),
    ...known(['upload.status.location'], 'the status of an upload has no Location', blobs),
    ...known(
      ['upload.patch.overlap', 'upload.patch.repeated'],
      'only a gap is refused: of a chunk that overlaps, the bytes that are there already are skipped',
      chunks,
    ),
    ...known(
      ['upload.patch.range-length', 'upload.put.length-mismatch'],
      'Content-Range is not held against the length of the body',
      blobs,
    ),
    ...known(['upload.put.digest-mismatch-code'], 'a wrong digest is BLOB_UPLOAD_INVALID', blobs),
    ...known(
      ['manifest.missing-blob.code', 'manifest.missing-child.code'],
      'whatever a manifest lacks is MANIFEST_INVALID',
      manifests,
    ),
    ...known(
      ['manifest.put.content-type-parameters'],
      'a Content-Type with parameters is no known type: 415',
      manifests,
    ),
    ...known(['docker.manifest-put-empty'], 'the push of a manifest is answered with the body OK', manifests),
    ...known(
      ['manifest.subject-header', 'manifest.subject-header-index'],
      'OCI-Subject is never sent',
      manifests,
    ),
    ...known(
      ['accept.wildcard', 'accept.none'],
      'what Accept does not name letter by letter is turned into schema1',
      manifests,
      { protocols: ['schema2', 'oci'] },
    ),
    ...known(
      ['manifest.put.old-digest', 'delete.tag.manifest-stays'],
      'a manifest is there by digest only as long as a tag or an index leads to it',
      lookup,
      { test: /^(?!.*a child of an index)/ },
    ),
    ...known(
      ['delete.manifest.status', 'challenge.scope.delete'],
      'a manifest pushed by digest hangs on a hidden tag, which a deletion does not find: 404',
      manifests,
      {
        test: /(?:a manifest|a manifest with a subject|an index) is deleted with 202|for the scope of its/,
      },
    ),
    ...known(['catalog.n-zero'], 'n is at least 1', paging),
    ...known(
      ['catalog.last'],
      'the catalog goes on from a next_page token of its own, and a name in last is not one',
      paging,
    ),
    ...known(['catalog.sorted'], 'the catalog is in the order of its creation', 'endpoints/v2/catalog.py'),
    ...known(
      ['catalog.complete', 'catalog.prefix'],
      'a page of the catalog stays in the cache for a minute, whatever is pushed meanwhile',
      'data/cache/cache_key.py',
      { sometimes: true },
    ),
    ...known(['referrers.empty'], 'the referrers of an unknown manifest are refused with 400', referrers, {
      test: /a digest that nobody pushed/,
    }),
    ...known(
      ['referrers.unknown-repository'],
      'the referrers of an unknown manifest are refused with 400',
      referrers,
    ),
    ...known(['referrers.filter-complete'], 'only a stated artifactType is found', documents, {
      test: /stands in for a missing/,
    }),
    ...known(
      ['referrers.malformed-digest'],
      'a path whose digest does not match leads nowhere: 404 in HTML',
      digests,
      { test: /not hexadecimal|without an algorithm/ },
    ),
    ...known(['digest.malformed-get'], 'such a path is that of uploads, which know no GET: 405', digests, {
      test: /no hex|without/,
    }),
    ...known(['digest.code'], 'a malformed digest is BLOB_UPLOAD_INVALID', blobs),
    ...known(['name.separator-edge'], 'the end of a component is not looked at', names, {
      test: /at the end of/,
    }),
    ...known(
      ['name.separator-run', 'name.length-refused'],
      'a component is letters, digits, dots, dashes and underscores in any order',
      names,
    ),
    ...known(['tag.name.characters'], 'a tag may have the letters and digits of any script', names, {
      test: /script|accented|Kelvin/,
    }),
    ...known(['digest.content'], late, chunks, {
      test: /after (?:a chunk of unstated length|(?:a|two) streamed)/,
    }),
    ...known(['digest.content'], late, chunks, {
      test: /a second streamed chunk|a close with a body adds it/,
      sometimes: true,
    }),
    ...known(['upload.stream.append'], late, chunks, {
      test: /chunk of unstated length|streamed/,
      sometimes: true,
    }),
    ...known(['upload.put.out-of-order'], 'the Content-Range of a close is held against a gap alone', blobs, {
      test: /at the start of|before the end/,
    }),
    ...known(['refused.chunk'], 'a close that is refused ends the upload', blobs, {
      test: /refused a close/,
    }),
    ...known(
      ['upload.single.length', 'upload.body.short'],
      'a body that breaks off is stored as far as it came',
      blobs,
      { sometimes: true },
    ),
    ...known(['upload.patch.huge-range'], 'of a Content-Range the start alone is read', blobs, {
      test: /an end beyond/,
    }),
    ...known(['upload.patch.parallel'], 'chunks of one upload do not exclude each other', chunks, {
      sometimes: true,
    }),
    ...known(
      ['upload.foreign.get', 'upload.foreign.put', 'upload.foreign.delete', 'isolation.upload.user'],
      unbound,
      blobs,
      { test: /through|left alone|cancel it/ },
    ),
    ...known(['upload.foreign.patch'], unbound, blobs, { test: /takes no chunk through|streamed chunk/ }),
    ...known(['upload.algorithm.unsupported'], 'digest-algorithm is not read', blobs),
    ...known(['manifest.put.type-confusion'], 'members of another kind of document are let pass', documents),
    ...known(
      ['manifest.put.wrong-size'],
      'the size of a config or layer is not held against the blob',
      lookup,
      {
        test: /a (?:config|layer) of another/,
      },
    ),
    ...known(['manifest.put.negative-size'], 'the size of a config is not looked at', lookup, {
      test: /a config of negative/,
    }),
    ...known(
      ['manifest.put.unknown-fields'],
      'a config with unknown fields is a 500',
      'image/oci/config.py',
      {
        test: /a config with/,
      },
    ),
    ...known(
      ['manifest.put.uncompressed', 'manifest.put.no-history'],
      'the schemas know compressed layers alone, and want a history',
      schema2,
      {
        protocols: ['schema2'],
      },
    ),
    ...known(['manifest.missing-blob.count'], 'the first unknown blob ends the check', manifests),
    ...known(['manifest.limit.four-megabytes'], 'the nginx before it takes a megabyte', front),
    ...known(
      ['tag.list.unknown-repository', 'token.changes-nothing'],
      'a token to push makes the repository',
      tokens,
    ),
    ...known(['tag.list.n-negative'], 'an n below zero lists nothing', paging),
    ...known(
      ['error.format', 'challenge.body'],
      'a 401 of the ping is JSON of another form',
      'endpoints/v2/__init__.py',
      {
        test: /wrong credentials is challenged|GET on the root/,
      },
    ),
    ...known(
      ['error.format'],
      'the 401 to a token that cannot be taken is JSON of another form',
      challenges,
      { test: /token|repeats it neither/, sometimes: true },
    ),
    ...known(['error.json'], 'a 416 has no body, a 405 a page', blobs, {
      test: /in the wrong place|not offered/,
    }),
    ...known(
      ['error.server', 'parallel.manifest'],
      'of manifests pushed at once under one tag some are a 500',
      manifests,
      {
        test: /five times at once/,
        sometimes: true,
      },
    ),
    ...known(['error.server'], 'a document of ten thousand brackets is a 500', manifests, {
      test: /ten thousand brackets/,
    }),
    ...known(
      ['error.server'],
      'the close of such an upload drops its connection, for which nginx answers 502',
      chunks,
      {
        test: /comes twice, of a long part/,
        sometimes: true,
      },
    ),
    ...known(['schema1.history-length'], 'history is not counted', 'image/docker/schema1.py'),
    ...known(['accept.case'], 'media types are compared letter by letter', manifests, {
      protocols: ['schema2', 'oci'],
    }),
    ...known(['accept.vary'], 'an answer that depends on Accept has no Vary', manifests),
    ...known(
      ['range.supported'],
      'a Range is served by storages that can, of which the local one is none',
      blobs,
      {
        sometimes: true,
      },
    ),
    ...known(['token.service.missing'], 'a token asked for without a service is for none', tokens),
    ...known(['jwt.more-access'], 'a token names one repository', challenges),
    ...known(['jwt.scheme-case'], 'the scheme is Bearer, letter by letter', challenges),
    ...known(['scope.push-for-pull'], 'who may push may pull', challenges),
    ...known(['referrers.config-type'], 'only a stated artifactType is listed', documents),
    ...known(
      ['token.scope.unknown-action'],
      'a scope with another action than pull, push or * is refused with 400',
      tokens,
    ),
    ...known(
      ['challenge.error.invalid-token', 'challenge.error.insufficient-scope'],
      'a challenge never has an error attribute',
      challenges,
    ),
  ],
};
