import { availableParallelism, totalmem } from 'node:os';
import type { Settings } from './settings.ts';

export const leastWorkers = 2;
const mostWorkers = 20;
/** What one request keeps a worker's processor busy for. */
const busyMs = 6;
const bytesOfWorker = 400 * 2 ** 20;
const workersOfProcessor = 10;
/** What a test may send at once. */
const atOnce = 5;

type Limits = Pick<Settings, 'maxInFlight' | 'maxPerSecond' | 'repositories'>;
type Machine = { processors: number; bytes: number };

/**
 * So many workers that the processors are busy while most of them wait for a registry that is so far away. No more than
 * the least where the rate is limited, which each would have a share of, or where repositories are given.
 */
export function workersFor(
  roundTripMs: number,
  { maxInFlight, maxPerSecond, repositories }: Limits,
  { processors, bytes }: Machine = here(),
): number {
  const least = Math.min(leastWorkers, maxInFlight ?? leastWorkers);
  if (maxPerSecond !== undefined || repositories !== undefined) return least;
  const far = Math.floor(leastWorkers * (1 + roundTripMs / busyMs));
  const inFlight = Math.floor((maxInFlight ?? atOnce * mostWorkers) / atOnce);
  const fit = Math.min(mostWorkers, processors * workersOfProcessor, Math.floor(bytes / bytesOfWorker));
  return Math.max(least, Math.min(far, inFlight, fit));
}

/** Of these, as many as a registry answers without making them wait for one another, by pings that went at once. */
export function workersBorne(workers: number, roundTripMs: number, together: readonly number[]): number {
  const usual =
    together.toSorted((one, other) => one - other)[Math.floor(together.length / 2)] ?? roundTripMs;
  const slower = usual / roundTripMs;
  return slower < 2 ? workers : Math.max(leastWorkers, Math.floor(workers / slower));
}

/** In a container, the memory of that. */
function here(): Machine {
  const limit = process.constrainedMemory();
  return { processors: availableParallelism(), bytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem() };
}
