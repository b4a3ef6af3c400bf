import { algorithmOf, digestOf } from './content/digest.ts';
import { errorCodes } from './errors.ts';
import type { Answer } from './exchange.ts';

type Check = { kept: boolean; expected: string; received: string };

function told({ request, status, body }: Answer): string {
  return `${request.method} answered ${status} with ${body.length} bytes, ${digestOf(body)}`;
}

/** Whether a manifest that the registry may take or not is served as pushed once it was taken. */
export function servedOrRefused(push: Answer, pull: Answer): Check {
  const pushed = push.request.body ?? Buffer.alloc(0);
  const refused = push.status >= 400 && push.status < 500 && pull.status === 404;
  const served = push.status >= 200 && push.status < 300 && pull.status === 200 && pull.body.equals(pushed);
  return {
    kept: refused || served,
    expected: `a 4xx and nothing stored, or the ${pushed.length} bytes pushed, ${digestOf(pushed)}`,
    received: `PUT answered ${push.status}, then ${told(pull)}`,
  };
}

/** Whether the digest header is one of these bytes, of any algorithm known here. */
export function hasDigestOf(answer: Answer, bytes: Buffer): Check {
  const stated = answer.header('docker-content-digest');
  const algorithm = stated === undefined ? undefined : algorithmOf(stated);
  return {
    kept: algorithm !== undefined && stated === digestOf(bytes, algorithm),
    expected: `Docker-Content-Digest: ${digestOf(bytes, algorithm)}`,
    received: `Docker-Content-Digest: ${stated ?? '(none)'}`,
  };
}

/** Whether the Content-Type is this media type, its parameters aside. */
export function hasMediaType(answer: Answer, mediaType: string): Check {
  const stated = answer.header('content-type');
  return {
    kept: stated?.split(';', 1)[0]?.trim() === mediaType,
    expected: `Content-Type: ${mediaType}`,
    received: `Content-Type: ${stated ?? '(none)'}`,
  };
}

/** Whether the error body carries one of these codes. */
export function hasErrorCode(answer: Answer, codes: readonly string[]): Check {
  const received = errorCodes(answer);
  return {
    kept: received.some((code) => codes.includes(code)),
    expected: `error code ${codes.join(' or ')}`,
    received: received.length === 0 ? `no error code in: ${answer.text.slice(0, 200)}` : received.join(', '),
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
