import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { historyPage, rowsOf } from '../../lib/report/conformance/history-page.ts';
import {
  readHistory,
  sinceWhen,
  withHistory,
  withRun,
  type PastRun,
} from '../../lib/report/conformance/history.ts';
import type { Conformance, RuleReport, Verdict } from '../../lib/report/conformance/report.ts';
import { writeHistory } from '../../lib/report/conformance/write.ts';
import { hostile, report, sample } from './sample.ts';

function dayOf(at: number): string {
  return new Date(Date.UTC(2026, 0, 1 + at, 3)).toISOString();
}

/** A run that found this of one rule. */
function run(verdict: Verdict, at: number, more: Partial<Conformance> = {}): Conformance {
  return { ...sample, startedAt: dayOf(at), rules: [report('ping.status', verdict)], ...more };
}

/** One run a day. */
function nights(...verdicts: Verdict[]): PastRun[] {
  return verdicts.reduce<PastRun[]>((history, verdict, at) => withRun(history, run(verdict, at)), []);
}

/** What is said of a rule on the last of these days. */
function said(...verdicts: Verdict[]): string {
  const [last, before] = [verdicts.at(-1) ?? 'pass', verdicts.slice(0, -1)];
  const conformance = run(last, before.length);
  const [found] = withHistory(conformance.rules, conformance, nights(...before));
  return sinceWhen(found as RuleReport, conformance.startedAt);
}

const histories: [verdicts: Verdict[], said: string][] = [
  [['fail'], ''],
  [['pass', 'fail'], 'newly broken, kept on 2026-01-01 03:00'],
  [['pass', 'warn', 'fail'], 'broken since 2026-01-02 03:00'],
  [['fail', 'fail'], 'broken since 2026-01-01 03:00'],
  [['fail', 'pass', 'fail'], 'newly broken, kept on 2026-01-02 03:00'],
  // A narrow run between two whole ones, or one that was blocked, forgets nothing.
  [['pass', 'untested', 'fail'], 'newly broken, kept on 2026-01-01 03:00'],
  [['fail', 'blocked', 'fail'], 'broken since 2026-01-01 03:00'],
  // It may be broken in another test still.
  [['known', 'stale', 'fail'], 'broken since 2026-01-01 03:00'],
];

for (const [verdicts, words] of histories) {
  test(`${verdicts.join(', ')} reads "${words}"`, () => expect(said(...verdicts)).toBe(words));
}

test('another target has a history of its own', () => {
  const before = nights('pass');
  const other = run('fail', 1, { target: 'https://other.example' });
  const [found] = withHistory(other.rules, other, before);
  expect(sinceWhen(found as RuleReport, other.startedAt)).toBe('');
  expect(withRun(before, other).map(({ target }) => target)).toEqual([sample.target, other.target]);
});

test('a run of a part says what it found broken, and not that all of a rule was kept', () => {
  const others = ['tag.list.n', 'tag.list.array', 'jwt.expired'] as const;
  const rulesOf = (verdict: Verdict): RuleReport[] => [
    report('ping.status', verdict),
    ...others.map((id) => report(id, 'pass')),
  ];
  const whole = withRun([], run('fail', 0, { rules: rulesOf('fail') }));
  const some = [report('ping.status', 'pass'), ...others.map((id) => report(id, 'untested'))];
  const part = withRun(whole, run('pass', 1, { rules: some }));
  const last = run('fail', 2, { rules: rulesOf('fail') });
  const [found] = withHistory(last.rules, last, part);
  expect(sinceWhen(found as RuleReport, last.startedAt)).toBe('broken since 2026-01-01 03:00');
  expect(rowsOf(withRun(part, last)).map((row) => row.said)).toEqual(['broken in each']);
  // Who runs a part alone, each night, is told of that part.
  const untested = others.map((id) => report(id, 'untested'));
  const parts = (['pass', 'fail'] as const).map((verdict) => [report('ping.status', verdict), ...untested]);
  const kept = withRun([], run('pass', 0, { rules: parts[0] ?? [] }));
  const broken = run('fail', 1, { rules: parts[1] ?? [] });
  const [now] = withHistory(broken.rules, broken, kept);
  expect(sinceWhen(now as RuleReport, broken.startedAt)).toBe('newly broken, kept on 2026-01-01 03:00');
});

test('a run that is merged twice counts once, and the oldest of too many are left out', () => {
  const once = withRun([], run('fail', 0));
  expect(withRun(once, run('pass', 0))).toEqual(withRun([], run('pass', 0)));
  // One shard was run again, hours later, and another was the first to begin.
  const [first, second, later, again] = ['03:00', '03:01', '07:00', '09:00'].map(
    (time) => `2026-01-01T${time}:00.000Z`,
  ) as [string, string, string, string];
  const merged = withRun([], run('pass', 0, { startedAt: first, shards: [first, second] }));
  const between = withRun(merged, run('pass', 0, { startedAt: later }));
  const mergedAgain = run('fail', 0, { startedAt: second, shards: [again, second] });
  expect(withRun(between, mergedAgain).map(({ startedAt }) => startedAt)).toEqual([second, later]);
  const [found] = withHistory(mergedAgain.rules, mergedAgain, merged);
  expect(found).toMatchObject({ brokenSince: second });
  expect(found).not.toHaveProperty('lastKept');
  const other = withRun([], run('pass', 0, { target: 'https://other.example' }));
  const years = Array.from({ length: 500 }, (_, at) => at).reduce<PastRun[]>(
    (history, at) => withRun(history, run('pass', at)),
    other,
  );
  const ours = years.filter(({ target }) => target === sample.target);
  expect([years.length, ours.length, ours[0]?.startedAt]).toEqual([401, 400, dayOf(100)]);
});

test('what is written down is read again, and a line that is none is left out', ({}, testInfo) => {
  const history = nights('pass', 'fail', 'known', 'stale');
  writeHistory(testInfo.outputPath('.'), history);
  const file = testInfo.outputPath('history.jsonl');
  expect(readHistory(file)).toEqual(history);
  const [first] = history;
  const wrong = [
    {},
    { ...first, startedAt: 'x' },
    { ...first, rules: { fail: [1] } },
    { ...first, rules: { x: [] } },
  ];
  appendFileSync(file, `${wrong.map((one) => JSON.stringify(one)).join('\n')}\n{"half`);
  expect(readHistory(file)).toEqual(history);
  expect(readFileSync(`${file}.unread`, 'utf8')).toContain('{"half');
  expect(readHistory(testInfo.outputPath('.'))).toBeUndefined();
  writeFileSync(file, '');
  expect(readHistory(file)).toEqual([]);
  expect(readHistory(testInfo.outputPath('none.jsonl'))).toEqual([]);
});

const rows: [verdicts: Verdict[], said: string | undefined][] = [
  [['pass', 'pass'], undefined],
  [['fail', 'fail'], 'broken in each'],
  [['pass', 'fail', 'fail'], 'broken since 2026-01-02 03:00'],
  [['fail', 'pass', 'untested'], 'kept since 2026-01-02 03:00'],
  [['fail', 'pass', 'warn', 'pass'], 'kept since 2026-01-04 03:00; changed 3 times'],
  [['known', 'stale'], 'stale since 2026-01-02 03:00'],
  [['pass', 'stale'], 'stale since 2026-01-02 03:00'],
  [['known', 'stale', 'fail'], 'broken in each'],
];

for (const [verdicts, words] of rows) {
  test(`the page says of ${verdicts.join(', ')}: ${words ?? 'nothing'}`, () => {
    expect(rowsOf(nights(...verdicts)).map((row) => row.said)).toEqual(words === undefined ? [] : [words]);
  });
}

test('what broke last stands first, and what is kept again last', () => {
  const found: [verdicts: Verdict[], id: Parameters<typeof report>[0]][] = [
    [['fail', 'pass', 'pass'], 'ping.status'],
    [['fail', 'fail', 'fail'], 'tag.list.n'],
    [['pass', 'pass', 'fail'], 'tag.list.array'],
    [['known', 'known', 'stale'], 'jwt.expired'],
  ];
  const history = [0, 1, 2].reduce<PastRun[]>((before, at) => {
    const rules = found.map(([verdicts, id]) => report(id, verdicts[at] ?? 'pass'));
    return withRun(before, run('pass', at, { rules }));
  }, []);
  expect(rowsOf(history).map(({ id }) => id)).toEqual([
    'jwt.expired',
    'tag.list.array',
    'tag.list.n',
    'ping.status',
  ]);
});

test('the page has a cell a run, and what a target is called is text', () => {
  const page = historyPage(nights('pass', 'fail', 'untested')).toString();
  const [row = ''] = /<tr><th scope="row">.*<\/tr>/.exec(page) ?? [];
  const cells = [...row.matchAll(/<td(?: class="(\w+)")?>/g)].map(([, verdict]) => verdict);
  expect(cells).toEqual(['pass', 'fail', undefined]);
  expect(page).not.toContain(hostile);
  expect(page).not.toContain('<img');
  expect(page).toContain('aria-label="Requests, run by run: 678, 678"');
});

test('a run without a broken rule needs no table', () => {
  expect(historyPage(nights('pass')).toString()).toContain('was kept in each of these runs');
  expect(historyPage([]).toString()).toContain('<h1>Run by run</h1>');
});
