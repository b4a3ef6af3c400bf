import type { Rule } from './rule.ts';
import { docker, imageSpec, rfc, spec } from './sources.ts';

const pulling = spec('Pulling blobs');
const checking = spec('Checking if content exists in the registry');
const pushing = spec('Pushing blobs');
const errorCodes = spec('Error Codes');
const digests = imageSpec('descriptor', 'Digests');
const content = rfc(9110, '8.6');
const encoding = rfc(9110, '8.4');
const fetch = docker('Pulling a Layer');
const type = rfc(9110, '8.3');

export const blobsRules = {
  'blob.get.status': {
    level: 'must',
    ...pulling,
    title: 'GET on an existing blob is answered with 200',
  },
  'blob.get.bytes': {
    level: 'must',
    ...pulling,
    title: 'The body of a blob is exactly the bytes that were pushed',
  },
  'blob.get.digest-header': {
    level: 'must',
    formerly: { level: 'should', upTo: '1.1' },
    ...pulling,
    title: 'GET on a blob carries Docker-Content-Digest',
  },
  'blob.get.digest-match': {
    level: 'must',
    ...pulling,
    title: 'The digest header of a blob, of whatever algorithm, is a digest of the body',
  },
  'blob.get.length': {
    level: 'defacto',
    ...content,
    title: 'GET on a blob states its size in Content-Length',
  },
  'blob.get.content-type': {
    level: 'defacto',
    ...type,
    title: 'GET on a blob states a Content-Type',
  },
  'blob.get.content-encoding': {
    level: 'defacto',
    ...encoding,
    title: 'A blob is not compressed on its way to a client that did not ask for it',
  },
  'blob.get.missing': {
    level: 'must',
    ...pulling,
    title: 'GET on a blob that the registry does not have is answered with 404',
  },
  'blob.get.missing-code': {
    level: 'defacto',
    ...errorCodes,
    title: 'The 404 of a missing blob has the code BLOB_UNKNOWN',
  },
  'blob.get.other-repository': {
    level: 'must',
    since: '1.1',
    ...pulling,
    title: 'GET on a blob that only another repository holds is answered with 404',
  },
  'blob.get.cache': {
    level: 'defacto',
    ...fetch,
    title: 'A blob comes with headers that let it be cached',
  },
  'blob.head.status': {
    level: 'must',
    ...checking,
    title: 'HEAD on an existing blob is answered with 200',
  },
  'blob.head.length': {
    level: 'must',
    since: '1.1',
    formerly: { level: 'should', upTo: '1.1' },
    ...checking,
    title: 'HEAD on a blob states its size in Content-Length',
  },
  'blob.head.digest-header': {
    level: 'must',
    formerly: { level: 'should', upTo: '1.1' },
    ...checking,
    title: 'HEAD on a blob carries Docker-Content-Digest',
  },
  'blob.head.missing': {
    level: 'must',
    ...checking,
    title: 'HEAD on a blob that the registry does not have is answered with 404',
  },
  'blob.head.other-repository': {
    level: 'must',
    since: '1.1',
    ...checking,
    title: 'HEAD on a blob that only another repository holds is answered with 404',
  },
  'blob.empty': {
    level: 'defacto',
    ...digests,
    title: 'A blob of no bytes can be pushed and pulled',
    needs: ['push'],
  },
  'blob.large': {
    level: 'defacto',
    ...pulling,
    title: 'A blob of several megabytes comes back whole',
    needs: ['push'],
  },
  'blob.sha512': {
    level: 'defacto',
    ...digests,
    title: 'A blob pushed by its sha512 digest can be pulled by that digest',
    needs: ['sha512'],
  },
  'blob.sha512-head': {
    level: 'defacto',
    ...digests,
    title: 'HEAD finds a blob by its sha512 digest, and its size',
    needs: ['sha512'],
  },
  'blob.sha512-missing': {
    level: 'must',
    ...pulling,
    title: 'A blob that was not pushed is not found by a sha512 digest',
    needs: ['sha512'],
  },
  'blob.sha512-range': {
    level: 'defacto',
    ...digests,
    title: 'A range of a blob can be asked for by its sha512 digest',
    needs: ['sha512', 'range'],
  },
  'blob.sha512-mount': {
    level: 'defacto',
    ...digests,
    title: 'A mount by a sha512 digest leads to the blob, at once or by the upload that it opens',
    needs: ['sha512', 'mount'],
  },
  'blob.sha512-delete': {
    level: 'defacto',
    ...digests,
    title: 'A blob can be deleted by its sha512 digest, and by that alone',
    needs: ['sha512', 'blob-delete'],
  },
  'blob.sha512-mismatch': {
    level: 'must',
    ...pulling,
    title: 'An upload whose bytes do not have the stated sha512 digest is refused',
    needs: ['sha512'],
  },
  'blob.sha512-mismatch-status': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.1' },
    ...pushing,
    title: 'An upload whose bytes do not have the stated sha512 digest is refused with 400',
    needs: ['sha512'],
  },
} as const satisfies Record<string, Rule>;
