import type { Rule } from './rule.ts';
import { imageSpec, rfc, spec } from './sources.ts';

const pulling = spec('Pulling manifests');
const pushing = spec('Pushing Manifests');
const blobPush = spec('Pushing blobs');
const digests = imageSpec('descriptor', 'Digests');
const errorCodes = spec('Error Codes');
const endpoints = spec('Endpoints');
const tagSchema = spec('Referrers Tag Schema');
const dots = rfc(3986, '5.2.4');
const encoding = rfc(3986, '2.4');

export const namesRules = {
  'name.valid': {
    level: 'must',
    ...pulling,
    title: 'A plain repository name is accepted',
    needs: ['push'],
  },
  'name.separators': {
    level: 'must',
    ...pulling,
    title: 'A dot, an underscore or a dash may stand inside a name component',
    needs: ['push'],
  },
  'name.separators-doubled': {
    level: 'defacto',
    since: '1.1',
    ...pulling,
    title: 'Two underscores or any run of dashes may stand inside a name component',
    needs: ['push'],
  },
  // "`<name>` MUST match": how deep and of which words, beyond that, no text says.
  'name.nested': {
    level: 'defacto',
    ...pulling,
    title: 'A repository name may have many components',
    needs: ['push'],
  },
  'name.path-words': {
    level: 'defacto',
    ...pulling,
    title: 'Words of the API such as blobs, manifests, tags and uploads may be name components',
    needs: ['push'],
  },
  'name.invalid': {
    level: 'must',
    ...pulling,
    title: 'A repository name outside the grammar is refused',
  },
  'name.upper-case': {
    level: 'must',
    ...pulling,
    title: 'A repository name with upper-case letters is refused rather than folded',
  },
  'name.separator-edge': {
    level: 'must',
    ...pulling,
    title: 'A name component that starts or ends with a separator is refused',
  },
  'name.separator-run': {
    level: 'must',
    ...pulling,
    title: 'Two dots or three underscores in a row in a repository name are refused',
  },
  'name.empty-component': {
    level: 'must',
    ...pulling,
    title: 'A repository name with an empty component is refused, or read as the path without it',
  },
  'name.non-ascii': {
    level: 'must',
    ...pulling,
    title: 'A repository name with characters beyond ASCII is refused',
  },
  'name.length-accepted': {
    level: 'defacto',
    ...pulling,
    title: 'A name is accepted as long as host, slash and name stay within 255 characters',
    needs: ['push'],
  },
  'name.length-refused': {
    level: 'defacto',
    since: '1.1',
    ...pulling,
    title: 'A name of 256 characters is refused',
  },
  'name.code': {
    level: 'defacto',
    ...errorCodes,
    title:
      'The refusal of a malformed repository name has the code NAME_INVALID, if not that of a lack of rights',
  },
  'name.unknown-code': {
    level: 'defacto',
    ...errorCodes,
    title: 'The 404 for the tags of an unknown repository has the code NAME_UNKNOWN',
    needs: ['tag-list'],
  },
  'name.dot-segments': {
    level: 'security',
    ...dots,
    title: 'A path with dot segments never reaches another repository than the one it spells',
  },
  'name.encoded-dots': {
    level: 'security',
    ...dots,
    title: 'Percent-encoded dot segments never reach another repository',
  },
  'name.encoded-slash': {
    level: 'security',
    ...encoding,
    title: 'A percent-encoded slash in a name never reaches another repository',
  },
  'reference.malformed-get': {
    level: 'must',
    ...pulling,
    title: 'A manifest cannot be pulled by something that is neither a tag nor a digest',
  },
  'reference.malformed-get-status': {
    level: 'defacto',
    ...endpoints,
    title: 'A pull by something that is neither a tag nor a digest is refused with 400 or 404',
  },
  'reference.malformed-put': {
    level: 'must',
    ...pushing,
    title: 'A manifest cannot be pushed under something that is neither a tag nor a digest',
    needs: ['push'],
  },
  'reference.malformed-put-status': {
    level: 'defacto',
    ...endpoints,
    title: 'A push under something that is neither a tag nor a digest is refused with 400 or 404',
    needs: ['push'],
  },
  'tag.name.valid': {
    level: 'must',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...pulling,
    title: 'Letters, digits, underscores, dots and dashes may stand in a tag',
    needs: ['push'],
  },
  'tag.name.numeric': {
    level: 'must',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...pulling,
    title: 'A tag may be a number',
    needs: ['push'],
  },
  'tag.name.underscore': {
    level: 'must',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...pulling,
    title: 'A tag may start with an underscore',
    needs: ['push'],
  },
  'tag.name.longest': {
    level: 'must',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...pulling,
    title: 'A tag of 128 characters is accepted',
    needs: ['push'],
  },
  'tag.name.too-long': {
    level: 'must',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...pulling,
    title: 'A tag of 129 characters is refused',
    needs: ['push'],
  },
  'tag.name.first-character': {
    level: 'must',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...pulling,
    title: 'A tag that starts with a dot or a dash is refused',
    needs: ['push'],
  },
  'tag.name.characters': {
    level: 'must',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...pulling,
    title: 'A tag with a character outside the grammar is refused',
    needs: ['push'],
  },
  'tag.name.case': {
    level: 'defacto',
    ...pulling,
    title: 'Tags that differ only in case are different tags',
    needs: ['push'],
  },
  'tag.name.digest-like': {
    level: 'must',
    since: '1.1',
    ...tagSchema,
    title: 'A tag of the form sha256-<hex> is stored and read like any other tag',
    needs: ['push'],
  },
  'digest.content': {
    level: 'must',
    ...digests,
    title: 'What is served under a digest, wherever it is met, has that digest',
  },
  'digest.malformed-get': {
    level: 'defacto',
    ...digests,
    title: 'A blob asked for by a malformed digest is answered with 400 or 404',
  },
  'digest.malformed-delete': {
    level: 'defacto',
    ...digests,
    title: 'A blob deletion by a malformed digest is answered with 400, 404 or 405',
    needs: ['blob-delete'],
  },
  'digest.upper-case': {
    level: 'defacto',
    ...digests,
    title: 'A digest in upper-case hex is not taken for the lower-case one',
  },
  'digest.truncated': {
    level: 'defacto',
    ...digests,
    title: 'A digest that is too short for its algorithm finds nothing',
  },
  'digest.malformed-put': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.1' },
    ...blobPush,
    title: 'An upload closed with a malformed digest is refused with 400',
    needs: ['push'],
  },
  'digest.malformed-post': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.1' },
    ...blobPush,
    title: 'A single POST with a malformed digest is refused with 400',
    needs: ['single-post'],
  },
  'digest.unsupported-put': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.1' },
    ...blobPush,
    title: 'An upload closed with a digest of an unknown algorithm is refused with 400',
    needs: ['push'],
  },
  'digest.code': {
    level: 'defacto',
    ...errorCodes,
    title: 'The refusal of an upload with a malformed digest has the code DIGEST_INVALID',
    needs: ['push'],
  },
} as const satisfies Record<string, Rule>;
