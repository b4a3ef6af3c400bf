import { join } from 'node:path';
import type { FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';
import { verdictsOf, type Found } from '../../lib/report/conformance/found.ts';
import { expectedDeviations } from '../../lib/run/expected.ts';
import { isRuleId, rule, type RuleId } from '../../lib/rules/catalogue.ts';
import { levelAt } from '../../lib/rules/rule.ts';
import { runSettings } from '../../lib/run/run.ts';
import { isFatal } from '../../lib/run/settings.ts';
import { line, say } from '../../lib/text/terminal.ts';
import { plain } from '../../lib/text/visible.ts';
import { toldIn } from '../../lib/verdict/told.ts';
import { chosenFaults, runs } from './choice.ts';
import { faultAmong } from './declare.ts';
import type { Fault } from './fault.ts';
import { fault } from './faults.ts';
import { readMatrix, sourceOf, summary, writeMatrix } from './matrix.ts';
import type { FaultReport } from './page.ts';

/** A rule below the level that turns this run red shows as a warning. */
function isSeen({ rule: id, verdict }: Found): boolean {
  return verdict === 'fail' || (verdict === 'warn' && !turnsRed(id));
}

function turnsRed(id: RuleId): boolean {
  const { specVersion, level } = runSettings();
  return isFatal(levelAt(rule(id), specVersion), level);
}

type Seen = {
  left: number;
  /** Why tests could show nothing there, with or without the fault. */
  unable: string[];
  tests: number;
  durationMs: number;
  /** In which of the runs its own rule was red. */
  caught: Set<string>;
  by: { title: string; rule: string }[];
  errors: string[];
  /** Tests in which its own rule came to a verdict, and those that never came there. */
  judged: number;
  blocked: number;
  /** Rules that turned the run red though its own does not. */
  cried: Set<RuleId>;
  /** What its model threw. */
  threw: string | undefined;
};

/** Says of each fault, as soon as its tests are through, whether they saw it; writes the matrix at the end. */
export default class FaultsReporter implements Reporter {
  readonly #seen = new Map<string, Seen>();
  readonly #reports: FaultReport[] = [];

  onBegin(_config: unknown, suite: Suite): void {
    const tests = suite.allTests();
    for (const { id } of chosenFaults) {
      const left = tests.filter(({ tags }) => faultAmong(tags) === id).length;
      this.#seen.set(id, {
        left,
        unable: [],
        tests: left,
        durationMs: 0,
        caught: new Set(),
        by: [],
        errors: [],
        judged: 0,
        blocked: 0,
        cried: new Set(),
        threw: undefined,
      });
      if (left === 0) this.#settle(id);
    }
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const id = faultAmong(test.tags) ?? '';
    const seen = this.#seen.get(id);
    if (seen === undefined) return;
    const title = test.titlePath().slice(3).join(' › ').replace(` [${id}]`, '');
    const found = verdictsOf(test, result);
    const red = found.filter(isSeen);
    seen.by.push(...red.map((one) => ({ title, rule: one.rule })));
    const { rule: broken } = fault(id);
    const own = found.filter((one) => one.rule === broken || broken === 'any');
    if (red.some((one) => own.includes(one))) seen.caught.add(/\((\d+)\)$/.exec(title)?.[1] ?? '1');
    if (own.some(({ verdict }) => verdict === 'blocked')) seen.blocked += 1;
    else if (own.some(({ verdict }) => verdict !== 'unsupported')) seen.judged += 1;
    if (broken !== 'any' && !turnsRed(broken))
      for (const one of found.filter(({ verdict }) => verdict === 'fail')) seen.cried.add(one.rule);
    seen.threw ??= result.annotations.find(({ type }) => type === 'threw')?.description;
    if (result.status === 'failed' && red.length === 0)
      seen.errors.push(`${title}: ${plain(result.error?.message ?? '').split('\n', 1)[0]}`);
    seen.durationMs += result.duration;
    const reason = whyUnable(broken, found, result);
    if (reason !== undefined) seen.unable.push(reason);
    seen.left -= 1;
    if (seen.left === 0) this.#settle(id);
  }

  async onEnd(): Promise<{ status: FullResult['status'] }> {
    const { reports } = runSettings();
    const others = readMatrix(join(reports, 'faults.json')).filter(
      (one) => !this.#reports.some(({ id }) => id === one.id),
    );
    writeMatrix(reports, [...others, ...this.#reports]);
    say(line``, line`  ${summary(this.#reports)}`);
    return { status: this.#reports.every(({ killed }) => killed) ? 'passed' : 'failed' };
  }

  #settle(id: string): void {
    const seen = this.#seen.get(id);
    if (seen === undefined) return;
    const one = fault(id);
    const { title, rule: broken, official, also } = one;
    // Where it shows by chance, it is to show nearly always.
    const cried = [...seen.cried].filter((red) => also?.rules.includes(red) !== true);
    const isCaught = seen.caught.size > 0 && seen.caught.size >= runs * 0.95;
    const killed = isCaught && seen.threw === undefined && cried.length === 0;
    const reason = killed || runSettings().url === undefined ? undefined : whyNotHere(one, seen);
    if (reason !== undefined) {
      this.#seen.delete(id);
      say(line`  not here ${id} (${broken}): ${reason}`);
      return;
    }
    const others = [...new Set(seen.by.map((test) => test.rule))].filter((other) => other !== broken);
    const { tests, durationMs, by } = seen;
    const because = also?.because ?? '';
    const source = sourceOf(one);
    this.#reports.push({
      id,
      title,
      source,
      rule: broken,
      official,
      killed,
      by,
      others,
      because,
      tests,
      durationMs,
    });
    const count = `${this.#reports.length}/${this.#seen.size}`;
    const often = runs === 1 ? '' : ` in ${seen.caught.size} of ${runs} runs,`;
    const seconds = `${(durationMs / 1000).toFixed(1)} s`;
    say(line`  ${count} ${killed ? 'killed  ' : 'SURVIVED'} ${id} (${broken})${often} ${seconds}`);
    const unexplained = others.filter((other) => !also?.rules.some((known) => known === other));
    if (cried.length > 0) say(line`      turns the run red at this level: ${cried.join(', ')}`);
    if (seen.threw !== undefined) say(line`      the fault itself threw ${seen.threw}`);
    if (unexplained.length > 0)
      say(line`      ${broken === 'any' ? '' : 'also '}red: ${unexplained.join(', ')}`);
    if (!killed && tests === 0) say(line`      no test carries the rule on these axes`);
    else if (!killed) say(line`      ${seen.judged} tests judged the rule, ${seen.blocked} were blocked`);
    if (!killed) for (const error of seen.errors) say(line`      ${error}`);
  }
}

/**
 * Why a test can show nothing of a rule whatever fault stands before the target: the target does not offer what it
 * takes, or is known to break the rule or what the test builds on. Undefined where the fault itself may be the cause.
 */
function whyUnable(broken: Fault['rule'], found: readonly Found[], result: TestResult): string | undefined {
  const { reason } = toldIn(result);
  if (reason?.kind === 'blocked' && reason.by !== undefined && isRuleId(reason.by))
    return isKnown(reason.by) ? reason.text : undefined;
  if (reason !== undefined) return reason.text;
  return found.some(({ rule: id, verdict }) => id === broken && verdict === 'known')
    ? `${broken} is known to be broken`
    : undefined;
}

function isKnown(id: string): boolean {
  return expectedDeviations(runSettings()).some(({ rule: known }) => known === id);
}

/** What the target does not offer, or is known to break, no fault can break there. */
function whyNotHere({ upon }: Fault, { tests, unable }: Seen): string | undefined {
  if (tests === 0) return 'no test carries the rule on the axes of this run';
  const [first, ...others] = new Set(unable);
  if (unable.length === tests)
    return others.length === 0 ? first : `${first} (and ${others.length} other reasons)`;
  return unable.find((reason) => upon !== undefined && reason.split(/[ :(]+/).includes(upon));
}
