import type { Reporter, TestCase, TestResult, TestStep } from '@playwright/test/reporter';
import { gist, shortened } from '../conformance/gist.ts';

const verdict = /^(?:fail|warn|known|stale)$/;
const brokenRule = /^(?:\w+: )?([\w.-]+) \([a-z]+\): /;

/**
 * Lays out for a person what the reporters after it show; they share the same objects. It stands after the conformance
 * reporter, which reads the verdicts from the annotations: what stays of them there is the rule and what was found.
 */
export default class Readable implements Reporter {
  onStepEnd(_test: TestCase, _result: TestResult, step: TestStep): void {
    const [head = ''] = (step.error?.message ?? '').split('\n\n', 1);
    const [, rule] = brokenRule.exec(head) ?? [];
    const found = gist(head);
    if (step.category !== 'expect' || rule === undefined || found === undefined) return;
    step.title = `${rule}: expected ${found.expected}, received ${shortened(found.received)}`;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    for (const holder of [test, result]) {
      holder.annotations = holder.annotations
        .filter(({ type }) => type !== 'pass' && type !== 'requests')
        .map((one) => (verdict.test(one.type) ? { ...one, description: headOf(one.description) } : one));
    }
  }

  printsToStdio(): boolean {
    return false;
  }
}

/** Without the exchange, and without the id that stands before the message, which begins with it. */
function headOf(description = ''): string {
  const [head = ''] = description.split('\n\n', 1);
  return head.replace(/^(\S+) (?=\1 )/, '');
}
