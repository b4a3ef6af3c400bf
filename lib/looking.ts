import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from './http/exchange.ts';

/** Looks again, ten times a second, while it is not as awaited: for half a second, or as long as is said. */
export async function lookedUntil(
  isAwaited: (answer: Answer) => boolean,
  look: () => Promise<Answer>,
  forMs = 500,
): Promise<Answer> {
  let answer = await look();
  for (let waited = 0; waited < forMs && !isAwaited(answer); waited += 100) {
    await pause(100);
    answer = await look();
  }
  return answer;
}

/**
 * What comes of reading what was deleted: 202 says that "the processing has not been completed" (RFC 9110 section 15.3.3),
 * so that it may be there for a while.
 */
export async function lookedGone(look: () => Promise<Answer>): Promise<Answer> {
  return await lookedUntil(({ status }) => status === 404, look, 2000);
}
