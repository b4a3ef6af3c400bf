import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree = 'https://github.com/project-zot/zot/blob/6d19b445fed1c86c23fb7b351fac07cfd4717402';
const routes = `${tree}/pkg/api/routes.go`;
const store = `${tree}/pkg/storage/imagestore/imagestore.go`;
const checks = `${tree}/pkg/storage/common/common.go`;

/** zot at 6d19b44, a minimal build with its defaults. Each deviation was seen there, and its cause read. */
export const zot: Profile = {
  ...spec,
  name: 'zot',
  // schema2 needs http.compat in its configuration.
  protocols: ['oci'],
  known: [
    ...deviations(
      ['reference.malformed-put', 'tag.name.too-long', 'tag.name.first-character', 'tag.name.characters'],
      'a tag in the path is not held against the grammar',
      routes,
      { test: /no manifest is pushed under (a reference with a colon and no digest|a tag)/ },
    ),
    ...deviations(
      ['blob.head.other-repository'],
      'HEAD links a blob that another repository holds, which GET did not find, into this one',
      store,
    ),
    ...deviations(['blob.get.cache'], 'blobs have neither ETag nor Cache-Control', routes),
    ...deviations(
      ['upload.put.length-mismatch'],
      'the end of a Content-Range is not held against the body',
      routes,
    ),
    ...deviations(
      ['upload.patch.interrupted'],
      'after a broken-off chunk the upload is not found any more',
      routes,
    ),
    ...deviations(['upload.stream.append'], 'a close with a body must place it by Content-Range', routes, {
      test: /a close with a body/,
    }),
    ...deviations(['upload.algorithm.unsupported'], 'digest-algorithm is not read', routes),
    ...deviations(
      ['upload.malformed.id'],
      'an id is taken for a name of a file, and one too long for that is answered with 500',
      store,
      { test: /500 letters/ },
    ),
    ...deviations(['docker.upload-uuid'], 'uploads are known by their Location alone', routes),
    ...deviations(
      ['manifest.put.content-type-parameters'],
      'a media type with parameters is not known',
      routes,
      { test: /does not keep a manifest/ },
    ),
    ...deviations(
      ['manifest.put.media-type-mismatch', 'manifest.put.type-confusion'],
      'the mediaType in a manifest is not read, and fields of the other kind are ignored',
      checks,
      { test: /mediaType is that of an index|with layers and manifests/ },
    ),
    ...deviations(
      ['manifest.put.wrong-size', 'manifest.put.negative-size'],
      'the sizes in a manifest are not read',
      checks,
    ),
    ...deviations(
      ['manifest.put.old-digest'],
      'a manifest is removed from the index with its only tag',
      checks,
      { test: /a manifest that lost its tag/ },
    ),
    ...deviations(
      ['manifest.missing-blob.code', 'manifest.missing-blob.count', 'manifest.missing-child.code'],
      'a missing blob is refused with MANIFEST_INVALID, and not named',
      checks,
    ),
    ...deviations(
      ['manifest.missing-blob.status'],
      'blobs are looked for only under a config of a known type',
      checks,
      { test: /a config that nobody pushed/ },
    ),
    ...deviations(
      ['tag.list.last-absent', 'tag.list.last-final'],
      'a last that is no tag is answered with 404',
      routes,
      { test: /after a last that|past the final tag/ },
    ),
    ...deviations(['catalog.last-absent'], 'after a last that is no repository nothing is listed', routes),
    ...deviations(
      ['delete.manifest.unknown-repository'],
      'an unknown repository is answered with 400',
      routes,
    ),
    ...deviations(
      ['error.json'],
      'what meets no route is answered by the router, in plain text or without a body',
      routes,
      {
        test: /malformed repository name|method that is not offered/,
      },
    ),
    ...deviations(['http.method.allow'], 'a 405 has no Allow', routes),
    ...deviations(
      ['name.length-refused'],
      'names may be longer than 255 characters',
      `${tree}/pkg/regexp/regexp.go`,
    ),
    ...deviations(
      ['range.huge', 'range.unknown-unit', 'range.several-safe'],
      'a Range that cannot be read, or reaches beyond the end in part, is answered with 416',
      routes,
      { test: /99999|unknown unit|100-200/ },
    ),
    ...deviations(['range.accept-ranges'], 'only HEAD says Accept-Ranges', routes),
    ...deviations(['range.if-range-changed'], 'If-Range is not read', routes),
  ],
};
