import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree = 'https://github.com/cue-labs/oci/blob/5eb5795f322ad5501a28ecedeb7e9956838fd8a6/ociregistry';
const errors = `${tree}/error.go`;
const lister = `${tree}/ociserver/lister.go`;
const memory = `${tree}/ocimem/desciter.go`;
const range = `${tree}/ociserver/range.go`;
const request = `${tree}/internal/ocirequest/request.go`;

/** ocimem of cue-labs/oci at 5eb5795, behind its ociserver. Each deviation was seen there, and its cause read. */
export const ocimem: Profile = {
  ...spec,
  name: 'ocimem',
  protocols: ['schema2', 'oci'],
  known: [
    ...deviations(
      ['upload.put.out-of-order'],
      'a closing PUT out of place fails with an error whose code is lost, and so with 500',
      `${tree}/ociserver/writer.go`,
    ),
    ...deviations(['manifest.put.type-confusion'], 'fields of the other kind are ignored', memory),
    ...deviations(['tag.list.array'], 'no tags are listed as null', lister, { test: /the final tag/ }),
    ...deviations(['referrers.empty'], 'no referrers are listed as null', lister),
    ...deviations(
      ['referrers.unknown-repository'],
      'a repository that nobody pushed to is answered with 404',
      `${tree}/ocimem/lister.go`,
      { test: /that nobody pushed to/ },
    ),
    ...deviations(['error.code.listed'], 'RANGE_INVALID and UNKNOWN are none of the codes', errors, {
      test: /the refusal of (?:a chunk in the wrong place|a malformed digest of a manifest|a method|an unknown upload)/,
    }),
    ...deviations(
      ['http.answered'],
      'the first character of a reference is read, though it may be empty, and the handler panics',
      `${tree}/ociref/reference.go`,
      { test: /no characters at all/ },
    ),
    ...deviations(['http.method.allow'], 'a 405 has no Allow', request),
    ...deviations(['range.unknown-unit'], 'every Range but that of bytes is refused', range),
    ...deviations(['range.if-range-changed'], 'If-Range is not read', `${tree}/ociserver/reader.go`),
  ],
};
