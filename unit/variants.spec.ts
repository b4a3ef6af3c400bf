import { expect, test } from '@playwright/test';
import { stacked, instead, type WireAnswer, type WireRequest } from '../tools/faults/wire.ts';
import { causesOf } from '../tools/variants/causes.ts';
import { groupsOf } from '../tools/variants/groups.ts';
import { alarmsOf, keptHabits, type Course } from '../tools/variants/judge.ts';
import { joined, type VariantReport } from '../tools/variants/report.ts';
import type { Variant } from '../tools/variants/variant.ts';
import { variant, variantIds } from '../tools/variants/variants.ts';
import type { RuleReport, Verdict } from '../lib/report/conformance/report.ts';
import { testsOf } from '../lib/report/conformance/summary.ts';
import { rule, type RuleId } from '../lib/rules/catalogue.ts';
import { rfc } from '../lib/rules/sources.ts';
import type { AuthMode } from '../lib/types.ts';
import { skipped } from './conformance/sample.ts';

const variants = variantIds.map((id) => ({ id, ...variant(id) }));

test('a variant has a readable id, says what the registry does, and what allows it', () => {
  const odd = variants.filter(
    ({ id, title, allows, url }) =>
      !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id) ||
      title.endsWith('.') ||
      title.length < 10 ||
      allows.length < 10 ||
      !URL.canParse(url),
  );
  expect(odd.map(({ id }) => id)).toEqual([]);
  const titles = variants.map(({ title }) => title);
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
});

test('a habit is no must', () => {
  const fatal = variants.filter(({ habits = [] }) =>
    habits.some((id) => ['must', 'security'].includes(rule(id).level)),
  );
  expect(fatal.map(({ id }) => id)).toEqual([]);
});

test('no two variants of a run change the same, and each is in one', () => {
  const groups = groupsOf(variantIds);
  expect(groups.flat().toSorted()).toEqual(variantIds.toSorted());
  for (const group of groups) {
    const touched = group.flatMap((id) => variant(id).touches);
    expect(touched.filter((touch, at) => touched.indexOf(touch) !== at)).toEqual([]);
  }
});

type Culprits = Record<string, readonly string[]>;

const split: [what: string, culprits: Culprits, causes: string[], runs: number][] = [
  ['one', { 'a.b': ['3'] }, ['3: a.b'], 5],
  ['two, each of its own rule', { 'a.b': ['1'], 'c.d': ['4'] }, ['1: a.b', '4: c.d'], 8],
  ['two of the same rule', { 'a.b': ['1', '2'] }, ['1: a.b', '2: a.b'], 6],
];
for (const [what, culprits, causes, most] of split)
  test(`of a run with alarms is found who raised them: ${what}`, async () => {
    let runs = 0;
    const raisedBy = (ids: readonly string[]) =>
      Object.entries(culprits).flatMap(([id, by]) =>
        by.some((one) => ids.includes(one)) ? [{ rule: id, verdict: 'fail' as const, told: '' }] : [],
      );
    const ids = ['1', '2', '3', '4', '5'];
    const found = await causesOf({ ids, alarms: raisedBy(ids) }, (part, red) => {
      runs += 1;
      return Promise.resolve(raisedBy(part).filter((one) => red.some((known) => known.rule === one.rule)));
    });
    expect(
      found.map((one) => `${one.ids.join(', ')}: ${one.alarms.map((red) => red.rule).join(', ')}`),
    ).toEqual(causes);
    expect(runs).toBeLessThanOrEqual(most);
  });

test('what several raise only together is theirs together', async () => {
  const alarms = ['alone', 'together'].map((id) => ({ rule: id, verdict: 'fail' as const, told: '' }));
  const found = await causesOf({ ids: ['1', '2'], alarms }, ([id]) =>
    Promise.resolve(id === '1' ? alarms.slice(0, 1) : []),
  );
  expect(found).toEqual([
    { ids: ['1'], alarms: alarms.slice(0, 1) },
    { ids: ['1', '2'], alarms: alarms.slice(1) },
  ]);
});

test('a pattern meets the tests of its rules, and of no other', () => {
  const pattern = new RegExp(testsOf(['tag.list.n', 'a-b']));
  const met = ['@tag.list.n', '@a-b', '@tag.list.n @x', '@tag.list.n-zero', '@tag.list.n.x'];
  expect(met.filter((tags) => pattern.test(`a test ${tags}`))).toEqual([
    '@tag.list.n',
    '@a-b',
    '@tag.list.n @x',
  ]);
});

test('changes on the wire are made one over the other', async () => {
  const saying = (word: string) =>
    instead('GET', 'ping', () => async (request, forward) => {
      const asked = [...(request.headers['asked'] ?? []), word];
      const answer = await forward({ ...request, headers: { asked } });
      return { ...answer, body: Buffer.from(`${word}(${String(answer.body)})`) };
    });
  const intercept = stacked([saying('a'), instead('GET', 'tags', () => neverAsked), saying('b')]).start();
  const request: WireRequest = { method: 'GET', path: '/v2/', headers: {}, body: Buffer.alloc(0) };
  const registry = async ({ headers }: WireRequest): Promise<WireAnswer> => ({
    status: 200,
    headers: {},
    body: Buffer.from((headers['asked'] ?? []).join(' then ')),
  });
  expect(String((await intercept(request, registry)).body)).toBe('a(b(a then b))');
});

async function neverAsked(): Promise<never> {
  throw new Error('no tags were asked for');
}

const told: [what: string, verdict: Verdict, message: string, way: Partial<Variant>, alarms: string[]][] = [
  ['a broken must', 'fail', '', {}, ['tag.list.status fail']],
  [
    'a broken must that is called a habit',
    'fail',
    '',
    { habits: ['tag.list.status'] },
    ['tag.list.status fail'],
  ],
  ['a habit', 'warn', '', { habits: ['tag.list.status'] }, []],
  ['a warning that no variant names', 'warn', '', {}, ['tag.list.status warn']],
  ['what it takes', 'unsupported', 'unsupported: mount (POST answered 202)', { takes: ['mount'] }, []],
  ['what it does not take', 'unsupported', 'unsupported: mount (…)', {}, ['tag.list.status unsupported']],
  [
    'a must blocked by a habit',
    'blocked',
    'blocked by error.json: x',
    { habits: ['error.json'] },
    ['tag.list.status blocked'],
  ],
  ['a rule that is kept', 'pass', '', {}, []],
];

for (const [what, verdict, message, way, expected] of told) {
  test(`of ${what}: ${expected.join() || 'no alarm'}`, () => {
    const one: Variant = {
      title: 'x',
      ...rfc(9110, '1'),
      allows: 'x',
      touches: [],
      registry: {},
      ...way,
    };
    const alarms = alarmsOf([one], course('pass'), course(verdict, message));
    expect(alarms.map((alarm) => `${alarm.rule} ${alarm.verdict}`)).toEqual(expected);
  });
}

test('a rule that no test of a part came to is no alarm, and one of a whole run is', () => {
  const whole = course('pass');
  const seen = course('untested');
  const part = { ...whole, rules: [...whole.rules, ...seen.rules, ...seen.rules] };
  expect(alarmsOf([], part, seen)).toEqual([]);
  expect(alarmsOf([], whole, seen).map(({ verdict }) => verdict)).toEqual(['untested']);
});

test('a red run without a broken rule is an alarm', () => {
  const alarms = alarmsOf([], course('pass'), { ...course('pass'), exit: 1, printed: '  red  a test\n' });
  expect(alarms).toEqual([{ rule: '', verdict: 'exit', told: 'the run ended with 1\n  red  a test' }]);
});

test('what a variant throws is an alarm, and so is a habit that it keeps', () => {
  const thrown = [new TypeError('a mistake in a variant')];
  expect(alarmsOf([], course('pass'), { ...course('pass'), thrown })).toEqual([
    { rule: '', verdict: 'threw', told: 'a mistake in a variant' },
  ]);
});

const ways: [what: string, runs: Record<string, RuleId[]>, kept: RuleId[]][] = [
  ['one of two', { basic: ['error.json'], bearer: [] }, ['tag.list.sorted']],
  ['none, as one is seen in each mode', { basic: ['error.json'], bearer: ['tag.list.sorted'] }, []],
  ['nothing known, where a mode was not met', { basic: [] }, []],
];
for (const [what, runs, kept] of ways)
  test(`of its habits a variant kept ${what}`, () => {
    const way: Pick<Variant, 'habits' | 'auth'> = {
      habits: ['error.json', 'tag.list.sorted'],
      auth: ['basic', 'bearer'],
    };
    const met = Object.entries(runs).map(([auth, habits]) => ({ auth: auth as AuthMode, habits }));
    expect(keptHabits(way, met)).toEqual(kept);
  });

test('what two shards met of a variant is one report', () => {
  const [one = '', other = ''] = variantIds;
  const shard = (auth: AuthMode, ...ids: string[]): VariantReport[] =>
    ids.map((id) => ({ id, runs: [{ auth, habits: [], with: [] }], alarms: [] }));
  const found = joined([...shard('basic', other, one), ...shard('bearer', other)]);
  expect(found.map(({ id, runs }) => [id, runs.map(({ auth }) => auth)])).toEqual([
    [one, ['basic']],
    [other, ['basic', 'bearer']],
  ]);
});

function course(verdict: Verdict, message = ''): Course {
  const id: RuleId = 'tag.list.status';
  const tests = [
    { title: 'a test', file: 'a.ts', line: 1, project: 'oci-basic', verdict, ...skipped(message) },
  ];
  const report: RuleReport = { ...rule(id), id, verdict, tests };
  return { rules: [report], exit: verdict === 'fail' ? 1 : 0, printed: '', thrown: [] };
}
