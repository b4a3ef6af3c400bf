import { expect, test } from '@playwright/test';
import type { KnownBreak } from '../../lib/run/known-file.ts';
import { changesOf } from '../../lib/report/conformance/known.ts';
import type { Conformance, RuleReport, Verdict } from '../../lib/report/conformance/report.ts';
import { changedList } from '../../lib/text/yaml.ts';
import { report, sample } from './sample.ts';

const gist = { expected: 'status 200', received: 'status 400' };
const day = '2026-01-02';

/** A run with one rule, and the verdict of each of its tests. */
function runOf(...tests: [title: string, project: string, verdict: Verdict][]): Conformance {
  const rule: RuleReport = {
    ...report('ping.status', 'fail'),
    tests: tests.map(([title, project, verdict]) => ({
      title,
      project,
      verdict,
      file: 'a.spec.ts',
      line: 1,
      ...(verdict === 'fail' && { gist }),
      ...(verdict === 'stale' && {
        gist: {
          expected: 'it broken',
          received: 'it kept',
          known: { reason: 'refused', source: 'known.yaml' },
        },
      }),
    })),
  };
  return { ...sample, rules: [rule] };
}

const made = {
  rule: 'ping.status',
  reason: 'expected status 200, received status 400',
  since: '2026-01-02',
} as const;
const known: KnownBreak = { rule: 'ping.status', reason: 'refused', owner: 'ann' };

const places: [what: string, tests: Parameters<typeof runOf>, where: object[]][] = [
  [
    'everywhere',
    [
      ['a', 'oci-basic', 'fail'],
      ['b', 'oci-bearer', 'fail'],
    ],
    [{}],
  ],
  [
    'where it was tried',
    [
      ['a', 'oci-basic', 'fail'],
      ['b', 'oci-basic', 'blocked'],
    ],
    [{}],
  ],
  [
    'one way in',
    [
      ['a', 'oci-basic', 'pass'],
      ['a', 'oci-bearer', 'fail'],
    ],
    [{ auth: ['bearer'] }],
  ],
  [
    'one format',
    [
      ['a', 'oci-basic', 'fail'],
      ['a', 'schema2-basic', 'pass'],
    ],
    [{ protocols: ['oci'] }],
  ],
  [
    'one test',
    [
      ['a', 'oci-basic', 'fail'],
      ['b', 'oci-basic', 'pass'],
    ],
    [{ tests: ['a'] }],
  ],
  [
    'one test of one way in',
    [
      ['a', 'oci-basic', 'fail'],
      ['b', 'oci-basic', 'pass'],
      ['a', 'oci-bearer', 'pass'],
    ],
    [{ tests: ['a'], auth: ['basic'] }],
  ],
  [
    'another test in each',
    [
      ['a', 'oci-basic', 'fail'],
      ['b', 'oci-basic', 'pass'],
      ['a', 'oci-bearer', 'pass'],
      ['b', 'oci-bearer', 'fail'],
    ],
    [
      { tests: ['a'], protocols: ['oci'], auth: ['basic'] },
      { tests: ['b'], protocols: ['oci'], auth: ['bearer'] },
    ],
  ],
  [
    'nowhere',
    [
      ['a', 'oci-basic', 'pass'],
      ['b', 'oci-basic', 'warn'],
    ],
    [],
  ],
];

for (const [what, tests, where] of places) {
  test(`a break that shows ${what} is written down for that place`, () => {
    const { added } = changesOf([], runOf(...tests), day);
    expect(added).toEqual(where.map((one) => ({ ...made, ...one })));
  });
}

test('a test that judged its rule several times counts once, by the worst', () => {
  const tests: Parameters<typeof runOf> = [
    ['a', 'oci-basic', 'fail'],
    ['a', 'oci-basic', 'pass'],
    ['a', 'oci-bearer', 'fail'],
  ];
  expect(changesOf([], runOf(...tests), day).added).toEqual([made]);
});

test('what stands in the list already is not written again', () => {
  for (const one of [known, { ...known, auth: ['basic'] as const }])
    expect(changesOf([one as KnownBreak], runOf(['a', 'oci-basic', 'fail']), day).added).toEqual([]);
});

test('what is asked of every answer is known everywhere, and not to see it proves nothing', () => {
  const run = runOf(['a', 'oci-basic', 'fail'], ['b', 'oci-basic', 'pass']);
  const [rule] = run.rules;
  const { added } = changesOf(
    [],
    { ...run, rules: [{ ...(rule as RuleReport), id: 'error.server' as const }] },
    day,
  );
  expect(added).toEqual([{ ...made, rule: 'error.server', sometimes: true }]);
  const bytes = { ...run, rules: [{ ...(rule as RuleReport), id: 'digest.content' as const }] };
  expect(changesOf([], bytes, day).added).toEqual([{ ...made, rule: 'digest.content', tests: ['a'] }]);
});

test('an entry grows no wider, and what it names and no run tried stays in it', () => {
  const bearer: KnownBreak = { ...known, auth: ['bearer'], tests: ['a', 'b'] };
  const half = runOf(['a', 'oci-bearer', 'stale'], ['b', 'oci-bearer', 'known'], ['a', 'oci-basic', 'pass']);
  expect(changesOf([bearer], half, day).items).toEqual([{ ...bearer, tests: ['b'] }]);
  const part = runOf(['a', 'oci-bearer', 'stale'], ['b', 'oci-bearer', 'blocked']);
  expect(changesOf([bearer], part, day).items).toEqual([{ ...bearer, tests: ['b'] }]);
  const { tests: _, ...all } = bearer;
  expect(changesOf([all], part, day).items).toEqual([all]);
  const some = runOf(
    ['a', 'oci-bearer', 'stale'],
    ['b', 'oci-bearer', 'known'],
    ['b', 'oci-basic', 'blocked'],
  );
  expect(changesOf([all], some, day).items).toEqual([{ ...all, tests: ['b'] }]);
});

test('an entry for some tests stays one for these', () => {
  const named: KnownBreak = { ...known, tests: ['a'] };
  const run = runOf(['a', 'oci-bearer', 'stale'], ['a', 'oci-basic', 'known'], ['c', 'oci-basic', 'fail']);
  expect(changesOf([named], run, day)).toEqual({
    items: [{ ...named, auth: ['basic'] }],
    added: [{ ...made, tests: ['c'] }],
    overdue: [],
  });
});

test('what is not offered keeps no entry, and what was blocked does', () => {
  const offered = runOf(['a', 'oci-basic', 'stale'], ['a', 'schema2-basic', 'unsupported']);
  expect(changesOf([known], offered, day).items).toEqual([undefined]);
  const named: KnownBreak = { ...known, tests: ['a', 'b'] };
  expect(changesOf([named], offered, day).items).toEqual([{ ...named, tests: ['b'] }]);
  const blocked = runOf(['a', 'oci-basic', 'stale'], ['a', 'oci-bearer', 'blocked']);
  expect(changesOf([named], blocked, day).items).toEqual([named]);
  const late = { ...named, until: '2026-01-01' };
  expect(
    changesOf([late], runOf(['a', 'oci-basic', 'pass'], ['b', 'oci-basic', 'blocked']), day).items,
  ).toEqual([late]);
});

test('a run of a part takes out what it names, and no entry for everywhere', () => {
  const run = runOf(['a', 'oci-basic', 'stale']);
  const part = {
    ...run,
    rules: [...run.rules, report('tag.list.n', 'untested'), report('jwt.expired', 'untested')],
  };
  expect(changesOf([known], part, day).items).toEqual([known]);
  expect(changesOf([{ ...known, tests: ['a'] }], part, day).items).toEqual([undefined]);
});

test('two entries that come to the same become one, and two that are mended in one test both go', () => {
  const [x, y]: KnownBreak[] = [
    { ...known, tests: ['a', 'b'] },
    { ...known, tests: ['a', 'c'] },
  ];
  const run = runOf(['a', 'oci-basic', 'known'], ['b', 'oci-basic', 'stale'], ['c', 'oci-basic', 'stale']);
  expect(changesOf([x as KnownBreak, y as KnownBreak], run, day).items).toEqual([
    { ...known, tests: ['a'] },
    undefined,
  ]);
  const twice = runOf(['a', 'oci-basic', 'stale'], ['a', 'oci-basic', 'stale']);
  const reasons = twice.rules[0]?.tests.map((one, at) => ({
    ...one,
    gist: { expected: '', received: '', known: { reason: ['refused', 'another'][at] ?? '', source: '' } },
  }));
  const both = { ...twice, rules: [{ ...(twice.rules[0] as RuleReport), tests: reasons ?? [] }] };
  const other: KnownBreak = { ...known, reason: 'another', tests: ['a'] };
  expect(changesOf([known, other], both, day).items).toEqual([undefined, undefined]);
});

test('no two entries of what is written stand for the same place', () => {
  const [one, other]: KnownBreak[] = [known, { ...known, reason: 'another', auth: ['bearer'] }];
  const run = runOf(['a', 'oci-basic', 'stale'], ['a', 'oci-bearer', 'known']);
  expect(changesOf([one as KnownBreak, other as KnownBreak], run, day)).toEqual({
    items: [undefined, other],
    added: [],
    overdue: [],
  });
});

test('what comes and goes stays, though its last day is over and it was not seen', () => {
  const race: KnownBreak = { ...known, sometimes: true, until: '2026-01-01' };
  expect(changesOf([race], runOf(['a', 'oci-basic', 'pass']), day).items).toEqual([race]);
  const later = { ...known, until: '2026-02-01' };
  expect(changesOf([later], runOf(['a', 'oci-basic', 'pass']), day).items).toEqual([later]);
});

test('what a run did not try, or still meets, stays as it is', () => {
  expect(changesOf([known], runOf(['a', 'oci-basic', 'known']), day).items).toEqual([known]);
  expect(changesOf([known], runOf(['a', 'oci-basic', 'blocked']), day).items).toEqual([known]);
  expect(changesOf([known], { ...sample, rules: [] }, day).items).toEqual([known]);
});

test('what is mended goes, and where it is broken still its reason is kept', () => {
  expect(changesOf([known], runOf(['a', 'oci-basic', 'stale']), day)).toEqual({
    items: [undefined],
    added: [],
    overdue: [],
  });
  const half = runOf(['a', 'oci-basic', 'stale'], ['b', 'oci-basic', 'known']);
  expect(changesOf([known], half, day).items).toEqual([{ ...known, tests: ['b'] }]);
});

test('a deviation of the profile that is stale takes no entry along', () => {
  const other = { ...known, reason: 'another' };
  expect(changesOf([other], runOf(['a', 'oci-basic', 'stale']), day).items).toEqual([other]);
});

test('what was to be mended by now is no new break, and goes once it is mended', () => {
  const late = { ...known, until: '2026-01-01' };
  expect(changesOf([late], runOf(['a', 'oci-basic', 'fail']), day)).toEqual({
    items: [late],
    added: [],
    overdue: [late],
  });
  expect(changesOf([late], runOf(['a', 'oci-basic', 'pass']), day).items).toEqual([undefined]);
  expect(changesOf([{ ...known, until: day }], runOf(['a', 'oci-basic', 'known']), day).overdue).toEqual([]);
});

test('a list is changed without losing what was written beside it', () => {
  const before = [
    '# ours',
    '- rule: ping.status # ask ann',
    '  reason: "refused"',
    '# the next one',
    '- {rule: tag.list.n, reason: x}',
    '- {rule: tag.list.last, reason: y}',
    '',
  ].join('\n');
  const items = [
    { rule: 'ping.status', reason: 'refused' },
    undefined,
    { rule: 'tag.list.last', reason: 'z' },
  ];
  const after = changedList(before, items, [{ rule: 'jwt.expired', reason: 'a: b # c\nd' }]).toString();
  expect(after).toBe(
    [
      '# ours',
      '- rule: ping.status # ask ann',
      '  reason: "refused"',
      '- { rule: tag.list.last, reason: z }',
      '- rule: jwt.expired',
      '  reason: |-',
      '    a: b # c',
      '    d',
      '',
    ].join('\n'),
  );
  const heading = '# all of them\r\n- rule: ping.status\r\n  reason: x\r\n';
  expect(changedList(heading, [undefined], [{ rule: 'jwt.expired' }]).toString()).toBe(
    '# all of them\r\n\r\n- rule: jwt.expired\r\n',
  );
  expect(changedList('# only this\n', [], [{ rule: 'ping.status' }]).toString()).toBe(
    '# only this\n\n- rule: ping.status\n',
  );
});
