import { expect, test } from '@playwright/test';
import { sinceWhen, withHistory } from '../../lib/report/conformance/history.ts';
import type { RuleReport, Verdict } from '../../lib/report/conformance/report.ts';
import { report, sample } from './sample.ts';

const days = ['2026-01-01T03:00:00.000Z', '2026-01-02T03:00:00.000Z', '2026-01-03T03:00:00.000Z'];

/** What is said of a rule on the last of these days, one run a day. */
function said(...verdicts: Verdict[]): string {
  const last = verdicts.reduce<RuleReport[] | undefined>(
    (rules, verdict, day) =>
      withHistory(
        [report('ping.status', verdict)],
        days[day] ?? '',
        rules === undefined ? undefined : { ...sample, rules },
      ),
    undefined,
  );
  return sinceWhen(last?.[0] as RuleReport, days[verdicts.length - 1] ?? '');
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
];

for (const [verdicts, words] of histories) {
  test(`${verdicts.join(', ')} reads "${words}"`, () => expect(said(...verdicts)).toBe(words));
}
