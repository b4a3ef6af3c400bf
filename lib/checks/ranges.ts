import type { Answer } from '../http/exchange.ts';
import { digestOf } from '../content/digest.ts';
import type { Check } from '../types.ts';

/** A part of a blob as an answer states it; `place` is its Content-Range. */
type Part = { place: string | undefined; bytes: Buffer };

/** More than anything here asks for. */
const mostParts = 100;

/** The parts of a 206: one, or those of multipart/byteranges (RFC 9110 section 14.6). */
function partsOf(answer: Answer): Part[] {
  const [, quoted, token] =
    /^multipart\/byteranges\s*;.*\bboundary=(?:"([^"]+)"|([\w!#$%&'*+.^`|~-]+)\s*(?:;|$))/i.exec(
      answer.header('content-type') ?? '',
    ) ?? [];
  const boundary = quoted ?? token;
  if (boundary === undefined) return [{ place: answer.header('content-range'), bytes: answer.body }];
  // latin1 keeps every byte as one character.
  const [, ...parts] = `\r\n${answer.body.toString('latin1')}`.split(`\r\n--${boundary}`, mostParts);
  return parts.filter((part) => !part.startsWith('--')).map(partOf);
}

function partOf(text: string): Part {
  const end = text.indexOf('\r\n\r\n');
  const [, place] = /\r\ncontent-range:[ \t]*([^\r]*)/i.exec(text.slice(0, end)) ?? [];
  return { place, bytes: Buffer.from(text.slice(end + 4), 'latin1') };
}

/** Whether the Content-Range says where in the whole the bytes are; the size may be left open by a star. */
function isInPlace({ place, bytes }: Part, whole: Buffer): boolean {
  const [matched, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(place ?? '') ?? [];
  return (
    matched !== undefined &&
    (size === '*' || Number(size) === whole.length) &&
    Number(first) <= Number(last) &&
    Number(last) < whole.length &&
    whole.subarray(Number(first), Number(last) + 1).equals(bytes)
  );
}

/** Whether a 206 of one range is what its Content-Range says. */
export function isStatedPart(answer: Answer, whole: Buffer): Check {
  return {
    kept: isInPlace({ place: answer.header('content-range'), bytes: answer.body }, whole),
    expected: `a Content-Range that says where in the ${whole.length} bytes the body is`,
    received: toldPart({ place: answer.header('content-range'), bytes: answer.body }),
  };
}

/** Whether a range was ignored, or refused with one of these statuses. */
export function isIgnoredOr(statuses: readonly number[], answer: Answer, whole: Buffer): Check {
  return {
    kept: statuses.includes(answer.status) || isWhole(answer, whole),
    expected: `status 200 with all ${whole.length} bytes, or ${statuses.join(' or ')}`,
    received: `status ${answer.status} with ${answer.body.length} bytes, ${digestOf(answer.body)}`,
  };
}

/** Whether the answer is the whole, or parts of it that are what they say. */
export function isWholeOrParts(answer: Answer, whole: Buffer): Check {
  const parts = answer.status === 206 ? partsOf(answer) : [];
  return {
    kept: isWhole(answer, whole) || (parts.length > 0 && parts.every((part) => isInPlace(part, whole))),
    expected: `status 200 with all ${whole.length} bytes, or 206 with bytes that are where their Content-Range says`,
    received: `status ${answer.status} with ${parts.length > 0 ? parts.map(toldPart).join(', ') : `${answer.body.length} bytes`}`,
  };
}

/** Whether the parts hold exactly these bytes, in any order. */
export function areParts(answer: Answer, wanted: readonly Buffer[]): Check {
  const digests = (parts: readonly Buffer[]): string =>
    parts
      .map((bytes) => digestOf(bytes))
      .toSorted()
      .join(', ');
  const received = digests(partsOf(answer).map(({ bytes }) => bytes));
  return {
    kept: answer.status === 206 && received === digests(wanted),
    expected: `status 206 with the parts ${digests(wanted)}`,
    received: `status ${answer.status} with the parts ${received}`,
  };
}

/** Whether the answer has several parts, be they right or not. */
export function comesInParts(answer: Answer): boolean {
  return answer.status === 206 && /^multipart\/byteranges\b/i.test(answer.header('content-type') ?? '');
}

/** Whether each part has a Content-Range of its own, and the answer none. */
export function arePartsInPlace(answer: Answer, whole: Buffer): Check {
  const parts = partsOf(answer);
  const stated = answer.header('content-range');
  return {
    kept: stated === undefined && parts.every((part) => isInPlace(part, whole)),
    expected: 'parts that are where their Content-Range says, and none in the header',
    received: `Content-Range: ${stated ?? '(none)'} in the header, ${parts.map(toldPart).join(', ')}`,
  };
}

function isWhole(answer: Answer, whole: Buffer): boolean {
  return answer.status === 200 && answer.body.equals(whole);
}

function toldPart({ place, bytes }: Part): string {
  return `Content-Range: ${place ?? '(none)'} over ${bytes.length} bytes, ${digestOf(bytes)}`;
}
