import { expect, test, type TestInfo } from '@playwright/test';
import type { TestResult } from '@playwright/test/reporter';
import { verdictsOf } from '../../lib/report/conformance/found.ts';
import { readReason } from '../../lib/run/skip-reason.ts';
import { tell, toldIn, type Told } from '../../lib/verdict/told.ts';

type Result = Partial<Pick<TestResult, 'status' | 'error' | 'annotations'>>;

/** What reporters make of a test with these tags that told this; undefined: it ended before it could. */
function found(tags: string[], told: Partial<Told> | undefined, result: Result = { status: 'passed' }) {
  const attachments: TestResult['attachments'] = [];
  if (told !== undefined)
    tell({ attachments } as unknown as TestInfo, {
      judged: [],
      requests: 0,
      troubles: [],
      interrupted: false,
      ...told,
    });
  return verdictsOf({ tags }, { annotations: [], ...result, attachments } as unknown as TestResult);
}

test('what a test told of a rule is its verdict', () => {
  const judged = [
    { rule: 'ping.status', verdict: 'pass' },
    { rule: 'tag.list.n', verdict: 'stale', message: 'is kept here' },
  ] as const;
  expect(found(['@tag.list.n'], { judged: [...judged] })).toEqual(judged);
});

const reasons = {
  'blocked by ping.status: 500': { verdict: 'blocked', by: 'ping.status' },
  'blocked: network: GET /v2/: hang-up': { verdict: 'blocked', by: 'network' },
  'blocked: budget: 10 requests': { verdict: 'blocked', by: 'budget' },
  'blocked: REGISTRY_USERNAME is not set': { verdict: 'blocked' },
  'blocked by nothing-of-ours: 500': { verdict: 'blocked' },
  'a reason of somebody else': { verdict: 'blocked' },
  'unsupported: several ranges (200)': { verdict: 'unsupported', what: 'several ranges' },
  'unsupported: tag-list: 404': { verdict: 'unsupported', what: 'tag-list' },
};

for (const [message, expected] of Object.entries(reasons)) {
  test(`a rule that a test left for "${message}" is ${expected.verdict}`, () => {
    expect(found(['@tag.list.n'], { reason: readReason(message) }, { status: 'skipped' })).toEqual([
      { rule: 'tag.list.n', message, ...expected },
    ]);
  });
}

test('a rule that is younger than the specification asked for has no verdict', () => {
  expect(found(['@tag.list.n'], { reason: readReason('not in 1.0: it came with 1.1') })).toEqual([]);
});

test('a rule behind one that ended the test is blocked by that', () => {
  const judged = [{ rule: 'ping.status', verdict: 'fail' } as const];
  expect(found(['@ping.status', '@tag.list.n'], { judged }, { status: 'failed' })).toEqual([
    ...judged,
    {
      rule: 'tag.list.n',
      verdict: 'blocked',
      by: 'ping.status',
      message: 'blocked by ping.status: the test ended there',
    },
  ]);
});

test('a test that ended before it could tell blocks its rules, and says why', () => {
  const error = { message: 'worker process exited unexpectedly\u0007' };
  expect(found(['@tag.list.n'], undefined, { status: 'failed', error })).toEqual([
    { rule: 'tag.list.n', verdict: 'blocked', message: String.raw`worker process exited unexpectedly\x07` },
  ]);
});

test('a test that had no time to tell is read by what it said to people', () => {
  const annotations = [{ type: 'skip', description: 'unsupported: catalog (GET answered 404)' }];
  expect(found(['@catalog.n'], undefined, { status: 'timedOut', annotations })).toEqual([
    {
      rule: 'catalog.n',
      verdict: 'unsupported',
      what: 'catalog',
      message: 'unsupported: catalog (GET answered 404)',
    },
  ]);
  const result = {
    attachments: [],
    annotations: [
      { type: 'network', description: 'hang-up GET /v2/: socket hang up' },
      { type: 'rerun', description: 'GET /v2/: socket hang up' },
    ],
  };
  expect(toldIn(result)).toMatchObject({ interrupted: true, troubles: [{ kind: 'hang-up' }] });
});
