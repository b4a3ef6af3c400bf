import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test as base } from '@playwright/test';
import type { TestCase, TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { Answer } from '../lib/http/exchange.ts';
import { noting } from '../lib/target/ledger.ts';
import { redact, secretsAround } from '../lib/secrets/redact.ts';
import Redact from '../lib/report/reporters/redact.ts';
import { announceRun, currentRun, runSecrets } from '../lib/run/run.ts';
import { publicWords, tellingVariables, weakSecrets } from '../lib/run/configured.ts';
import { clean } from '../lib/verdict/clean.ts';
import { excerpt } from '../lib/text/cut.ts';
import { learnTokens } from '../lib/registry/auth/learn-tokens.ts';
import { readSettings } from '../lib/run/settings.ts';
import type { Target } from '../lib/types.ts';

const canary = 'CANARY-7b1f';
const environment = {
  REGISTRY_URL: 'http://registry.example',
  REGISTRY_USERNAME: 'dockside',
  REGISTRY_PASSWORD: canary,
  REGISTRY_NAMESPACE: 'password',
};
const service = { realm: 'http://registry.example/token', service: 'x' };

/** In a worker of their own, as a process reads its settings once. */
const test = base.extend<object, { settings: void }>({
  settings: [
    async ({}, use) => {
      Object.assign(process.env, environment);
      await use();
    },
    { scope: 'worker', auto: true },
  ],
});

function tokenAnswer(url: string, members: object): Answer {
  const body = Buffer.from(JSON.stringify(members));
  return new Answer({ method: 'GET', url }, 200, [], body, 0);
}

test('a password that no report can mask is told by its setting', () => {
  const weak = { ...environment, REGISTRY_PASSWORD: 'seven77', REGISTRY_READER_USERNAME: 'r' };
  const told = weakSecrets(readSettings({ ...weak, REGISTRY_READER_PASSWORD: 'repository' }));
  expect(told).toEqual([
    'REGISTRY_PASSWORD: has fewer than 8 characters, so reports mask only its longer forms, as Basic and Base64',
    'REGISTRY_READER_PASSWORD: is a word that stands in every report, so reports mask only its longer forms, as Basic and Base64',
  ]);
  expect(weakSecrets(readSettings(environment))).toEqual([]);
});

test('a password is masked as a server trims or writes it, and where a test sends one that is nearly right', () => {
  const right = 'Zq7cänaryPw4x+<b>';
  const secrets = secretsAround([{ username: 'ann', password: `${right} \r` }]);
  const near = secretsAround([{ username: 'ann', password: right }]);
  for (const [shown, known] of [
    [right, secrets],
    [right.normalize('NFD'), secrets],
    [right.slice(0, -1), near],
    [right.slice(0, -1).normalize('NFD'), near],
    ['zQ7CÄNARYpW4X+<B>', near],
  ] as const)
    expect(redact(`it was ${shown}!`, known)).toBe('it was ***!');
});

test('a colour in a secret does not keep it from being masked, nor a cut', () => {
  expect(clean(`it was ${canary.slice(0, 4)}\x1b[31m${canary.slice(4)}\x1b[39m!`)).toBe('it was ***!');
  expect(excerpt(`${'x'.repeat(200 - canary.length + 1)}${canary}`)).not.toContain(canary.slice(0, -1));
});

test('the names of a run, our words and those of the protocol are public, and nothing else', () => {
  const words = publicWords(readSettings(environment));
  for (const word of [
    'dockside',
    'password',
    'repository',
    'manifests',
    'sha256',
    'registry.example',
    'tag.list.json',
  ])
    expect(words.has(word), word).toBe(true);
  expect(words.has(canary)).toBe(false);
});

test('each thing that prints requests is told', () => {
  expect(tellingVariables({ DEBUG: 'express:*', NODE_DEBUG: 'http', DEBUG_FILE: 'x' })).toHaveLength(3);
  expect(tellingVariables({ DEBUG: 'pw:api' })).toEqual([
    'DEBUG=pw:api: prints every request with its headers; what is secret there is masked',
  ]);
  expect(tellingVariables({ DEBUG_FILE: 'x' })).toEqual([]);
});

test('a token is learned from its service alone, and no word that anybody may read', () => {
  learnTokens(tokenAnswer(`${service.realm}?scope=x`, { token: 'opaque-1', access_token: 'dockside' }), [
    service,
  ]);
  learnTokens(tokenAnswer(service.realm, { refresh_token: 'opaque-2', token: 'short' }), [
    undefined,
    service,
  ]);
  learnTokens(tokenAnswer(`${service.realm}?scope=repository:short/name-7:pull`, { token: 'short/name-7' }), [
    service,
  ]);
  learnTokens(tokenAnswer(service.realm, { token: 'short-7' }), [service]);
  learnTokens(tokenAnswer('http://registry.example/v2/', { token: 'opaque-3' }), [service]);
  learnTokens(tokenAnswer(service.realm, { token: 'aGVhZA.Ym9keQ.c2lnbmF0dXJl' }), [service]);
  expect(runSecrets().filter((one) => /opaque|dockside|short/.test(one))).toEqual(['opaque-1', 'opaque-2']);
});

test('what is secret in the settings does not go into the environment, nor what a server said of it', () => {
  const target = {
    url: environment.REGISTRY_URL,
    identity: readSettings(environment).identity,
    product: canary,
  };
  const offer = { offered: true, evidence: `GET /v2/?x=${canary} answered 200` };
  announceRun({ targets: [target as Target], capabilities: { range: offer } });
  expect(process.env['DOCKSIDE_RUN']).not.toContain(canary);
  expect(currentRun().targets[0]?.identity).toEqual({ username: 'dockside', password: canary });
  expect(currentRun().capabilities.range?.evidence).toBe('GET /v2/?x=*** answered 200');
});

test('a ledger holds where an upload goes on, and no secret', async ({}, testInfo) => {
  const file = testInfo.outputPath('ledger.jsonl');
  const location = `/v2/password/a/blobs/uploads/1?_state=abc&token=xyz&echo=${canary}`;
  const request = { method: 'POST', url: 'http://registry.example/v2/password/a/blobs/uploads/' } as const;
  const answer = new Answer(request, 202, [{ name: 'Location', value: location }], Buffer.alloc(0), 0);
  await noting(async () => answer, file)(request);
  expect(readFileSync(file, 'utf8')).toContain(
    '"/v2/password/a/blobs/uploads/1?_state=abc&token=xyz&echo=***"',
  );
});

test('what a worker hands over is known at the door, and goes no further', () => {
  const token = 'handed-out-TO-another-worker';
  const handed = {
    name: 'what token services handed out',
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify([token])),
  };
  const shown = { name: 'an answer', contentType: 'text/plain', body: Buffer.from(`x-echo: ${token}`) };
  const step = { title: 'a step', annotations: [], attachments: [handed], steps: [] };
  const steps = [{ ...step, attachments: [], steps: [step] }];
  const result = { steps, errors: [], annotations: [], attachments: [handed, shown], stdout: [], stderr: [] };
  new Redact().onTestEnd({ annotations: [] } as unknown as TestCase, result as unknown as TestResult);
  expect([step.attachments, result.attachments]).toEqual([[], [shown]]);
  expect(shown.body.toString('utf8')).toBe('x-echo: ***');
});

test('the door to the reporters masks all they get', ({}, testInfo) => {
  const door = new Redact();
  const told = `a ${canary} \u001b[31mred\u001b[39m \u001b]0;title\u0007 \u202e`;
  const shown = 'a *** red \\x1b]0;title\\x07 \\u202e';
  const error = (): TestError => ({
    message: told,
    stack: told,
    snippet: told,
    value: told,
    cause: { message: told },
  });
  const annotations = [{ type: 'skip', description: told }];
  const path = testInfo.outputPath('attached.json');
  writeFileSync(path, JSON.stringify({ told }));
  const attachments = [
    { name: told, contentType: 'text/plain', body: Buffer.from(`${canary}\t`) },
    { name: 'b', contentType: 'image/png', body: Buffer.from(`\u0089PNG ${canary} \u00ff`, 'latin1') },
    { name: 'c', contentType: 'application/json', path },
  ];
  const step = {
    title: told,
    error: error(),
    annotations: [{ ...annotations[0] }],
    attachments: [...attachments],
  };
  const result = {
    steps: [],
    errors: [error()],
    annotations,
    attachments,
    stdout: [canary.slice(0, 5), Buffer.from(canary.slice(5))],
    stderr: [],
  };
  const at = { test: { annotations } as unknown as TestCase, result: result as unknown as TestResult };
  door.onStepEnd(at.test, at.result, step as unknown as TestStep);
  door.onTestEnd(at.test, at.result);
  const { message, stack, snippet, value, cause } = result.errors[0] ?? {};
  expect([message, stack, snippet, value, cause?.message]).toEqual(Array.from({ length: 5 }, () => shown));
  expect([
    step.title,
    step.error.message,
    step.annotations[0]?.description,
    annotations[0]?.description,
  ]).toEqual(Array.from({ length: 4 }, () => shown));
  expect(attachments.map(({ name, body }) => [name, body?.toString('latin1')])).toEqual([
    [shown, '***\t'],
    ['b', '\u0089PNG *** \u00ff'],
    ['c', undefined],
  ]);
  expect(result.stdout).toEqual(['***']);
  expect(readFileSync(path, 'utf8')).toBe(JSON.stringify({ told }).replace(canary, '***'));
});

test('a test is red at the door, whether or not it told what it found', () => {
  const result = { steps: [], errors: [], annotations: [], attachments: [], stdout: [], stderr: [] };
  const expected = (...tags: string[]): string => {
    const one = { tags, annotations: [], expectedStatus: 'failed' };
    new Redact().onTestEnd(one as unknown as TestCase, result as unknown as TestResult);
    return one.expectedStatus;
  };
  expect(expected('@ping.status')).toBe('passed');
  expect(expected('@ping.status', '@fault:ping-no-content')).toBe('failed');
});

test('a secret that a worker prints in two pieces is masked', async () => {
  const script = `
    import { flushOutput, maskOutput } from './lib/secrets/output.ts';
    maskOutput();
    for (const piece of ['one ${canary.slice(0, 5)}', '${canary.slice(5)} two\\n', 'three ${canary}']) process.stdout.write(piece);
    process.stderr.write(Buffer.from('four ${canary}\\n'));
    flushOutput();
    process.stdout.write('${canary}, and no end');
  `;
  const { PATH, HOME } = process.env;
  const worker = spawn('node', ['--import', 'tsx', '--input-type=module', '--eval', script], {
    env: { PATH, HOME, ...environment, TEST_WORKER_INDEX: '0' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const outputs = [worker.stdout, worker.stderr].map(async (stream) => (stream ? await text(stream) : ''));
  expect(await Promise.all(outputs)).toEqual(['one *** two\nthree ******, and no end', 'four ***\n']);
});
