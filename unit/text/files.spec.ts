import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { alter, writeText } from '../../lib/text/files.ts';
import { html } from '../../lib/text/html.ts';
import { json } from '../../lib/text/json.ts';

test('a file is there whole with its folder, and nothing beside it', ({}, testInfo) => {
  const file = testInfo.outputPath('new/folder/file.json');
  writeText(file, json({ a: 1 }));
  writeText(file, json({ a: 2 }));
  expect(readFileSync(file, 'utf8')).toBe('{"a":2}');
  alter(file, (text) => text.replaceAll('"', ''));
  expect(readFileSync(file, 'utf8')).toBe('{a:2}');
  expect(readdirSync(dirname(file))).toEqual(['file.json']);
});

test('where a file cannot be written, what was there stays and nothing is left beside it', ({}, testInfo) => {
  const file = testInfo.outputPath('file.html');
  mkdirSync(join(file, 'full'), { recursive: true });
  expect(() => writeText(file, html`a`)).toThrow();
  expect(readdirSync(testInfo.outputPath())).toEqual(['file.html']);
});

test('a process that is killed while it writes leaves no half file', async ({}, testInfo) => {
  const file = testInfo.outputPath('file.json');
  const module = (name: string): string => new URL(`../../lib/text/${name}.ts`, import.meta.url).href;
  const script = `
    import { writeText } from '${module('files')}';
    import { json } from '${module('json')}';
    const all = json(Array.from({ length: 500_000 }, (_, at) => at));
    for (;;) writeText(${JSON.stringify(file)}, all);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
  for (let times = 0; times < 20; times += 1)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(500_000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(500_000);
});
