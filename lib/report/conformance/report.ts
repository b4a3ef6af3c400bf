import { reasonToSkip } from '../../target/decide.ts';
import type { Hindrance, Reason } from '../../run/skip-reason.ts';
import type { Gist } from '../../verdict/told.ts';
import { troubles, type Trouble } from '../../http/retries.ts';
import type { KnownDeviation } from '../../profiles/profile.ts';
import { isRuleId, rule, rulesAt, type RuleId } from '../../rules/catalogue.ts';
import { levelAt, type Level, type SpecVersion } from '../../rules/rule.ts';
import { urlAt } from '../../rules/sources.ts';
import { isFatal, type Strictness } from '../../run/settings.ts';
import type { Capabilities } from '../../types.ts';

/**
 * In order of weight: of a rule's tests, the weightiest verdict is the rule's. `fail` and `stale` turn a run red. Blocked
 * is a rule of which no test came to a verdict.
 */
export const verdicts = [
  'fail',
  'stale',
  'known',
  'warn',
  'pass',
  'blocked',
  'unsupported',
  'untested',
] as const;
export type Verdict = (typeof verdicts)[number];

/** What one test said of one rule. */
export type TestVerdict = {
  rule: RuleId;
  title: string;
  file: string;
  line: number;
  project: string;
  verdict: Verdict;
  message?: string;
  /** Of what is broken. */
  gist?: Gist;
  /** Of what is blocked. */
  by?: Hindrance;
  /** Of what is unsupported: the part that is not offered. */
  what?: string;
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
  /** When the last run began that found it kept, and the first one after that which found it broken. */
  lastKept?: string;
  brokenSince?: string;
};

/** `upload` of `upload.patch.range`. */
export function areaOf(id: string): string {
  return id.split('.', 1)[0] ?? id;
}

/** What is wrong with the registry, whether or not it turns the run red. */
export function isBroken(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'warn' || verdict === 'known';
}

/** What the way to the registry cost: none of it says anything of the registry. */
export type Network = {
  /** How often each trouble was met. */
  troubles: Partial<Record<Trouble['kind'], number>>;
  /** Tests that came to a verdict only when they were run again. */
  flaky: string[];
  /** Tests that came to none, and why. */
  blocked: { title: string; message: string; by?: 'network' | 'budget' }[];
};

/** `conformance.json` */
export type Conformance = {
  target: string;
  profile: string;
  specVersion: SpecVersion;
  level: Strictness;
  startedAt: string;
  /** When the runs began that it is merged of. */
  shards?: string[];
  durationMs: number;
  requests: number;
  network: Network;
  summary: Partial<Record<Verdict, number>>;
  capabilities: Capabilities;
  rules: RuleReport[];
};

export function ruleReports(found: readonly TestVerdict[], version: SpecVersion): RuleReport[] {
  const byRule = new Map<RuleId, RuleReport['tests']>();
  for (const { rule: id, ...test } of found) byRule.set(id, [...(byRule.get(id) ?? []), test]);
  return rulesAt(version).map((named) => {
    const tests = byRule.get(named.id) ?? [];
    const verdict = weightiest(tests.map((test) => test.verdict));
    const { id, since, source, title } = named;
    const url = urlAt(named, version);
    const level = levelAt(named, version);
    return { id, level, since, source, url, title, verdict, tests: inOrder(tests) };
  });
}

/** The same in each run: tests end in any order. */
export function inOrder(tests: RuleReport['tests']): RuleReport['tests'] {
  const key = ({ project, file, title }: RuleReport['tests'][number]): string =>
    `${file} ${title} ${project}`;
  return tests.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Whether most rules were not tried, as in a run of some tests. A run of one way in tries most. */
export function isPart({ rules }: { rules: readonly RuleReport[] }): boolean {
  return 2 * rules.filter(({ verdict }) => verdict === 'untested').length > rules.length;
}

export function weightiest(given: readonly Verdict[]): Verdict {
  return verdicts.find((verdict) => given.includes(verdict)) ?? 'untested';
}

export function summarize(rules: readonly RuleReport[]): Partial<Record<Verdict, number>> {
  const counts = verdicts.map(
    (verdict) => [verdict, rules.filter((one) => one.verdict === verdict).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/**
 * The tests that were blocked by a rule which no test found broken: their set-up failed for a reason that shows
 * nowhere else, so the run may not be green. In a run of a part, the profile and what the target offers speak for the
 * tests left out: where these run, they hold the profile to its word. A rule left out that could turn nothing red is none
 * to be red for.
 */
export function unexplainedBlocks(
  found: readonly TestVerdict[],
  {
    rules,
    capabilities,
    specVersion,
    level: least,
  }: Pick<Conformance, 'rules' | 'capabilities' | 'specVersion' | 'level'>,
  known: readonly KnownDeviation[],
): TestVerdict[] {
  const explained = new Set<string>(
    rules
      .filter(
        ({ id, level, verdict }) =>
          isBroken(verdict) ||
          verdict === 'unsupported' ||
          (verdict === 'untested' && !isFatal(level, least)) ||
          reasonToSkip(rule(id), capabilities, specVersion)?.startsWith('unsupported') === true,
      )
      .map(({ id }) => id),
  );
  // What blocks may be blocked itself.
  for (let count = 0; count < explained.size;) {
    count = explained.size;
    for (const { id, verdict, tests } of rules)
      if (
        verdict === 'blocked' &&
        tests.every((one) => one.verdict !== 'blocked' || explained.has(one.by ?? ''))
      )
        explained.add(id);
  }
  return found.filter(({ by, project }) => {
    const isKnown = known.some((one) => one.rule === by && isOf(project, one));
    return by !== undefined && isRuleId(by) && !explained.has(by) && !isKnown;
  });
}

/** Whether a deviation is one of this project, as `oci-basic`. */
function isOf(project: string, { protocols, auth }: KnownDeviation): boolean {
  return (
    (protocols?.some((protocol) => project.startsWith(`${protocol}-`)) ?? true) &&
    (auth?.some((mode) => project.endsWith(`-${mode}`)) ?? true)
  );
}

/** Each test once: why its last run came to no verdict, and what the network did to it in all its runs. */
export type Outcome = {
  title: string;
  project: string;
  reason: Reason | undefined;
  runs: number;
  met: Trouble['kind'][];
};

export function networkOf(outcomes: readonly Outcome[], beforehand: readonly Trouble['kind'][]): Network {
  const met = [...beforehand, ...outcomes.flatMap((one) => one.met)];
  const counts = troubles.map((kind) => [kind, met.filter((one) => one === kind).length] as const);
  const name = ({ project, title }: Outcome): string => `[${project}] ${title}`;
  const blocked = outcomes.flatMap((one) => (isOfNetwork(one.reason) ? [{ one, reason: one.reason }] : []));
  return {
    troubles: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    flaky: outcomes.filter((one) => one.runs > 1 && !isOfNetwork(one.reason)).map(name),
    blocked: blocked.map(({ one, reason: { by, text } }) => ({ title: name(one), message: text, by })),
  };
}

/** Whether the network, or a budget, kept a test from its end: it says nothing of the registry. */
function isOfNetwork(
  reason: Reason | undefined,
): reason is Reason & { kind: 'blocked'; by: 'network' | 'budget' } {
  return reason?.kind === 'blocked' && (reason.by === 'network' || reason.by === 'budget');
}
