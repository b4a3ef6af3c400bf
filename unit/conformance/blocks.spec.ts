import { expect, test } from '@playwright/test';
import { ruleReports, unexplainedBlocks, type TestVerdict } from '../../lib/report/conformance/report.ts';
import type { KnownDeviation } from '../../lib/profiles/profile.ts';

const place = { title: 'a test', file: 'a.spec.ts', line: 1, project: 'oci-basic' };
const blocked: TestVerdict = {
  ...place,
  rule: 'referrers.listed',
  verdict: 'blocked',
  by: 'manifest.put.old-digest',
};
const known: KnownDeviation = { rule: 'manifest.put.old-digest', reason: 'it goes', source: 'its source' };

function unexplained(
  others: TestVerdict[],
  deviations: KnownDeviation[] = [],
  capabilities = {},
): TestVerdict[] {
  const found = [blocked, ...others];
  const rules = ruleReports(found, 'main');
  return unexplainedBlocks(found, { rules, capabilities, specVersion: 'main', level: 'defacto' }, deviations);
}

test('a block by a rule that no test tried has no cause that shows', () => {
  expect(unexplained([])).toEqual([blocked]);
});

test('a block by a rule that no test tried is no cause to be red where the rule is none', () => {
  const found: TestVerdict[] = [{ ...blocked, by: 'error.json' }];
  const report = { rules: ruleReports(found, 'main'), capabilities: {}, specVersion: 'main' } as const;
  expect(unexplainedBlocks(found, { ...report, level: 'must' }, [])).toEqual([]);
  expect(unexplainedBlocks(found, { ...report, level: 'defacto' }, [])).toEqual(found);
});

test('a block by a rule that was kept has no cause that shows', () => {
  expect(unexplained([{ ...place, rule: 'manifest.put.old-digest', verdict: 'pass' }])).toEqual([blocked]);
});

test('a block by a rule that another test found broken shows its cause', () => {
  expect(unexplained([{ ...place, rule: 'manifest.put.old-digest', verdict: 'warn' }])).toEqual([]);
});

test('a block by a rule that is blocked itself shows its cause where that shows', () => {
  const between: TestVerdict = {
    ...place,
    rule: 'manifest.put.old-digest',
    verdict: 'blocked',
    by: 'manifest.put.status',
  };
  expect(unexplained([between, { ...place, rule: 'manifest.put.status', verdict: 'fail' }])).toEqual([]);
  expect(unexplained([between])).toEqual([blocked, between]);
});

test('rules that block each other show no cause', () => {
  const others = (
    [
      ['manifest.put.old-digest', 'manifest.put.status'],
      ['manifest.put.status', 'manifest.put.old-digest'],
    ] as const
  ).map(([rule, by]): TestVerdict => ({ ...place, rule, verdict: 'blocked', by }));
  expect(unexplained(others)).toEqual([blocked, ...others]);
});

test('a block by a rule that the profile knows broken shows its cause, be its tests left out', () => {
  expect(unexplained([], [known])).toEqual([]);
});

test('what the profile knows of another project explains nothing', () => {
  expect(unexplained([], [{ ...known, auth: ['bearer'] }])).toEqual([blocked]);
  expect(unexplained([], [{ ...known, protocols: ['schema1'] }])).toEqual([blocked]);
});

test('a block by a rule of what is not offered shows its cause, be its tests left out', () => {
  const found = [{ ...blocked, by: 'delete.tag.status' as const }];
  const capabilities = { 'tag-delete': { offered: false, evidence: 'DELETE answered 405' } };
  const rules = ruleReports(found, 'main');
  const report = { rules, specVersion: 'main', level: 'must' } as const;
  expect(unexplainedBlocks(found, { ...report, capabilities }, [])).toEqual([]);
  const offered = { 'tag-delete': { offered: true, evidence: 'DELETE answered 202' } };
  expect(unexplainedBlocks(found, { ...report, capabilities: offered }, [])).toEqual(found);
});
