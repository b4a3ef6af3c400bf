const leastMs = 20;
const tries = 3;

/**
 * How much longer it takes where its input is four times as long, in time of the processor: 4 where that is linear, 16
 * where it is quadratic. The input begins small and doubles until it takes long enough to be measured.
 */
export function growth<T>(inputOf: (length: number) => T, work: (input: T) => unknown): number {
  const msOf = (length: number): number => {
    const input = inputOf(length);
    const times = Array.from({ length: tries }, () => {
      const before = process.cpuUsage();
      work(input);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    });
    return Math.min(...times);
  };
  let length = 32;
  while (msOf(length) < leastMs && length < 2 ** 22) length *= 2;
  // A busy machine, or memory that is put in order meanwhile, makes a ratio larger, hardly ever smaller.
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < 6 && least > 8; count += 1)
    least = Math.min(least, msOf(4 * length) / msOf(length));
  return least;
}
