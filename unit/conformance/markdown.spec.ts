import { expect, test } from '@playwright/test';
import { conformanceMarkdown } from '../../lib/report/conformance/markdown.ts';
import { rules, sample } from './sample.ts';

const lines = conformanceMarkdown(sample).toString().split('\n');

test('the headings lead from the summary to what was not tried', () => {
  expect(lines.filter((line) => line.startsWith('## '))).toEqual([
    '## Broken',
    '## Broken, below the level that turns a run red',
    '## Known to be broken',
    '## Not offered',
    '## Blocked',
  ]);
});

test('a broken rule links to its source and says what was found, in how many tests and since when', () => {
  const row = lines.find((line) => line.startsWith('| [upload.patch.out-of-order](https://'));
  expect(row).toContain(
    '| expected status 416; received status 202 (and in 1 more); broken since 2026-01-01 03:00 |',
  );
});

test('a known deviation links to its own source', () => {
  const row = lines.find((line) => line.startsWith('| [tag.list.sorted]'));
  expect(row).toContain(
    '[the oldest tag comes first](https://known.example/a_b): expected a, b; received b, a',
  );
});

for (const { id, verdict } of rules.filter((one) => ['pass', 'untested'].includes(one.verdict))) {
  test(`${id}, which is ${verdict}, is counted alone`, () => {
    expect(lines.filter((line) => line.includes(id))).toEqual([]);
  });
}

test('what a registry sent does not become part of the table', () => {
  const [rule] = rules.filter(({ id }) => id === 'ping.status');
  const gist = { expected: 'a|b', received: '[c](d) <img>' };
  const failed = rule!.tests.map((one) => ({ ...one, verdict: 'fail' as const, gist }));
  const text = conformanceMarkdown({
    ...sample,
    rules: [{ ...rule!, verdict: 'fail', tests: failed }],
  }).toString();
  expect(text).toContain(String.raw`expected a\|b; received \[c\](d) \<img\>`);
});
