import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { generateSigningKey } from '../lib/content/schema1.ts';
import { contentOf, filesUnder, runSuite } from './suite.ts';

const password = 'CANARY-password-7b1f';
const token = 'CANARY-token-93ac';
const basic = Buffer.from(`canary:${password}`).toString('base64');
const privateKey = generateSigningKey().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const secrets = ['CANARY', basic, basic.slice(0, 16), 'PRIVATE KEY-----\nMI'];

const narrow = ['--timeout=3000', '--grep', 'gives back every layer|ping asks|are accepted'];

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
};

for (const [name, misbehave] of Object.entries(misbehaviours)) {
  test(`no secret is printed or kept when the registry ${name}`, async ({}, testInfo) => {
    test.setTimeout(180_000);
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
    expect(printed).toMatch(/[1-9]\d* failed/);
    const files = filesUnder(reports);
    expect(
      files.filter((file) => /index\.html$|results\.json$|junit\.xml$|-result\.json$/.test(file)).length,
    ).toBeGreaterThan(3);
    const leaks = [...files.map((file) => [file, contentOf(file)]), ['terminal', printed]].filter(
      ([, text]) => secrets.some((secret) => text?.includes(secret)),
    );
    expect(leaks.map(([where]) => where)).toEqual([]);
  });
}
