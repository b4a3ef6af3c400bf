import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree =
  'https://github.com/google/go-containerregistry/blob/3f4ff3ca60f51c876ac4bd89e9a787157aaa4f15/pkg/registry';
const blobs = `${tree}/blobs.go`;
const manifests = `${tree}/manifest.go`;

/** cmd/registry of go-containerregistry at 3f4ff3c. Each deviation was seen there, and its cause read. */
export const ggcr: Profile = {
  ...spec,
  name: 'ggcr',
  protocols: ['schema2', 'oci'],
  known: [
    ...deviations(
      [
        'name.invalid',
        'name.separator-edge',
        'name.separator-run',
        'reference.malformed-put',
        'tag.name.too-long',
        'tag.name.first-character',
        'tag.name.characters',
      ],
      'names, tags and digests in the path are not held against the grammar',
      manifests,
    ),
    ...deviations(
      ['name.upper-case', 'name.non-ascii'],
      'names are not held against the grammar',
      manifests,
      { test: /is refused|is not another one/ },
    ),
    ...deviations(['http.location'], 'a space of the name stands as it is in Location', blobs, {
      test: /a space|a line break/,
    }),
    ...deviations(
      ['blob.get.other-repository', 'blob.head.other-repository'],
      'blobs are kept by digest alone',
      blobs,
    ),
    ...deviations(
      ['upload.put.location', 'upload.close.location', 'upload.single.location'],
      'the answer to a finished upload has no Location',
      blobs,
    ),
    ...deviations(['upload.put.out-of-order'], 'the Content-Range of a closing PUT is not read', blobs),
    ...deviations(
      ['upload.status.status', 'upload.status.location', 'upload.status.range'],
      'GET on an upload is taken for that of a blob',
      blobs,
    ),
    ...deviations(['manifest.put.location'], 'the answer to a push has no Location', manifests),
    ...deviations(['manifest.put.digest-header'], 'the digest of a push is told as sha256', manifests, {
      test: /by its sha512 digest/,
    }),
    ...deviations(
      ['manifest.put.digest-mismatch'],
      'the digest in the path is not held against the bytes',
      manifests,
    ),
    ...deviations(['manifest.put.type-confusion'], 'fields of the other kind are ignored', manifests),
    ...deviations(
      ['delete.manifest.tags-gone'],
      'a tag is a copy, and stays when the digest is deleted',
      manifests,
    ),
    ...deviations(['delete.blob.missing'], 'an unknown blob is answered with 500', blobs),
    ...deviations(['error.code.listed'], 'METHOD_UNKNOWN is none of the codes', manifests, {
      test: /a method that is not offered/,
    }),
    ...deviations(['http.answered'], 'a negative n panics', manifests, {
      test: /a negative page size|an n that is negative is refused, or answered with tags/,
    }),
    ...deviations(
      ['range.unknown-unit', 'range.if-range-changed'],
      'only the form bytes=m-n of a Range is read, and If-Range is not',
      blobs,
    ),
  ],
};
