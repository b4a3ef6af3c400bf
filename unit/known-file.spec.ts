import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { deviationsOf, isOver, readKnown, type KnownBreak } from '../lib/run/known-file.ts';
import { readSettings } from '../lib/run/settings.ts';
import { ruleIds } from '../lib/rules/catalogue.ts';

const whole: KnownBreak = {
  rule: 'tag.list.n-zero',
  reason: 'n=0 is refused',
  link: 'https://issues.example/17',
  owner: 'ann',
  since: '2026-01-31',
  until: '2026-03-01',
  tests: ['an n of 0 (zero) lists nothing'],
  protocols: ['oci'],
  auth: ['basic', 'bearer'],
  sometimes: true,
};

test('YAML and JSON say the same, with every member', () => {
  const yaml = [
    '# known',
    '- rule: tag.list.n-zero',
    '  reason: n=0 is refused',
    '  link: https://issues.example/17',
    '  owner: ann',
    '  since: 2026-01-31',
    '  until: 2026-03-01',
    '  tests: [an n of 0 (zero) lists nothing]',
    '  protocols: [oci]',
    '  auth: [basic, bearer]',
    '  sometimes: true',
  ].join('\n');
  expect(readKnown(yaml)).toEqual([whole]);
  expect(readKnown(JSON.stringify([whole]))).toEqual([whole]);
  expect(readKnown('# nothing yet\n')).toEqual([]);
});

test('an entry is a deviation in its place, until its last day is over', () => {
  const [found] = deviationsOf([whole], 'known.yaml', '2026-03-01');
  expect(found).toEqual({
    rule: whole.rule,
    reason: whole.reason,
    source: whole.link,
    tests: whole.tests,
    protocols: ['oci'],
    auth: ['basic', 'bearer'],
    sometimes: true,
  });
  expect(deviationsOf([whole], 'known.yaml', '2026-03-02')).toEqual([]);
  expect([isOver(whole, '2026-03-01'), isOver(whole, '2026-03-02')]).toEqual([false, true]);
  expect(deviationsOf([{ rule: 'ping.status', reason: 'x' }], 'known.yaml', '')).toEqual([
    { rule: 'ping.status', reason: 'x', source: 'known.yaml' },
  ]);
});

const entry = (more: string): string => `- {rule: ping.status, reason: x, ${more}}`;

const malformed: [text: string, message: string][] = [
  ['a: [', 'is neither YAML nor JSON: '],
  ['[{"rule": "ping.status"', 'is neither YAML nor JSON: '],
  ['- &a {rule: ping.status, reason: x}\n- *a', 'is neither YAML nor JSON: Alias resolution is disabled'],
  ['rule: ping.status', 'must be a list, an entry for each break'],
  ['ping.status', 'must be a list, an entry for each break'],
  ['- ping.status', 'entry 1: must have a rule and a reason'],
  ['- [ping.status]', 'entry 1: must have a rule and a reason'],
  ['- reason: x', 'entry 1: must name its rule'],
  ['- {rule: 7, reason: x}', 'entry 1: must name its rule'],
  ['- {rule: tag.list.zero-n, reason: x}', 'entry 1: there is no rule "tag.list.zero-n"'],
  ['- {rule: tag.list.n-zeroo, reason: x}', 'is no rule "tag.list.n-zeroo"; did you mean "tag.list.n-zero"?'],
  [`- {rule: ${'x'.repeat(9000)}, reason: x}`, 'entry 1: there is no rule'],
  ['- rule: ping.status', 'entry 1: ping.status must have a reason'],
  ['- {rule: ping.status, reason: " "}', 'entry 1: ping.status must have a reason'],
  [
    entry('untill: 2026-01-31'),
    'entry 1: has no place for "untill"; did you mean "until"?; there are rule, ',
  ],
  [entry('issue: 4'), 'entry 1: has no place for "issue"; there are rule, reason, link, '],
  [entry('link: issues/17'), 'entry 1: the link of ping.status must be an http:// or https:// URL'],
  [entry('link: [a]'), 'entry 1: the link of ping.status must be text'],
  [entry('owner: 3'), 'entry 1: the owner of ping.status must be text'],
  [entry('until: 31.1.2026'), 'entry 1: until of ping.status must be a day, such as 2026-01-31'],
  [entry('until: 2026-02-30'), 'entry 1: until of ping.status must be a day, such as 2026-01-31'],
  [entry('since: 2026'), 'entry 1: since of ping.status must be a day, such as 2026-01-31'],
  [entry('tests: a title'), 'entry 1: tests of ping.status must be a list of titles'],
  [entry('tests: []'), 'entry 1: tests of ping.status must be a list of titles'],
  [entry('protocols: [docker]'), 'entry 1: protocols of ping.status must be a list of schema1, schema2, oci'],
  [entry('auth: bearer'), 'entry 1: auth of ping.status must be a list of anonymous, basic, bearer'],
  [entry('sometimes: often'), 'entry 1: sometimes of ping.status must be true or false'],
  [`${entry('owner: a')}\n${entry('owner: b')}`, 'entry 2: ping.status stands in entry 1 already'],
];

for (const [text, message] of malformed) {
  test(`refuses ${JSON.stringify(text).slice(0, 80)} in a line that says what to change`, ({}, testInfo) => {
    const file = testInfo.outputPath('known.yaml');
    writeFileSync(file, text);
    let told = '';
    try {
      readSettings({ REGISTRY_KNOWN: file });
    } catch (error) {
      told = (error as Error).message;
    }
    expect(told).toContain(`REGISTRY_KNOWN=${file}: `);
    expect(told).toContain(message);
    expect(told).not.toContain('\n');
  });
}

test('the schema describes what is read, and nothing else', () => {
  const { items } = JSON.parse(readFileSync('docs/known.schema.json', 'utf8')) as {
    items: {
      required: string[];
      additionalProperties: boolean;
      properties: Record<string, { enum?: string[] }>;
    };
  };
  expect(Object.keys(items.properties)).toEqual(Object.keys(whole));
  expect(items.required).toEqual(['rule', 'reason']);
  expect(items.additionalProperties).toBe(false);
  expect(items.properties['rule']?.enum).toEqual(ruleIds.toSorted());
});
