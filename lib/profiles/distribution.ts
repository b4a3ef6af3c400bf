import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree = 'https://github.com/distribution/distribution/blob/v2.8.2';
const uploads = `${tree}/registry/handlers/blobupload.go`;
const manifests = `${tree}/registry/handlers/manifests.go`;
const tags = `${tree}/registry/handlers/tags.go`;
const routes = `${tree}/registry/api/v2/routes.go`;
const images = `${tree}/registry/storage/ocimanifesthandler.go`;
const stored = `${tree}/registry/storage/manifeststore.go`;
const signed = `${tree}/registry/storage/signedmanifesthandler.go`;
const token = `${tree}/registry/auth/token/token.go`;
const serving = `${tree}/registry/storage/blobserver.go`;

/** distribution 2.8.2, as Debian packages it (docker-registry). Each deviation was seen there, and its cause read. */
export const distribution: Profile = {
  ...spec,
  name: 'distribution',
  known: [
    ...deviations(
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
    ...deviations(
      ['parallel.tag.order'],
      'a tag is rewritten in place, and a pull that reads it meanwhile is answered with 500',
      `${tree}/registry/storage/driver/filesystem/driver.go`,
      { sometimes: true },
    ),
    ...deviations(['upload.patch.parallel'], 'two chunks at once may both be appended', uploads, {
      sometimes: true,
    }),
    ...deviations(
      ['upload.patch.content-type'],
      'a chunk of any other type than octets is answered with 500',
      uploads,
    ),
    ...deviations(
      ['upload.patch.interrupted'],
      'an upload whose size is not what its Location says is cancelled: after a broken-off chunk none is',
      uploads,
    ),
    ...deviations(
      ['upload.unknown.code'],
      'an upload without the signed state of its Location is refused with BLOB_UPLOAD_INVALID',
      uploads,
    ),
    ...deviations(['upload.algorithm.unsupported'], 'digest-algorithm is not read', uploads),
    ...deviations(
      ['manifest.get.missing'],
      'what is stored under the digest of a blob is read as a manifest: 500',
      stored,
      {
        test: /a blob cannot/,
      },
    ),
    ...deviations(
      ['manifest.put.invalid'],
      'no schemaVersion, or an unknown one, is answered with 500',
      images,
      {
        test: /JSON null|empty JSON|without schemaVersion|schemaVersion 3/,
      },
    ),
    ...deviations(['manifest.put.invalid-code'], 'a missing config counts as a missing blob', images, {
      test: /without config/,
    }),
    ...deviations(
      ['manifest.put.malformed-descriptor'],
      'of the errors of a digest all but that of its format are answered with 500',
      manifests,
      {
        test: /climbs paths|too short/,
      },
    ),
    ...deviations(
      ['manifest.put.wrong-size', 'manifest.put.negative-size'],
      'the sizes in a manifest are not read',
      images,
    ),
    ...deviations(
      ['blob.sha512-mount'],
      'a mounted blob is linked under its sha256 digest alone',
      `${tree}/registry/storage/linkedblobstore.go`,
      { test: /a blob can be mounted by its sha512|a mount by a sha512 digest says/ },
    ),
    ...deviations(
      ['manifest.put.sha512'],
      'the digest of a pushed manifest is compared with its sha256 alone',
      manifests,
    ),
    ...deviations(
      ['tag.list.sorted', 'tag.list.n', 'tag.list.n-zero', 'tag.list.last'],
      'n and last are not read, and tags come in the order of the storage',
      tags,
    ),
    ...deviations(
      ['parallel.blob-deleted'],
      'a pull that finds the blob and not its file any more is answered with 500',
      `${tree}/registry/storage/blobserver.go`,
      { sometimes: true },
    ),
    ...deviations(['tag.list.status'], 'a repository without tags is unknown', tags, {
      test: /has manifests and no tags/,
    }),
    ...deviations(['error.json'], 'what meets no route is answered by the router, in plain text', routes, {
      test: /malformed repository name/,
    }),
    ...deviations(['error.json'], 'a method that is not offered is refused in plain text', tags, {
      test: /method that is not offered/,
    }),
    ...deviations(
      ['error.server'],
      'what is no digest is looked up as a tag, whose path the storage refuses: 500',
      manifests,
      { test: /malformed digest of a manifest|a digest of an unknown algorithm/ },
    ),
    ...deviations(
      ['error.server'],
      'a manifest whose digests or signatures cannot be read is answered with 500',
      manifests,
      {
        test: /refused manifest that has a malformed digest|signature/,
      },
    ),
    ...deviations(['error.server'], 'schema1 is answered with 500 where it is switched off', signed, {
      test: /an image of schema1 is taken or refused/,
      sometimes: true,
    }),
    ...deviations(
      ['error.server'],
      'a name that is too long is an unknown error: 500',
      `${tree}/registry/handlers/app.go`,
      { test: /a name of 256 characters/ },
    ),
    ...deviations(
      ['error.server'],
      'a tag is rewritten in place, and a pull that reads it meanwhile is answered with 500',
      `${tree}/registry/storage/driver/filesystem/driver.go`,
      { test: /at once/, sometimes: true },
    ),
    ...deviations(
      ['reference.malformed-get-status', 'reference.malformed-put-status'],
      'what is no digest is looked up as a tag, whose path the storage refuses: 500',
      manifests,
      { test: /reference with a (colon|digest)/ },
    ),
    ...deviations(
      ['delete.manifest.blob'],
      'the digest of a blob is deleted as that of a manifest: the link of the blob goes, unless a cache has it',
      `${tree}/registry/storage/linkedblobstore.go`,
      { sometimes: true },
    ),
    ...deviations(
      ['manifest.put.foreign-layer', 'schema2.foreign-layer'],
      'a remote layer that validation.manifests.urls does not allow is answered with 500',
      images,
      { sometimes: true },
    ),
    ...deviations(['general.discovery'], 'there is no referrers API', routes),
    ...deviations(
      ['schema1.tag', 'schema1.name', 'schema1.no-layers'],
      'the name and tag in a schema1 manifest are not compared with where it goes, and it needs no layers',
      signed,
    ),
    ...deviations(
      ['schema1.history-length'],
      'unequal numbers of layers and history entries are noticed, but answered with 500',
      signed,
    ),
    ...deviations(
      ['accept.case', 'accept.wildcard', 'accept.none'],
      'Accept is compared letter by letter, and what it does not name is converted or not found',
      manifests,
      { protocols: ['schema2', 'oci'] },
    ),
    ...deviations(['accept.vary'], 'an answer that depends on Accept does not say so', manifests),
    ...deviations(
      ['range.huge', 'range.refused-length', 'range.suffix-zero', 'range.unknown-unit', 'range.head'],
      'ranges are left to net/http of Go',
      serving,
    ),
    ...deviations(['range.empty-blob'], 'a suffix of an empty blob is answered with 206', serving, {
      test: /the range -1/,
    }),
    ...deviations(['not-modified.etag'], 'a 304 of a manifest has no ETag', manifests, {
      test: /304 of a manifest/,
    }),
    ...deviations(
      ['host.reflected'],
      'unless http.host is set, a Location is at the host that Forwarded or X-Forwarded-Host names',
      `${tree}/registry/api/v2/urls.go`,
      { test: /where an upload goes on/, sometimes: true },
    ),
    ...deviations(
      ['http.method.refused'],
      'PATCH is offered without an upload, which is not found',
      uploads,
      {
        test: /PATCH on the uploads/,
      },
    ),
    ...deviations(
      ['http.path.trailing-slash'],
      'a redirect to the path without the slash makes a PUT a GET',
      routes,
      {
        test: /does not make a push a pull/,
      },
    ),
    ...deviations(['jwt.audiences'], 'aud is read as one text, so a list is no token', token),
    ...deviations(['jwt.future-issue', 'jwt.no-issue-time'], 'iat is not looked at', token),
    ...deviations(['jwt.critical-header'], 'crit is not read', token),
  ],
};
