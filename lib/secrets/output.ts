import { StringDecoder } from 'node:string_decoder';
import { redact } from './redact.ts';
import { knownSecrets } from './known.ts';

const streams = [process.stdout, process.stderr];
let flushes: (() => void)[] | undefined;

/**
 * Masks what this process prints from now on. Of a worker a line goes out when it is whole, or at the next
 * `flushOutput`, so that no secret comes in two pieces; elsewhere what is printed in one piece is masked as one.
 */
export function maskOutput(): void {
  if (flushes !== undefined) return;
  // What a test starts has the variable as well.
  const byLine = process.env['TEST_WORKER_INDEX'] !== undefined && process.send !== undefined;
  flushes = streams.map((stream) => maskStream(stream, byLine));
  process.on('exit', flushOutput);
}

export function flushOutput(): void {
  for (const flush of flushes ?? []) flush();
}

function maskStream(stream: NodeJS.WriteStream, byLine: boolean): () => void {
  const write = stream.write.bind(stream) as (text: string, done?: (error?: Error | null) => void) => boolean;
  const decoder = new StringDecoder('utf8');
  let waiting = '';
  const pass = (text: string, done?: (error?: Error | null) => void): boolean => write(printable(text), done);
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    const done = rest.find((one): one is (error?: Error | null) => void => typeof one === 'function');
    const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    if (!byLine) return pass(text, done);
    const whole = waiting + text;
    const end = whole.lastIndexOf('\n') + 1;
    waiting = whole.slice(end);
    if (end > 0) return pass(whole.slice(0, end), done);
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  return () => {
    if (waiting !== '') pass(waiting);
    waiting = '';
  };
}

/** As it may be printed: secrets masked. */
export function printable(text: string): string {
  return redact(text, knownSecrets());
}
