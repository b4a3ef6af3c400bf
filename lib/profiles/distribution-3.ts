import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree = 'https://github.com/distribution/distribution/blob/v3.1.1';
const uploads = `${tree}/registry/handlers/blobupload.go`;
const manifests = `${tree}/registry/handlers/manifests.go`;
const tags = `${tree}/registry/handlers/tags.go`;
const routes = `${tree}/registry/api/v2/routes.go`;
const images = `${tree}/registry/storage/ocimanifesthandler.go`;
const links = `${tree}/registry/storage/linkedblobstore.go`;
const serving = `${tree}/registry/storage/blobserver.go`;

/** distribution 3.1.1. Each deviation was seen there, and its cause read. */
export const distribution3: Profile = {
  ...spec,
  name: 'distribution-3',
  protocols: ['schema2', 'oci'],
  known: [
    ...deviations(
      ['upload.patch.malformed-range', 'upload.patch.huge-range'],
      'a Content-Range that cannot be read is answered with 500',
      uploads,
    ),
    ...deviations(
      ['upload.put.out-of-order', 'upload.put.length-mismatch'],
      'the Content-Range of a closing PUT is not read',
      uploads,
    ),
    ...deviations(
      ['upload.patch.content-type'],
      'a chunk of any other type than octets is answered with 500',
      uploads,
    ),
    ...deviations(['upload.algorithm.unsupported'], 'digest-algorithm is not read', uploads),
    ...deviations(
      ['error.code.listed'],
      'RANGE_INVALID is no code of the specification',
      `${tree}/registry/api/errcode/register.go`,
      { test: /a chunk in the wrong place/ },
    ),
    ...deviations(
      ['manifest.put.invalid'],
      'no schemaVersion, or an unknown one, is answered with 500',
      images,
      {
        test: /JSON null|empty JSON|without schemaVersion|schemaVersion 3/,
      },
    ),
    ...deviations(
      ['manifest.get.missing'],
      'what a cache of descriptors knows as a blob is read as a manifest: 500',
      links,
      { test: /a blob cannot/, sometimes: true },
    ),
    ...deviations(
      ['manifest.put.foreign-layer', 'schema2.foreign-layer'],
      'a remote layer that validation.manifests.urls does not allow is answered with 500',
      images,
      { sometimes: true },
    ),
    ...deviations(['manifest.put.invalid-code'], 'a missing config counts as a missing blob', images, {
      test: /without config/,
    }),
    ...deviations(
      ['manifest.put.malformed-descriptor'],
      'of the errors of a digest all but that of its format are answered with 500',
      manifests,
      { test: /climbs paths|too short/ },
    ),
    ...deviations(
      ['manifest.put.wrong-size', 'manifest.put.negative-size'],
      'the sizes in a manifest are not read',
      images,
    ),
    ...deviations(
      ['manifest.put.sha512'],
      'the digest of a pushed manifest is compared with its sha256 alone',
      manifests,
    ),
    ...deviations(
      ['error.server', 'delete.manifest.malformed'],
      'what is no digest is looked up as a tag, whose path the storage refuses: 500',
      manifests,
      {
        test: /malformed digest of a manifest|deleted by a digest (too short|of an unknown algorithm)|a digest of an unknown algorithm shows|deletion of a malformed digest/,
      },
    ),
    ...deviations(
      ['error.server'],
      'what a cache of descriptors knows as a blob is deleted as a manifest: 500',
      links,
      { test: /deleted as that of a manifest/, sometimes: true },
    ),
    ...deviations(
      ['error.server'],
      'a digest, a Content-Range or a page that cannot be read is an unknown error: 500',
      uploads,
      {
        test: /refused manifest that has a malformed digest|Content-Range of letters|a page after a NUL|refused a (?:huge|malformed) Content-Range/,
      },
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
    ...deviations(['tag.list.array'], 'no tags are null', tags, {
      test: /that is an array too|lists every tag/,
    }),
    ...deviations(
      ['tag.list.link-end'],
      'a full page is linked on, though nothing may follow',
      `${tree}/registry/storage/tagstore.go`,
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
      ['name.length-refused'],
      'the first component is taken for a host and not counted, unless a cache of descriptors counts',
      `${tree}/registry/handlers/app.go`,
      // The issuer gives no token for such a name.
      { auth: ['anonymous', 'basic'], sometimes: true },
    ),
    ...deviations(
      ['error.format'],
      'a name that is too long is refused twice over: two JSON documents in one body',
      `${tree}/registry/handlers/app.go`,
      { test: /a name of 256 characters/ },
    ),
    ...deviations(
      ['upload.malformed.id'],
      'an id is taken for a name of a folder, and one too long for that is answered with 500',
      links,
      { test: /500 letters/ },
    ),
    ...deviations(['blob.sha512-mount'], 'a mounted blob is linked under its sha256 digest alone', links, {
      test: /a blob can be mounted by its sha512|a mount by a sha512 digest says/,
    }),
    ...deviations(
      ['host.reflected'],
      'unless http.host is set, a Location is at the host that Forwarded or X-Forwarded-Host names',
      `${tree}/registry/api/v2/urls.go`,
      { test: /where an upload goes on/, sometimes: true },
    ),
    ...deviations(
      ['leak.error'],
      'the error of the storage is told with its path',
      `${tree}/registry/storage/driver/storagedriver.go`,
      { test: /a page after a NUL|500 letters/ },
    ),
    ...deviations(['general.discovery'], 'there is no referrers API', routes),
    ...deviations(
      ['accept.wildcard', 'accept.none'],
      'an OCI manifest is not found by a client that does not name its type in Accept',
      manifests,
      { protocols: ['oci'] },
    ),
    ...deviations(['not-modified.etag'], 'a 304 of a manifest has no ETag', manifests, {
      test: /304 of a manifest/,
    }),
    ...deviations(
      ['range.huge', 'range.suffix-zero', 'range.unknown-unit', 'range.head'],
      'ranges are left to net/http of Go',
      serving,
    ),
    ...deviations(['range.empty-blob'], 'a suffix of an empty blob is answered with 206', serving, {
      test: /the range -1/,
    }),
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
      { test: /does not make a push a pull/ },
    ),
    ...deviations(
      ['jwt.future-issue', 'jwt.no-issue-time'],
      'iat is not looked at',
      `${tree}/registry/auth/token/token.go`,
    ),
  ],
};
