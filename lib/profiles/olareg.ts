import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree = 'https://github.com/olareg/olareg/blob/79de6b47ef2a0fb5ab53f363a8abdc243ba2d8ae';
const blobs = `${tree}/blob.go`;
const manifests = `${tree}/manifest.go`;
const tags = `${tree}/tag.go`;
const referrers = `${tree}/referrer.go`;
const server = `${tree}/olareg.go`;
const untagged = 'a referrer leaves the list with any tag of it';
const children =
  'untagged manifests of an index are known in memory only, and read anew from the indexes that are left';

/** olareg at 79de6b4, with its directory store. Each deviation was seen there, and its cause read. */
export const olareg: Profile = {
  ...spec,
  name: 'olareg',
  protocols: ['schema2', 'oci'],
  known: [
    ...deviations(['http.answered'], 'an n below the number of tags is cut at n, and -1 or 0 panics', tags, {
      test: /no tags are listed where none are asked for|an n that is negative|a negative page size/,
    }),
    ...deviations(
      [
        'upload.unknown.get',
        'upload.unknown.patch',
        'upload.finished.get',
        'upload.cancel.gone',
        'upload.cancel.twice',
      ],
      'an unknown upload is answered with 400',
      blobs,
      { test: /unknown upload (?!refuses)|finished upload has no status|cancelled/ },
    ),
    ...deviations(
      [
        'upload.patch.range-length',
        'upload.put.length-mismatch',
        'upload.patch.malformed-range',
        'upload.patch.huge-range',
      ],
      'only the start of a Content-Range is read',
      blobs,
      { test: /its bytes|than its last chunk|without an end|of three numbers|an end beyond any integer/ },
    ),
    ...deviations(
      ['upload.patch.parallel'],
      'where a chunk begins is held against the upload before its bytes are read, and not again after',
      blobs,
      { sometimes: true },
    ),
    ...deviations(['upload.status.fresh'], 'an upload without bytes has the Range 0--1', blobs),
    ...deviations(
      ['upload.put.digest-mismatch-code'],
      'a wrong digest is refused with BLOB_UPLOAD_INVALID',
      blobs,
    ),
    ...deviations(['docker.upload-uuid'], 'uploads are known by their Location alone', blobs),
    ...deviations(['blob.get.cache'], 'blobs have neither ETag nor Cache-Control', blobs),
    ...deviations(
      ['range.huge', 'range.suffix-zero', 'range.unknown-unit', 'range.head'],
      'ranges are left to net/http of Go',
      blobs,
    ),
    ...deviations(['range.empty-blob'], 'a suffix of an empty blob is answered with 206', blobs, {
      test: /the range -1/,
    }),
    ...deviations(['manifest.put.invalid'], 'schemaVersion is not read', manifests, {
      test: /without schemaVersion|schemaVersion 3/,
    }),
    ...deviations(['manifest.put.invalid-code'], 'no config counts as a missing blob', manifests, {
      test: /without config|JSON null|empty JSON/,
    }),
    ...deviations(
      ['manifest.put.media-type-mismatch', 'manifest.put.type-confusion', 'schema2.media-type'],
      'the mediaType in a manifest is not read, and fields of the other kind are ignored',
      manifests,
      { test: /manifest sent as|manifests, sent as|mediaType is that of an index|without mediaType/ },
    ),
    ...deviations(
      ['manifest.put.wrong-size', 'manifest.put.negative-size'],
      'the sizes in a manifest are not read',
      manifests,
    ),
    ...deviations(['tag-param.duplicate'], 'a tag given twice is named twice', manifests),
    ...deviations(
      ['tag.list.unknown-repository'],
      'a repository that nobody pushed to is listed as empty',
      `${tree}/internal/store/dir.go`,
    ),
    ...deviations(['referrers.listed'], untagged, manifests, { test: /whose tag is deleted/ }),
    // Where a second passes between two requests.
    ...deviations(['delete.manifest.children-stay'], children, `${tree}/internal/store/dir.go`, {
      test: /the manifests of a deleted index stay/,
      sometimes: true,
    }),
    ...deviations(
      ['parallel.referrers'],
      'the list is read, added to and written back, and loses what was pushed meanwhile',
      referrers,
      { sometimes: true },
    ),
    ...deviations(['referrers.malformed-digest'], 'every error is answered with an empty list', referrers),
    ...deviations(
      ['referrers.filter-repeated'],
      'a filtered list that comes from the cache does not say that it is filtered',
      referrers,
    ),
    ...deviations(
      ['error.content-type'],
      'Content-Type is set after the status was sent',
      `${tree}/types/errors.go`,
      { test: /the refusal of (?!a malformed repository name|the tags)/ },
    ),
    ...deviations(['error.json'], 'what meets no route is answered with 404 and no body', server, {
      test: /malformed repository name/,
    }),
    ...deviations(['http.method.refused'], 'another method on the tag list meets no route', server, {
      test: /on the tag list/,
    }),
    ...deviations(['http.method.allow'], 'a 405 has no Allow', server),
    // The store in memory takes them.
    ...deviations(
      ['name.path-words'],
      'no component may be named blobs, as the files of a repository are',
      `${tree}/internal/store/dir.go`,
      { test: /component blobs|components blobs\/uploads|every word/, sometimes: true },
    ),
    ...deviations(['name.length-refused'], 'names may be longer than 255 characters', server),
  ],
  knownInSequences: [
    ...deviations(['referrers.late-subject', 'referrers.relisted'], untagged, manifests),
    ...deviations(['delete.manifest.gone'], children, `${tree}/internal/store/dir.go`),
  ],
};
