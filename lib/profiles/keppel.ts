import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree = 'https://github.com/sapcc/keppel/blob/db358586bdcab9f207db12215ce623743a5e2dc5/internal';
const registry = `${tree}/api/registry`;
const manifests = `${tree}/processor/manifests.go`;
const reference = `${tree}/models/manifestref.go`;
const referrers = `${registry}/referrers.go`;
const token = `${tree}/auth/token.go`;
const uploads = `${registry}/uploads.go`;

/** keppel at db35858, its API alone, with files for storage. Each deviation was seen there, and its cause read. */
export const keppel: Profile = {
  ...spec,
  name: 'keppel',
  protocols: ['schema2', 'oci'],
  known: [
    ...deviations(
      ['name.separators-doubled'],
      'the grammar of names is that of distribution-spec 1.0',
      `${tree}/models/regexes.go`,
    ),
    ...deviations(
      ['tag.name.too-long', 'tag.name.first-character', 'tag.name.characters'],
      'what is no digest is a tag',
      reference,
    ),
    ...deviations(['reference.malformed-put'], 'what is no digest is a tag', reference, {
      test: /with a (?:colon|digest)/,
    }),
    ...deviations(['upload.put.out-of-order'], 'the Content-Range of a closing PUT is not read', uploads),
    ...deviations(
      ['manifest.missing-child.code'],
      'a missing manifest is refused with MANIFEST_UNKNOWN',
      manifests,
    ),
    ...deviations(['tag.list.n-zero'], 'an n of 0 is refused', `${registry}/tags.go`),
    ...deviations(
      ['referrers.unknown-repository'],
      'a repository that nobody pushed to is answered with 404',
      `${registry}/api.go`,
      { test: /that nobody pushed to/ },
    ),
    ...deviations(['referrers.malformed-digest'], 'the digest is looked for as it comes', referrers),
    ...deviations(
      ['referrers.index-no-type'],
      'the media type stands in for a missing artifactType',
      referrers,
    ),
    ...deviations(
      ['referrers.descriptor'],
      'the size is that of a manifest with its blobs and manifests',
      manifests,
    ),
    ...deviations(['http.method.allow'], 'a 405 has no Allow', `${registry}/api.go`),
    ...deviations(
      ['challenge.present'],
      'an Authorization that cannot be read is refused without a challenge',
      `${tree}/auth/request.go`,
      {
        test: /a token after bearer|a good token after|an empty token is refused|refusal of an unknown scheme/i,
      },
    ),
    ...deviations(
      ['leak.error'],
      'an upload that no byte came to has no file to close, and the refusal shows where that would be: 500',
      `${tree}/drivers/filesystem/storage.go`,
      { test: /a blob of no bytes|a config without a byte|a script in a digest to close/, sometimes: true },
    ),
    ...deviations(
      ['token.get.challenge'],
      'a wrong password is refused without a challenge',
      `${tree}/api/auth/api.go`,
    ),
    ...deviations(
      ['jwt.no-expiry', 'jwt.critical-header'],
      'exp may be missing, and crit is not read',
      token,
    ),
    ...deviations(
      ['scope.mount-source'],
      'the token is not asked about the source of a mount in the same account',
      uploads,
    ),
    ...deviations(
      ['parallel.uploads'],
      'of several requests that make a repository at once one is answered with 500',
      `${tree}/keppel/database_helpers.go`,
      { sometimes: true },
    ),
    ...deviations(
      ['upload.patch.parallel'],
      'where a chunk begins is held against the upload before its bytes are written, and not again after',
      uploads,
      { sometimes: true },
    ),
    ...deviations(
      ['host.reflected'],
      'the realm is at X-Forwarded-Host, from whomever it comes',
      `${tree}/keppel/utils.go`,
      { test: /X-Forwarded-Host does not change where tokens are/ },
    ),
  ],
};
