import { isPart, type RuleReport, type Verdict } from '../../lib/report/conformance/report.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';
import type { Variant } from './variant.ts';
import { authModes, type AuthMode } from '../../lib/types.ts';

/** A verdict on a way that is legal. */
export type Alarm = { rule: string; verdict: Verdict | 'exit' | 'threw' | 'kept'; told: string };

/** What a run said of the usual registry, and of the one with the variants. */
export type Course = {
  rules: readonly RuleReport[];
  exit: number | null;
  printed: string;
  /** By variants themselves, which is a mistake in them. */
  thrown: readonly Error[];
};

/** How the names begin of what cannot be set where this is not offered. */
const settingsOf: Readonly<Record<string, string>> = {
  'issuer-key': 'REGISTRY_ISSUER_',
  'other-namespace': 'REGISTRY_OTHER_',
};

/** The verdicts that differ from those on the usual registry, and that no variant of the run explains. */
export function alarmsOf(variants: readonly Variant[], usual: Course, seen: Course): Alarm[] {
  const takes = new Set<string>(variants.flatMap((one) => one.takes ?? []));
  const habits = new Set<string>(variants.flatMap((one) => one.habits ?? []));
  const unset = ['REGISTRY_REPOSITORIES', ...[...takes].flatMap((one) => settingsOf[one] ?? [])];
  const before = new Map(usual.rules.map((one) => [one.id, one.verdict]));
  const alarms = seen.rules.flatMap(({ id, level, verdict, tests }) => {
    const because = tests.filter((one) => one.verdict === verdict);
    const isMeant =
      verdict === before.get(id) ||
      verdict === 'pass' ||
      (verdict === 'warn' && habits.has(id)) ||
      // A flow alone judges it there, and says no rule of what it could not do.
      (verdict === 'untested' && isPart(usual)) ||
      // What a habit is the ground of has none either, unless it is a must.
      (verdict === 'blocked' &&
        !['must', 'security'].includes(level) &&
        because.every(({ by = '' }) => habits.has(by))) ||
      (verdict === 'blocked' &&
        because.every(({ message = '' }) => unset.some((name) => message.startsWith(`blocked: ${name}`)))) ||
      (verdict === 'unsupported' && because.every(({ what = '' }) => takes.has(firstWord(what))));
    const [first] = because;
    return isMeant
      ? []
      : [{ rule: id, verdict, told: `${first?.title ?? 'no test'}\n${first?.message ?? ''}`.trim() }];
  });
  const isUnexplained = seen.exit !== 0 && !alarms.some(({ verdict }) => verdict === 'fail');
  return [
    ...alarms,
    ...(isUnexplained ? [{ rule: '', verdict: 'exit' as const, told: endOf(seen) }] : []),
    ...seen.thrown.map(({ message }) => ({ rule: '', verdict: 'threw' as const, told: message })),
  ];
}

/** The habits that a variant names and that none of its runs saw broken; none where it was not met in all of its modes. */
export function keptHabits(
  { habits = [], auth: modes = authModes }: Pick<Variant, 'habits' | 'auth'>,
  runs: readonly { auth: AuthMode; habits: readonly string[] }[],
): RuleId[] {
  if (!modes.every((mode) => runs.some(({ auth }) => auth === mode))) return [];
  const seen = runs.flatMap((run) => run.habits);
  return habits.filter((rule) => !seen.includes(rule));
}

/** The habits that were seen broken. */
export function habitsIn({ rules }: Course): string[] {
  return rules.filter(({ verdict }) => verdict === 'warn').map(({ id }) => id);
}

/** `chunked` of `chunked in small chunks`. */
function firstWord(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}

export function endOf({ exit, printed }: Course): string {
  const red = printed.split('\n').filter((text) => /^ {2}(?:red|broken|stale) /.test(text));
  return `the run ended with ${exit}\n${(red.length > 0 ? red : printed.trim().split('\n').slice(-8)).join('\n')}`;
}
