import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { isObject, isText } from '../../content/shape.ts';
import { line, say } from '../../text/terminal.ts';
import { isBroken, type Conformance, type RuleReport, type Verdict } from './report.ts';

/** A run that came to none of these says nothing of a rule. */
const judged = ['fail', 'stale', 'known', 'warn', 'pass'] as const satisfies readonly Verdict[];
export type JudgedVerdict = (typeof judged)[number];

/** A line of `history.jsonl`: a run, with the ids of the rules that it judged. */
export type PastRun = Pick<
  Conformance,
  'target' | 'profile' | 'specVersion' | 'level' | 'startedAt' | 'durationMs' | 'requests'
> & { rules: Partial<Record<JudgedVerdict, string[]>> };

// Of a target: a year of nights, of some twenty kilobytes each.
const mostRuns = 400;

/** The runs of a `history.jsonl`, the oldest first; none where there is no such file, undefined where it cannot be read. */
export function readHistory(file: string): PastRun[] | undefined {
  if (!existsSync(file)) return [];
  try {
    const lines = readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split('\n')
      .filter(Boolean);
    const runs = lines.map(runIn).filter((one) => one !== undefined);
    const lost = lines.length - runs.length;
    if (lost > 0) {
      copyFileSync(file, `${file}.unread`);
      say(line`  ${file}: ${lost} of its lines cannot be read, and stand in ${file}.unread alone`);
    }
    return runs;
  } catch (error) {
    say(line`  ${file}: cannot be read, and stays as it is (${(error as NodeJS.ErrnoException).code ?? ''})`);
    return undefined;
  }
}

/** The history with this run in it, once, and without the oldest where it grows too long. */
export function withRun(history: readonly PastRun[], conformance: Conformance): PastRun[] {
  const run = pastRun(conformance);
  const ours = history.filter(({ target }) => target === run.target);
  const others = history.filter(({ target }) => target !== run.target);
  // Merged again, it may begin with another shard.
  const before = ours.filter((one) => !isAtOnce(one, run)).slice(1 - mostRuns);
  return [...others, ...before, run].toSorted((one, other) => startOf(one) - startOf(other));
}

function isAtOnce(one: PastRun, other: PastRun): boolean {
  return startOf(one) <= startOf(other) + other.durationMs && startOf(other) <= startOf(one) + one.durationMs;
}

function startOf({ startedAt }: PastRun): number {
  return Date.parse(startedAt);
}

/** Whether a run judged most of what others do: a run of a part tells of what it found broken, and not of all that it kept. */
export function isWhole(run: PastRun, history: readonly PastRun[]): boolean {
  const count = ({ rules }: PastRun): number => Object.values(rules).flat().length;
  const counts = history.filter(({ target }) => target === run.target).map(count);
  return 2 * count(run) > Math.max(...counts);
}

function pastRun(conformance: Conformance): PastRun {
  const { target, profile, specVersion, level, startedAt, durationMs, requests } = conformance;
  const idsOf = (verdict: Verdict): string[] =>
    conformance.rules.filter((rule) => rule.verdict === verdict).map(({ id }) => id);
  const rules = Object.fromEntries(
    judged.map((verdict) => [verdict, idsOf(verdict)] as const).filter(([, ids]) => ids.length > 0),
  );
  return { target, profile, specVersion, level, startedAt, durationMs, requests, rules };
}

type Since = Pick<RuleReport, 'lastKept' | 'brokenSince'>;

/** The rules with when each was last kept and since when it is broken, by the earlier runs of the same target. */
export function withHistory(
  rules: readonly RuleReport[],
  { target, startedAt }: Pick<Conformance, 'target' | 'startedAt'>,
  history: readonly PastRun[],
): RuleReport[] {
  const before = new Map<string, Since>();
  for (const run of history.filter((one) => one.target === target && one.startedAt < startedAt))
    for (const [verdict, ids] of judgedIn(run, history))
      for (const id of ids) before.set(id, after(verdict, run.startedAt, before.get(id)));
  return rules.map((rule) => ({ ...rule, ...after(rule.verdict, startedAt, before.get(rule.id)) }));
}

/** What a run tells of its rules. */
export function judgedIn(run: PastRun, history: readonly PastRun[]): [JudgedVerdict, string[]][] {
  const all = Object.entries(run.rules) as [JudgedVerdict, string[]][];
  return isWhole(run, history) ? all : all.filter(([verdict]) => isBroken(verdict));
}

/** What is known of a rule after a run that found this. */
function after(verdict: Verdict, startedAt: string, before: Since = {}): Since {
  if (verdict === 'pass' || verdict === 'stale') return { lastKept: startedAt };
  return isBroken(verdict) ? { brokenSince: startedAt, ...before } : before;
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

function runIn(text: string): PastRun | undefined {
  try {
    const read = JSON.parse(text) as unknown;
    return isRun(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isRun(read: unknown): read is PastRun {
  if (!isObject(read) || !isObject(read['rules'])) return false;
  const { rules, startedAt, durationMs, requests, ...more } = read;
  return (
    ['target', 'profile', 'specVersion', 'level'].every((name) => isText(more[name])) &&
    isText(startedAt) &&
    !Number.isNaN(Date.parse(startedAt)) &&
    [durationMs, requests].every(Number.isFinite) &&
    Object.entries(rules as object).every(
      ([verdict, ids]) =>
        (judged as readonly string[]).includes(verdict) && Array.isArray(ids) && ids.every(isText),
    )
  );
}
