import { expect, test } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import { isRuleId } from '../lib/rules/catalogue.ts';
import { judgedBySteps, listedTests } from './listed.ts';

// docs/coverage.md names tests by their files and titles, and rules by their ids. Here they are held against what there is.

type Title = { file: string; title: string };

const text = readFileSync('docs/coverage.md', 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| '));
const isFile = (token: string): boolean => /^[a-z0-9-]+(\/[a-z0-9-]+)+$/.test(token);
const isDotted = (token: string): boolean => /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/.test(token);

/** What stands in backquotes, and in italics as the title of a test in the file named last. */
function namedIn(part: string) {
  const files: string[] = [];
  const titles: Title[] = [];
  const ids: string[] = [];
  let file = '';
  for (const [, code, title] of part.matchAll(/`([^`]+)`|\*{1,2}([^*]+)\*{1,2}/g)) {
    if (code !== undefined && isFile(code)) files.push((file = code));
    else if (code !== undefined && isDotted(code)) ids.push(code);
    else if (title !== undefined && title !== 'none') titles.push({ file, title });
  }
  return { files, titles, ids };
}

/** The tags of every test, under its file and its title. */
function tagsOfTests(): Map<string, string[]> {
  return new Map(
    listedTests().map(({ file, title, tags }) => [`${file.replace('.spec.ts', '')}: ${title}`, tags]),
  );
}

test('every file that the coverage names exists', () => {
  const { files } = namedIn(text);

  expect(files.filter((file) => !existsSync(`tests/${file}.spec.ts`))).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test('every rule that the coverage names is in the catalogue', () => {
  expect(namedIn(text).ids.filter((id) => !isRuleId(id))).toEqual([]);
});

test('every check of the conformance tool has a row', () => {
  const numbers = rows.flatMap((row) => /^\| (\d+) \|/.exec(row)?.[1] ?? []);

  expect(numbers).toEqual(Array.from({ length: 49 }, (_, at) => String(at + 1)));
});

test.describe('with the tests listed', () => {
  test.describe.configure({ mode: 'default', timeout: 120_000 });
  let tests: Map<string, string[]>;

  test.beforeAll(() => {
    tests = tagsOfTests();
  });

  test('every test that the coverage names exists', () => {
    const titles = rows.flatMap((row) => namedIn(row).titles);
    const missing = titles.filter(({ file, title }) => !tests.has(`${file}: ${title}`));

    expect(missing).toEqual([]);
    expect(titles.length).toBeGreaterThan(200);
  });

  test('a rule of a row is one that a test of the row is about', () => {
    const unproved = rows.flatMap((row) => {
      const { files, titles, ids } = namedIn(row);
      if (files.length === 0) return [];
      const whole = files.filter((file) => !titles.some((title) => title.file === file));
      const isNamed = (name: string): boolean =>
        whole.some((file) => name.startsWith(`${file}: `)) ||
        titles.some(({ file, title }) => name === `${file}: ${title}`);
      const proved = [...tests].flatMap(([name, tags]) => (isNamed(name) ? tags : []));
      const judged: readonly string[] = files.some((file) => file.startsWith('flows/')) ? judgedBySteps : [];
      return ids
        .filter((id) => !proved.includes(id) && !judged.includes(id))
        .map((id) => `${id} in ${row.slice(0, 60)}`);
    });

    expect(unproved).toEqual([]);
  });
});
