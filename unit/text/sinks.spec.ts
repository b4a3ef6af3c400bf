import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@playwright/test';
import MarkdownIt from 'markdown-it';
import { errorCommand, stopCommands } from '../../lib/text/github.ts';
import { json, prettyJson } from '../../lib/text/json.ts';
import { link, markdown, table } from '../../lib/text/markdown.ts';
import { complain, line, say } from '../../lib/text/terminal.ts';
import { plain, visible, visibleLines } from '../../lib/text/visible.ts';
import { commandsIn } from './commands.ts';
import { strings, unseen } from './strings.ts';

/** Those of the strings that are not as they should be. */
function failing(isRight: (text: string) => boolean): string[] {
  return strings.filter((text) => !isRight(text)).map((text) => JSON.stringify(text.slice(0, 200)));
}

test('what is shown is one line in which all can be seen, and is not escaped again', () => {
  expect(failing((text) => !unseen.test(visible(text)))).toEqual([]);
  expect(failing((text) => visible(visible(text)) === visible(text))).toEqual([]);
});

test('what is shown in lines has as many as went in, and all can be seen in them', () => {
  const lines = (text: string): string[] => text.split('\n');
  expect(failing((text) => lines(visibleLines(text)).length === lines(text).length)).toEqual([]);
  expect(
    failing((text) => lines(visibleLines(text)).every((one) => !unseen.test(one.replaceAll('\t', '')))),
  ).toEqual([]);
  expect(
    failing((text) => lines(plain(text)).every((one) => !unseen.test(one.replaceAll('\t', '')))),
  ).toEqual([]);
});

test('only what cannot be seen, and what a runner would take, is shown otherwise', () => {
  const seen = strings.filter((text) => !unseen.test(text) && !/::|##/.test(text));
  expect(seen.length).toBeGreaterThan(100);
  expect(seen.filter((text) => visible(text) !== text)).toEqual([]);
  expect(seen.filter((text) => visibleLines(text) !== text)).toEqual([]);
  expect(visible('a\x1b[31m\u202e\n\u{e0001}\ud800')).toBe(String.raw`a\x1b[31m\u202e\n\u{e0001}\ud800`);
});

test('a colour goes, and what is left of a torn one shows', () => {
  expect(plain('\x1b[31mred\x1b[39m and \x1b[\x1b[31m31m')).toBe(String.raw`red and \x1b[31m`);
});

for (const [name, write] of Object.entries({ json, prettyJson })) {
  test(`${name} gives back what went in, and shows it all`, () => {
    const written = (text: string): string => write([text]).toString();
    expect(failing((text) => (JSON.parse(written(text)) as string[])[0] === text)).toEqual([]);
    expect(failing((text) => !unseen.test(written(text).replaceAll('\n', '')))).toEqual([]);
    expect(failing((text) => commandsIn(written(text)).length === 0)).toEqual([]);
  });
}

type Token = { type: string; content: string; children: Token[] | null };
type Reader = new (options: object) => { parse: (text: string, env: object) => Token[] };

/** A reader that makes HTML of HTML, and links of addresses. */
const reader = new (MarkdownIt as Reader)({
  html: true,
  linkify: true,
});

/** The elements of a document, and the text in each that has some. */
function read(text: string): { types: string[]; texts: string[] } {
  const tokens = reader.parse(text, {});
  const inline = tokens.filter(({ type }) => type === 'inline').map(({ children }) => children ?? []);
  return {
    types: [...tokens, ...inline.flat()].map(({ type }) => type),
    texts: inline.map((children) => children.map(({ content }) => content).join('')),
  };
}

test('Markdown reads as the text that went in', () => {
  const known = read('| a | b |\n| --- | --- |\n| x | [x](https://a.example) |\n\n# x\n\nx\n').types;
  const isRight = (text: string): boolean => {
    const cells = table(['a', 'b'], [[text, link('https://a.example', text)]]);
    const found = read(markdown`${cells}\n\n# ${text}\n\n${text}\n`.toString());
    const shown = visible(text);
    return isDeepStrictEqual(found, { types: known, texts: ['a', 'b', shown, shown, shown, shown] });
  };
  expect(failing((text) => text === '' || isRight(text))).toEqual([]);
});

test('an address that leads to no page, or would end its link, is none', () => {
  expect(link('javascript:alert(1)', 'a').toString()).toBe('a');
  const written = (text: string): string => link(`https://a.example/${text}`, 'a').toString();
  const whole = /^\[a\]\(https:\/\/a\.example\/[^\s()<>\\]*\)$/;
  expect(failing((text) => whole.test(written(text)))).toEqual([]);
});

/** What is printed meanwhile, to either stream. */
function printedBy(print: () => void): string {
  const printed: string[] = [];
  const { log, error } = console;
  const before = process.env['GITHUB_ACTIONS'];
  console.log = console.error = (text: string) => printed.push(`${text}\n`);
  process.env['GITHUB_ACTIONS'] = 'true';
  try {
    print();
  } finally {
    Object.assign(console, { log, error });
    if (before === undefined) delete process.env['GITHUB_ACTIONS'];
    else process.env['GITHUB_ACTIONS'] = before;
  }
  return printed.join('');
}

test('a runner finds no command in what is printed but those that are meant', () => {
  const { stop, resume } = stopCommands();
  const printed = printedBy(() => {
    say(stop);
    for (const text of strings) {
      say(line`${text}`, line`  ${text}: ${text}`, line`${':'}${text}`, json(text), markdown`${text}`);
      complain(line`:${text}`, line`#${text}`);
    }
    say(resume);
  });
  expect(printed.replaceAll('\n', '')).not.toMatch(unseen);
  expect(printed.split('\n')).toHaveLength(strings.length * 7 + 3);
  expect(commandsIn(printed).map(({ name }) => name)).toEqual(['stop-commands', String(resume).slice(2, -2)]);
});

test('a mark has the title, the place and the message that went in', () => {
  const isRight = (text: string): boolean => {
    const found = commandsIn(errorCommand({ title: text, file: text, line: 7 }, text).toString());
    const shown = visibleLines(text);
    return isDeepStrictEqual(found, [
      { name: 'error', properties: { title: shown, file: shown, line: '7' }, data: shown },
    ]);
  };
  expect(failing(isRight)).toEqual([]);
});
