import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { isOfTest, runSuite } from './suite.ts';
import { commandsIn } from '../unit/text/commands.ts';

const hostile =
  '\n::set-output name=a::b\n  ::add-mask::a\r##[add-mask]a ##vso[a]b\x1b]0;a\x07\x1b[2J\u0085\u202e|\r|';

let talked = 0;

/** Answers everything with the same, and says much of it. */
async function talkative(): Promise<Server> {
  const server = createServer((request, response) => {
    const isTest = isOfTest(request);
    if (isTest) talked += 1;
    request.resume().on('end', () => {
      const many = isTest ? 1_500 : 0;
      for (let at = 0; at < many; at += 1) response.setHeader(`X-${at}`, `::error::${at}\x85`);
      response
        .writeHead(isTest || request.url === '/v2/' ? 200 : 404, { 'Content-Type': 'application/json' })
        .end(isTest ? hostile.repeat(5_000) : '{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('of what a registry says, a runner takes no command, a terminal no sequence, and a disk little', async ({}, testInfo) => {
  test.setTimeout(180_000);
  const server = await talkative();
  const reports = testInfo.outputPath('reports');
  const narrow = ['nobody pushed to has no', 'root of the API welcomes', 'ASCII order', 'every layer'];
  const { code, printed } = await runSuite(['--grep', narrow.join('|')], {
    REGISTRY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    REGISTRY_PROTOCOLS: 'oci',
    REGISTRY_LEVEL: 'defacto',
    REPORTS_FOLDER: reports,
    GITHUB_ACTIONS: 'true',
  });
  server.closeAllConnections();
  server.close();
  expect(code, printed).toBe(1);
  expect(talked).toBeGreaterThan(2);
  const [stop, ...others] = commandsIn(printed);
  expect(stop?.name).toBe('stop-commands');
  expect(others.map(({ name }) => name)).toEqual([
    stop?.data,
    ...Array.from({ length: others.length - 1 }, () => 'error'),
  ]);
  expect(others.length).toBeGreaterThan(1);
  // Playwright's own colours aside.
  expect(printed.replaceAll(/\x1b\[[\d;]*m/g, '')).not.toMatch(/[^\P{C}\n]/u);
  const texts = ['conformance.json', 'conformance.md', 'conformance.html', 'junit.xml'];
  for (const name of texts)
    expect(readFileSync(join(reports, name), 'utf8'), name).not.toMatch(/[^\P{C}\n\t]/u);
  expect(readdirSync(reports).filter((name) => name.endsWith('.new'))).toEqual([]);
  const sizes = readdirSync(reports, { recursive: true, encoding: 'utf8' }).map(
    (name) => statSync(join(reports, name)).size,
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(8 * 2 ** 20);
});
