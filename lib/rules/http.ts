import type { Rule } from './rule.ts';
import { rfc, spec, weakness } from './sources.ts';

const blobs = spec('Pulling blobs');
const api = spec('API');
const head = rfc(9110, '9.3.2');
const bytes = rfc(9110, '14.1.2');
const rangeHeader = rfc(9110, '14.2');
const acceptRanges = rfc(9110, '14.3');
const partial = rfc(9110, '15.3.7');
const multipart = rfc(9110, '14.6');
const unsatisfiable = rfc(9110, '15.5.17');
const contentLength = rfc(9110, '8.6');
const ifRange = rfc(9110, '13.1.5');
const etag = rfc(9110, '8.8.3');
const ifNoneMatch = rfc(9110, '13.1.2');
const ifMatch = rfc(9110, '13.1.1');
const preconditions = rfc(9110, '13.2.2');
const notModified = rfc(9110, '15.4.5');
const comparison = rfc(9110, '8.8.3.2');
const notAllowed = rfc(9110, '15.5.6');
const methods = rfc(9110, '9.1');
const allow = rfc(9110, '10.2.1');
const notFound = rfc(9110, '15.5.5');
const expect = rfc(9110, '10.1.1');
const chunked = rfc(9112, '7.1');
const answering = rfc(9110, '3.4');
const message = rfc(9112, '2.1');
const exhaustion = weakness(770);

export const httpRules = {
  'http.answered': {
    level: 'must',
    ...answering,
    title: 'A request is answered: its connection does not end before a response',
  },
  'http.readable': {
    level: 'must',
    ...message,
    title: 'What a server sends can be read as HTTP/1.1',
  },
  'http.bounded': {
    level: 'security',
    ...exhaustion,
    title: 'An answer ends, and a client can hold it',
  },
  'range.supported': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...blobs,
    title: 'A range of a blob can be asked for',
  },
  'range.closed': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...bytes,
    title: 'A range with both ends brings exactly those bytes with 206',
    needs: ['range'],
  },
  'range.open': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...bytes,
    title: 'A range without an end runs to the end of the blob',
    needs: ['range'],
  },
  'range.suffix': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...bytes,
    title: 'A suffix range brings the final bytes of the blob',
    needs: ['range'],
  },
  'range.suffix-long': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...bytes,
    title: 'A suffix range longer than the blob brings all of it',
    needs: ['range'],
  },
  'range.suffix-zero': {
    level: 'defacto',
    ...bytes,
    title: 'A suffix range of no bytes is refused with 416 or ignored',
    needs: ['range'],
  },
  'range.clamped': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...bytes,
    title: 'A range that runs past the end is cut at the end of the blob',
    needs: ['range'],
  },
  'range.huge': {
    level: 'defacto',
    ...bytes,
    title: 'A range that ends beyond any integer is cut at the end of the blob',
    needs: ['range'],
  },
  'range.past-end': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.0' },
    ...unsatisfiable,
    title: 'A range that starts past the end is refused with 416',
    needs: ['range'],
  },
  'range.past-end-size': {
    level: 'should',
    ...unsatisfiable,
    title: 'A 416 on a blob states its size in Content-Range',
    needs: ['range'],
  },
  'range.refused-length': {
    level: 'must',
    ...contentLength,
    title: 'A 416 comes whole, as long as its Content-Length says',
    needs: ['range'],
  },
  'range.inverted': {
    level: 'defacto',
    ...bytes,
    title: 'A range that ends before it starts is ignored or refused with 400 or 416',
    needs: ['range'],
  },
  'range.malformed': {
    level: 'defacto',
    ...rangeHeader,
    title: 'A range outside the grammar is ignored or refused with 400 or 416',
    needs: ['range'],
  },
  'range.unknown-unit': {
    level: 'must',
    ...rangeHeader,
    title: 'A range in an unknown unit is ignored',
    needs: ['range'],
  },
  'range.content-range': {
    level: 'must',
    ...partial,
    title: 'A 206 of one range states its place, and the size or a star, in Content-Range',
    needs: ['range'],
  },
  'range.etag': {
    level: 'must',
    ...partial,
    title: 'A 206 has the ETag that the 200 in its place would have',
    needs: ['range', 'conditional'],
  },
  'range.content-length': {
    level: 'defacto',
    ...partial,
    title: 'The Content-Length of a 206 is that of the part',
    needs: ['range'],
  },
  'range.digest-header': {
    level: 'defacto',
    ...partial,
    title: 'The digest header of a 206, when sent, is that of the whole blob',
    needs: ['range'],
  },
  'range.several': {
    level: 'should',
    ...multipart,
    title: 'Several ranges come as multipart/byteranges, one part each',
    needs: ['range', 'multi-range'],
  },
  'range.several-content-range': {
    level: 'must',
    ...partial,
    title: 'A 206 of several ranges has Content-Range in each part and none in its header',
    needs: ['range', 'multi-range'],
  },
  'range.several-safe': {
    level: 'defacto',
    ...rangeHeader,
    title: 'A request for several ranges is answered in full, in parts or with one range, never wrongly',
    needs: ['range'],
  },
  'range.head': {
    level: 'must',
    ...rangeHeader,
    title: 'HEAD ignores a range',
    needs: ['range'],
  },
  'range.accept-ranges': {
    level: 'defacto',
    ...acceptRanges,
    title: 'A blob that can be read in ranges says so in Accept-Ranges',
    needs: ['range'],
  },
  'range.not-claimed': {
    level: 'defacto',
    ...acceptRanges,
    title: 'A registry that answers a range in full does not claim to accept ranges',
  },
  'range.empty-blob': {
    level: 'defacto',
    ...bytes,
    title: 'A range of an empty blob is refused with 416 or ignored',
    needs: ['range'],
  },
  'range.manifest': {
    level: 'defacto',
    ...rangeHeader,
    title: 'A range of a manifest is answered rightly or ignored',
  },
  'range.put': {
    level: 'must',
    ...rangeHeader,
    title: 'A Range header on a push is ignored',
  },
  'range.if-range-match': {
    level: 'should',
    ...ifRange,
    title: 'A range is sent when If-Range holds the ETag of the blob',
    needs: ['range', 'conditional'],
  },
  'range.if-range-changed': {
    level: 'must',
    ...ifRange,
    title: 'The whole blob is sent when If-Range holds another ETag',
    needs: ['range'],
  },
  'range.if-none-match': {
    level: 'must',
    ...preconditions,
    title: 'A range of a blob with its ETag in If-None-Match is answered with 304',
    needs: ['range', 'conditional'],
  },
  'etag.blob': {
    level: 'defacto',
    ...etag,
    title: 'A blob carries an ETag',
    needs: ['conditional'],
  },
  'etag.manifest': {
    level: 'defacto',
    ...etag,
    title: 'A manifest carries an ETag',
    needs: ['conditional'],
  },
  'etag.format': {
    level: 'must',
    ...etag,
    title: 'An ETag is a quoted string',
    needs: ['conditional'],
  },
  'etag.stable': {
    level: 'defacto',
    ...etag,
    title: 'The ETag of unchanged content stays the same',
    needs: ['conditional'],
  },
  'etag.distinct': {
    level: 'must',
    ...rfc(9110, '8.8.3.3'),
    title: 'Two forms of one resource, as packed and plain or converted and stored, share no strong ETag',
    needs: ['conditional'],
  },
  'etag.changes': {
    level: 'should',
    ...etag,
    title: 'The ETag of a tag changes when the tag moves to another manifest',
    needs: ['conditional'],
  },
  'if-none-match.blob': {
    level: 'must',
    ...ifNoneMatch,
    title: 'GET on a blob with its ETag in If-None-Match is answered with 304',
    needs: ['conditional'],
  },
  'if-none-match.manifest': {
    level: 'must',
    ...ifNoneMatch,
    title: 'GET on a manifest with its ETag in If-None-Match is answered with 304',
    needs: ['conditional'],
  },
  'if-none-match.head': {
    level: 'must',
    ...ifNoneMatch,
    title: 'HEAD with the ETag in If-None-Match is answered with 304',
    needs: ['conditional'],
  },
  'if-none-match.other': {
    level: 'must',
    ...ifNoneMatch,
    title: 'GET with another ETag in If-None-Match is answered in full',
    needs: ['conditional'],
  },
  'if-none-match.list': {
    level: 'must',
    ...ifNoneMatch,
    title: 'The ETag is found among several in If-None-Match',
    needs: ['conditional'],
  },
  'if-none-match.any': {
    level: 'must',
    ...ifNoneMatch,
    title: 'If-None-Match with a star matches whatever exists',
    needs: ['conditional'],
  },
  'if-none-match.weak': {
    level: 'must',
    ...comparison,
    title: 'If-None-Match compares without regard to weakness',
    needs: ['conditional'],
  },
  'if-none-match.missing': {
    level: 'defacto',
    ...ifNoneMatch,
    title: 'Content that is missing is a 404 whatever If-None-Match says',
  },
  'not-modified.body': {
    level: 'must',
    ...notModified,
    title: 'A 304 has no body',
    needs: ['conditional'],
  },
  'not-modified.etag': {
    level: 'must',
    ...notModified,
    title: 'A 304 repeats the ETag',
    needs: ['conditional'],
  },
  'not-modified.length': {
    level: 'must',
    ...contentLength,
    title: 'A 304 that states a length states that of the 200 in its place',
    needs: ['conditional'],
  },
  'if-match.put': {
    level: 'must',
    ...ifMatch,
    title: 'A push of a tag with a stale ETag in If-Match is refused with 412',
    needs: ['conditional-push', 'tag-move'],
  },
  'if-match.put-current': {
    level: 'must',
    ...ifMatch,
    title: 'A push of a tag with its current ETag in If-Match is carried out',
    needs: ['conditional-push', 'tag-move'],
  },
  'if-none-match.put': {
    level: 'must',
    ...ifNoneMatch,
    title: 'A push with a star in If-None-Match to an existing tag is refused with 412',
    needs: ['conditional-push', 'tag-move'],
  },
  'if-none-match.put-new': {
    level: 'must',
    ...ifNoneMatch,
    title: 'A push with a star in If-None-Match to a tag that is not there is carried out',
    needs: ['conditional-push'],
  },
  'head.body': {
    level: 'must',
    ...head,
    title: 'No answer to HEAD has a body',
  },
  'head.parity.status': {
    level: 'should',
    ...head,
    title: 'HEAD and GET answer with the same status',
  },
  'head.parity.length': {
    level: 'should',
    ...head,
    title: 'HEAD and GET state the same Content-Length',
  },
  'head.parity.content-type': {
    level: 'should',
    ...head,
    title: 'HEAD and GET state the same Content-Type',
  },
  'head.parity.digest': {
    level: 'should',
    ...head,
    title: 'HEAD and GET state the same Docker-Content-Digest',
  },
  'head.parity.etag': {
    level: 'should',
    ...head,
    title: 'HEAD and GET state the same ETag',
    needs: ['conditional'],
  },
  'http.location': {
    level: 'must',
    ...rfc(9110, '10.2.2'),
    title: 'A Location, wherever it is sent, is a URI reference',
  },
  'http.link': {
    level: 'must',
    ...rfc(8288, '3'),
    title: 'A Link, wherever it is sent, is a list of web links',
  },
  'http.coding-unasked': {
    level: 'should',
    ...rfc(9110, '12.5.3'),
    title: 'What is asked for as it is does not come in a content coding',
  },
  'http.date': {
    level: 'must',
    ...rfc(9110, '5.6.7'),
    title: 'Date and Last-Modified are times in the format of HTTP, where they are sent',
  },
  'http.retry-after': {
    level: 'defacto',
    ...rfc(9110, '10.2.3'),
    title: 'A Retry-After asks a client to wait for a day at most',
  },
  'http.method.refused': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.1' },
    ...methods,
    title: 'A method that a resource does not offer is refused with 405, an unknown one with 405 or 501',
  },
  'http.method.allow': {
    level: 'must',
    ...notAllowed,
    title: 'A 405 lists the offered methods in Allow',
  },
  'http.method.allow-true': {
    level: 'defacto',
    ...allow,
    title: 'Every method that Allow lists is one that the resource offers',
  },
  'http.path.unknown': {
    level: 'should',
    formerly: { level: 'defacto', upTo: '1.1' },
    ...notFound,
    title: 'A path outside the API is answered with 404',
  },
  'http.path.trailing-slash': {
    level: 'defacto',
    ...notFound,
    title: 'A slash too many at the end does not reach other content or lose the method',
  },
  'http.path.double-slash': {
    level: 'defacto',
    ...notFound,
    title: 'A doubled slash does not reach other content',
  },
  'http.path.case': {
    level: 'defacto',
    ...notFound,
    title: 'The words of a path are not folded in case',
  },
  'http.query.unknown': {
    level: 'defacto',
    ...api,
    title: 'An unknown query parameter is ignored',
  },
  'http.expect-continue': {
    level: 'must',
    ...expect,
    title: 'A push that waits for 100 Continue is taken or refused in time',
  },
  'http.transfer-encoding': {
    level: 'must',
    ...chunked,
    title: 'A manifest sent without Content-Length in transfer chunks is taken or refused with 411',
  },
} as const satisfies Record<string, Rule>;
