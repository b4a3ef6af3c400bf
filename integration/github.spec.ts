import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startFaulty } from '../tools/faults/host.ts';
import { runSuite } from './suite.ts';

test('the terminal ends with what is broken and what to type; GitHub gets a mark and a summary, and no secret', async ({}, testInfo) => {
  test.setTimeout(180_000);
  const registry = await startFaulty('tag-list-null', { auth: 'bearer' });
  const { username, password } = registry.users.writer;
  const reports = testInfo.outputPath('reports');
  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, 'history.jsonl'), '{"broken off');
  const summaryFile = testInfo.outputPath('step-summary.md');
  const { code, printed } = await runSuite(['tests/tags/pages.spec.ts', '--grep', '@tag.list.array( |$)'], {
    REGISTRY_URL: registry.url,
    REGISTRY_REALM: registry.realm ?? '',
    REGISTRY_USERNAME: username,
    REGISTRY_PASSWORD: password,
    REGISTRY_PROTOCOLS: 'oci',
    REPORTS_FOLDER: reports,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: join(process.cwd(), '..'),
    GITHUB_STEP_SUMMARY: summaryFile,
  });
  await registry.close();
  expect(code).toBe(1);
  expect(printed).toMatch(/^ {2}.*history\.jsonl: 1 of its lines cannot be read, and stand in /m);

  const [, ending = ''] = printed.split(/^ {2}1 failed$/m);
  const lines = ending
    .split('\n')
    .slice(ending.split('\n').findIndex((line) => line.startsWith('  rules: ')));
  expect(lines).toEqual([
    expect.stringMatching(/^ {2}rules: 1 kept, 1 broken, \d+ untested \(\d+ requests, 1 way in\)$/),
    expect.stringMatching(
      /^ {2}broken {8}tag\.list\.array \(must\) at GET tags\/list: nothing follows the final tag/,
    ),
    '',
    `  rule by rule  ${reports}/conformance.html`,
    `  test by test  npx playwright show-report ${reports}/html`,
    `  again         npx playwright test --grep '@(tag.list.array)( |$)'`,
    expect.stringMatching(
      /^::error title=tag\.list\.array \(must\),file=[^/]+\/tests\/tags\/pages\.spec\.ts,line=\d+::/,
    ),
    '',
  ]);
  const summary = readFileSync(summaryFile, 'utf8');
  expect(summary).toBe(readFileSync(join(reports, 'conformance.md'), 'utf8'));
  expect(summary).toContain('| [tag.list.array](https://');
  const secrets = [password, Buffer.from(`${username}:${password}`).toString('base64'), 'eyJ'];
  expect(secrets.filter((secret) => (printed + summary).includes(secret))).toEqual([]);
});
