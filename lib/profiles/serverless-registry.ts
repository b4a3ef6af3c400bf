import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree =
  'https://github.com/cloudflare/serverless-registry/blob/5f97b0ec60179337d01e5f69df944bef088396c9';
const router = `${tree}/src/router.ts`;
const r2 = `${tree}/src/registry/r2.ts`;

/** serverless-registry at 5f97b0e, on workerd by miniflare. Each deviation was seen there, and its cause read. */
export const serverlessRegistry: Profile = {
  ...spec,
  name: 'serverless-registry',
  protocols: ['schema2', 'oci'],
  known: [
    ...deviations(
      [
        'name.invalid',
        'name.separator-edge',
        'name.separator-run',
        'name.empty-component',
        'tag.name.too-long',
        'tag.name.first-character',
        'tag.name.characters',
      ],
      'names and tags in the path are not held against the grammar',
      router,
    ),
    ...deviations(['name.upper-case', 'name.non-ascii'], 'names are not held against the grammar', router, {
      test: /is refused|is not another one/,
    }),
    ...deviations(['reference.malformed-put'], 'any text is taken for a reference', router, {
      test: /with a (?:colon|digest)/,
    }),
    ...deviations(
      ['blob.get.digest-match', 'blob.head.length'],
      'HEAD tells of the object that stands for a mounted blob',
      r2,
      { test: /mounted/ },
    ),
    ...deviations(
      ['upload.put.out-of-order', 'upload.put.last-chunk'],
      'a body in the PUT that closes chunks is not read, so that the digest does not fit: 500',
      r2,
    ),
    ...deviations(['manifest.put.digest-header'], 'the digest of a push is told as sha256', r2, {
      test: /by its sha512 digest/,
    }),
    ...deviations(
      ['manifest.put.digest-mismatch'],
      'the digest in the path is not held against the bytes',
      r2,
    ),
    ...deviations(
      ['manifest.missing-blob.code', 'manifest.missing-child.code'],
      'what is missing is refused with BLOB_UNKNOWN',
      r2,
    ),
    ...deviations(['manifest.missing-subject'], 'a subject that is not there is refused', r2),
    ...deviations(['tag.list.n-zero'], 'an n of 0 is refused', router),
    ...deviations(
      ['tag.list.link-format', 'http.link'],
      'the target of a Link stands without angle brackets',
      router,
    ),
    ...deviations(['error.code.listed'], 'RANGE_ERROR is none of the codes', `${tree}/src/errors.ts`, {
      test: /a chunk in the wrong place/,
    }),
    // What stands before it at Cloudflare may answer.
    ...deviations(
      ['http.expect-continue'],
      'workerd waits for the body, and says nothing before it',
      `${tree}/index.ts`,
      { sometimes: true },
    ),
  ],
};
