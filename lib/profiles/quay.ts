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

function known(
  rules: readonly RuleId[],
  reason: string,
  file: string,
  where?: Parameters<typeof deviations>[3],
): KnownDeviation[] {
  return deviations(rules, reason, `${tree}/${file}`, where);
}

/** Quay of today (ffba0c7, 2026-08). Read in its source, not yet seen in a run. */
export const quay: Profile = {
  ...spec,
  name: 'quay',
  authModes: ['bearer'],
  deleteAction: '*',
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
      'a manifest is there by digest only as long as a tag leads to it',
      lookup,
    ),
    ...known(
      ['delete.manifest.status'],
      'a manifest pushed by digest hangs on a hidden tag, which a deletion does not find: 404',
      manifests,
      { test: /a manifest is deleted with 202/ },
    ),
    ...known(['catalog.n-zero'], 'n is at least 1', paging),
    ...known(
      ['catalog.last'],
      'the catalog goes on from a next_page token of its own, and a name in last is not one',
      paging,
    ),
    ...known(['catalog.sorted'], 'the catalog is in the order of its creation', 'endpoints/v2/catalog.py'),
    ...known(
      ['referrers.empty'],
      'the referrers of an unknown manifest are refused with 400',
      'endpoints/v2/referrers.py',
      { test: /a digest that nobody pushed/ },
    ),
    ...known(['referrers.config-type'], 'only a stated artifactType is listed', 'image/oci/manifest.py'),
    ...known(
      ['token.scope.unknown-action'],
      'a scope with another action than pull, push or * is refused with 400',
      'endpoints/v2/v2auth.py',
    ),
    ...known(
      ['challenge.error.invalid-token', 'challenge.error.insufficient-scope'],
      'a challenge never has an error attribute',
      challenges,
    ),
  ],
};
