import { test } from '@playwright/test';
import { givenOffered } from './arrange.ts';
import { errorCodes } from './http/errors.ts';
import type { Answer, Request, Send } from './http/exchange.ts';
import type { Failure, FailureAnswer, Profile, Step } from './profiles/profile.ts';
import { rule as ruleOf, type RuleId } from './rules/catalogue.ts';
import { lookedGone } from './looking.ts';
import { step as inReport } from './run/step.ts';
import { titleOf } from './verdict/course.ts';
import { judge, judgementsOf } from './verdict/verdict.ts';
import type { Target } from './types.ts';

/** One run of an operation: the headers its steps carry and the failure it waits for. */
export type Flow = { headers: Record<string, string>; expectedFailure: Failure | undefined };

type Expectation = { expectedFailure?: Failure; requestAddress?: string };

export function newFlow({ expectedFailure, requestAddress }: Expectation = {}): Flow {
  const headers =
    requestAddress === undefined ? {} : { 'X-Override-Remote-Addr-For-Testing': requestAddress };
  return { headers, expectedFailure };
}

/** The failure that was asked for: where and how it was met. */
export type MetFailure = { failure: Failure; step: Step; answer: Answer };

class FailureMet extends Error {
  readonly met: MetFailure;

  constructor(met: MetFailure) {
    super(met.failure);
    this.met = met;
  }
}

/** Runs operations step by step and holds each answer against the step's status, or against the failure awaited. */
export class Conduct {
  readonly #send: Send;
  readonly #target: Target;
  readonly #profile: Profile;

  constructor({ send, target, profile }: { send: Send; target: Target; profile: Profile }) {
    this.#send = send;
    this.#target = target;
    this.#profile = profile;
  }

  /**
   * Runs the steps to their end, or to the failure asked for. An expected failure that is never met is an error, and
   * so is one that the profile has no entry for.
   */
  async operation<Result extends object>(
    expectation: Expectation,
    atFailure: Result,
    steps: (flow: Flow) => Promise<Result>,
  ): Promise<Result & { failure?: MetFailure }> {
    const { expectedFailure } = expectation;
    const places = expectedFailure === undefined ? [] : this.#placesOf(expectedFailure);
    try {
      const result = await steps(newFlow(expectation));
      if (expectedFailure === undefined) return result;
    } catch (error) {
      if (error instanceof FailureMet) return { ...atFailure, failure: error.met };
      throw error;
    }
    throw new Error(`The operation succeeded, but ${expectedFailure} was expected at ${places.join(' or ')}`);
  }

  /**
   * One named step, which is one request. `status` is what it needs to go on, `rule` the rule that promises it; `check` judges what else the
   * answer must say for the step to be done, `first` what it may say instead of its status.
   */
  async step(
    flow: Flow,
    step: Step,
    request: Request,
    status: number,
    rule: RuleId,
    check: (answer: Answer) => void = () => {},
    first: (answer: Answer) => void = () => {},
  ): Promise<Answer> {
    const { answer, met } = await inReport(`${step}: ${titleOf(request)}`, async () => {
      const taken = await this.#take(flow, step, { ...request, isStep: true });
      if (taken.met !== undefined) return taken;
      first(taken.answer);
      this.#keepStatus(step, taken.answer, status, rule);
      check(taken.answer);
      return taken;
    });
    // Outside the step: that the failure is met is what the test is about, and nothing wrong.
    if (met !== undefined) throw new FailureMet(met);
    return answer;
  }

  async #take(flow: Flow, step: Step, request: Request): Promise<{ answer: Answer; met?: MetFailure }> {
    const failure = flow.expectedFailure;
    const shows =
      failure === undefined ? undefined : this.#profile.failures(this.#target.auth)[step]?.[failure];
    const send = async (): Promise<Answer> => await this.#sendIn(flow)(request);
    const answer = shows?.inTime === true ? await lookedGone(send) : await send();
    if (failure === undefined || shows === undefined) return { answer };
    const { unless } = shows;
    if (unless !== undefined) givenOffered(answer, answer.status < 200 || answer.status > 299, unless);
    if (shows.orLater === true && answer.status < 400) return { answer };
    keepFailure(step, failure, shows, answer);
    return { answer, met: { failure, step, answer } };
  }

  /** With what the flow carries, which is for the registry alone: an upload may lead to another host. */
  #sendIn({ headers }: Flow): Send {
    const { origin } = new URL(this.#target.url);
    return async (request) =>
      await this.#send(
        new URL(request.url).origin === origin
          ? { ...request, headers: { ...headers, ...request.headers } }
          : request,
      );
  }

  #placesOf(failure: Failure): Step[] {
    const table = this.#profile.failures(this.#target.auth);
    const places = (Object.keys(table) as Step[]).filter((step) => table[step]?.[failure] !== undefined);
    if (places.length === 0) {
      throw new Error(
        `Profile ${this.#profile.name} does not say how ${failure} shows itself under ${this.#target.auth}`,
      );
    }
    return places;
  }

  #keepStatus(step: Step, answer: Answer, status: number, rule: RuleId): void {
    const ours = this.#profile.statuses[step]?.[status] ?? status;
    if (ours !== status && answer.status === ours) {
      const message = `${step}: status ${ours} in place of ${status}`;
      judgementsOf(test.info()).push({ rule, verdict: 'known', message });
      return;
    }
    const received = `status ${answer.status}`;
    judge({ rule, kept: answer.status === ours, expected: `status ${ours}`, received, step, answer });
  }
}

function keepFailure(
  step: Step,
  failure: Failure,
  { status, code, rule }: FailureAnswer,
  answer: Answer,
): void {
  // What fails lets nobody in: no security is at stake then.
  const most = ruleOf(rule).level === 'security' ? 599 : 499;
  const statusMet =
    status === '4xx' ? answer.status >= 400 && answer.status <= most : answer.status === status;
  const codes = errorCodes(answer);
  judge({
    rule,
    kept: statusMet && (code === undefined || codes.includes(code)),
    expected: `${failure}: status ${status}${code === undefined ? '' : ` with code ${code}`}`,
    received: `status ${answer.status} with ${codes.length === 0 ? 'no code' : `code ${codes.join(', ')}`}`,
    step,
    answer,
  });
}
