import type { ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { BoundMet, Unreadable } from '../http/bounds.ts';
import { NetworkTrouble } from '../http/retries.ts';
import { maskOutput } from '../secrets/output.ts';
import { SettingError } from './settings.ts';
import { complainNow, line, onUnread, printedAll, type Line } from '../text/terminal.ts';
import { secretsFrom } from '../secrets/known.ts';
import { runSecrets } from './run.ts';

// How a process ends. Node ends with 0 as soon as nothing is left to wait for, also where a promise was never kept, and
// a `process.exit(0)` ends it wherever it stands. So what has to come to its end is begun and ended by name, and as long
// as one part is open no end of the process is green.

/** After a signal, in ms: by when all is over, and by when nothing more is removed. */
const endMs = 28_000;
const removalMs = 20_000;
/** For how long a worker that gives no sign of life is waited for. */
const workerMs = 8_000;

// A terminal and npm may both deliver the same signal.
const sameMs = 1_000;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const parts = new Map<string, 'open' | 'over'>();
const children = new Set<ChildProcess>();
let isRun = false;
let asked: { at: number; status: number } | undefined;
let isListening = false;

/** From here on the process is not 0 unless the part of this name ends. */
export function begin(part: string): void {
  if (parts.size === 0) process.on('exit', refuseGreen);
  parts.set(part, 'open');
}

/** The part has come to its end. */
export function end(part: string): void {
  if (parts.has(part)) parts.set(part, 'over');
}

export function wasBegun(part: string): boolean {
  return parts.has(part);
}

/** The work as a part of this name. What it throws leaves the part open. */
export async function during<T>(part: string, work: () => T | Promise<T>): Promise<T> {
  begin(part);
  const result = await work();
  end(part);
  return result;
}

/** An `exit` listener can still change the status, whoever called for the end. */
function refuseGreen(code: number): void {
  const open = [...parts].filter(([, state]) => state === 'open').map(([part]) => part);
  if (code !== 0 || (open.length === 0 && asked === undefined)) return;
  process.exitCode = asked?.status ?? 1;
  if (open.length > 0) complainNow(line`  not come to its end: ${open.join(', ')}`);
}

/**
 * Ends this process at SIGINT, SIGTERM or SIGHUP, at an error that nobody caught, or when nobody reads its output any
 * more: in good order and within 30 s where something is told to stop first, at once where nothing is, and at once at a
 * second signal.
 */
function endOnSignals(): void {
  if (isListening) return;
  isListening = true;
  for (const signal of signals) {
    process.on(signal, () => askToEnd(signal, signal, 128 + constants.signals[signal]));
  }
  onUnread(() => askToEnd('nobody reads the output', 'SIGTERM', 1));
  process.on('uncaughtException', (error: Error) => {
    if (asked === undefined) complainNow(told(error));
    askToEnd('an error that nobody caught', 'SIGTERM', 1);
  });
}

/** npx ends at SIGTERM with the shell that it started, and what that started hears nothing. */
function endWithNpx(): void {
  const { ppid } = process;
  if (process.env['npm_command'] !== 'exec') return;
  const look = (): void => {
    if (process.ppid !== ppid) askToEnd('npx has ended', 'SIGTERM', 128 + constants.signals.SIGTERM);
  };
  setInterval(look, 1_000).unref();
}

/**
 * The same for Playwright, and the first part of a run, unless it lists tests or waits for its user.
 * @throws SettingError where its reports cannot be written, or its reporters are replaced
 */
export function beginRun(part: string, reports: string): void {
  endOnSignals();
  endWithNpx();
  isRun = true;
  const [, , subcommand, ...options] = process.argv;
  if (subcommand !== 'test' || options.some((one) => /^--(?:list|ui)/.test(one))) return;
  // Blocked tests would be green then, and nothing masked that another worker has learned.
  if (options.some((one) => /^--reporter(?:=|$)/.test(one)))
    throw new SettingError(
      '--reporter',
      'would replace the reporters that judge and mask: say --add-reporter',
    );
  begin(part);
  const trial = join(reports, `trial-${process.pid}`);
  try {
    mkdirSync(reports, { recursive: true });
    writeFileSync(trial, Buffer.alloc(2 ** 16));
  } catch (error) {
    throw new SettingError(`REPORTS_FOLDER=${reports}`, `cannot be written: ${(error as Error).message}`);
  } finally {
    rmSync(trial, { force: true });
  }
}

/** Hands signals on to a process that this one waits for. */
export function stopWith(child: ChildProcess): void {
  children.add(child);
  child.on('exit', () => children.delete(child));
}

/** Whether there is something to wait for. */
function tellToStop(signal: NodeJS.Signals): boolean {
  for (const child of children) child.kill(signal);
  // Playwright ends a run in good order on SIGINT alone, and listens only while there is one; its tear-down it breaks off.
  const isRunning = isRun && process.listenerCount('SIGINT') > 1;
  if (isRunning && parts.get('tear-down') !== 'open') process.emit('SIGINT', 'SIGINT');
  return isRunning || children.size > 0;
}

/** When to stop removing what was made, as `Date.now()` tells it; never, where no signal came. */
export function removalEnd(): number {
  return asked === undefined ? Number.POSITIVE_INFINITY : asked.at + removalMs;
}

function askToEnd(cause: string, signal: NodeJS.Signals, status: number): void {
  const rest = 'npm run cleanup removes what it may leave';
  if (asked !== undefined) {
    const isSecond = cause === signal && Date.now() - asked.at > sameMs;
    if (isSecond) exitNow(`${cause} again: this is the end; ${rest}`, signal);
    return;
  }
  asked = { at: Date.now(), status };
  // A worker that just starts never hears of it, and Playwright would wait for it for five minutes.
  process.env['PWTEST_CHILD_PROCESS_TIMEOUT'] ??= String(workerMs);
  if (!tellToStop(signal)) exitNow(`${cause}: this is the end; ${rest}`);
  complainNow(line`  ${cause}: ends within 30 s, in good order; a second signal ends it at once; ${rest}`);
  setTimeout(() => exitNow(`30 s after ${cause}: this is the end; ${rest}`, 'SIGKILL'), endMs).unref();
}

function exitNow(why: string, signal: NodeJS.Signals = 'SIGTERM'): never {
  complainNow(line`  ${why}`);
  for (const child of children) child.kill(signal);
  process.exit(asked?.status ?? 1);
}

/** Does the work, or ends the process with the one line that says which setting to change. */
export async function orStop<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    complainNow(line`${error.message}`);
    process.exit(1);
  }
}

/** Stops a command with the one line that it is. */
export class Stopped extends Error {}

/**
 * Does the work of a command, and ends the process with the status that it returns. A setting that makes no sense, a
 * registry that nothing is heard of, or a disk that takes nothing is said in one line. @param refused the status of that
 */
export async function command(
  name: string,
  work: () => number | Promise<number>,
  refused = 1,
): Promise<never> {
  // A process that asks nothing else of the run has to know its secrets, too.
  secretsFrom(runSecrets);
  maskOutput();
  endOnSignals();
  begin(name);
  try {
    const status = await work();
    // What was printed may still be on its way, or have found nobody; a signal may wait to be heard.
    await printedAll();
    await after(10);
    end(name);
    process.exit(status);
  } catch (error) {
    // What it could not finish is no news.
    if (asked !== undefined) process.exit(asked.status);
    complainNow(told(error));
    process.exit(isTold(error) ? refused : 1);
  }
}

/** In one line, or with the place in our code where nobody thought of it. */
function told(error: unknown): Line {
  if (isTold(error)) return line`${error.message}`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return line.lines(text.split('\n'));
}

const ofDisk = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EISDIR'];

function isTold(error: unknown): error is Error {
  if ([SettingError, NetworkTrouble, BoundMet, Unreadable, Stopped].some((kind) => error instanceof kind))
    return true;
  return error instanceof Error && 'code' in error && ofDisk.includes(String(error.code));
}
