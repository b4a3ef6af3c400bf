import { expect, test } from '@playwright/test';
import { compareMarkdown } from '../../lib/report/conformance/compare-markdown.ts';
import { comparePage } from '../../lib/report/conformance/compare-page.ts';
import { compare, kindsOf, type Kind } from '../../lib/report/conformance/compare.ts';
import type { Conformance, RuleReport, Verdict } from '../../lib/report/conformance/report.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';
import { hostile, report, sample } from './sample.ts';

const must = 'upload.patch.range';
const should = 'upload.unknown.get';

function run(id: RuleId, verdict: Verdict, told: Partial<Conformance> = {}): Conformance {
  return { ...sample, rules: [report(id, verdict, 'found')], ...told };
}

const kinds: [rule: RuleId, from: Verdict, to: Verdict, kind: Kind][] = [
  [must, 'pass', 'fail', 'broken'],
  [must, 'known', 'fail', 'broken'],
  [must, 'stale', 'fail', 'broken'],
  [must, 'unsupported', 'fail', 'broken'],
  [must, 'blocked', 'fail', 'broken'],
  [must, 'untested', 'fail', 'broken'],
  [should, 'pass', 'warn', 'below'],
  [should, 'untested', 'warn', 'below'],
  [should, 'known', 'warn', 'changed'],
  [must, 'fail', 'pass', 'fixed'],
  [should, 'warn', 'pass', 'fixed'],
  [must, 'known', 'pass', 'fixed'],
  [must, 'known', 'stale', 'changed'],
  [must, 'fail', 'known', 'changed'],
  [must, 'fail', 'blocked', 'changed'],
  [must, 'pass', 'blocked', 'changed'],
  [must, 'pass', 'unsupported', 'changed'],
  [must, 'pass', 'untested', 'unjudged'],
  [must, 'untested', 'pass', 'unjudged'],
  [must, 'untested', 'known', 'unjudged'],
];

for (const [rule, from, to, kind] of kinds) {
  test(`from ${from} to ${to} is ${kind}`, () => {
    const { changes } = compare(run(rule, from), run(rule, to));
    expect(changes.map((change) => [change.kind, change.from, change.to])).toEqual([[kind, from, to]]);
  });
}

test('a rule that is broken in both is no change', () => {
  const { changes, stillBroken } = compare(run(must, 'fail'), run(must, 'fail'));
  expect(changes).toEqual([]);
  expect(stillBroken.map(({ id }) => id)).toEqual([must]);
});

test('a rule that was broken below the level is not newly broken once the level is stricter', () => {
  const comparison = compare(run(should, 'warn'), run(should, 'fail', { level: 'should' }));
  expect(comparison.changes).toEqual([]);
  expect(comparison.told).toEqual([{ name: 'REGISTRY_LEVEL', before: 'must', after: 'should' }]);
});

test('a rule that was broken is not kept again for a laxer level', () => {
  const { changes } = compare(run(should, 'fail', { level: 'should' }), run(should, 'warn'));
  expect(changes).toEqual([]);
});

test('settings that are not alike are pointed out', () => {
  const other = run(must, 'pass', { target: 'https://other.example', profile: 'zot', specVersion: 'main' });
  const { told } = compare(run(must, 'pass'), other);
  expect(told.map(({ name }) => name)).toEqual(['target', 'REGISTRY_PROFILE', 'SPEC_VERSION']);
  expect(compareMarkdown(compare(run(must, 'pass'), other)).toString()).toContain(
    'The runs differ in SPEC\\_VERSION',
  );
});

test('a rule of one catalogue alone appears or vanishes, and is not newly broken', () => {
  const comparison = compare(run(must, 'pass'), run(should, 'fail'));
  expect(kindsOf(comparison, 'broken')).toEqual([]);
  expect(comparison.appeared.map(({ id }) => id)).toEqual([should]);
  expect(comparison.vanished.map(({ id }) => id)).toEqual([must]);
});

test('an offer that came or went is named, and one that stayed is not', () => {
  const yes = { offered: true, evidence: 'answered 200' };
  const no = { offered: false, evidence: 'answered 404' };
  const before = run(must, 'pass', { capabilities: { range: yes, sha512: no, catalog: yes } });
  const after = run(must, 'pass', {
    capabilities: { range: no, sha512: no, catalog: { ...yes, evidence: 'answered 206' } },
  });
  expect(compare(before, after).capabilities).toEqual([{ name: 'range', before: yes, after: no }]);
});

const twoRuns = compare(sample, {
  ...sample,
  rules: sample.rules.map((rule): RuleReport => {
    return rule.id === 'ping.status' ? report('ping.status', 'fail', hostile) : rule;
  }),
});

test('the Markdown begins with what it comes to', () => {
  const lines = compareMarkdown(twoRuns).toString().split('\n');
  expect(lines[2]).toBe('1 rule is newly broken; 0 newly kept, 1 still broken, 0 changed otherwise.');
  expect(lines.filter((line) => line.startsWith('## '))).toEqual(['## Newly broken', '## Still broken']);
  expect(lines.find((line) => line.startsWith('| [ping.status](https://'))).toContain('| pass → fail |');
});

test('what a registry sent is text on the page', () => {
  const html = comparePage(twoRuns).toString();
  expect(html).not.toContain('<img');
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;img src=x');
});
