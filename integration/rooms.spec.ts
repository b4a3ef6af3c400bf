import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';

/** What the check says of a file that imports another; empty where it is content. */
function saidOf(file: string, imported: string, written = "import type { one } from 'PLACE';"): string {
  const folder = mkdtempSync(join(tmpdir(), 'dockside-rooms-'));
  const config = {
    jsPlugins: [resolve('lint/rooms.js')],
    categories: { correctness: 'off' },
    rules: { 'rooms/order': 'error' },
  };
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(config));
  writeFileSync(path, written.replace('PLACE', imported));
  const { stdout } = spawnSync(resolve('node_modules/.bin/oxlint'), ['--format', 'unix'], {
    cwd: folder,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return /^\S+:1:\d+: (.*?) \[/.exec(stdout)?.[1] ?? '';
}

const imports: [file: string, imported: string, said: string][] = [
  ['lib/checks/ranges.ts', '../http/exchange.ts', ''],
  ['lib/http/raw.ts', './wire.ts', ''],
  ['lib/http/raw.ts', '../run/run.ts', 'lib/http stands below lib/run: it imports nothing from there'],
  ['lib/types.ts', './http/raw.ts', 'lib/types.ts stands below lib/http: it imports nothing from there'],
  ['lib/run/run.ts', '../../tools/table.ts', 'lib/run stands below tools: it imports nothing from there'],
  [
    'tools/faults/main.ts',
    '../../fixtures/run.ts',
    'tools stands below fixtures: it imports nothing from there',
  ],
  ['lib/http/raw.ts', '../../unit/suite.ts', 'lib/http imports nothing of unit'],
  ['unit/a.spec.ts', '../lib/http/raw.ts', ''],
  ['tests/tags/a.spec.ts', '../../lib/arrange.ts', ''],
  ['tests/tags/a.spec.ts', '../../lib/attic/a.ts', 'lint/rooms.js knows no room lib/attic'],
];

for (const [file, imported, said] of imports)
  test(`of ${imported} in ${file} the check says ${said || 'nothing'}`, () => {
    expect(saidOf(file, imported)).toBe(said);
  });

test('an import is seen however it is written', () => {
  for (const written of [
    "type One = import('PLACE').One;",
    'await import(`PLACE`);',
    "export * from 'PLACE';",
  ])
    expect(saidOf('lib/http/raw.ts', '../run/run.ts', written)).not.toBe('');
});

test('CONTRIBUTING has the rooms that the check has, in its order', () => {
  const [, listed = ''] = /const rooms = \[(.*?)\];/s.exec(readFileSync('lint/rooms.js', 'utf8')) ?? [];
  const checked = [...listed.matchAll(/'(.*?)'/g)].map(([, name]) => name);
  const [, table = ''] =
    /The rooms of `lib\/`(.*?)\n\n[A-Z]/s.exec(readFileSync('CONTRIBUTING.md', 'utf8')) ?? [];
  const told = [...table.matchAll(/^\| `(.*?)\/`/gm)].map(([, name]) => name);
  expect(told).toEqual(checked.filter((name) => !name?.endsWith('.ts')));
});
