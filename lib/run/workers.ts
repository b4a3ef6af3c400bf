import { availableParallelism, totalmem } from 'node:os';
import type { Settings } from './settings.ts';

export const leastWorkers = 2;
const mostWorkers = 20;
/** What one request keeps a worker's processor busy for. */
const busyMs = 6;
const bytesOfWorker = 400 * 2 ** 20;
const workersOfProcessor = 10;

type Limits = Pick<Settings, 'maxInFlight' | 'repositories'>;
type Machine = { processors: number; bytes: number };

/**
 * So many workers that the processors are busy while most of them wait for a registry that is so far away. Given
 * repositories are dealt to two.
 */
export function workersFor(
  roundTripMs: number,
  { maxInFlight = mostWorkers, repositories }: Limits,
  { processors, bytes }: Machine = { processors: availableParallelism(), bytes: totalmem() },
): number {
  const far = repositories === undefined ? leastWorkers * (1 + roundTripMs / busyMs) : leastWorkers;
  const fit = [mostWorkers, processors * workersOfProcessor, Math.floor(bytes / bytesOfWorker)];
  return Math.max(1, Math.min(Math.floor(far), maxInFlight, ...fit));
}

/** Of these, as many as a registry answers without making them wait for one another, by pings that went at once. */
export function workersBorne(workers: number, roundTripMs: number, together: readonly number[]): number {
  const usual =
    together.toSorted((one, other) => one - other)[Math.floor(together.length / 2)] ?? roundTripMs;
  const slower = usual / roundTripMs;
  return slower < 2 ? workers : Math.max(leastWorkers, Math.floor(workers / slower));
}
