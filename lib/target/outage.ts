import { setTimeout } from 'node:timers/promises';
import { isOfAnswer } from '../http/bounds.ts';
import type { Way } from '../http/connect.ts';
import type { Answer, Request } from '../http/exchange.ts';
import { sendRaw } from '../http/raw.ts';
import { isName } from '../content/reference.ts';
import { announceOutage, currentRun, runBoard, runOutage, runSettings } from '../run/run.ts';

const pausesMs = [0, 500, 1_000, 2_500];
const patienceMs = 5_000;

/** Whether a registry gives a sign of life: an answer to `GET /v2/` that is no 5xx. It is asked four times. */
export async function isAlive(url: string, way: Way): Promise<boolean> {
  for (const pause of pausesMs) {
    await setTimeout(pause);
    const request = { method: 'GET', origin: url, path: '/v2/', timeoutMs: patienceMs } as const;
    const isAnswered = await sendRaw(request, way).then(
      ({ status }) => status < 500,
      (error: unknown) => isOfAnswer(error),
    );
    if (isAnswered) return true;
  }
  return false;
}

let looking: Promise<boolean> | undefined;

/** Where a request went unheard: if whom it was sent to gives no sign of life, nothing is tried any more. */
export async function lookForLife(url: string, told: string): Promise<void> {
  const isHome = currentRun().targets.some((one) =>
    [one.url, one.tokenService?.realm ?? one.url].some((home) => new URL(home).origin === url),
  );
  // What is elsewhere, as a storage, may be gone and not missed by all.
  if (!isHome) return;
  const since = new Date().toISOString().slice(11, 19);
  looking ??= isAlive(url, runSettings()).finally(() => (looking = undefined));
  if (!(await looking)) announceOutage(`nothing answers since ${since} UTC, after ${told}`);
}

/** A request by its method and what it is about, as `PATCH blobs/uploads`. */
export function kindOf({ method, url }: Request): string {
  const { pathname, host } = new URL(url);
  const [, noun] =
    /^\/v2\/.*\/(blobs\/uploads|blobs|manifests|tags\/list|referrers)(?:\/|$)/.exec(pathname) ?? [];
  return `${method} ${noun ?? (/^\/v2\/(?:_catalog)?$/.test(pathname) ? pathname : host)}`;
}

const mostNoted = 10;

/** Writes down that requests of this kind went unanswered in a test, however often they were sent. */
export function noteUnheard(kind: string, test: string): void {
  for (let number = 1; number <= mostNoted; number += 1)
    if (runBoard().first(unheardName(kind, number), test) === test) return;
}

/** In how many tests they did, and in how many since one was answered: in all, where it is ever again. */
export function unheard(kind: string): { inRun: number; inRow: number } {
  let inRun = 0;
  while (inRun < mostNoted && runBoard().read(unheardName(kind, inRun + 1)) !== undefined) inRun += 1;
  const heard = inRun === 0 || inRun === mostNoted ? 0 : Number(runBoard().read(heardName(kind)) ?? 0);
  return { inRun, inRow: inRun - heard };
}

/** One of this kind was answered: that others stalled stops nobody else's. */
export function noteHeard(kind: string): void {
  runBoard().write(heardName(kind), String(unheard(kind).inRun));
}

function heardName(kind: string): string {
  return `heard-${kind.replaceAll(/\W/g, '-')}`;
}

function unheardName(kind: string, number: number): string {
  return `unheard-${kind.replaceAll(/\W/g, '-')}-${number}`;
}

const mostFailures = 20;
const mostUnopened = 5;
let failures = 0;
let unopened = 0;

/** Where every answer is a 5xx, that to a client who wants to push included, nothing is tried any more. */
export function noteAnswer({ status, request: { method, url } }: Answer): void {
  // It is no answer, but when to ask.
  if (status === 429) return;
  answered += 1;
  failures = status >= 500 ? failures + 1 : 0;
  unopened = status >= 500 ? unopened + Number(isOpening(method, url)) : 0;
  if (failures >= mostFailures && unopened >= mostUnopened) {
    const last = `${method} ${new URL(url).pathname} answered ${status}`;
    announceOutage(`the last ${failures} requests were all answered with a 5xx, as ${last}`);
  }
}

function isOpening(method: string, url: string): boolean {
  const [, name = ''] = /^\/v2\/(.*)\/blobs\/uploads\/$/.exec(new URL(url).pathname) ?? [];
  return method === 'POST' && isName(name);
}

const hold = 'hold';
const longestHoldMs = 60_000;
const mostHeldMs = 45_000;
let heldMs = 0;
let heldUntil = 0;
/** Since a limit was first met. */
let answered = 0;

/**
 * A limit that one request met holds all of the run, so that it is waited out once. Where a limit lets nearly nothing
 * through, nothing is tried any more.
 */
export function holdAll(ms: number, told: string, workers: number): void {
  if (heldMs === 0) answered = 0;
  if (heldMs >= mostHeldMs && answered * workers < heldMs / 1_000) {
    const seconds = Math.round(heldMs / 1_000);
    announceOutage(
      `a rate limit let ${answered * workers} requests through in ${seconds} s of waiting for it, as ${told}`,
    );
  }
  const until = Date.now() + ms;
  heldMs += Math.max(0, until - Math.max(Date.now(), heldUntil));
  heldUntil = Math.max(heldUntil, until);
  runBoard().write(hold, String(until));
}

/** Waits while all are held. */
export async function whileHeld(): Promise<void> {
  const until = Number(runBoard().read(hold) ?? 0);
  for (let left = Math.min(until - Date.now(), longestHoldMs); left > 0 && runOutage() === undefined;) {
    const slice = Math.min(left, 1_000);
    await setTimeout(slice);
    left -= slice;
  }
}
