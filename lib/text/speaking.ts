import { line, say } from './terminal.ts';

/** Says every ten seconds how far the work is. */
export async function speaking<T>(how: () => string, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => say(line`  ${how()}`), 10_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
