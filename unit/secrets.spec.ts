import { execFile } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { generateSigningKey } from '../lib/content/schema1.ts';

const password = 'CANARY-password-7b1f';
const token = 'CANARY-token-93ac';
const basic = Buffer.from(`canary:${password}`).toString('base64');
const privateKey = generateSigningKey().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const secrets = ['CANARY', basic, basic.slice(0, 16), 'PRIVATE KEY-----\nMI'];

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
    test.setTimeout(60_000);
    const server = registry(misbehave);
    await once(server, 'listening');
    const reports = testInfo.outputPath('reports');
    const printed = await run({
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

async function run(env: Record<string, string>): Promise<string> {
  const args = [
    'playwright',
    'test',
    '--timeout=3000',
    '--grep',
    'gives back every layer|ping asks|are accepted',
  ];
  const { PATH, HOME } = process.env;
  return await new Promise((resolve) => {
    execFile('npx', args, { env: { PATH, HOME, ...env }, maxBuffer: 2 ** 26 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** A file's text; the HTML report carries its data as a zip in base64, whose entries are read as well. */
function contentOf(file: string): string {
  const text = readFileSync(file, 'latin1');
  const zip = /data:application\/zip;base64,([A-Za-z0-9+/=]+)/.exec(text)?.[1];
  return zip === undefined ? text : text + unzip(Buffer.from(zip, 'base64'));
}

function unzip(zip: Buffer): string {
  const texts: string[] = [];
  let at = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const count = zip.readUInt16LE(at + 10);
  at = zip.readUInt32LE(at + 16);
  for (let entry = 0; entry < count; entry += 1) {
    const size = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const data = zip.subarray(start, start + size);
    texts.push((zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : data).toString('latin1'));
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return texts.join('\n');
}
