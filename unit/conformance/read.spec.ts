import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { readConformance } from '../../lib/report/conformance/read.ts';
import type { Conformance } from '../../lib/report/conformance/report.ts';
import { sample } from './sample.ts';

const [rule] = sample.rules;
const [made] = rule?.tests ?? [];

const wrong: [what: string, members: object][] = [
  ['when a rule broke', { rules: [{ ...rule, brokenSince: 12 }] }],
  ['when a rule was kept', { rules: [{ ...rule, lastKept: 'yesterday' }] }],
  ['a verdict', { rules: [{ ...rule, verdict: { toString: 1 } }] }],
  ['an id', { rules: [{ ...rule, id: null }] }],
  ['the tests of a rule', { rules: [{ ...rule, tests: {} }] }],
  ['a message', { rules: [{ ...rule, tests: [{ ...made, message: [] }] }] }],
  ['what was found', { rules: [{ ...rule, tests: [{ ...made, gist: { expected: 1 } }] }] }],
  ['what blocks', { rules: [{ ...rule, tests: [{ ...made, by: 1 }] }] }],
  ['a rule', { rules: [null] }],
  ['the start', { startedAt: 'x' }],
  ['the starts of shards', { shards: ['x'] }],
  ['how long it took', { durationMs: '7' }],
  ['the troubles', { network: { troubles: 3, flaky: [], blocked: [] } }],
  ['what was blocked', { network: { troubles: {}, flaky: [], blocked: [{ title: 1 }] } }],
  ['what is offered', { capabilities: null }],
];

for (const [what, members] of wrong) {
  test(`a conformance.json is refused where this is of another type: ${what}`, ({}, testInfo) => {
    const file = testInfo.outputPath('conformance.json');
    writeFileSync(
      file,
      JSON.stringify({ shards: [], ...sample, ...members } satisfies Record<keyof Conformance, unknown>),
    );
    expect(() => readConformance(file)).toThrow('is not a conformance.json');
  });
}

test('a conformance.json as a run writes it is read', ({}, testInfo) => {
  const file = testInfo.outputPath('conformance.json');
  writeFileSync(file, JSON.stringify(sample));
  expect(readConformance(file)).toEqual(sample);
});

test('of a conformance.json of before, the parts of a message are read out of it', ({}, testInfo) => {
  const file = testInfo.outputPath('conformance.json');
  const told = [
    ['blocked', 'blocked by ping.status: GET answered 500', { by: 'ping.status' }],
    ['unsupported', 'unsupported: catalog (GET answered 404)', { what: 'catalog' }],
    [
      'fail',
      'ping.status (must): …\n  expected  a\n  received  b',
      { gist: { expected: 'a', received: 'b' } },
    ],
  ] as const;
  for (const [verdict, message, parts] of told) {
    const older = { ...sample, rules: [{ ...rule, verdict, tests: [{ ...made, verdict, message }] }] };
    writeFileSync(file, JSON.stringify(older));
    expect(readConformance(file).rules[0]?.tests).toEqual([{ ...made, verdict, message, ...parts }]);
  }
});
