import { isFatal } from '../../run/settings.ts';
import type { Capability } from '../../rules/rule.ts';
import type { Conformance, RuleReport, Verdict } from './report.ts';
import type { Offer } from '../../types.ts';

/**
 * `broken`: it turns the later run red, and did not the earlier. `below`: newly broken, at a level that turns nothing
 * red. `fixed`: kept again. `unjudged`: one of the two runs has not tried it. `changed`: any other change.
 */
export type Kind = 'broken' | 'below' | 'fixed' | 'changed' | 'unjudged';

export type Change = { kind: Kind; from: Verdict; to: Verdict; rule: RuleReport };

/** What differs from one run to another, of the same target or of two. */
export type Comparison = {
  before: Conformance;
  after: Conformance;
  /** What both runs were not told alike, so that a change may come from it. */
  told: { name: string; before: string; after: string }[];
  changes: Change[];
  /** Broken in both. */
  stillBroken: RuleReport[];
  /** An offer is undefined where the run did not look for it. */
  capabilities: { name: Capability; before: Offer | undefined; after: Offer | undefined }[];
  /** Rules of one run alone, as a newer catalogue or another version of the specification brings them. */
  appeared: RuleReport[];
  vanished: RuleReport[];
};

export function compare(before: Conformance, after: Conformance): Comparison {
  const earlier = new Map(before.rules.map((rule) => [rule.id, rule]));
  const later = new Set(after.rules.map(({ id }) => id));
  const pairs = after.rules.flatMap((rule) => {
    const was = earlier.get(rule.id);
    return was === undefined ? [] : [{ rule, from: verdictAt(was, rule, after), to: rule.verdict }];
  });
  return {
    before,
    after,
    told: (['target', 'profile', 'specVersion', 'level'] as const)
      .filter((name) => before[name] !== after[name])
      .map((name) => ({ name: names[name], before: before[name], after: after[name] })),
    changes: pairs
      .filter(({ from, to }) => from !== to)
      .map((pair) => ({ kind: kindOf(pair.from, pair.to), ...pair })),
    stillBroken: pairs.filter(({ from, to }) => to === 'fail' && from === 'fail').map(({ rule }) => rule),
    capabilities: changedCapabilities(before.capabilities, after.capabilities),
    appeared: after.rules.filter(({ id }) => !earlier.has(id)),
    vanished: before.rules.filter(({ id }) => !later.has(id)),
  };
}

export const kindsOf = ({ changes }: Comparison, kind: Kind): Change[] =>
  changes.filter((change) => change.kind === kind);

const names = {
  target: 'target',
  profile: 'REGISTRY_PROFILE',
  specVersion: 'SPEC_VERSION',
  level: 'REGISTRY_LEVEL',
} as const;

/** The verdict of the earlier run, had it been as strict as the later. */
function verdictAt(was: RuleReport, now: RuleReport, { level }: Conformance): Verdict {
  if (was.verdict !== 'fail' && was.verdict !== 'warn') return was.verdict;
  return isFatal(now.level, level) ? 'fail' : 'warn';
}

function kindOf(from: Verdict, to: Verdict): Kind {
  if (to === 'fail') return 'broken';
  if (to === 'untested' || (from === 'untested' && to !== 'warn')) return 'unjudged';
  if (to === 'warn' && from !== 'known') return 'below';
  if (to === 'pass' && ['fail', 'warn', 'known'].includes(from)) return 'fixed';
  return 'changed';
}

function changedCapabilities(
  before: Conformance['capabilities'],
  after: Conformance['capabilities'],
): Comparison['capabilities'] {
  const all = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<Capability>;
  return [...all]
    .map((name) => ({ name, before: before[name], after: after[name] }))
    .filter((one) => one.before?.offered !== one.after?.offered);
}
