import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { isOfTest, runSuite } from '../integration/suite.ts';

const hostile = `\u0000\u0007\u001b[31m ]]> <b> & "\ufffe"`;

type Case = { name: string; classname: string; children: string[]; message: string; text: string };

/** What a parser of XML makes of it; in the page, as that has one. */
const parse = `(xml) => {
  const parsed = new DOMParser().parseFromString(xml, 'application/xml');
  const root = parsed.documentElement;
  return {
    problem: parsed.querySelector('parsererror')?.textContent ?? '',
    counts: Object.fromEntries(['tests', 'failures', 'errors', 'skipped'].map((name) => [name, Number(root.getAttribute(name))])),
    cases: [...parsed.querySelectorAll('testcase')].map((one) => ({
      name: one.getAttribute('name'),
      classname: one.getAttribute('classname'),
      children: [...one.children].map(({ tagName }) => tagName).filter((name) => name !== 'properties'),
      properties: [...one.querySelectorAll('property')].map((each) => each.getAttribute('value')),
      message: one.querySelector('[message]')?.getAttribute('message') ?? '',
      text: one.querySelector('failure, error')?.textContent ?? '',
    })),
  };
}`;

const isOffered = /^\/v2\/$|\/tags\/list$/;

test('junit.xml of a run with a fault can be parsed, and tells failures from errors and skips', async ({
  page,
}, testInfo) => {
  test.setTimeout(180_000);
  const server = createServer((request, response) => {
    const isTest = isOfTest(request);
    // The test of the root waits until its time is over.
    if (isTest && request.url === '/v2/') return;
    request.resume().on('end', () => {
      response
        .writeHead(isTest || isOffered.test(request.url ?? '') ? 200 : 404, {
          'Content-Type': 'application/json',
        })
        .end(isTest ? hostile : '{"name":"probe","tags":["probe"]}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reports = testInfo.outputPath('reports');
  const titles = [
    'gives back every layer',
    'nobody pushed to has no',
    'root of the API welcomes',
    'ASCII order',
  ];
  const narrow = ['--timeout=3000', '--grep', titles.join('|')];
  await runSuite(narrow, {
    REGISTRY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    REGISTRY_PROTOCOLS: 'schema2,oci',
    REGISTRY_LEVEL: 'defacto',
    REPORTS_FOLDER: reports,
  });
  server.closeAllConnections();
  server.close();

  const xml = readFileSync(join(reports, 'junit.xml'), 'utf8');
  const { problem, counts, cases } = (await page.evaluate(`(${parse})(${JSON.stringify(xml)})`)) as {
    problem: string;
    counts: Record<string, number>;
    cases: (Case & { properties: string[] })[];
  };
  expect(problem).toBe('');
  const names = cases.map(({ name, classname }) => `${classname} ${name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(cases.map(({ classname }) => classname.split('.')[0])).size).toBe(2);

  const having = (child: string): Case[] => cases.filter(({ children }) => children.includes(child));
  expect(counts).toEqual({
    tests: cases.length,
    failures: having('failure').length,
    errors: having('error').length,
    skipped: having('skipped').length,
  });
  const found = (title: string) => cases.find(({ name }) => name.includes(title));
  expect(found('nobody pushed to has no')).toEqual(
    expect.objectContaining({
      children: ['failure'],
      properties: ['tag.list.unknown-repository', 'should'],
      message: expect.stringMatching(/^tag\.list\.unknown-repository \(/),
      text: expect.stringContaining(']]> <b> & "'),
    }),
  );
  expect(found('root of the API')).toEqual(
    expect.objectContaining({ children: ['error'], message: 'Test timeout of 3000ms exceeded.' }),
  );
  expect(found('ASCII order')).toEqual(
    expect.objectContaining({
      children: ['skipped'],
      message: expect.stringMatching(/^blocked by /),
    }),
  );
});
