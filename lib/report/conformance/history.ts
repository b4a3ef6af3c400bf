import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { isObject, isText } from '../../content/shape.ts';
import { line, say } from '../../text/terminal.ts';
import { isBroken, isPart, type Conformance, type RuleReport, type Verdict } from './report.ts';

/** A run that came to none of these says nothing of a rule. */
const judged = ['fail', 'stale', 'known', 'warn', 'pass'] as const satisfies readonly Verdict[];
export type JudgedVerdict = (typeof judged)[number];

/** A line of `history.jsonl`: a run, with the ids of the rules that it judged. */
export type PastRun = Pick<
  Conformance,
  'target' | 'profile' | 'specVersion' | 'level' | 'startedAt' | 'shards' | 'durationMs' | 'requests'
> & {
  rules: Partial<Record<JudgedVerdict, string[]>>;
  /** Of a rule that it tried, it may have left tests out. */
  part?: true;
};

// Of a target: a year of nights, of some twenty kilobytes each.
const mostRuns = 400;

/** The runs of a `history.jsonl`, the oldest first; none where there is no such file, undefined where it cannot be read. */
export function readHistory(file: string): PastRun[] | undefined {
  if (!existsSync(file)) return [];
  try {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    const read = text
      .split('\n')
      .filter(Boolean)
      .map((one) => ({ text: one, run: runIn(one) }));
    const unread = read.filter(({ run }) => run === undefined);
    if (unread.length > 0) {
      appendFileSync(`${file}.unread`, unread.map((one) => `${one.text}\n`).join(''));
      say(line`  ${file}: ${unread.length} of its lines cannot be read, and stand in ${file}.unread now`);
    }
    return read.map(({ run }) => run).filter((run) => run !== undefined);
  } catch (error) {
    say(line`  ${file}: cannot be read, and stays as it is (${(error as NodeJS.ErrnoException).code ?? ''})`);
    return undefined;
  }
}

/** The history with this run in it, once, and without the oldest where it grows too long. */
export function withRun(history: readonly PastRun[], conformance: Conformance): PastRun[] {
  const run = pastRun(conformance);
  const others = history.filter(({ target }) => target !== run.target);
  const before = othersOf(conformance, history).slice(1 - mostRuns);
  return [...others, ...before, run].toSorted(
    (one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt),
  );
}

/** The other runs of its target: merged again, one may begin with another shard. */
function othersOf(
  run: Pick<Conformance, 'target' | 'startedAt' | 'shards'>,
  history: readonly PastRun[],
): PastRun[] {
  const starts = startsOf(run);
  return history.filter(
    (one) => one.target === run.target && !startsOf(one).some((start) => starts.includes(start)),
  );
}

function startsOf({ startedAt, shards = [] }: Pick<Conformance, 'startedAt' | 'shards'>): string[] {
  return [startedAt, ...shards];
}

function pastRun(conformance: Conformance): PastRun {
  const { target, profile, specVersion, level, startedAt, shards, durationMs, requests } = conformance;
  const idsOf = (verdict: Verdict): string[] =>
    conformance.rules.filter((rule) => rule.verdict === verdict).map(({ id }) => id);
  const rules = Object.fromEntries(
    judged.map((verdict) => [verdict, idsOf(verdict)] as const).filter(([, ids]) => ids.length > 0),
  );
  return {
    target,
    profile,
    specVersion,
    level,
    startedAt,
    ...(shards && { shards }),
    durationMs,
    requests,
    rules,
    ...(isPart(conformance) && { part: true }),
  };
}

type Since = Pick<RuleReport, 'lastKept' | 'brokenSince'>;

/** The rules with when each was last kept and since when it is broken, by the earlier runs of the same target. */
export function withHistory(
  rules: readonly RuleReport[],
  run: Pick<Conformance, 'target' | 'startedAt' | 'shards'>,
  history: readonly PastRun[],
): RuleReport[] {
  const before = new Map<string, Since>();
  const earlier = othersOf(run, history).filter(({ startedAt }) => startedAt < run.startedAt);
  for (const [at, found] of verdictsIn(earlier).entries())
    for (const [id, verdict] of found)
      before.set(id, after(verdict, earlier[at]?.startedAt ?? '', before.get(id)));
  return rules.map((rule) => ({ ...rule, ...after(rule.verdict, run.startedAt, before.get(rule.id)) }));
}

/** What each run tells of its rules. That a run of a part kept one does not undo what a whole run found broken. */
export function verdictsIn(history: readonly PastRun[]): Map<string, JudgedVerdict>[] {
  const broken = new Set<string>();
  return history.map(({ rules, part = false }) => {
    const found = new Map<string, JudgedVerdict>();
    for (const [verdict, ids] of Object.entries(rules) as [JudgedVerdict, string[]][])
      for (const id of ids) {
        if (verdict === 'pass' && part && broken.has(id)) continue;
        if (verdict === 'pass') broken.delete(id);
        if (isBroken(verdict) && !part) broken.add(id);
        found.set(id, verdict);
      }
    return found;
  });
}

/** What is known of a rule after a run that found this. A stale deviation may be one of several. */
function after(verdict: Verdict, startedAt: string, before: Since = {}): Since {
  if (verdict === 'pass') return { lastKept: startedAt };
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
  const { rules, startedAt, shards = [], part, durationMs, requests, ...more } = read;
  return (
    (part === undefined || part === true) &&
    Array.isArray(shards) &&
    shards.every(isText) &&
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
