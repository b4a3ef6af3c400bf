import type { TestCase, TestResult } from '@playwright/test/reporter';
import { isRuleId } from '../../rules/catalogue.ts';
import { plain } from '../../text/visible.ts';
import type { TestVerdict, Verdict } from './report.ts';

export type Found = Pick<TestVerdict, 'rule' | 'verdict' | 'message'>;

/** What the test wrote down (see `settleVerdicts`), and of the rules it is tagged with but never came to, why. */
export function verdictsOf(test: TestCase, result: TestResult): Found[] {
  const written = result.annotations.flatMap(({ type, description = '' }) => {
    if (type === 'pass') return description.split(' ').map((rule) => found(rule, 'pass'));
    if (type !== 'fail' && type !== 'warn' && type !== 'known' && type !== 'stale') return [];
    return [found(description.split(' ', 1)[0] ?? '', type, description.slice(description.indexOf(' ') + 1))];
  });
  const stale = written.filter((one) => one?.verdict === 'stale').map((one) => one?.rule);
  const judged = new Set(written.map((one) => one?.rule));
  const missed = test.tags.map((tag) => tag.slice(1)).filter((id) => isRuleId(id) && !judged.has(id));
  const skip = result.annotations.find(({ type }) => type === 'skip')?.description ?? '';
  if (skip.startsWith('not in ')) return [];
  const verdict: Verdict = skip.startsWith('unsupported') ? 'unsupported' : 'blocked';
  const broken = written.find((one) => one?.verdict === 'fail' || one?.verdict === 'stale');
  const reason =
    skip ||
    (broken && `blocked by ${broken.rule}: the test ended there`) ||
    (result.error?.message ?? `the test was ${result.status}`);
  const told = written.filter((one) => one?.verdict !== 'pass' || !stale.includes(one.rule));
  return [...told, ...missed.map((id) => found(id, verdict, reason))].filter((one) => one !== undefined);
}

function found(rule: string, verdict: Verdict, message?: string): Found | undefined {
  if (!isRuleId(rule)) return undefined;
  return message === undefined || message === ''
    ? { rule, verdict }
    : { rule, verdict, message: plain(message) };
}
