import { execFile } from 'node:child_process';
import type { IncomingMessage } from 'node:http';

/** Whether a request is of a test, and not of the discovery or the probe before: only those are part of a trace. */
export function isOfTest({ headers }: IncomingMessage): boolean {
  return headers['traceparent'] !== undefined;
}

/** Runs the suite as a user does, with these settings and no others. A worker takes longer to start than most parts do to run. */
export async function runSuite(
  args: readonly string[],
  settings: Record<string, string>,
): Promise<{ code: unknown; printed: string }> {
  const suite = ['node_modules/@playwright/test/cli.js', 'test', '--workers=1'];
  return await run(process.execPath, [...suite, ...args], settings);
}

/** Runs a command as a user does, with these settings and no others. */
export async function run(
  command: string,
  args: readonly string[],
  settings: Record<string, string>,
): Promise<{ code: unknown; printed: string }> {
  const { PATH, HOME } = process.env;
  const options = { env: { PATH, HOME, ...settings }, maxBuffer: 2 ** 26 };
  return await new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, printed: stdout + stderr }),
    );
  });
}
