import { createHash } from 'node:crypto';
import type { TestInfo } from '@playwright/test';
import { placeOf, type Answer, type Request } from '../http/exchange.ts';
import { currentRun, runSettings } from '../run/run.ts';
import type { Told } from './told.ts';

const exchanges = new WeakMap<TestInfo, Answer[]>();

/** Every exchange of this test so far, in order. */
export function exchangesOf(testInfo: TestInfo): Answer[] {
  const list = exchanges.get(testInfo) ?? [];
  exchanges.set(testInfo, list);
  return list;
}

const traces = new WeakMap<TestInfo, { id: string; spans: number }>();

/**
 * The next `traceparent` of a test, which is a trace of its own: its requests are spans, counted from 1 (W3C Trace Context,
 * "traceparent Header").
 */
export function nextTrace(testInfo: TestInfo): string {
  const trace = traces.get(testInfo) ?? { id: traceOf(currentRun().id, testInfo), spans: 0 };
  traces.set(testInfo, trace);
  trace.spans += 1;
  return `00-${trace.id}-${trace.spans.toString(16).padStart(16, '0')}-01`;
}

function traceOf(run: string, { testId, retry }: TestInfo): string {
  return createHash('sha256').update(`${run} ${testId} ${retry}`).digest('hex').slice(0, 32);
}

/** What a test has of an earlier one of its worker: the exchanges that made it, and the repository of that one. */
export type Lent = { repository: string; exchanges: readonly Answer[] };

const lent = new WeakMap<TestInfo, Lent[]>();

/** What this test has of earlier ones so far, in the order of its use. */
export function lentTo(testInfo: TestInfo): Lent[] {
  const list = lent.get(testInfo) ?? [];
  lent.set(testInfo, list);
  return list;
}

const unanswered = new WeakMap<TestInfo, Request>();

export function noteUnanswered(testInfo: TestInfo, request: Request): void {
  unanswered.set(testInfo, request);
}

/** The last request of this test that no answer came to. */
export function unansweredOf(testInfo: TestInfo): Request | undefined {
  return unanswered.get(testInfo);
}

const troublesMet = new WeakMap<TestInfo, Told['troubles']>();

/** What the network did to this test so far, in order. */
export function troublesOf(testInfo: TestInfo): Told['troubles'] {
  const list = troublesMet.get(testInfo) ?? [];
  troublesMet.set(testInfo, list);
  return list;
}

const interrupted = new WeakSet<TestInfo>();

export function noteInterrupted(testInfo: TestInfo): void {
  interrupted.add(testInfo);
}

/** Whether the network broke this test off, so that it may be tried again. */
export function isInterrupted(testInfo: TestInfo): boolean {
  return interrupted.has(testInfo);
}

/** The answers that tokens of this process came in: a later test may go on with a token that an earlier one asked for. */
const broughtToken = new Map<string, Answer>();

export function noteToken(token: string, answer: Answer): void {
  broughtToken.set(token, answer);
}

export function answerThatBrought(token: string): Answer | undefined {
  return broughtToken.get(token);
}

export function isAboutFault({ tags }: Pick<TestInfo, 'tags'>): boolean {
  return tags.some((tag) => tag.startsWith('@fault:'));
}

export function titleOf({ method, url, title }: Request): string {
  return title ?? nameOf(method, placeOf(url).path);
}

/** A request as the steps of the report name it: what stands before the test's own part of a path is left out. */
export function nameOf(method: string, path: string): string {
  const { namespace } = runSettings();
  const place = `/v2/${namespace}/${currentRun().id}/`;
  return `${method} ${path.startsWith(place) ? `…${path.slice(place.length).replace(/^w\d+\/[^/]+/, '')}` : path}`;
}
