import { algorithmOf, digestOf } from '../content/digest.ts';
import { errorCodes } from '../http/errors.ts';
import { ManifestError, type Manifest } from '../content/manifest.ts';
import { verifySchema1 } from '../content/schema1.ts';
import type { Answer } from '../http/exchange.ts';
import { someOf } from '../registry/lists.ts';
import { excerpt } from '../text/cut.ts';
import type { Check } from '../types.ts';

/** Whether the body is these bytes. */
export function hasBytes({ body }: Answer, bytes: Buffer): Check {
  const describe = (some: Buffer): string => `${some.length} bytes, ${digestOf(some)}`;
  return { kept: body.equals(bytes), expected: describe(bytes), received: describe(body) };
}

function told({ request, status, body }: Answer): string {
  return `${request.method} answered ${status} with ${body.length} bytes, ${digestOf(body)}`;
}

/** Whether a manifest that the registry may take or not is served as pushed once it was taken. */
export function servedOrRefused(push: Answer, pull: Answer): Check {
  const pushed = push.request.body ?? Buffer.alloc(0);
  const refused = push.status >= 400 && push.status < 500 && pull.status >= 400;
  const served =
    push.status >= 200 &&
    push.status < 300 &&
    pull.status >= 200 &&
    pull.status < 300 &&
    pull.body.equals(pushed);
  return {
    kept: refused || served,
    expected: `a 4xx and nothing stored, or the ${pushed.length} bytes pushed, ${digestOf(pushed)}`,
    received: `PUT answered ${push.status}, then ${told(pull)}`,
  };
}

/** The digest headers of an answer and of the redirects that led there: where content is elsewhere, the storage knows of none. */
export function digestsStated(answer: Answer): string[] {
  const { led } = answer.request;
  const stated = answer.header('docker-content-digest');
  return [...(led === undefined ? [] : digestsStated(led)), ...(stated === undefined ? [] : [stated])];
}

/** Whether the registry states a digest. */
export function statesDigest(answer: Answer): Check {
  const stated = digestsStated(answer);
  return {
    kept: stated.length > 0,
    expected: 'a Docker-Content-Digest, here or with a redirect to here',
    received: toldDigests(stated),
  };
}

function toldDigests(stated: readonly string[]): string {
  return `Docker-Content-Digest: ${someOf(stated).join(', ') || '(none)'}`;
}

/** Whether the Content-Type is this media type, its parameters and its case aside (RFC 9110 section 8.3.1). */
export function hasMediaType(answer: Answer, mediaType: string): Check {
  const stated = answer.header('content-type');
  return {
    kept: stated?.split(';', 1)[0]?.trim().toLowerCase() === mediaType.toLowerCase(),
    expected: `Content-Type: ${mediaType}`,
    received: `Content-Type: ${stated ?? '(none)'}`,
  };
}

/** Whether the Content-Type says JSON, or JSON of some kind. */
export function claimsJson(answer: Answer): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(answer.header('content-type') ?? '');
}

/** Whether the Content-Type is what a manifest says of itself; where it says nothing, whether there is one. */
export function hasOwnMediaType(answer: Answer): Check {
  const { mediaType } = (answer.json ?? {}) as { mediaType?: unknown };
  if (typeof mediaType === 'string') return hasMediaType(answer, mediaType);
  const stated = answer.header('content-type');
  return {
    kept: stated !== undefined && stated !== '',
    expected: 'a Content-Type',
    received: `Content-Type: ${stated ?? '(none)'}`,
  };
}

/** Whether the error body carries one of these codes. */
export function hasErrorCode(answer: Answer, codes: readonly string[]): Check {
  const received = errorCodes(answer);
  return {
    kept: received.some((code) => codes.includes(code)),
    expected: `error code ${codes.join(' or ')}`,
    received:
      received.length === 0 ? `no error code in: ${excerpt(answer.text)}` : someOf(received).join(', '),
  };
}

/** Whether OCI-Tag names these tags, each once, in any order and on any number of lines. */
export function namesTags(answer: Answer, tags: readonly string[]): Check {
  const named = answer.values('oci-tag').flatMap((value) => value.split(',').map((tag) => tag.trim()));
  return {
    kept: named.toSorted().join(' ') === tags.toSorted().join(' '),
    expected: `OCI-Tag: ${tags.join(', ')}`,
    received: `status ${answer.status}, OCI-Tag: ${named.join(', ') || '(none)'}`,
  };
}

/**
 * Whether the manifest itself came, not another form of it: told by its bytes, or by its digest, as a registry may
 * sign a schema1 manifest anew.
 */
export function servesStored(answer: Answer, { bytes, mediaType, digest }: Manifest): Check {
  const same = answer.header('docker-content-digest') === digest && hasMediaType(answer, mediaType).kept;
  const served = answer.status >= 200 && answer.status < 300;
  return {
    kept: served && (same || answer.body.equals(bytes)),
    expected: `${mediaType}, ${bytes.length} bytes, ${digest}`,
    received: `${told(answer)}, ${answer.header('content-type') ?? 'without a Content-Type'}`,
  };
}

/** Whether a request was not carried out, be it by a refusal or by a failure. */
export function isNotCarriedOut({ status }: Answer): Check {
  return { kept: status >= 400, expected: 'a refusal', received: `status ${status}` };
}

/** Whether what came is the manifest itself, something under another media type, or nothing. */
export function servesStoredOrOther(answer: Answer, manifest: Manifest): Check {
  const stored = servesStored(answer, manifest);
  const converted = answer.status === 200 && !hasMediaType(answer, manifest.mediaType).kept;
  const kept = stored.kept || converted || [404, 406].includes(answer.status);
  return { ...stored, kept, expected: `404, 406, another media type, or ${stored.expected}` };
}

/** Whether an answer, of whatever status, is not this manifest. */
export function isOther(answer: Answer, { bytes, digest }: Manifest): Check {
  return { kept: !answer.body.equals(bytes), expected: `any answer but ${digest}`, received: told(answer) };
}

/** Whether each digest header, where there is one, is one of these bytes, of any algorithm known here. */
export function agreesWith(answer: Answer, bytes: Buffer): Check {
  const stated = digestsStated(answer);
  const isRight = (digest: string): boolean => {
    const algorithm = algorithmOf(digest);
    return algorithm !== undefined && digest === digestOf(bytes, algorithm);
  };
  const wrong = stated.find((digest) => !isRight(digest));
  return {
    kept: wrong === undefined,
    expected: `Docker-Content-Digest: ${digestOf(bytes, wrong === undefined ? undefined : algorithmOf(wrong))}`,
    received: toldDigests(stated),
  };
}

/** Whether the digest header, where there is one, is this digest. */
export function statesAtMost(answer: Answer, digest: string): Check {
  const stated = answer.header('docker-content-digest');
  return {
    kept: stated === undefined || stated === digest,
    expected: `Docker-Content-Digest: ${digest}, or none`,
    received: `Docker-Content-Digest: ${stated ?? '(none)'}`,
  };
}

/** Whether the digest header, where there is one, is of this manifest, by whatever algorithm: that of schema1 is of its payload. */
export function namesManifest(answer: Answer, { bytes, digest }: Manifest): Check {
  const stated = statesAtMost(answer, digest);
  return { ...stated, kept: stated.kept || agreesWith(answer, bytes).kept };
}

/** Whether a header lets a cache keep the answer, or ask whether what it has is still right. */
export function isCacheable(answer: Answer): Check {
  const names = ['etag', 'last-modified', 'expires', 'cache-control'];
  const found = names.flatMap((name) => answer.values(name).map((value) => `${name}: ${value}`));
  return {
    kept: found.length > 0 && !/no-store/i.test(answer.header('cache-control') ?? ''),
    expected: 'ETag, Last-Modified, Expires or Cache-Control, and no Cache-Control: no-store',
    received: found.join(', ') || 'none of them',
  };
}

/** What a storage that GET alone is sent on to says of its own resource, whatever the registry says of the content. */
const ofResource = ['content-type', 'etag'];

/** Whether HEAD and GET have the same value of a header, or both none. */
export function haveSame(name: string, head: Answer, get: Answer): Check {
  const line = (answer: Answer): string => `${name}: ${answer.header(name) ?? '(none)'}`;
  const [isHeadElsewhere, isGetElsewhere] = [head, get].map(({ request: { first } }) => first !== undefined);
  return {
    kept:
      head.header(name) === get.header(name) ||
      (ofResource.includes(name) && isHeadElsewhere !== isGetElsewhere),
    expected: `${line(get)}, as GET says`,
    received: line(head),
  };
}

/** The same where both have the header; other rules say that they must. */
export function haveSameWhereStated(name: string, head: Answer, get: Answer): Check {
  const { kept, ...words } = haveSame(name, head, get);
  return { ...words, kept: kept || head.header(name) === undefined || get.header(name) === undefined };
}

/** Whether a dubious path was refused, or led to these bytes alone. */
export function isRefusedOr(answer: Answer, bytes: Buffer): Check {
  const refused = answer.status >= 300 && answer.status < 500;
  return {
    kept: refused || (answer.status === 200 && answer.body.equals(bytes)),
    expected: `a redirect, a 4xx, or 200 with ${bytes.length} bytes, ${digestOf(bytes)}`,
    received: told(answer),
  };
}

/** Whether the body is as long as its Content-Length, where there is one. */
export function isAsLongAsStated(answer: Answer): Check {
  const stated = answer.header('content-length');
  return {
    kept: stated === undefined || stated === `${answer.body.length}`,
    expected: `a body of ${stated ?? 'any number of'} bytes`,
    received: `${answer.body.length} bytes`,
  };
}

/** Whether each of these tags is named in OCI-Tag, or the request refused. */
export function namesTagsOrRefuses(answer: Answer, tags: readonly string[]): Check {
  const named = namesTags(answer, tags);
  const refused = answer.status >= 400 && answer.status < 500;
  return { ...named, kept: refused || named.kept, expected: 'a 4xx, or each tag in OCI-Tag' };
}

/** Whether HEAD and GET found the same manifest, or both none. A digest that one does not state is another matter. */
export function chooseAlike(head: Answer, get: Answer): Check {
  const [ours, theirs] = [head, get].map((answer) => answer.header('docker-content-digest'));
  const sameDigest = ours === undefined || theirs === undefined || ours === theirs;
  return {
    kept: head.status < 300 === get.status < 300 && sameDigest,
    expected: `as GET, which answered ${get.status} with the digest ${theirs ?? '(none)'}`,
    received: `HEAD answered ${head.status} with the digest ${ours ?? '(none)'}`,
  };
}

/** Whether a schema1 answer signs what was pushed: a registry may store the payload and the signatures apart. */
export function signsTheSame(answer: Answer, pushed: Manifest): Check {
  const payload = (document: Buffer): string => {
    try {
      return digestOf(verifySchema1(document).payload);
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      return `a document that ${error.message}`;
    }
  };
  const received = payload(answer.body);
  return { kept: received === pushed.digest, expected: `a signed payload of ${pushed.digest}`, received };
}
