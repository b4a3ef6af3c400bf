import type { TestCase, TestResult } from '@playwright/test/reporter';
import { isRuleId } from '../../rules/catalogue.ts';
import { plain } from '../../text/visible.ts';
import { toldIn, type Told } from '../../verdict/told.ts';
import type { TestVerdict } from './report.ts';

export type Found = Omit<TestVerdict, 'title' | 'file' | 'line' | 'project'>;

/** What the test told, and of the rules it is tagged with but never came to, why. */
export function verdictsOf({ tags }: Pick<TestCase, 'tags'>, result: TestResult): Found[] {
  const told = toldIn(result);
  const { judged } = told;
  const missed = tags
    .map((tag) => tag.slice(1))
    .filter(isRuleId)
    .filter((id) => !judged.some(({ rule }) => rule === id));
  const why = whyMissed(told, result);
  if (why === undefined) return [];
  return [...judged, ...missed.map((rule) => ({ rule, ...why }))];
}

/** Undefined where the rules are younger than the specification asked for. */
function whyMissed({ judged, reason }: Told, { error, status }: TestResult): Omit<Found, 'rule'> | undefined {
  if (reason !== undefined) {
    const { kind, text: message, ...parts } = reason;
    return kind === 'not-in' ? undefined : { verdict: kind, message, ...parts };
  }
  const broken = judged.find(({ verdict }) => verdict === 'fail' || verdict === 'stale')?.rule;
  return broken === undefined
    ? { verdict: 'blocked', message: plain(error?.message ?? `the test was ${status}`) }
    : { verdict: 'blocked', by: broken, message: `blocked by ${broken}: the test ended there` };
}
