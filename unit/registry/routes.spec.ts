import { expect } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { errorCodes } from '../../lib/http/errors.ts';
import { startRegistry } from '../../tools/registry/registry.ts';
import { sendRaw } from '../../lib/http/raw.ts';
import { basicAuthorization } from '../../lib/http/basic.ts';
import { codesOf, jsonIn, pushBlob, send, startUpload, test } from './client.ts';

for (const name of ['a%2Fb', 'a/../b', 'A', 'a//b', '%2e%2e/a', 'a%zz']) {
  test(`the name ${name} is invalid`, async ({ registry }) => {
    const answer = await sendRaw({ method: 'GET', origin: registry.url, path: `/v2/${name}/tags/list` });
    expect([answer.status, errorCodes(answer)]).toEqual([400, ['NAME_INVALID']]);
    expect(answer.header('docker-distribution-api-version')).toBe('registry/2.0');
  });
}

test('a wrong method tells the right ones, an unknown path is not found', async ({
  registry,
  repository,
}) => {
  const post = await send(registry, 'POST', `/v2/${repository}/tags/list`);
  expect([post.status, post.headers.get('allow'), codesOf(post)]).toEqual([
    405,
    'GET, HEAD',
    ['UNSUPPORTED'],
  ]);
  for (const path of ['/v2/a/b', '/', '/V2/', `/v2/${repository}/tags/list/`]) {
    expect((await send(registry, 'GET', path)).status, path).toBe(404);
  }
});

test('a body that ends early is told its size is wrong', async ({ registry, repository }) => {
  const location = await startUpload(registry, repository);
  const { port } = new URL(registry.url);
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  socket.end(`PATCH ${location} HTTP/1.1\r\nHost: registry\r\nContent-Length: 9\r\n\r\nabc`);
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*"SIZE_INVALID"/s);
  expect((await send(registry, 'GET', location)).headers.get('range')).toBe('0-0');
});

test('policies hold for the request that names them', async ({ registry, repository }) => {
  const digest = await pushBlob(registry, repository, Buffer.from('policy'));
  const path = `/v2/${repository}/blobs/${digest}`;
  const under = async (policy: string, method = 'HEAD') =>
    await send(registry, method, path, { headers: { 'Dockside-Policy': policy } });
  expect((await under('warning=old')).headers.get('warning')).toBe('299 - "old"');
  const limited = await under('rate-limit=7', 'GET');
  expect([limited.status, limited.headers.get('retry-after'), codesOf(limited)]).toEqual([
    429,
    '7',
    ['TOOMANYREQUESTS'],
  ]);
  expect((await under('no-delete', 'DELETE')).status).toBe(405);
  expect((await under('no-such-policy')).status).toBe(400);
  expect((await send(registry, 'HEAD', `${path}?ns=docker.io`)).headers.get('oci-namespace')).toBe(
    'docker.io',
  );
});

test('the command prints one line, and ends clean on SIGTERM', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/registry/main.ts', '--auth', 'basic']);
  const [line] = await once(createInterface(child.stdout), 'line');
  const { url, username, password } = jsonIn(String(line));
  const credentials = { username: String(username), password: String(password) };
  const headers = { Authorization: basicAuthorization(credentials) };
  expect((await send({ url: String(url) }, 'GET', '/v2/', { headers })).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('with --log each request is a line, with its trace', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/registry/main.ts', '--log']);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { url } = jsonIn(String((await lines.next()).value));
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-0000000000000003-01';
  await send({ url: String(url) }, 'GET', '/v2/nobody/tags/list', { headers: { traceparent } });
  const { time, ...logged } = jsonIn(String((await lines.next()).value));
  child.kill('SIGTERM');
  expect(Date.parse(String(time))).toBeGreaterThan(Date.now() - 60_000);
  expect(logged).toEqual({ method: 'GET', path: '/v2/nobody/tags/list', status: 404, traceparent });
});

test('the folder of a registry that was killed goes when another starts', async ({ registry }) => {
  const foldersOf = (pid: number | undefined) =>
    readdirSync(tmpdir()).filter(
      (name) => name.startsWith('dockside-registry-') && name.includes(`-${pid}-`),
    );
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/registry/main.ts']);
  await once(createInterface(child.stdout), 'line');
  await (await startRegistry({ auth: 'anonymous' })).close();
  expect(foldersOf(child.pid)).toHaveLength(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await startRegistry({ auth: 'anonymous' })).close();
  expect(foldersOf(child.pid)).toEqual([]);
  expect(foldersOf(process.pid)).not.toEqual([]);
  expect((await send(registry, 'GET', '/v2/')).status).toBe(200);
});

test('the command refuses bad arguments in one line', async () => {
  for (const args of [['--auth', 'x'], ['--fault', 'x'], ['--port', '-1'], ['--nothing']]) {
    const child = spawn(process.execPath, ['--import', 'tsx', 'tools/registry/main.ts', ...args]);
    const lines: string[] = [];
    createInterface(child.stderr).on('line', (line) => lines.push(line));
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(lines).toHaveLength(1);
  }
});
