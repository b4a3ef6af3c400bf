import { digestOf } from '../content/digest.ts';
import type { Answer } from '../http/exchange.ts';
import type { Check } from '../types.ts';

// Not OCI-Filters-Applied, which has a rule of its own for this.
const contentHeaders = ['content-type', 'content-length', 'docker-content-digest', 'etag'];

/** Whether two answers to one question are the same in status, body and what their headers say of it. */
export function isSameAgain(first: Answer, second: Answer): Check {
  const [expected, received] = [told(first), told(second)];
  return { kept: expected === received, expected, received };
}

function told(answer: Answer): string {
  const headers = contentHeaders.map((name) => `${name}: ${answer.header(name) ?? '(none)'}`);
  const { status, body } = answer;
  return `status ${status}; ${headers.join('; ')}; ${body.length} bytes, ${digestOf(body)}`;
}

/** Whether two answers name the same things, whatever else is different. */
export function isSameList(first: Answer, second: Answer, itemsIn: (answer: Answer) => string[]): Check {
  const named = (answer: Answer) => `status ${answer.status} and ${JSON.stringify(itemsIn(answer))}`;
  const [expected, received] = [named(first), named(second)];
  return { kept: expected === received, expected, received };
}
