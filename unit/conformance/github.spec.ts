import { expect, test } from '@playwright/test';
import { annotations, jobSummary } from '../../lib/report/conformance/github.ts';
import { markdown } from '../../lib/text/markdown.ts';
import { report, sample } from './sample.ts';

const place = (file: string): string => `tests/${file}`;

test('a broken rule is marked where its first test stands, in one line', () => {
  const [line = '', ...others] = annotations(sample, [], place).map(String);
  expect(others).toEqual([]);
  expect(line).toMatch(
    /^::error title=upload\.patch\.out-of-order \(must\),file=tests\/uploads\/chunks\.spec\.ts,line=7::A chunk/,
  );
  expect(line).toContain('%0Aexpected status 416%0Areceived status 202%0A');
});

test('what could end a line or a property is escaped', () => {
  const broken = report('ping.status', 'fail', { gist: { expected: '100%', received: 'a::error::b' } });
  const troubles = [{ title: 'a test', message: 'a\r\n::error::b' }];
  const [line = '', other = ''] = annotations(
    { ...sample, rules: [broken] },
    troubles,
    (file) => `a,b:${file}`,
  ).map(String);
  expect(line).toContain('file=a%2Cb%3Auploads/');
  expect(line).toContain('expected 100%25%0Areceived a::error::b%0A');
  expect(other.endsWith(String.raw`::a test: a\r%0A\x3a:error::b`)).toBe(true);
});

test('ten are shown, and the tenth says how many more there are', () => {
  const troubles = Array.from({ length: 11 }, (_, at) => ({ title: `test ${at}`, message: 'red' }));
  const lines = annotations(sample, troubles, place).map(String);
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toBe('::error title=3 more::The job summary has them all.');
});

test('a job summary that fits is whole', () =>
  expect(jobSummary(markdown`# a\nb\n`, 0).toString()).toBe('# a\nb\n'));

test('one that is too long is cut at a line, below a mebibyte with what is there already', () => {
  const long = markdown.lines(Array.from({ length: 6000 }, () => 'ä'.repeat(99)));
  const cut = jobSummary(long, 1000).toString();
  expect(Buffer.byteLength(cut) + 1000).toBeLessThanOrEqual(2 ** 20);
  expect(Buffer.byteLength(cut)).toBeGreaterThan(2 ** 20 - 2000);
  expect(cut.endsWith('ä\n\nThe rest is cut: see conformance.md among the reports.\n')).toBe(true);
});
