import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { startFaulty } from '../tools/faults/host.ts';
import { contentOf, filesUnder } from '../tools/hostile/files.ts';
import { startRegistry, type RegistryOptions, type RunningRegistry } from '../tools/registry/registry.ts';
import { generateSigningKey } from '../lib/content/schema1.ts';
import { signJwt } from '../lib/registry/auth/jwt.ts';
import { pemLines, shows } from '../lib/secrets/redact.ts';
import { certificates, startTls } from '../tools/front.ts';
import { formsOf, startMirror } from './mirror.ts';
import { isOfTest, run, runSuite } from './suite.ts';
import type { AuthMode } from '../lib/types.ts';

const password = 'CANARY-password-7b1f';
const token = 'CANARY-token-93ac';
const basic = Buffer.from(`canary:${password}`).toString('base64');
const privateKey = generateSigningKey().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const known = ['CANARY', basic, basic.slice(0, 16), 'PRIVATE KEY-----\nMI'];

const narrow = ['--timeout=3000', '--workers=2', '--grep', 'gives back every layer|ping asks|are accepted'];
const json = /"(?:access_|refresh_)?token":"(?!\*\*\*)/;
const jwt = /eyJ[\w-]{20,}\.eyJ[\w-]{20,}\./;

let misbehaved = 0;

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
    } else if (!isOfTest(request)) {
      // The probe before the tests, which is to get by.
      request.resume().on('end', () => response.writeHead(404).end());
    } else {
      misbehaved += 1;
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

/** What a narrow run prints before a registry that behaves so. */
async function printedBefore(
  misbehave: RequestListener,
  reports: string,
  settings: Record<string, string> = {},
): Promise<string> {
  const before = misbehaved;
  const server = registry(misbehave);
  await once(server, 'listening');
  const { printed } = await runSuite(narrow, {
    REGISTRY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    REGISTRY_USERNAME: 'canary',
    REGISTRY_PASSWORD: password,
    REPORTS_FOLDER: reports,
    ...settings,
  });
  await stop(server);
  expect(misbehaved, printed).toBeGreaterThan(before);
  return printed;
}

for (const [name, misbehave] of Object.entries(misbehaviours)) {
  test(`no secret is printed or kept when the registry ${name}`, async ({}, testInfo) => {
    test.setTimeout(300_000);
    const reports = testInfo.outputPath('reports');
    const printed = await printedBefore(misbehave, reports);
    expect(printed).toMatch(/[1-9]\d* failed|red +\d+ tests blocked: network/);
    expectReports(reports);
    expect(leaksIn(reports, printed)).toEqual([]);
  });
}

/** What a worker's environment and its command line show, written down as it ends. */
const look = `
  const { writeFileSync } = require('node:fs');
  const { argv, execArgv, env, pid } = process;
  process.on('exit', () => writeFileSync(env.SEEN + '/' + pid + '.txt', [env.DOCKSIDE_RUN, ...argv, ...execArgv].join('\\n')));
`;
const talkative =
  'every layer|ping asks|POST opens|tags of a repository are listed|Link leads|(?:POST that opens|GET of the tags) .*refused without';

type Mirrored = {
  secrets: string[];
  url: string;
  settings: Record<string, string>;
  close: () => Promise<void>;
};

const odd = 'CANARY-p"ä/+ <&>7b1f😀';
const opaque = {
  token: 'CANARY-token-93ac.x+y/z==',
  access_token: 'CANARY-access-5d0e~1',
  refresh_token: 'CANARY-refresh-c2f7',
};

const mirrors: Record<string, (folder: (name: string) => string) => Promise<Mirrored>> = {
  'a password and opaque tokens': async () => {
    const secrets = [odd, ...Object.values(opaque)];
    const server = await startMirror(secrets, () => opaque, 'http');
    const close = async (): Promise<void> => await stop(server);
    return { secrets, url: server.url, settings: { DEBUG: 'pw:api' }, close };
  },
  'the keys of an issuer and of a client, and JWTs': async (folder) => {
    const { caFile, ca, server: pair, client, clientFiles } = await certificates(folder);
    const key = generateSigningKey().privateKey;
    const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    writeFileSync(folder('issuer.key'), pem);
    const signed = await signJwt({ alg: 'ES256', typ: 'JWT' }, { iss: 'canary' }, key);
    const handedOut = { ...opaque, token: signed, access_token: signed };
    const lines = [...pemLines(pem), ...pemLines(client.key).slice(0, 2)];
    const secrets = [...lines, signed.slice(signed.lastIndexOf('.') + 1), opaque.refresh_token];
    const server = await startMirror(secrets, () => handedOut, 'https');
    const front = await startTls(server.url, pair, ca.cert);
    return {
      secrets,
      url: front.url,
      settings: {
        REGISTRY_CA_FILE: caFile,
        REGISTRY_CLIENT_CERT_FILE: clientFiles.cert,
        REGISTRY_CLIENT_KEY_FILE: clientFiles.key,
        REGISTRY_ISSUER_KEY_FILE: folder('issuer.key'),
      },
      close: async () => {
        await front.close();
        await stop(server);
      },
    };
  },
};

for (const [name, start] of Object.entries(mirrors)) {
  test(`no secret is printed or kept when the registry says ${name} everywhere`, async ({}, testInfo) => {
    test.setTimeout(300_000);
    const { secrets: told, url, settings, close } = await start((file) => testInfo.outputPath(file));
    const seen = testInfo.outputPath('seen');
    const tmp = testInfo.outputPath('tmp');
    for (const folder of [seen, tmp]) mkdirSync(folder);
    writeFileSync(testInfo.outputPath('look.cjs'), look);
    const reports = testInfo.outputPath('reports');
    const { printed } = await runSuite(['--timeout=10000', '--grep', talkative, '--grep-invert=@quay'], {
      REGISTRY_URL: url,
      REGISTRY_USERNAME: 'dockside',
      REGISTRY_PASSWORD: odd,
      REGISTRY_NAMESPACE: 'password',
      REGISTRY_PROTOCOLS: 'oci',
      REGISTRY_RETRIES: '0',
      SPEC_VERSION: 'main',
      REPORTS_FOLDER: reports,
      NODE_OPTIONS: `--require ${testInfo.outputPath('look.cjs')}`,
      SEEN: seen,
      TMPDIR: tmp,
      ...settings,
    });
    await close();
    const files = [reports, seen, tmp].flatMap(filesUnder).map((file) => [file, contentOf(file)]);
    const forms = formsOf(told).map((form) => Buffer.from(form).toString('latin1'));
    const leaks = [...files, ['terminal', Buffer.from(printed).toString('latin1')]].filter(
      ([, text = '']) => forms.some((form) => text.includes(form)) || shows(text, told) || jwt.test(text),
    );
    expect(leaks.map(([where]) => where)).toEqual([]);

    expect(printed).toMatch(/[1-9]\d* failed/);
    expectReports(reports);
    expect(filesUnder(seen).length).toBeGreaterThan(1);
    expect(printed.includes('DEBUG=pw:api: ')).toBe('DEBUG' in settings);
    const [results = ''] = files.filter(([file]) => file?.endsWith('results.json')).map(([, text]) => text);
    const names = ['/v2/password/', 'account=dockside', 'repository%3Apassword%2F'];
    expect(names.filter((one) => !results.includes(one))).toEqual([]);
  });
}

/**
 * What every test of the run fails for: the worker's process says too much as it ends, or is gone without a word. Reports
 * quote the line that threw, which holds no secret.
 */
const crashes: Record<string, [code: string, seen: RegExp]> = {
  'throws what it was sent with': [
    'const { REGISTRY_PASSWORD: one } = process.env; throw new Error("Authorization: " + Buffer.from("canary:" + one).toString("base64") + " and " + one)',
    // It may end the process before Playwright hears of it.
    /Authorization: \*\*\* and \*\*\*|worker process exited unexpectedly/,
  ],
  'is killed': ['process.kill(process.pid, "SIGKILL")', /worker process exited unexpectedly/],
};

for (const [name, [crash, seen]] of Object.entries(crashes)) {
  test(`no secret is printed or kept when a worker ${name}`, async ({}, testInfo) => {
    test.setTimeout(300_000);
    const preload = testInfo.outputPath('crash.cjs');
    writeFileSync(
      preload,
      `if (process.env.TEST_WORKER_INDEX !== undefined) setTimeout(() => { ${crash} }, 1500);`,
    );
    const reports = testInfo.outputPath('reports');
    const never: RequestListener = (request) => request.resume();
    const printed = await printedBefore(never, reports, { NODE_OPTIONS: `--require ${preload}` });
    expect(printed).toMatch(/[1-9]\d* failed/);
    expect(printed).toMatch(seen);
    expect(leaksIn(reports, printed)).toEqual([]);
  });
}

/** With rules of tokens in forms, queries and answers. */
const runs: [name: string, fault: string | undefined, auth: AuthMode, tests: string][] = [
  ['a run that is green', undefined, 'basic', '@basic\\.|every layer'],
  ['a run with tokens that is green', undefined, 'bearer', '@token\\.post|@token\\.get\\.token|every layer'],
  ['a run with a broken rule of the token form', 'post-for-caches', 'bearer', '@token\\.post'],
  ['a run with a token in a query', 'jwt-query-token-accepted', 'bearer', '@jwt\\.query|every layer'],
  [
    'a run with a blob that is answered with a wrong status',
    'upload-put-ok',
    'basic',
    '@upload\\.put\\.status',
  ],
];

/** Where its tokens come from, if it has any. */
function realmOf({ auth, realm = '' }: RunningRegistry): string {
  return auth === 'bearer' ? realm : '';
}

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
      REGISTRY_REALM: realmOf(host),
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

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
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
    ([, text = '']) => known.some((secret) => text.includes(secret)) || jwt.test(text) || json.test(text),
  );
  return leaks.map(([where]) => where);
}
