import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stopWith } from '../../lib/run/ending.ts';
import { readdirSync, readFileSync } from 'node:fs';

export type Ran = { seconds: number; peakMiB: number; output: string; code: number | null };

const everyMs = 250;

/**
 * Runs a command to its end. `peakMiB`: the most memory that any one process of it held, as Linux counts it; 0 elsewhere.
 */
export async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const started = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  stopWith(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  let peakMiB = 0;
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, ...familyOf(child.pid ?? 0).map(peakOf));
  }, everyMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  return { seconds: (performance.now() - started) / 1000, peakMiB, output, code };
}

/** The process and all that it started, as far as they live. */
function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of process.platform === 'linux' ? readdirSync('/proc') : []) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : '';
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [root];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

/** A process may end at any time, and its files with it. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
