import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { identitySettings } from '../tools/registry/rights.ts';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import { contentOf, filesUnder } from '../tools/hostile/files.ts';
import type { Method } from '../lib/http/exchange.ts';
import { sendRaw } from '../lib/http/raw.ts';
import { secretsOf } from '../lib/secrets/redact.ts';
import { runSuite } from './suite.ts';

/** An origin that passes on what reaches it and remembers it: request line, headers and body in one text. */
type Origin = {
  url: string;
  server: Server;
  requests: string[];
  /** Bodies of its answers. */
  answers: string[];
};

type Rewrite = {
  /** Where it passes requests on to; the registry by default. */
  behind?: () => string | undefined;
  /** More headers for the registry. */
  asking?: (request: IncomingMessage) => Record<string, string> | Promise<Record<string, string>>;
  /** The headers of its answer, as they go on. */
  answering?: (name: string, value: string) => string;
};

async function startOrigin({
  behind = () => undefined,
  asking = () => ({}),
  answering = (_, value) => value,
}: Rewrite = {}): Promise<Origin> {
  const [requests, answers]: [string[], string[]] = [[], []];
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', rawHeaders } = incoming;
    const body = Buffer.concat((await incoming.toArray()) as Buffer[]);
    requests.push([method, path, ...rawHeaders, body.toString('latin1')].join('\n'));
    // Node has answered the Expect of the client already; how to ask the registry is for sendRaw.
    const { expect: _, ...asked } = incoming.headers as Record<string, string>;
    const headers = { ...asked, ...(await asking(incoming)) };
    const origin = behind() ?? registry.url;
    const answer = await sendRaw({ method: method as Method, origin, path, headers, body });
    answers.push(answer.text);
    for (const { name, value } of answer.headers)
      outgoing.appendHeader(name, answering(name.toLowerCase(), value));
    outgoing.writeHead(answer.status).end(answer.body);
  };
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, requests, answers };
}

let registry: RunningRegistry;
let target: Origin;
let realm: Origin;
let storage: Origin;

// The registry as a user of its storage meets it: uploads, redirects and Links lead to another host, which asks for
// nothing, as a signed URL does.
test.beforeAll(async () => {
  storage = await startOrigin({ asking: async ({ url = '' }) => ({ authorization: await signedFor(url) }) });
  realm = await startOrigin({ behind: () => registry.issuer?.url });
  target = await startOrigin({
    asking: ({ method, url = '' }) =>
      method === 'GET' && url.includes('/blobs/sha256:')
        ? { 'dockside-policy': `redirect=${storage.url}` }
        : {},
    answering: (name, value) => {
      if (name === 'link') return value.replace('<', `<${storage.url}`);
      return name === 'www-authenticate' ? value.replace(registry.issuer?.url ?? '', realm.url) : value;
    },
  });
  registry = await startRegistry({
    auth: 'bearer',
    behaviour: { location: (path) => (path.includes('/blobs/') ? storage.url : '') + path },
  });
});

test.afterAll(async () => {
  for (const { server } of [target, realm, storage]) {
    server.closeAllConnections();
    server.close();
  }
  await registry.close();
});

async function signedFor(path: string): Promise<string> {
  const [, name = ''] = /^\/v2\/(.+?)\/(?:blobs|manifests|tags)\//.exec(path) ?? [];
  const now = Math.floor(Date.now() / 1000);
  const sub = (name.startsWith('other/') ? registry.users.other : registry.users.writer).username;
  const access = [{ type: 'repository', name, actions: ['pull', 'push', 'delete'] }];
  const claims = {
    iss: 'dockside',
    sub,
    aud: registry.service ?? '',
    exp: now + 60,
    nbf: now,
    iat: now,
    access,
  };
  return `Bearer ${await registry.issuer?.sign(claims)}`;
}

test('credentials and tokens reach the registry and its realm alone, and no report', async ({}, testInfo) => {
  test.setTimeout(300_000);
  const { writer, reader, other } = registry.users;
  const reports = testInfo.outputPath('reports');
  const run = await runSuite(
    ['tests/security', 'tests/auth', 'tests/flows/credentials', '--project=oci-bearer'],
    {
      REGISTRY_URL: target.url,
      REGISTRY_REALM: realm.url + new URL(registry.realm ?? '').pathname,
      ...identitySettings(registry.users),
      REGISTRY_OTHER_NAMESPACE: 'other',
      REPORTS_FOLDER: reports,
    },
  );
  const tokens = realm.answers.flatMap((body) => /"token":"([^"]+)"/.exec(body)?.[1] ?? []);
  const secrets = [...secretsOf([writer, reader, other]), ...tokens];
  const holdsSecret = (text: string): boolean => secrets.some((secret) => text.includes(secret));

  expect(run.printed).toMatch(/\d{2,} passed/);
  expect(tokens.length).toBeGreaterThan(20);
  expect(target.requests.filter(holdsSecret).length).toBeGreaterThan(100);
  expect(realm.requests.filter(holdsSecret).length).toBeGreaterThan(20);

  expect(storage.requests.length).toBeGreaterThan(20);
  expect(storage.requests.filter(holdsSecret).map(lineOf)).toEqual([]);
  expect(storage.requests.filter((text) => /^(?:proxy-)?authorization$/im.test(text)).map(lineOf)).toEqual(
    [],
  );

  const files = filesUnder(reports);
  expect(
    files.filter((file) => /index\.html$|results\.json$|conformance\.json$/.test(file)).length,
  ).toBeGreaterThan(2);
  expect(files.filter((file) => holdsSecret(contentOf(file)))).toEqual([]);
  expect(holdsSecret(run.printed)).toBe(false);
});

test('each request of a test names the run, and the test as a trace', async ({}, testInfo) => {
  test.setTimeout(120_000);
  const before = [target, realm].map(({ requests }) => requests.length);
  const { code, printed } = await runSuite(
    ['tests/blobs/head.spec.ts', 'tests/flows/push-pull.spec.ts', '--project=oci-bearer'],
    {
      REGISTRY_URL: target.url,
      REGISTRY_REALM: realm.url + new URL(registry.realm ?? '').pathname,
      ...identitySettings(registry.users),
      REPORTS_FOLDER: testInfo.outputPath('reports'),
    },
  );
  expect(code, printed).toBe(0);
  const [atRegistry = [], atRealm = []] = [target, realm].map(({ requests }, at) =>
    requests.slice(before[at]),
  );
  const sent = [...atRegistry, ...atRealm].filter((text) => headerOf(text, 'traceparent') !== '');
  const agents = new Set(sent.map((text) => headerOf(text, 'user-agent')));
  expect(agents.size).toBe(1);
  expect([...agents][0]).toMatch(/^dockside\/\d+\.\d+\.\d+ \(run [0-9a-z]{14}\)$/);

  const traces = sent.map((text) => headerOf(text, 'traceparent'));
  expect(traces.filter((trace) => !/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(trace))).toEqual([]);
  expect(new Set(traces).size).toBe(traces.length);
  const [, passed] = /(\d+) passed/.exec(printed) ?? [];
  expect(new Set(traces.map((trace) => trace.split('-')[1])).size).toBe(Number(passed));
});

function headerOf(request: string, name: string): string {
  const lines = request.split('\n');
  const at = lines.findIndex((line) => line.toLowerCase() === name);
  return at === -1 ? '' : (lines[at + 1] ?? '');
}

function lineOf(request: string): string {
  return request.split('\n', 2).join(' ');
}
