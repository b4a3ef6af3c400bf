import { appendFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Undefined for no limit. */
export type Limits = { maxPerSecond: number | undefined; maxInFlight: number | undefined };

/** `maxRequests`: undefined for any number. */
type Most = { maxRequests: number | undefined; maxMinutes: number };

/** Lets requests through one after the other, no more a second and no more at once than its limits say. */
export class Gate {
  readonly #intervalMs: number;
  readonly #places: number;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;
  #nextAt = 0;

  /** @param shares how many such gates, in processes of their own, keep the limits together */
  constructor({ maxPerSecond, maxInFlight }: Limits, shares = 1) {
    this.#intervalMs = maxPerSecond === undefined ? 0 : (1_000 * shares) / maxPerSecond;
    this.#places =
      maxInFlight === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(maxInFlight / shares));
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inFlight >= this.#places) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inFlight += 1;
    try {
      const now = performance.now();
      const at = Math.max(now, this.#nextAt);
      this.#nextAt = at + this.#intervalMs;
      // A timer may fire a little early.
      for (let left = at - now; left > 0; left = at - performance.now()) await setTimeout(left);
      return await work();
    } finally {
      // Its place goes to the next one, if there is one.
      const next = this.#waiting.shift();
      if (next === undefined) this.#inFlight -= 1;
      else next();
    }
  }
}

/** What a run may take in all: requests, counted across its processes in a file of so many bytes, and time. */
export class Budget {
  readonly #file: string;
  readonly #limits: Most;
  readonly #startedAt: number;

  constructor(file: string, limits: Most, startedAt: number) {
    this.#file = file;
    this.#limits = limits;
    this.#startedAt = startedAt;
  }

  /** Counts one request. */
  spend(): void {
    if (this.#limits.maxRequests === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    appendFileSync(this.#file, '.');
  }

  /** The setting whose limit is reached; undefined while there is some left. */
  get spent(): string | undefined {
    const { maxRequests, maxMinutes } = this.#limits;
    if (maxRequests !== undefined && this.#requests >= maxRequests) {
      return `REGISTRY_MAX_REQUESTS=${maxRequests} is reached`;
    }
    const isLate = Date.now() - this.#startedAt >= maxMinutes * 60_000;
    return isLate ? `REGISTRY_MAX_MINUTES=${maxMinutes} is reached` : undefined;
  }

  get #requests(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }
}
