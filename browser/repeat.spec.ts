import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@playwright/test';
import type { JSONReport, JSONReportSuite, JSONReportTestResult } from '@playwright/test/reporter';
import type { HttpExchange } from 'allure-js-commons/http';
import { fault } from '../tools/faults/faults.ts';
import { startFaulty } from '../tools/faults/host.ts';
import { identitySettings } from '../tools/registry/rights.ts';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import { runSuite } from '../integration/suite.ts';
import type { AuthMode } from '../lib/types.ts';

const faults: [id: string, auth: AuthMode][] = [
  ['tag-list-null', 'anonymous'],
  ['blob-missing-unnamed', 'anonymous'],
  ['manifest-get-wrong-digest', 'anonymous'],
  ['mount-ok', 'anonymous'],
  ['upload-range-off-by-one', 'anonymous'],
  ['upload-patch-gap', 'basic'],
  ['delete-manifest-tags-alone', 'basic'],
  ['basic-without-realm', 'basic'],
  ['if-none-match-ignored-on-manifests', 'bearer'],
  ['fresh-manifest-cached', 'bearer'],
  ['manifest-put-accepted', 'bearer'],
  ['challenge-too-small', 'bearer'],
  ['post-for-caches', 'bearer'],
];

/** Faults that show without anything that the test made, which is removed when it has ended. */
const standing: [id: string, auth: AuthMode][] = [
  ['error-as-text', 'anonymous'],
  ['docker-ping-html', 'anonymous'],
  ['docker-version-untold', 'anonymous'],
  ['manifest-unknown-repository-unauthorized', 'anonymous'],
  ['upload-unknown-chunk-fails', 'anonymous'],
  ['blob-missing-unnamed', 'anonymous'],
  ['basic-without-realm', 'basic'],
  ['token-for-caches', 'bearer'],
  ['token-short-lived', 'bearer'],
  ['post-for-caches', 'bearer'],
];

for (const [id, auth] of faults) {
  test(`repeat.sh is answered as wrongly as the test was: ${fault(id).title}`, async ({}, testInfo) => {
    test.setTimeout(300_000);
    const { registry, result } = await runAgainst(id, auth, testInfo.outputPath('reports'));
    const { printed, told } = await shell(textOf(result, 'repeat.sh'), credentialsOf(registry));
    await registry.close();
    expect(told).toMatch(/The test got \d{3}.* as well\./);
    expect(answerIn(printed)).toEqual(answerOf(result));
  });
}

test('repeat.sh makes what an earlier test made for it, wherever it is told to', async ({}, testInfo) => {
  test.setTimeout(300_000);
  const tests = ['tests/tags/pages.spec.ts', '--workers=1', '--grep=n tags are|no tags are'];
  const { registry, result } = await runAgainst(
    'tag-list-n-zero-one',
    'bearer',
    testInfo.outputPath('reports'),
    tests,
  );
  const script = textOf(result, 'repeat.sh');
  const { printed, told } = await shell(script, {
    ...credentialsOf(registry),
    REPO: 'dockside/told',
    SHARED: 'dockside/elsewhere',
  });
  await registry.close();
  expect(told).toMatch(/\(the test got 201 Created\)/);
  expect(answerIn(printed).body).toContain('"dockside/elsewhere/listed"');
});

test('repeat.sh ends with 1 where the answer is another', async ({}, testInfo) => {
  test.setTimeout(300_000);
  const { registry, result } = await runAgainst(
    'manifest-put-accepted',
    'anonymous',
    testInfo.outputPath('reports'),
  );
  await registry.close();
  const healthy = await startRegistry({ auth: 'anonymous' });
  const script = textOf(result, 'repeat.sh');
  await expect(shell(script, { REGISTRY: healthy.url })).rejects.toThrow(
    /The test got 202 Accepted, and this is 201\./,
  );
  await healthy.close();
});

for (const [id, auth] of standing) {
  test(`the curl line is answered as wrongly as the test was: ${fault(id).title}`, async ({}, testInfo) => {
    test.setTimeout(300_000);
    const { registry, result } = await runAgainst(id, auth, testInfo.outputPath('reports'));
    const { printed } = await shell(curlLine(result), credentialsOf(registry));
    await registry.close();
    expect(answerIn(printed)).toEqual(answerOf(result));
  });
}

type Run = { registry: RunningRegistry; result: JSONReportTestResult };

/** The test that found the fault, and the registry that still has it. */
async function runAgainst(
  id: string,
  auth: AuthMode,
  reports: string,
  tests = [`--grep=@${fault(id).rule}(?![\\w.-])`],
): Promise<Run> {
  const { rule } = fault(id);
  const registry = await startFaulty(id, { auth });
  const { printed } = await runSuite([...tests, '--grep-invert=@quay'], {
    ...credentialsOf(registry),
    REGISTRY_URL: registry.url,
    REGISTRY_PROTOCOLS: 'oci',
    REPORTS_FOLDER: reports,
    SPEC_VERSION: 'main',
    REGISTRY_LEVEL: 'defacto',
  });
  const file = join(reports, 'results.json');
  expect(existsSync(file), printed).toBe(true);
  return { registry, result: brokenIn(file, rule) };
}

/** As it stands at the end of the message. */
function curlLine({ errors }: JSONReportTestResult): string {
  const message = stripVTControlCharacters(errors[0]?.message ?? '');
  return /^curl -i \\\n(?:.* \\\n)*.*/m.exec(message)?.[0] ?? 'false';
}

function credentialsOf({ auth, users, realm = '' }: RunningRegistry): Record<string, string> {
  if (auth === 'anonymous') return {};
  return { ...(auth === 'bearer' && { REGISTRY_REALM: realm }), ...identitySettings(users) };
}

/** The first test that found the rule broken. */
function brokenIn(file: string, rule: string): JSONReportTestResult {
  const { suites } = JSON.parse(readFileSync(file, 'utf8')) as JSONReport;
  const found = resultsOf(suites).find((one) =>
    one.attachments.some(({ name }) => name.endsWith(`: broke ${rule}`)),
  );
  if (found === undefined) throw new Error(`No test found ${rule} broken`);
  return found;
}

function resultsOf(suites: readonly JSONReportSuite[]): JSONReportTestResult[] {
  return suites.flatMap((suite) => [
    ...suite.specs.flatMap(({ tests }) => tests.flatMap(({ results }) => results)),
    ...resultsOf(suite.suites ?? []),
  ]);
}

function textOf({ attachments }: JSONReportTestResult, name: string): string {
  const body = attachments.find((one) => one.name === name)?.body ?? '';
  return Buffer.from(body, 'base64').toString('utf8');
}

/** Runs a script as a person does who pastes it. */
async function shell(
  script: string,
  variables: Record<string, string>,
): Promise<{ printed: string; told: string }> {
  const { PATH, TMPDIR } = process.env;
  const env = { PATH, TMPDIR, ...variables };
  return await new Promise((resolve, reject) => {
    execFile('bash', ['-c', script], { env }, (error, printed, told) => {
      if (error === null) resolve({ printed, told });
      else reject(new Error(`${error.message}\n${told}`));
    });
  });
}

type Heard = { status: string; headers: string[]; body: string };

/** What the report says the broken rule was seen in. */
function answerOf({ attachments }: JSONReportTestResult): Heard {
  const number = /^exchange (\d+)/.exec(
    attachments.find(({ name }) => name.includes(': broke '))?.name ?? '',
  )?.[1];
  const exchange = attachments.find(
    ({ name, contentType }) => name.startsWith(`${number}. `) && contentType !== 'text/plain',
  );
  const { response } = JSON.parse(
    Buffer.from(exchange?.body ?? '', 'base64').toString('utf8'),
  ) as HttpExchange;
  const lines = (response?.headers ?? []).map(({ name, value }) => `${name}: ${value}`);
  return heard(String(response?.status), lines, response?.body?.value ?? '');
}

function answerIn(printed: string): Heard {
  const [head = '', ...body] = printed.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  return heard(first.split(' ')[1] ?? '', lines, body.join('\r\n\r\n'));
}

/** Without what differs each time. */
function heard(status: string, lines: readonly string[], body: string): Heard {
  const headers = lines
    .map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()))
    .filter((line) => !/^(?:date|content-length|connection|keep-alive):/.test(line));
  return {
    status,
    headers: headers.map(steady).toSorted(),
    body: steady(body.trim()),
  };
}

function steady(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/("\w*token"): ?"[^"]*"/g, '$1:"…"')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
}
