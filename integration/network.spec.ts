import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startProxy } from '../tools/faults/proxy.ts';
import { empty, hungUp, instead, together, type Wire } from '../tools/faults/wire.ts';
import { startRegistry } from '../tools/registry/registry.ts';
import type { Conformance } from '../lib/report/conformance/report.ts';
import { Answer, type Method } from '../lib/http/exchange.ts';
import { Budget, Gate } from '../lib/http/gate.ts';
import { asTrouble, NetworkTrouble, patiently } from '../lib/http/retries.ts';
import { runSuite } from './suite.ts';
import { limited, unreliable } from './unreliable.ts';

const origin = 'http://registry.example';
const unknown = '{"errors":[{"code":"UNKNOWN"}]}';

/** Each in its turn: a status, one with a body and a Retry-After, or the text of an error. */
type Came = number | [status: number, body: string, later?: string] | string;

async function ask(
  method: Method,
  path: string,
  came: readonly Came[],
  headers: Record<string, string> = {},
): Promise<string> {
  const waiting = came.values();
  let sent = 0;
  const attempt = async (): Promise<Answer> => {
    sent += 1;
    const next = waiting.next().value ?? 'nothing is left to come';
    if (typeof next === 'string') throw asTrouble(new Error(next), (reason) => reason, 'fresh');
    const [status, body = '', later = status === 429 ? '0' : undefined] = [next].flat() as [
      number,
      string?,
      string?,
    ];
    const told = later === undefined ? [] : [{ name: 'Retry-After', value: later }];
    return new Answer({ method, url: origin + path, headers }, status, told, Buffer.from(body), 1);
  };
  const patience = { attempts: 3, attempt, onTrouble: () => undefined };
  try {
    const { status } = await patiently({ method, url: origin + path }, patience);
    return `${status} after ${sent}`;
  } catch (error) {
    return `${(error as Error).name} after ${sent}`;
  }
}

const manifest = '/v2/a/manifests/v1';
const upload = '/v2/a/blobs/uploads/1';

const policy: [name: string, Method, path: string, came: Came[], outcome: string][] = [
  ['an answer counts at once', 'GET', manifest, [200], '200 after 1'],
  ['a read is repeated after a reset', 'GET', manifest, ['read ECONNRESET', 200], '200 after 2'],
  ['a read is repeated after a 503', 'HEAD', manifest, [503, 502, 200], '200 after 3'],
  ['a read is given up in the end', 'GET', manifest, [503, 504, 502, 200], 'NetworkTrouble after 3'],
  ['a timeout is repeated once', 'GET', manifest, ['timed out', 'timed out', 200], 'NetworkTrouble after 2'],
  ["a registry's own 503 is its answer", 'GET', manifest, [[503, unknown], 200], '503 after 1'],
  ['unless it says when to come back', 'PATCH', upload, [[503, unknown, '0'], 202], '202 after 2'],
  [
    'and it is given up then too',
    'GET',
    manifest,
    [
      [503, unknown, '0'],
      [503, unknown, '0'],
      [503, unknown, '0'],
    ],
    'NetworkTrouble after 3',
  ],
  ['nobody waits an hour', 'GET', manifest, [[503, unknown, '3600'], 200], 'NetworkTrouble after 1'],
  ['a 500 is an answer', 'GET', manifest, [500, 200], '500 after 1'],
  ['a rate limit is waited for', 'PATCH', upload, [429, 429, 429, 429, 202], '202 after 5'],
  ['an upload may be opened twice', 'POST', '/v2/a/blobs/uploads/', ['socket hang up', 202], '202 after 2'],
  ['a manifest may be pushed twice', 'PUT', manifest, ['socket hang up', 201], '201 after 2'],
  ['a chunk is not sent twice', 'PATCH', upload, ['socket hang up', 202], 'NetworkTrouble after 1'],
  ['nor after a 503', 'PATCH', upload, [503, 202], 'NetworkTrouble after 1'],
  ['a chunk that never left is', 'PATCH', upload, ['connect ECONNREFUSED', 202], '202 after 2'],
  ['a second close that works is the first', 'PUT', upload, ['socket hang up', 201], '201 after 2'],
  ['one that does not may be the second', 'PUT', upload, ['socket hang up', 404], 'NetworkTrouble after 2'],
  ['a second deletion that works is the first', 'DELETE', manifest, [502, 202], '202 after 2'],
  ['one that does not may be the second deletion', 'DELETE', manifest, [502, 404], 'NetworkTrouble after 2'],
  ['a failed condition may come of the first', 'PUT', manifest, [502, 412], 'NetworkTrouble after 2'],
  ['what is no trouble of the network is thrown', 'GET', manifest, ['Parse Error', 200], 'Error after 1'],
];

for (const [name, method, path, came, outcome] of policy) {
  test(name, async () => {
    expect(await ask(method, path, came)).toBe(outcome);
  });
}

test('a rate limit is waited for whatever is asked of the embedded registry', async () => {
  expect(await ask('GET', manifest, [429, 200], { 'Dockside-Policy': 'redirect' })).toBe('200 after 2');
});

test('a trouble says what it is', () => {
  const kinds = ['connect ECONNREFUSED ::1:1', 'socket hang up', 'Timeout 20000ms exceeded', 'odd'].map(
    (told) => {
      const trouble = asTrouble(new Error(told), (reason) => `GET /a/ECONNREFUSED: ${reason}`, 'kept');
      return trouble instanceof NetworkTrouble ? trouble.trouble.kind : undefined;
    },
  );
  expect(kinds).toEqual(['no-connection', 'hang-up', 'timeout']);
});

test('a gate lets no more through at once than it may', async () => {
  const gate = new Gate({ maxPerSecond: undefined, maxInFlight: 4 }, 2);
  let [inFlight, most] = [0, 0];
  const work = async (): Promise<void> => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise(setImmediate);
    inFlight -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, async () => await gate.pass(work)));
  expect([most, inFlight]).toEqual([2, 0]);
});

test('a gate lets no more through a second than it may', async () => {
  const gate = new Gate({ maxPerSecond: 100, maxInFlight: undefined }, 2);
  const started = performance.now();
  await Promise.all(Array.from({ length: 11 }, async () => await gate.pass(async () => undefined)));
  expect(performance.now() - started).toBeGreaterThanOrEqual(199);
});

test('a budget is spent by all who count in its file', ({}, testInfo) => {
  const file = testInfo.outputPath('requests');
  const limits = { maxRequests: 3, maxMinutes: 120 };
  const [one, other] = [new Budget(file, limits, Date.now()), new Budget(file, limits, Date.now())];
  one.spend();
  other.spend();
  expect(one.spent).toBeUndefined();
  other.spend();
  expect(one.spent).toBe('REGISTRY_MAX_REQUESTS=3 is reached');
});

test('a budget of minutes runs from the start of the run', ({}, testInfo) => {
  const limits = { maxRequests: undefined, maxMinutes: 5 };
  const after = (minutes: number): string | undefined =>
    new Budget(testInfo.outputPath('none'), limits, Date.now() - minutes * 60_000).spent;
  expect([after(4), after(6)]).toEqual([undefined, 'REGISTRY_MAX_MINUTES=5 is reached']);
});

type Run = { code: unknown; printed: string; conformance: Conformance };

/** A part of the suite against the embedded registry, met by this wire. */
async function runBehind(
  wire: Wire,
  reports: string,
  args: readonly string[],
  settings: Record<string, string> = {},
): Promise<Run> {
  const registry = await startRegistry({ auth: 'anonymous' });
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, wire);
  const { code, printed } = await runSuite(args, {
    REGISTRY_URL: proxy.url,
    REPORTS_FOLDER: reports,
    SPEC_VERSION: 'main',
    REGISTRY_LEVEL: 'defacto',
    ...settings,
  });
  await proxy.close();
  await registry.close();
  const file = join(reports, 'conformance.json');
  return { code, printed, conformance: JSON.parse(readFileSync(file, 'utf8')) as Conformance };
}

const verdictsOf = ({ conformance: { rules } }: Run): string[] =>
  rules.map(({ id, verdict }) => `${id} ${verdict}`);

test.describe('a part of the suite', () => {
  test.describe.configure({ timeout: 240_000 });
  const part = ['tests/uploads/put.spec.ts'];

  test('has the same verdicts where requests are lost or limited', async ({}, testInfo) => {
    const quiet = await runBehind(unreliable(0), testInfo.outputPath('quiet'), part);
    const lossy = await runBehind(unreliable(0.05), testInfo.outputPath('lossy'), part, {
      REGISTRY_RETRIES: '9',
    });
    const slow = await runBehind(limited(10), testInfo.outputPath('slow'), part);
    expect(quiet.conformance.network).toEqual({ troubles: {}, flaky: [], blocked: [] });
    expect(Object.keys(lossy.conformance.network.troubles)).toEqual(['hang-up', 'gateway']);
    expect(Object.keys(slow.conformance.network.troubles)).toEqual(['rate-limit']);
    expect([quiet.code, lossy.code, slow.code]).toEqual([0, 0, 0]);
    expect(verdictsOf(lossy)).toEqual(verdictsOf(quiet));
    expect(verdictsOf(slow)).toEqual(verdictsOf(quiet));
    expect(lossy.printed).not.toContain(' stay (');
    expect(lossy.printed).toMatch(/network +\d+ hang-up, .*; \d+ tests were run again/);
  });

  test('is blocked, and no rule broken, where a gateway is down', async ({}, testInfo) => {
    const down = instead('GET', 'tags', () => async () => empty(503));
    const run = await runBehind(
      down,
      testInfo.outputPath('reports'),
      ['tests/tags/list.spec.ts', '--grep', 'accepts JSON alone'],
      { REGISTRY_RETRIES: '1' },
    );
    expect(run.conformance.summary.fail).toBeUndefined();
    expect(run.conformance.network.blocked.map(({ message }) => message.slice(0, 24))).toEqual(
      run.conformance.network.blocked.map(() => 'blocked: network: GET /v'),
    );
    expect(run.printed).toMatch(/[1-9]\d* tests blocked: network\n/);
    expect(run.code).toBe(1);
  });

  test('is no trouble where the registry is known to fail', async ({}, testInfo) => {
    const fails = instead(
      'PUT',
      'upload',
      () => async (request, forward) => (/\/w\d+\//.test(request.path) ? empty(503) : await forward(request)),
    );
    const run = await runBehind(
      fails,
      testInfo.outputPath('reports'),
      ['tests/uploads/content.spec.ts', '--grep', 'comes twice, of a long part'],
      { REGISTRY_RETRIES: '1', REGISTRY_PROFILE: 'quay' },
    );
    expect(run.conformance.network.blocked).toEqual([]);
    expect(run.conformance.summary).toMatchObject({ known: 1 });
    expect(run.code).toBe(0);
  });

  test('is given up where nothing answers any more', async ({}, testInfo) => {
    // The probe before the tests is to get by.
    const gone = instead('GET HEAD POST PUT PATCH DELETE', 'any', () => {
      let count = 0;
      return async (request, forward) => ((count += 1) > 80 ? empty(503) : await forward(request));
    });
    const run = await runBehind(gone, testInfo.outputPath('reports'), part, { REGISTRY_RETRIES: '1' });
    const untried = run.conformance.network.blocked.filter(({ message }) =>
      message.includes('nothing answers since'),
    );
    expect(untried.length).toBeGreaterThan(5);
    expect(untried[0]?.message).toMatch(
      /^blocked: network: nothing answers since [\d:]+ UTC, after .* answered 503$/,
    );
    expect(run.code).toBe(1);
  });

  test('stops where its budget is spent, and removes what it made', async ({}, testInfo) => {
    const settings = { REGISTRY_MAX_REQUESTS: '20' };
    const run = await runBehind(unreliable(0), testInfo.outputPath('reports'), part, settings);
    expect(run.printed).toMatch(/[1-9]\d* tests blocked: budget: REGISTRY_MAX_REQUESTS=20 is reached/);
    expect(run.printed).toMatch(/removed [1-9]\d* uploads, manifests and blobs/);
    expect(run.code).toBe(1);
  });

  test('finds a rule broken in a test that the network broke off', async ({}, testInfo) => {
    let [opened, added] = [0, 0];
    const once = together(
      instead('POST', 'uploads', () => async (request, forward) => {
        const answer = await forward(request);
        if (!/\/w\d+\//.test(request.path) || (opened += 1) > 1) return answer;
        return { ...answer, headers: { ...answer.headers, date: ['yesterday'] } };
      }),
      instead(
        'PATCH',
        'upload',
        () => async (request, forward) =>
          /\/w\d+\//.test(request.path) && (added += 1) === 1 ? hungUp : await forward(request),
      ),
    );
    const narrow = ['tests/uploads/put.spec.ts', '--grep', 'PUT may carry the last chunk'];
    const run = await runBehind(once, testInfo.outputPath('reports'), narrow, { REGISTRY_RETRIES: '1' });
    const broken = run.conformance.rules.filter(({ verdict }) => verdict === 'fail');
    expect([run.code, added, ...broken.map(({ id }) => id)]).toEqual([1, 1, 'http.date']);
  });

  test('finds a rule broken by a server that always hangs up on one request', async ({}, testInfo) => {
    const hangsUp = instead('PATCH', 'upload', () => async () => {
      return hungUp;
    });
    const narrow = ['tests/uploads/put.spec.ts', '--grep', 'PUT may carry the last chunk'];
    const run = await runBehind(hangsUp, testInfo.outputPath('reports'), narrow, { REGISTRY_RETRIES: '1' });
    const broken = run.conformance.rules.filter(({ verdict }) => verdict === 'fail');
    expect(broken.map(({ id }) => id)).toEqual(['http.answered']);
    expect(run.code).toBe(1);
  });
});
