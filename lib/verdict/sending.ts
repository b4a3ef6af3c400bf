import type { LookupFunction } from 'node:net';
import { test, type TestInfo } from '@playwright/test';
import { refuseAstray } from '../target/astray.ts';
import { type BoundMet, isOfAnswer, ruleOfAnswer, Unreadable } from '../http/bounds.ts';
import type { Answer, Request } from '../http/exchange.ts';
import { Gate } from '../http/gate.ts';
import {
  holdAll,
  kindOf,
  lookForLife,
  noteAnswer,
  noteHeard,
  noteUnheard,
  unheard,
  whileHeld,
} from '../target/outage.ts';
import { NetworkTrouble, patiently, type Patience, type Trouble } from '../http/retries.ts';
import { redact } from '../secrets/redact.ts';
import { currentRun, runBoard, runBudget, runOutage, runSecrets, runSettings } from '../run/run.ts';
import { excerpt } from '../text/cut.ts';
import { Shortfall } from '../run/step.ts';
import { isAboutFault, noteInterrupted, titleOf, troublesOf } from './course.ts';
import { deviationsIn, judge, judgementsOf } from './verdict.ts';
import { blockedBy, unsupported } from '../run/skip-reason.ts';

/** The network kept the test from its end. The message holds no header. */
class Interrupted extends Shortfall {
  override name = 'Interrupted';
}

/** Sends a request, once more each time; `lookup` is what a connection to elsewhere is found by. */
export type Attempt = (count: number, last: boolean, lookup: LookupFunction | undefined) => Promise<Answer>;

/** Requests of one kind that went unanswered in so many tests in a row are not sent any more. */
const mostUnheard = 3;

/** What the network and the limits take is no part of the time that a test may take. */
function grantTime(testInfo: TestInfo, ms: number): void {
  if (ms > 10 && testInfo.timeout > 0) testInfo.setTimeout(testInfo.timeout + Math.ceil(ms));
}

/** Where references are given to be read alone, no other request goes to the registry. A token may be asked for. */
function refuseWrite({ method, url }: Request): void {
  const isAllowed =
    runSettings().references === undefined ||
    ['GET', 'HEAD', 'OPTIONS'].includes(method) ||
    currentRun().targets.some(({ tokenService }) => tokenService?.realm === url);
  // Playwright takes a stack even where it does not skip, and this is asked at each request.
  if (!isAllowed) test.skip(true, unsupported('push', 'REGISTRY_REFERENCES is set, so nothing is written'));
}

let gate: Gate | undefined;

/** What each request of a worker goes through. */
export function gateOf({ config }: TestInfo): Gate {
  gate ??= new Gate(runSettings(), config.workers);
  return gate;
}

/** Through the gate, within the budget, and again as the policy for trouble of the network has it. */
export async function sendPatiently(request: Request, exchange: Attempt, isOnce: boolean): Promise<Answer> {
  refuseWrite(request);
  const lookup = await refuseAstray(request, currentRun().targets);
  const testInfo = test.info();
  const passing = gateOf(testInfo);
  const budget = runBudget();
  const spent = budget.spent;
  if (spent !== undefined) test.skip(true, blockedBy('budget', spent));
  const kind = kindOf(request);
  const stalls = isAboutFault(testInfo) ? { inRun: 0, inRow: 0 } : unheard(kind);
  if (stalls.inRow >= mostUnheard)
    test.skip(true, blockedBy('network', `${kind} went unanswered in ${stalls.inRow} tests`));
  const asked = performance.now();
  const attempt: Patience['attempt'] = async (count, last) => {
    const queued = performance.now();
    return await passing.pass(async () => {
      await whileHeld();
      skipInOutage();
      grantTime(testInfo, performance.now() - queued);
      budget.spend();
      const answer = await exchange(count + testInfo.retry, last, lookup);
      if (!isAboutFault(testInfo)) noteAnswer(answer);
      return answer;
    });
  };
  const answer = await patiently(request, {
    attempts: isOnce || stalls.inRun > 0 ? 1 : isAboutFault(testInfo) ? 2 : 4,
    attempt,
    onTrouble: async ({ kind: trouble, told }, failed, waitMs) => {
      troublesOf(testInfo).push({ kind: trouble, told });
      testInfo.annotations.push({ type: 'network', description: `${trouble} ${told}` });
      if (trouble === 'rate-limit') {
        holdAll(waitMs, told, testInfo.config.workers);
        skipInOutage();
      } else if (!isAboutFault(testInfo) && (failed > 1 || trouble === 'timeout')) {
        await lookForLife(new URL(request.url).origin, told);
        skipInOutage();
      }
      grantTime(testInfo, performance.now() - asked + waitMs);
    },
  });
  if (stalls.inRow > 0) noteHeard(kind);
  return answer;
}

function skipInOutage(): void {
  const outage = runOutage();
  if (outage !== undefined) test.skip(true, blockedBy('network', outage));
}

/** What would be right in place of an answer that cannot be understood. */
const rightAnswers = {
  'http.readable': 'HTTP/1.1 that can be read',
  'http.bounded': 'an answer that a client can hold',
} as const;

/**
 * Where no answer could be had, the test is run again from its start, unless a rule is known to be broken in it. The last
 * time, a server that hung up on a fresh connection has broken a rule of its own, and so has one that is known to fail
 * there; all else says nothing of the registry, and the test is blocked. What came and was no answer breaks a rule, once
 * in a run: what needs it is blocked.
 */
export function gaveUp(request: Request, error: unknown): never {
  const testInfo = test.info();
  if (isOfAnswer(error)) {
    const rule = ruleOfAnswer(error);
    const expected = rightAnswers[rule];
    const told = redact(`${titleOf(request)}: ${error.message}${shownBytes(error)}`, runSecrets());
    const isFirst = isAboutFault(testInfo) || runBoard().first(rule, testInfo.testId) === testInfo.testId;
    if (isFirst) judge({ rule, kept: false, expected, received: told });
    test.skip(true, blockedBy(rule, told));
  }
  if (!(error instanceof NetworkTrouble)) throw error;
  const { kind, connection } = error.trouble;
  const known = deviationsIn(testInfo);
  // A profile says of a test that its request is one which the registry fails at, whoever stands before it.
  const failsThere =
    kind === 'gateway' &&
    known.some(({ rule, test: where, tests }) => rule === 'error.server' && (where ?? tests) !== undefined);
  const broken =
    kind === 'hang-up' && connection === 'fresh' ? 'http.answered' : failsThere ? 'error.server' : undefined;
  const isKnown = broken === 'http.answered' && known.some(({ rule }) => rule === broken);
  const isBroken = judgementsOf(testInfo).some(({ verdict }) => verdict === 'fail');
  if (!failsThere && (kind === 'timeout' || kind === 'gateway'))
    noteUnheard(kindOf(request), testInfo.testId);
  if (testInfo.retry < rerunsOf(testInfo, kind) && !isKnown && !isBroken) {
    noteInterrupted(testInfo);
    testInfo.annotations.push({ type: 'rerun', description: error.message });
    throw new Interrupted(error.message);
  }
  const expected = 'an answer to each request';
  if (broken !== undefined) judge({ rule: broken, kept: false, expected, received: error.message });
  test.skip(true, blockedBy(broken ?? 'network', error.message));
  throw error;
}

/** The beginning of what could not be read, as text. */
function shownBytes(error: BoundMet | Unreadable): string {
  if (!(error instanceof Unreadable) || error.bytes.length === 0) return '';
  return ` at "${excerpt(error.bytes.toString('latin1'), 100)}"`;
}

/** How often a test is run again that the network broke off. A fault is to be seen the first time. */
function rerunsOf(testInfo: TestInfo, kind: Trouble['kind']): number {
  if (isAboutFault(testInfo) || kind === 'astray' || kind === 'rate-limit') return 0;
  return kind === 'timeout' ? Math.min(1, runSettings().retries) : runSettings().retries;
}
