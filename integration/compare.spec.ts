import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startFaulty } from '../tools/faults/host.ts';
import { readHistory } from '../lib/report/conformance/history.ts';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import { run, runSuite } from './suite.ts';

test('of two runs with one fault between them, the rule that it broke is named as newly broken', async ({}, testInfo) => {
  test.setTimeout(180_000);
  const reports = testInfo.outputPath('reports');
  const found = join(reports, 'conformance.json');
  const before = testInfo.outputPath('before.json');
  const look = async (registry: RunningRegistry): Promise<string> => {
    const { printed } = await runSuite(['tests/tags/list.spec.ts', 'tests/tags/pages.spec.ts'], {
      REGISTRY_URL: registry.url,
      REGISTRY_PROTOCOLS: 'oci',
      REPORTS_FOLDER: reports,
    });
    await registry.close();
    return printed;
  };
  const healthy = await startRegistry({ auth: 'anonymous' });
  await look(healthy);
  copyFileSync(found, before);
  const port = Number(new URL(healthy.url).port);
  const printed = await look(await startFaulty('tag-list-null', { auth: 'anonymous', port }));
  expect(printed).toMatch(/^ {2}broken +tag\.list\.array \(must\) .*; newly broken, kept on \d{4}-/m);

  expect(printed).toContain(`  run by run    ${reports}/history.html`);
  const nights = readHistory(join(reports, 'history.jsonl'));
  expect(nights?.map(({ rules }) => rules.fail)).toEqual([undefined, ['tag.list.array']]);
  expect(readFileSync(join(reports, 'history.html'), 'utf8')).toContain('tag.list.array');

  const { code, printed: told } = await compare([before, found], reports);
  expect(told).toContain('1 rule is newly broken; 0 newly kept, 0 still broken, 0 changed otherwise.');
  expect(told.match(/^\| \[.*pass → fail/gm)).toEqual([expect.stringMatching(/^\| \[tag\.list\.array\]/)]);
  expect(told).not.toContain('## Offers');
  expect(code).toBe(1);
  expect(told).toContain(readFileSync(join(reports, 'compare.md'), 'utf8'));
  expect(existsSync(join(reports, 'compare.html'))).toBe(true);

  const back = await compare([found, before], reports);
  expect(back.printed).toContain('No rule is newly broken; 1 newly kept');
  expect(back.code).toBe(0);
});

const refusals: [name: string, files: string[], message: string][] = [
  ['one file', ['a.json'], '1 file was named: give two, npm run compare -- BEFORE.json AFTER.json'],
  ['a file that is not there', ['a.json', 'b.json'], 'a.json: cannot be read (ENOENT)'],
  [
    'a file that is no JSON',
    ['README.md', 'README.md'],
    'README.md: is no JSON; name the conformance.json of a run that came to its end',
  ],
  [
    'JSON of something else',
    ['package.json', 'package.json'],
    'package.json: is not a conformance.json, as a run writes it to its reports folder',
  ],
  [
    'an option',
    ['--nothing'],
    "Unknown option '--nothing': give the files alone, npm run compare -- BEFORE.json AFTER.json",
  ],
];

for (const [name, files, message] of refusals) {
  test(`${name} ends the command in one line`, async ({}, testInfo) => {
    const { code, printed } = await compare(files, testInfo.outputPath('reports'));
    expect(printed).toBe(`${message}\n`);
    expect(code).toBe(2);
  });
}

async function compare(files: string[], reports: string): Promise<{ code: unknown; printed: string }> {
  const args = ['--import', 'tsx', 'tools/compare.ts', ...files];
  return await run(process.execPath, args, { REPORTS_FOLDER: reports });
}
