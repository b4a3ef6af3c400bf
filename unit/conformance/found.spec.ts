import { expect, test } from '@playwright/test';
import type { TestCase, TestResult } from '@playwright/test/reporter';
import { verdictsOf } from '../../lib/report/conformance/found.ts';

function found(tags: string[], annotations: [type: string, description: string][]) {
  const result = {
    status: 'passed',
    annotations: annotations.map(([type, description]) => ({ type, description })),
  };
  return verdictsOf({ tags } as TestCase, result as TestResult);
}

test('a rule that is kept where it is known to be broken is stale, and not kept besides', () => {
  const written = found(
    ['@tag.list.n'],
    [
      ['pass', 'tag.list.n ping.status'],
      ['stale', 'tag.list.n is kept here'],
    ],
  );
  expect(written).toEqual([
    { rule: 'ping.status', verdict: 'pass' },
    { rule: 'tag.list.n', verdict: 'stale', message: 'is kept here' },
  ]);
});

test('a rule of a test that never came to it is blocked, and says why', () => {
  expect(found(['@tag.list.n'], [['skip', 'blocked by ping.status: 500']])).toEqual([
    { rule: 'tag.list.n', verdict: 'blocked', message: 'blocked by ping.status: 500' },
  ]);
});
