import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';

/** What the check says of a file with these lines, place by place; empty where it is content. */
function saidOf(...lines: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'dockside-linear-'));
  const config = join(folder, 'oxlintrc.json');
  const options = {
    jsPlugins: ['linear', 'cut', 'once', 'skip'].map((name) => resolve(`lint/${name}.js`)),
    options: { reportUnusedDisableDirectives: 'error' },
    categories: { correctness: 'off' },
    rules: { 'linear/regexp': 'error', 'cut/by-hand': 'error', 'once/rule': 'error', 'skip/reason': 'error' },
  };
  writeFileSync(config, JSON.stringify(options));
  writeFileSync(join(folder, 'file.ts'), lines.join('\n'));
  const { stdout } = spawnSync('npx', ['oxlint', '--config', config, '--format', 'unix', folder], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return stdout.split('\n').filter((line) => line.includes('file.ts:'));
}

test('the check names each pattern that is not linear, with a text that shows it', () => {
  const said = saidOf(
    'export const exponential = /(a+)+$/;',
    'export const quadratic = /[^/]+$/;',
    String.raw`export const many = /<([^>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*[^\s";,]+)?)*)\s*(?:,|$)/y;`,
    "export const written = new RegExp('(a|a)*b', 'g');",
    'export const builtFrom = (name: string) => RegExp(`^${name}`);',
  );
  expect(said).toEqual([
    expect.stringMatching(/file\.ts:1:28: .*exponential on 'a'/),
    expect.stringMatching(/file\.ts:2:26: .*2nd degree polynomial on /),
    expect.stringMatching(/file\.ts:3:21: .*(?:polynomial|exponential) on '<>/),
    expect.stringMatching(/file\.ts:4:24: .*exponential on /),
    expect.stringMatching(/file\.ts:5:44: .*put together/),
  ]);
});

test('the check passes what is linear, and an exception that has a pattern', () => {
  const said = saidOf(
    String.raw`export const anchored = /^[a-z0-9]+(?:\.[a-z0-9]+)*$/;`,
    'export const counted = /^sha256:[0-9a-f]{64}$/;',
    String.raw`export const quoted = /"[^"\\]*(?:\\.[^"\\]*)*"/y;`,
    "export const words = new RegExp('a|b');",
    '// oxlint-disable-next-line linear/regexp -- on a text of our own',
    'export const excepted = /(a+)+$/;',
  );
  expect(said).toEqual([]);
});

test('an exception without a pattern is an error', () => {
  const said = saidOf(
    '// oxlint-disable-next-line linear/regexp -- on a text of our own',
    'export const mended = /^a+$/;',
  );
  expect(said).toEqual([expect.stringContaining('file.ts:1:')]);
});

test('the check names each text that is cut by hand and then told', () => {
  const said = saidOf(
    'export const told = (text: string) => `it said ${text.slice(0, 100)}`;',
    'export const check = (text: string) => ({ kept: false, received: text.substring(0, 10) });',
    "export const quote = (value: unknown) => (JSON.stringify(value) ?? '').slice(0, 300);",
    "export const some = (all: string[], most: number) => all.map((one) => one.slice(0, most) + '…');",
    "export const bytes = (all: Buffer) => `at ${all.subarray(0, 9).toString('latin1')}`;",
    'export const names = (all: string[]) => `${all.slice(0, 3).join()}`;',
    'export const start = (text: string, end: number) => `${text.slice(0, end)}`;',
    'export const shorter = (text: string) => `${text.slice(0, -1)}`;',
  );
  expect(said.map((one) => /file\.ts:\d/.exec(one)?.[0])).toEqual(
    [1, 2, 3, 4, 5].map((at) => `file.ts:${at}`),
  );
});

test('the check names a rule that a test says twice', () => {
  const said = saidOf(
    "test('one', { tag: '@tag.list.status' }, () => {",
    "  expect(answer).toHaveStatus(200, 'tag.list.status');",
    "  expect.soft(answer).toKeep(isEmpty(answer), 'tag.list.array');",
    '});',
    "test('two', { tag: ['@smoke', `@${rule}`] }, () => {",
    '  expect(answer).toHaveStatus(200, rule);',
    '});',
    "test('three', { tag: ['@tag.list.status', '@tag.list.array'] }, () => {",
    "  expect(answer).toHaveStatus(200, 'tag.list.status');",
    '});',
  );
  expect(said.map((line) => line.replace(/^.*file\.ts:(\d+):.*once.*$/, '$1'))).toEqual(['2', '6']);
});

test('the check names each reason of a skip that is typed by hand', () => {
  const said = saidOf(
    "test.skip(true, 'unsupported: catalog');",
    'testInfo.skip(gone, `blocked by ${rule}: ${told}`);',
    "test.skip(true, unsupported('catalog'));",
    'test.skip(lack !== undefined, lackOf(lack));',
  );
  expect(said).toEqual([
    expect.stringMatching(/file\.ts:1:17: .*skip-reason/),
    expect.stringMatching(/file\.ts:2:21: .*skip-reason/),
  ]);
});
