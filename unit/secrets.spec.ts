import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { startFaulty } from '../fixtures/faults/host.ts';
import { contentOf, filesUnder } from '../fixtures/hostile/files.ts';
import { startRegistry, type RegistryOptions, type RunningRegistry } from '../fixtures/registry/registry.ts';
import type { AuthMode } from '../lib/settings.ts';
import { generateSigningKey } from '../lib/content/schema1.ts';
import { run, runSuite } from './suite.ts';

const password = 'CANARY-password-7b1f';
const token = 'CANARY-token-93ac';
const basic = Buffer.from(`canary:${password}`).toString('base64');
const privateKey = generateSigningKey().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const secrets = ['CANARY', basic, basic.slice(0, 16), 'PRIVATE KEY-----\nMI'];

const narrow = ['--timeout=3000', '--grep', 'gives back every layer|ping asks|are accepted'];
const json = /"(?:access_|refresh_)?token":"(?!\*\*\*)/;
const jwt = /eyJ[\w-]{20,}\.eyJ[\w-]{20,}\./;

/** A registry that lets its client in, and then does what the test is about with everything else. */
function registry(misbehave: RequestListener): Server {
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}`;
    if (request.url?.startsWith('/token')) {
      response
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify({ token, refresh_token: token }));
    } else if (request.url === '/v2/') {
      response.setHeader('WWW-Authenticate', `Bearer realm="${url}/token",service="canary"`);
      response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0').writeHead(401).end();
    } else if (!request.headers['user-agent']?.startsWith('Playwright')) {
      // The probe before the tests, which is to get by.
      request.resume().on('end', () => response.writeHead(404).end());
    } else {
      misbehave(request, response);
    }
  });
  return server.listen(0, '127.0.0.1');
}

const misbehaviours: Record<string, RequestListener> = {
  'answers with a wrong status and says what it was sent': (request, response) => {
    const echo = `${request.headers.authorization} ${token} ${password} ${privateKey}`;
    response
      .writeHead(500, { 'Content-Type': 'text/plain', 'X-Echo': request.headers.authorization ?? '' })
      .end(echo);
  },
  'never answers': (request) => request.resume(),
  'breaks the connection': (request) => request.socket.destroy(),
  'is gone': (request) => {
    const { server } = request.socket as unknown as { server: Server };
    server.close();
    server.closeAllConnections();
  },
};

for (const [name, misbehave] of Object.entries(misbehaviours)) {
  test(`no secret is printed or kept when the registry ${name}`, async ({}, testInfo) => {
    test.setTimeout(300_000);
    const server = registry(misbehave);
    await once(server, 'listening');
    const reports = testInfo.outputPath('reports');
    const { printed } = await runSuite(narrow, {
      REGISTRY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      REGISTRY_USERNAME: 'canary',
      REGISTRY_PASSWORD: password,
      REPORTS_FOLDER: reports,
    });
    server.closeAllConnections();
    server.close();
    expect(printed).toMatch(/[1-9]\d* failed|red +\d+ tests blocked: network/);
    expectReports(reports);
    expect(leaksIn(reports, printed)).toEqual([]);
  });
}

/** What every test of the run fails for: the worker's process says too much as it ends, or is gone without a word. */
const crashes = {
  'throws what it was sent with': `throw new Error('Authorization: ${basic} and ${password}')`,
  'is killed': 'process.kill(process.pid, "SIGKILL")',
};

for (const [name, crash] of Object.entries(crashes)) {
  test(`no secret is printed or kept when a worker ${name}`, async ({}, testInfo) => {
    test.setTimeout(300_000);
    const preload = testInfo.outputPath('crash.cjs');
    writeFileSync(
      preload,
      `if (process.env.TEST_WORKER_INDEX !== undefined) setTimeout(() => { ${crash} }, 1500);`,
    );
    const server = registry((request) => request.resume());
    await once(server, 'listening');
    const reports = testInfo.outputPath('reports');
    const { printed } = await runSuite(narrow, {
      REGISTRY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      REGISTRY_USERNAME: 'canary',
      REGISTRY_PASSWORD: password,
      REPORTS_FOLDER: reports,
      NODE_OPTIONS: `--require ${preload}`,
    });
    server.closeAllConnections();
    server.close();
    expect(printed).toMatch(/[1-9]\d* failed/);
    expect(leaksIn(reports, printed)).toEqual([]);
  });
}

/** With rules of tokens in forms, queries and answers. */
const runs: [name: string, fault: string | undefined, auth: AuthMode, tests: string][] = [
  ['a run that is green', undefined, 'basic', '@basic\\.|every layer'],
  ['a run with tokens that is green', undefined, 'bearer', '@token\\.post|@token\\.get\\.token|every layer'],
  ['a run with a broken rule of the token form', 'post-for-caches', 'bearer', '@token\\.post'],
  ['a run with a token in a query', 'jwt-query-token-accepted', 'bearer', '@jwt\\.query|every layer'],
  ['a run with a blob that is answered with a wrong status', 'upload-put-ok', 'basic', '@upload\\.put'],
];

async function hostOf(id: string | undefined, options: RegistryOptions): Promise<RunningRegistry> {
  return id === undefined ? await startRegistry(options) : await startFaulty(id, options);
}

for (const [name, id, auth, grep] of runs) {
  test(`no secret is printed or kept of ${name}`, async ({}, testInfo) => {
    test.setTimeout(300_000);
    const users = {
      writer: { username: 'canary', password },
      reader: { username: 'r', password: `${password}-r` },
    };
    const options = { auth, users };
    const host = await hostOf(id, options);
    const reports = testInfo.outputPath('reports');
    const settings = {
      REGISTRY_URL: host.url,
      ...(auth === 'bearer' && { REGISTRY_REALM: host.realm ?? '' }),
      REGISTRY_USERNAME: 'canary',
      REGISTRY_PASSWORD: password,
      REGISTRY_READER_USERNAME: 'r',
      REGISTRY_READER_PASSWORD: `${password}-r`,
      REGISTRY_PROTOCOLS: 'oci',
      SPEC_VERSION: 'main',
      REGISTRY_LEVEL: 'defacto',
      REPORTS_FOLDER: reports,
    };
    const { printed } = await runSuite(['--grep', grep, '--grep-invert=@quay'], settings);
    await host.close();
    expect(printed).toMatch(id === undefined ? /[1-9]\d* passed/ : /[1-9]\d* failed/);
    expect(printed).toMatch(id === undefined ? /^(?![\s\S]*\d failed)/ : /^ {2}broken /m);
    const allure = await run('npm', ['run', '--silent', 'allure'], settings);
    expect(allure.code, allure.printed).toBe(0);
    expectReports(reports);
    expect(filesUnder(reports).some((file) => file.endsWith('allure/index.html'))).toBe(true);
    expect(leaksIn(reports, printed + allure.printed)).toEqual([]);
  });
}

function expectReports(reports: string): void {
  const files = filesUnder(reports);
  expect(
    files.filter((file) => /index\.html$|results\.json$|junit\.xml$|-result\.json$/.test(file)).length,
  ).toBeGreaterThan(3);
}

/** The files that show a secret. */
function leaksIn(reports: string, printed: string): (string | undefined)[] {
  const texts = [...filesUnder(reports).map((file) => [file, contentOf(file)]), ['terminal', printed]];
  const leaks = texts.filter(
    ([, text = '']) => secrets.some((secret) => text.includes(secret)) || jwt.test(text) || json.test(text),
  );
  return leaks.map(([where]) => where);
}
