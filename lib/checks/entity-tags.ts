import { test } from '@playwright/test';
import type { Answer } from '../http/exchange.ts';
import type { Check } from '../types.ts';
import { unsupported } from '../run/skip-reason.ts';

/** RFC 9110 section 8.8.3. */
export const entityTag = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/** An entity tag that no content has. */
export const anotherTag = '"dockside-another"';

/** The ETag of an answer, which need not have one: a test that gets none has nothing to judge. */
export function givenTag(answer: Answer): string {
  const tag = answer.header('etag');
  test.skip(tag === undefined, unsupported('conditional', `${askedFor(answer)} has no ETag`));
  return tag ?? anotherTag;
}

/**
 * The answer to a condition on this tag, or on a part. One that states another tag is of content whose tag changes while
 * it stays (RFC 9110 section 8.8.1 allows it), and there was no condition to be met.
 */
export function givenStill(etag: string, answer: Answer): Answer {
  const stated = answer.header('etag') ?? etag;
  const isSame = weak(stated) === weak(etag);
  test.skip(!isSame, unsupported('conditional', `the ETag of ${askedFor(answer)} changes by itself`));
  return answer;
}

/** Whether two answers of different bytes do not share a strong tag. */
export function areDistinct(one: Answer, other: Answer): Check {
  const [first, second] = [one, other].map((answer) => answer.header('etag') ?? '(none)');
  const isShared = first === second && first?.startsWith('"') === true;
  return {
    kept: !isShared || one.body.equals(other.body),
    expected: `another strong ETag than ${first} for other bytes`,
    received: `ETag: ${second}`,
  };
}

/** One that If-Match and If-Range can hold: they compare strongly (RFC 9110 sections 13.1.1 and 13.1.5). */
export function givenStrongTag(answer: Answer): string {
  const tag = givenTag(answer);
  test.skip(tag.startsWith('W/'), unsupported('conditional', `the ETag of ${askedFor(answer)} is weak`));
  return tag;
}

function askedFor({ request: { method, url } }: Answer): string {
  return `${method} ${new URL(url).pathname}`;
}

function weak(tag: string): string {
  return tag.startsWith('W/') ? tag : `W/${tag}`;
}

/** The weak form of a strong tag, and the other way round. */
export function otherStrength(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : `W/${tag}`;
}
