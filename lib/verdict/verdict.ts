import { test, type TestInfo } from '@playwright/test';
import { curl } from './curl.ts';
import { errorEntries } from '../http/errors.ts';
import type { Answer } from '../http/exchange.ts';
import type { KnownDeviation } from '../profiles/profile.ts';
import { redact } from '../secrets/redact.ts';
import { isRuleId, rule as ruleOf, type RuleId } from '../rules/catalogue.ts';
import { levelAt } from '../rules/rule.ts';
import { urlAt } from '../rules/sources.ts';
import { expectedDeviations } from '../run/expected.ts';
import { runIdentities, runSecrets, runSettings } from '../run/run.ts';
import { cut, excerpt } from '../text/cut.ts';
import { isFatal } from '../run/settings.ts';
import { Shortfall } from '../run/step.ts';
import { titleOf } from './course.ts';
import { transcript } from './transcript.ts';
import type { Gist, Judged } from './told.ts';
import type { AuthMode, Protocol } from '../types.ts';

/** What was found of one rule, in words that stand in the report. */
export type Finding = {
  rule: RuleId;
  kept: boolean;
  expected: string;
  received: string;
  /** The named step of a flow where it was found. */
  step?: string | undefined;
  answer?: Answer | undefined;
};

export type Judgement = Judged & { answer?: Answer | undefined };

/** The axes of the project a test runs in. */
export type Axes = { protocol: Protocol; authMode: AuthMode };

/** A rule is broken, at a level that matters to this run. */
export class BrokenRule extends Shortfall {
  override name = 'BrokenRule';
}

const judgements = new WeakMap<TestInfo, Judgement[]>();

/** The rule that the running test stands for. @throws Error where its tags name none, or several */
export function ownRule(): RuleId {
  const rules = test
    .info()
    .tags.map((tag) => tag.slice(1))
    .filter(isRuleId);
  const [rule] = rules;
  if (rule === undefined || rules.length > 1)
    throw new Error(`The test stands for ${rules.length} rules: name the one that is judged here`);
  return rule;
}

/** Everything judged in this test so far, in order. */
export function judgementsOf(testInfo: TestInfo): Judgement[] {
  const list = judgements.get(testInfo) ?? [];
  judgements.set(testInfo, list);
  return list;
}

/**
 * Gives the verdict on one rule in the running test.
 * @throws BrokenRule when it is broken, not known to be, and of a level that turns the run red
 */
export function judge(finding: Finding): void {
  const { verdict, message } = weighInTest(finding);
  if (verdict === 'fail') throw new BrokenRule(message ?? '');
}

/** The verdict on one rule in the running test, written down but not thrown. */
export function weighInTest(finding: Finding): Judgement {
  const testInfo = test.info();
  const judgement = weigh(finding, testInfo);
  judgementsOf(testInfo).push(judgement);
  return judgement;
}

/** The deviations that are expected in this test. */
export function deviationsIn(testInfo: TestInfo): KnownDeviation[] {
  const { protocol, authMode } = testInfo.project.use as Axes;
  const title = testInfo.titlePath.join(' › ');
  const ownTitle = testInfo.titlePath.slice(1).join(' › ');
  return expectedDeviations(runSettings()).filter(
    (known) =>
      (known.test?.test(title) ?? true) &&
      (known.tests?.includes(ownTitle) ?? true) &&
      (known.protocols?.includes(protocol) ?? true) &&
      (known.auth?.includes(authMode) ?? true),
  );
}

function weigh(finding: Finding, testInfo: TestInfo): Judgement {
  const { rule, kept, answer } = finding;
  if (kept) return { rule, verdict: 'pass' };
  const deviation = deviationsIn(testInfo).find((known) => known.rule === rule);
  const gist = gistOf(finding, deviation, runSecrets());
  const message = describe(rule, gist, answer, runSecrets());
  return { rule, verdict: deviation === undefined ? verdictOn(rule) : 'known', message, gist, answer };
}

function verdictOn(rule: RuleId): 'fail' | 'warn' {
  const { specVersion, level } = runSettings();
  return isFatal(levelAt(ruleOf(rule), specVersion), level) ? 'fail' : 'warn';
}

// What was found of a rule is read, and not searched for.
const longestFinding = 2_000;

function gistOf(
  { rule, expected, received, step, answer }: Finding,
  deviation: KnownDeviation | undefined,
  secrets: readonly string[],
): Gist {
  const told = (text: string): string => cut(text, longestFinding, secrets);
  // What leaks is told by the check, and not repeated.
  const error = answer === undefined || rule.startsWith('leak.') ? '' : saidOf(answer);
  return {
    ...(answer && { request: told(titleOf(answer.request)) }),
    expected: told(expected),
    received: told(received),
    ...(error !== '' && { error: told(error) }),
    ...(step !== undefined && { step: told(step) }),
    ...(deviation && { known: { reason: deviation.reason, source: deviation.source } }),
  };
}

/** What the errors of an answer say, in a line: `DENIED: requested access to the resource is denied`. */
function saidOf(answer: Answer): string {
  if (answer.status < 400) return '';
  const said = errorEntries(answer).map(({ code, message }) =>
    typeof message === 'string' && message !== '' ? `${code}: ${message}` : code,
  );
  return excerpt(said.join(', '));
}

/** The rule and its source, what was asked, what came back, and how to ask again. Each of the first a line of its own. */
function describe(
  id: RuleId,
  { request, expected, received, error, step, known }: Gist,
  answer: Answer | undefined,
  secrets: readonly string[],
): string {
  const { specVersion } = runSettings();
  const found = ruleOf(id);
  const lines = [
    `${id} (${levelAt(found, specVersion)}): ${found.title}`,
    `  source    ${found.source} ${urlAt(found, specVersion)}`,
    ...(known === undefined ? [] : [`  known     ${known.reason} ${known.source}`]),
    ...(step === undefined ? [] : [`  step      ${step}`]),
    ...(request === undefined ? [] : [`  request   ${request}`]),
    `  expected  ${expected}`,
    `  received  ${received}`,
    ...(error === undefined ? [] : [`  error     ${error}`]),
    ...(answer === undefined ? [] : ['', transcript(answer, secrets), '', askAgain(answer, secrets)]),
  ];
  return redact(lines.join('\n'), secrets);
}

function askAgain({ request }: Answer, secrets: readonly string[]): string {
  const line = curl(request, { identities: runIdentities(), secrets });
  return `${line.toString()}\n# repeat.sh, attached to the test, sends what came before as well`;
}
