import { expect, test } from '@playwright/test';
import { terminalSummary } from '../../lib/report/conformance/summary.ts';
import type { Conformance, RuleReport } from '../../lib/report/conformance/report.ts';
import { report, rules, sample } from './sample.ts';

const given = { ways: 2, troubles: [], reports: 'reports', isFirst: true };

function printed(
  conformance: Conformance,
  told: Partial<Parameters<typeof terminalSummary>[1]> = {},
): string[] {
  return terminalSummary(conformance, { ...given, ...told }).map(String);
}

function withRules(...some: RuleReport[]): Conformance {
  return { ...sample, rules: some };
}

test('counts the rules of each verdict, the kept ones first', () => {
  expect(printed(sample)[0]).toBe(
    'rules: 2 kept, 1 broken, 1 known, 1 broken below the level, 1 blocked, 1 unsupported, 1 untested (678 requests, 2 ways in)',
  );
});

test('a broken rule is one line: level, step, the first test, how many more, since when', () => {
  expect(printed(sample)[1]).toBe(
    'broken        upload.patch.out-of-order (must) at PATCH blobs/uploads: a test of upload.patch.out-of-order 0 (and in 1 more); broken since 2026-01-01 03:00',
  );
});

const gist = { expected: 'a', received: 'b' };
const steps: [found: { request?: string; step?: string }, told: string][] = [
  [{ request: 'PUT …/manifests/y', step: 'put-manifest' }, ' at put-manifest'],
  [{ request: 'GET …/blobs/y/tags/list?n=1' }, ' at GET tags/list'],
  [{ request: 'POST …/blobs/uploads/?mount=z' }, ' at POST blobs/uploads'],
  [{ request: 'GET /v2/x/manifests/y' }, ' at GET manifests'],
  [{ request: 'GET token' }, ' at GET token'],
  [{}, ''],
];

for (const [found, told] of steps) {
  test(`a failure of ${JSON.stringify(found)} is told${told || ' without a step'}`, () => {
    expect(printed(withRules(report('ping.status', 'fail', { gist: { ...gist, ...found } })))[1]).toBe(
      `broken        ping.status (must)${told}: a test of ping.status 0`,
    );
  });
}

const blocks: [message: string, told: string][] = [
  ['blocked by tag.list.array: GET answered null', 'until tag.list.array is kept'],
  ['blocked: REGISTRY_READER_USERNAME is not set', 'until REGISTRY_READER_USERNAME is set'],
  [
    'blocked: neither REGISTRY_OTHER_USERNAME nor REGISTRY_READER_USERNAME is set',
    'until REGISTRY_OTHER_USERNAME or REGISTRY_READER_USERNAME is set',
  ],
  ['blocked: the registry slows logins down (429 twice)', 'as the registry slows logins down (429 twice)'],
  ['Test timeout of 3000ms exceeded.\nmore', 'as Test timeout of 3000ms exceeded.'],
];

for (const [message, told] of blocks) {
  test(`"${message.split('\n')[0]}" reads "${told}"`, () => {
    const lines = printed(
      withRules(report('ping.status', 'blocked', message), report('tag.list.n', 'blocked', message)),
    );
    expect(lines[1]).toBe(`blocked       2 rules ${told}`);
  });
}

test('what is not offered is counted by its part', () => {
  expect(printed(sample)).toContain('unsupported   1 rule without mount-anonymous');
});

test('what is not offered is named in all its words', () => {
  for (const message of ['several ranges (200 of bytes=0-0,2-2)', 'several ranges: 200'])
    expect(printed(withRules(report('range.several', 'unsupported', `unsupported: ${message}`)))).toContain(
      'unsupported   1 rule without several ranges',
    );
});

test('a stale deviation, and a test that is red for no rule, have their lines', () => {
  const stale = report(
    'tag.list.sorted',
    'stale',
    'is kept here, so its known deviation is stale: it was not',
  );
  const troubles = [{ title: '[oci-basic] a test', message: 'Error: nothing answered' }];
  expect(printed(withRules(stale), { troubles })).toEqual([
    'rules: 1 stale (678 requests, 2 ways in)',
    'stale         tag.list.sorted (must): a test of tag.list.sorted 0',
    'red           [oci-basic] a test: Error: nothing answered',
    '',
    'rule by rule  reports/conformance.html',
    'test by test  npx playwright show-report reports/html',
    'again         npx playwright test --last-failed',
  ]);
});

test('the command that tries again names up to three rules, and no rule that only begins alike', () => {
  const [again = ''] = printed(sample).slice(-1);
  expect(again).toBe(`again         npx playwright test --grep '@(upload.patch.out-of-order)( |$)'`);
  const four = ['ping.status', 'tag.list.n', 'tag.list.array', 'jwt.expired'] as const;
  const [lastFailed = ''] = printed(withRules(...four.map((id) => report(id, 'fail', '')))).slice(-1);
  expect(lastFailed).toBe('again         npx playwright test --last-failed');
});

test('a green run ends with where to read', () => {
  const green = { ...sample, rules: rules.filter(({ verdict }) => verdict === 'pass') };
  const [counts, nothing, ruleByRule, ...testByTest] = [
    'rules: 2 kept (678 requests, 2 ways in)',
    '',
    'rule by rule  reports/conformance.html',
    'test by test  npx playwright show-report reports/html',
  ];
  expect(printed(green)).toEqual([counts, nothing, ruleByRule, ...testByTest]);
  const runByRun = 'run by run    reports/history.html';
  expect(printed(green, { isFirst: false })).toEqual([counts, nothing, ruleByRule, runByRun, ...testByTest]);
});
