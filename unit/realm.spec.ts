import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { readSettings } from '../lib/run/settings.ts';
import { discover } from '../lib/target/target.ts';
import { certificates, startTls } from '../tools/front.ts';

/** A registry with such a realm, where it notes who comes for a token. `ORIGIN` is its own. */
async function registryWith(realm: string) {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    if (request.url?.startsWith('/token') === true) {
      asked.push(request.headers.authorization ?? 'nobody');
      response.setHeader('Content-Type', 'application/json').end('{"token":"opaque-token"}');
      return;
    }
    const place = realm.replace('ORIGIN', `http://${request.headers.host}`);
    response.setHeader('WWW-Authenticate', `Bearer realm="${place}",service="x"`).writeHead(401).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, close: () => server.close() };
}

const login = { REGISTRY_USERNAME: 'ann', REGISTRY_PASSWORD: 'correct horse' };

async function outcomeOf(settings: Record<string, string>): Promise<string> {
  const { url = '', ...read } = readSettings({ ...login, ...settings });
  return await discover({ ...read, url }).then(
    () => 'logged in',
    (error: Error) => error.message.replaceAll(url, 'URL'),
  );
}

const realms: [
  name: string,
  realm: string,
  settings: Record<string, string>,
  outcome: string,
  times: number,
][] = [
  ['at the registry', 'ORIGIN/token', {}, 'logged in', 2],
  [
    'at another origin',
    'http://localhost:1/token',
    {},
    'REGISTRY_REALM: is empty, and URL sends clients for their tokens to http://localhost:1/token: set it to that if REGISTRY_PASSWORD may go there',
    0,
  ],
  [
    'that is not the one named',
    'ORIGIN/token',
    { REGISTRY_REALM: 'https://auth.example/token' },
    'REGISTRY_REALM=https://auth.example/token: but URL sends clients for their tokens to URL/token',
    0,
  ],
  [
    'of another scheme',
    'file:///token',
    {},
    'REGISTRY_URL=URL: URL sends clients for their tokens to file:///token, and a realm is an http:// or https:// URL',
    0,
  ],
];

for (const [name, realm, settings, outcome, times] of realms) {
  test(`of a realm ${name}: ${outcome}`, async () => {
    const registry = await registryWith(realm);
    expect(await outcomeOf({ REGISTRY_URL: registry.url, ...settings })).toBe(outcome);
    registry.close();
    expect(registry.asked).toHaveLength(times);
  });
}

test('a realm in the clear is refused to a registry over TLS', async ({}, testInfo) => {
  const { caFile, server } = await certificates((name) => testInfo.outputPath(name));
  const registry = await registryWith('ORIGIN/token');
  const front = await startTls(registry.url, server);
  const told = await outcomeOf({
    REGISTRY_URL: front.url,
    REGISTRY_CA_FILE: caFile,
    REGISTRY_REALM: `${front.url.replace('https', 'http')}/token`,
  });
  await front.close();
  registry.close();
  expect(told).toMatch(
    /^REGISTRY_URL=URL: its tokens come from http:.*, where the password would go in the clear/,
  );
  expect(registry.asked).toEqual([]);
});
