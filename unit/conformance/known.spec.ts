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
        message: 'is kept here, so its known deviation is stale: refused (known.yaml)',
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
      '- rule: tag.list.last',
      '  reason: z',
      '- rule: jwt.expired',
      '  reason: |-',
      '    a: b # c',
      '    d',
      '',
    ].join('\n'),
  );
  expect(changedList('# only this\n', [], [{ rule: 'ping.status' }]).toString()).toBe(
    '# only this\n\n- rule: ping.status\n',
  );
});
