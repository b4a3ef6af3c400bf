import type { RuleId } from '../rules/catalogue.ts';
import { deviations, type KnownDeviation, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree = 'https://github.com/distribution/distribution/blob/v2.8.2';

function known(
  rules: readonly RuleId[],
  reason: string,
  file: string,
  where?: Parameters<typeof deviations>[3],
): KnownDeviation[] {
  return deviations(rules, reason, `${tree}/${file}`, where);
}

const uploads = 'registry/handlers/blobupload.go';
const manifests = 'registry/handlers/manifests.go';
const tags = 'registry/handlers/tags.go';
const routes = 'registry/api/v2/routes.go';
const token = 'registry/auth/token/token.go';
const serving = 'registry/storage/blobserver.go';

/** distribution 2.8.2, as Debian packages it (docker-registry). Each deviation was seen there. */
export const distribution: Profile = {
  ...spec,
  name: 'distribution',
  known: [
    ...known(
      [
        'upload.patch.out-of-order',
        'upload.patch.overlap',
        'upload.patch.repeated',
        'upload.patch.first',
        'upload.patch.range-length',
        'upload.patch.malformed-range',
        'upload.patch.inverted-range',
        'upload.patch.huge-range',
        'upload.put.out-of-order',
        'upload.put.length-mismatch',
      ],
      'Content-Range is not read: whatever comes is appended',
      uploads,
    ),
    ...known(['upload.patch.parallel'], 'two chunks at once may both be appended', uploads, {
      sometimes: true,
    }),
    ...known(
      ['upload.patch.content-type'],
      'a chunk of any other type than octets is answered with 500',
      uploads,
    ),
    ...known(
      ['upload.patch.interrupted'],
      'after a broken-off chunk the upload is not found any more',
      uploads,
    ),
    ...known(['upload.unknown.code'], 'an unknown upload is refused with BLOB_UPLOAD_INVALID', uploads),
    ...known(['upload.algorithm.unsupported'], 'digest-algorithm is not known yet, and not read', uploads),
    ...known(['manifest.get.missing'], 'the digest of a blob is answered with 500', manifests, {
      test: /a blob cannot/,
    }),
    ...known(
      ['manifest.put.invalid'],
      'no schemaVersion, or an unknown one, is answered with 500',
      manifests,
      {
        test: /JSON null|empty JSON|without schemaVersion|schemaVersion 3/,
      },
    ),
    ...known(
      ['manifest.put.invalid-code'],
      'a missing config counts as a missing blob, a 500 is UNKNOWN',
      manifests,
      {
        test: /without config|JSON null|empty JSON|without schemaVersion|schemaVersion 3/,
      },
    ),
    ...known(
      ['manifest.put.malformed-descriptor'],
      'a malformed digest in a manifest is answered with 500',
      manifests,
      {
        test: /climbs paths|too short/,
      },
    ),
    ...known(
      ['manifest.put.wrong-size', 'manifest.put.negative-size'],
      'the sizes in a manifest are not read',
      'registry/storage/ocimanifesthandler.go',
    ),
    ...known(
      ['blob.sha512-mount'],
      'a mounted blob is linked under its sha256 digest alone',
      'registry/storage/linkedblobstore.go',
    ),
    ...known(['manifest.put.sha512'], 'a manifest can be pushed by its sha256 digest alone', manifests),
    ...known(
      ['tag.list.sorted', 'tag.list.n', 'tag.list.n-zero', 'tag.list.last'],
      'n, last and order are not seen to',
      tags,
    ),
    ...known(['error.json'], 'what meets no route is answered by the router, in plain text', routes, {
      test: /malformed repository name|method that is not offered/,
    }),
    ...known(['error.server'], 'a malformed digest of a manifest is answered with 500', manifests, {
      test: /malformed digest of a manifest/,
    }),
    ...known(
      ['reference.malformed-get-status', 'reference.malformed-put-status'],
      'a malformed digest of a manifest is answered with 500',
      manifests,
      { test: /reference with a (colon|digest)/ },
    ),
    ...known(['name.length-refused'], 'a name over 255 characters is answered with 500', routes, {
      auth: ['anonymous', 'basic'],
    }),
    ...known(['general.discovery'], 'there is no referrers API', routes),
    ...known(
      ['schema1.tag', 'schema1.name', 'schema1.no-layers', 'schema1.history-length'],
      'a schema1 manifest is checked for its signature and its blobs alone',
      'registry/storage/signedmanifesthandler.go',
    ),
    ...known(
      ['accept.case', 'accept.wildcard', 'accept.none'],
      'Accept is compared letter by letter, and what it does not name is converted or not found',
      manifests,
      { protocols: ['schema2', 'oci'] },
    ),
    ...known(['accept.vary'], 'an answer that depends on Accept does not say so', manifests),
    ...known(
      ['range.huge', 'range.refused-length', 'range.suffix-zero', 'range.unknown-unit', 'range.head'],
      'ranges are left to net/http of Go',
      serving,
    ),
    ...known(['range.empty-blob'], 'a suffix of an empty blob is answered with 206', serving, {
      test: /the range -1/,
    }),
    ...known(['not-modified.etag'], 'a 304 of a manifest has no ETag', manifests, {
      test: /304 of a manifest/,
    }),
    ...known(['http.method.refused'], 'PATCH on the uploads is answered with 404', routes, {
      test: /PATCH on the uploads/,
    }),
    ...known(
      ['host.reflected'],
      'unless http.host is set, a Location is at the host that Forwarded or X-Forwarded-Host names',
      'registry/api/v2/urls.go',
      { test: /where an upload goes on/, sometimes: true },
    ),
    ...known(
      ['http.path.trailing-slash'],
      'a redirect to the path without the slash makes a PUT a GET',
      routes,
      {
        test: /does not make a push a pull/,
      },
    ),
    ...known(['jwt.audiences'], 'aud is read as one text, so a list is no token', token),
    ...known(['jwt.future-issue', 'jwt.no-issue-time'], 'iat is not looked at', token),
    ...known(['jwt.critical-header'], 'crit is not read', token),
  ],
};
