import type { Capabilities } from '../capabilities.ts';
import { rulesAt, type RuleId } from '../rules/catalogue.ts';
import { levelAt, type Level, type SpecVersion } from '../rules/rule.ts';

/** In order of weight: of a rule's tests, the weightiest verdict is the rule's. */
export const verdicts = ['fail', 'known', 'warn', 'blocked', 'pass', 'unsupported', 'untested'] as const;
export type Verdict = (typeof verdicts)[number];

/** What one test said of one rule. */
export type TestVerdict = {
  rule: RuleId;
  title: string;
  file: string;
  project: string;
  verdict: Verdict;
  message?: string;
};

export type RuleReport = {
  id: RuleId;
  level: Level;
  since: SpecVersion;
  source: string;
  url: string;
  title: string;
  verdict: Verdict;
  tests: Omit<TestVerdict, 'rule'>[];
};

/** `conformance.json` */
export type Conformance = {
  target: string;
  profile: string;
  specVersion: SpecVersion;
  level: string;
  startedAt: string;
  durationMs: number;
  requests: number;
  summary: Partial<Record<Verdict, number>>;
  capabilities: Capabilities;
  rules: RuleReport[];
};

export function ruleReports(found: readonly TestVerdict[], version: SpecVersion): RuleReport[] {
  return rulesAt(version).map((rule) => {
    const tests = found.filter((one) => one.rule === rule.id).map(({ rule: _, ...test }) => test);
    const verdict = weightiest(tests.map((test) => test.verdict));
    const { id, since, source, url, title } = rule;
    return { id, level: levelAt(rule, version), since, source, url, title, verdict, tests };
  });
}

function weightiest(given: readonly Verdict[]): Verdict {
  return verdicts.find((verdict) => given.includes(verdict)) ?? 'untested';
}

export function summarize(rules: readonly RuleReport[]): Partial<Record<Verdict, number>> {
  const counts = verdicts.map(
    (verdict) => [verdict, rules.filter((rule) => rule.verdict === verdict).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/**
 * The tests that were blocked by a rule which no test found broken: their set-up failed for a reason that shows
 * nowhere else, so the run may not be green.
 */
export function unexplainedBlocks(
  found: readonly TestVerdict[],
  rules: readonly RuleReport[],
): TestVerdict[] {
  const explained = new Set<string>(
    rules
      .filter(({ verdict }) => ['fail', 'known', 'warn', 'unsupported'].includes(verdict))
      .map(({ id }) => id),
  );
  return found.filter(({ verdict, message }) => {
    const cause = /^blocked by ([a-z0-9.-]+):/.exec(message ?? '')?.[1];
    return verdict === 'blocked' && cause !== undefined && !explained.has(cause);
  });
}
