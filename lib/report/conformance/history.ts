import { isBroken, type Conformance, type RuleReport } from './report.ts';

/**
 * The rules with when each was last kept and since when it is broken, as far as the run before says. A run that did not
 * try a rule passes on what was known of it, so that the file of the last run holds all that is needed.
 */
export function withHistory(
  rules: readonly RuleReport[],
  startedAt: string,
  previous: Conformance | undefined,
): RuleReport[] {
  const before = new Map(previous?.rules.map((rule) => [rule.id, rule]));
  return rules.map((rule) => {
    const { lastKept, brokenSince } = before.get(rule.id) ?? {};
    if (rule.verdict === 'pass') return { ...rule, lastKept: startedAt };
    const since = isBroken(rule.verdict) ? (brokenSince ?? startedAt) : brokenSince;
    return {
      ...rule,
      ...(lastKept === undefined ? {} : { lastKept }),
      ...(since === undefined ? {} : { brokenSince: since }),
    };
  });
}

/** `2026-01-02 03:04`, in UTC. */
export function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** `newly broken, kept on …` or `broken since …`; empty where no run before this one tried the rule. */
export function sinceWhen({ lastKept, brokenSince }: RuleReport, startedAt: string): string {
  if (brokenSince === undefined) return '';
  if (brokenSince !== startedAt) return `broken since ${minute(brokenSince)}`;
  return lastKept === undefined ? '' : `newly broken, kept on ${minute(lastKept)}`;
}
