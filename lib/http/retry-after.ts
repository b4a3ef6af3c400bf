import { setTimeout } from 'node:timers/promises';
import type { Answer } from './exchange.ts';

/**
 * When a Retry-After asks to come back, in ms from its arrival: a finite number, zero for a date that is over.
 * Undefined where it is neither a date nor a number of seconds (RFC 9110 section 10.2.3).
 */
export function retryDelay(answer: Answer): number | undefined {
  const value = answer.header('retry-after');
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  // It begins with its day; Node takes a negative number for a year.
  const date = /^[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(date - Date.now(), 0);
}

/** Waits as long as the answer asks for, a minute at most. */
export async function waitAsAsked(answer: Answer): Promise<void> {
  await setTimeout(Math.min(retryDelay(answer) ?? 0, 60_000));
}
