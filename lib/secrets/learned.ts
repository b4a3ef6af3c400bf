// What is longer fits in no header line, and each unit of it costs many of memory to be found in all its forms.
const mostLength = 16 * 1024;
// Of all of them; from then on the beginning of each has to do.
const mostInAll = 2 ** 20;
const shortLength = 512;

const learned = new Set<string>();
let inAll = 0;

/** What token services have handed out to this process, but for so many of them that came first. */
export function learnedAfter(count: number): string[] {
  return learned.size === count ? [] : [...learned].slice(count);
}

/** A secret that a token service has handed out to this process, or to a worker of it. */
export function learn(secret: string): void {
  const kept = secret.slice(0, inAll < mostInAll ? mostLength : shortLength);
  if (!learned.has(kept)) inAll += kept.length;
  learned.add(kept);
}
