import { expect, test } from '@playwright/test';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { startProxy } from '../../tools/faults/proxy.ts';
import {
  answers,
  body,
  drop,
  instead,
  json,
  requests,
  set,
  status,
  when,
  without,
  type Wire,
} from '../../tools/faults/wire.ts';
import { startRegistry } from '../../tools/registry/registry.ts';
import { sendRaw } from '../../lib/http/raw.ts';
import type { RawRequest } from '../../lib/http/wire.ts';

const nothing: Wire = {
  matches: () => false,
  start: () => async (request, forward) => await forward(request),
};
const everything: Wire = { ...nothing, matches: () => true };

async function behind(
  wire: Wire,
  ask: (send: (request: Omit<RawRequest, 'origin'>) => ReturnType<typeof sendRaw>) => Promise<void>,
) {
  const registry = await startRegistry({ auth: 'anonymous' });
  const proxy = await startProxy({ registry: registry.url, realm: registry.realm }, wire);
  await ask(async (request) => await sendRaw({ ...request, origin: proxy.url }));
  await proxy.close();
  await registry.close();
}

for (const [what, wire] of [
  ['passes on', nothing],
  ['reads and sends anew', everything],
] as const) {
  test(`a push through a proxy that ${what} is a push`, async () => {
    const bytes = Buffer.from('pushed through a proxy');
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    await behind(wire, async (send) => {
      const opened = await send({ method: 'POST', path: '/v2/a/blobs/uploads/' });
      const path = new URL(opened.location ?? '').pathname;
      const patched = await send({ method: 'PATCH', path, body: () => [bytes] });
      expect(patched.header('range')).toBe(`0-${bytes.length - 1}`);
      expect((await send({ method: 'PUT', path: `${path}?digest=${digest}` })).status).toBe(201);
      const pulled = await send({ method: 'GET', path: `/v2/a/blobs/${digest}` });
      expect(pulled.body).toEqual(bytes);
      expect(pulled.header('docker-content-digest')).toBe(digest);
      const head = await send({ method: 'HEAD', path: `/v2/a/blobs/${digest}` });
      expect(head.header('content-length')).toBe(`${bytes.length}`);
    });
  });

  test(`a path through a proxy that ${what} goes byte for byte`, async () => {
    await behind(wire, async (send) => {
      const answer = await send({ method: 'GET', path: '/v2/a%2Fb/../c/tags/list?n=%31' });
      expect(answer.status).toBe(400);
    });
  });
}

test('a body that breaks off breaks off behind the proxy too', async () => {
  await behind(nothing, async (send) => {
    const opened = await send({ method: 'POST', path: '/v2/a/blobs/uploads/' });
    const path = new URL(opened.location ?? '').pathname;
    await expect(send({ method: 'PATCH', path, body: Buffer.alloc(1000), cutAfter: 500 })).rejects.toThrow();
    expect((await send({ method: 'GET', path })).header('range')).toBe('0-0');
  });
});

test('a registry that states a longer body than it sends is met so behind a proxy that sends anew', async () => {
  const registry = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 416 Wrong\r\nContent-Length: 100\r\n\r\nshort'));
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const proxy = await startProxy({ registry: `http://127.0.0.1:${port}`, realm: undefined }, everything);
  const request = { method: 'GET', origin: proxy.url, path: '/v2/', evenCut: true } as const;
  const answer = await sendRaw(request);
  expect(answer.status).toBe(416);
  expect(answer.header('content-length')).toBe('100');
  expect(answer.text).toBe('short');
  await proxy.close();
  registry.close();
});

test('what a change on the wire throws is told, and what the registry broke off is not', async () => {
  const thrown: Error[] = [];
  const registry = createServer((socket) => socket.once('data', () => socket.destroy())).listen(
    0,
    '127.0.0.1',
  );
  await once(registry, 'listening');
  const behindIt = {
    registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}`,
    realm: undefined,
  };
  for (const wire of [everything, answers('GET', 'ping'), instead('GET', 'ping', () => broken)]) {
    const proxy = await startProxy(behindIt, wire, { onThrow: (error) => thrown.push(error) });
    await expect(sendRaw({ method: 'GET', origin: proxy.url, path: '/v2/' })).rejects.toThrow();
    await proxy.close();
  }
  registry.close();
  expect(thrown.map(String)).toEqual(['TypeError: a mistake in a model']);
});

async function broken(): Promise<never> {
  await setImmediate();
  throw new TypeError('a mistake in a model');
}

test('an answer is altered only where method, route and status say so', async () => {
  const wire = answers(
    'GET',
    'ping',
    when(200, status(206), set('x-fault', 'yes'), drop('docker-distribution-api-version')),
  );
  await behind(wire, async (send) => {
    const ping = await send({ method: 'GET', path: '/v2/' });
    expect([ping.status, ping.header('x-fault'), ping.header('docker-distribution-api-version')]).toEqual([
      206,
      'yes',
      undefined,
    ]);
    expect((await send({ method: 'HEAD', path: '/v2/' })).status).toBe(200);
    expect((await send({ method: 'GET', path: '/v2/_catalog' })).status).toBe(200);
  });
});

test('another body has its own length', async () => {
  await behind(
    answers(
      'GET',
      'ping',
      body(() => 'another'),
    ),
    async (send) => {
      const ping = await send({ method: 'GET', path: '/v2/' });
      expect([ping.text, ping.header('content-length')]).toEqual(['another', '7']);
    },
  );
});

test('a document is changed as JSON, and a request before it is seen', async () => {
  const renamed = answers(
    'GET',
    'catalog',
    json(({ repositories }: { repositories: string[] }) => ({ names: repositories })),
  );
  await behind(renamed, async (send) => {
    expect((await send({ method: 'GET', path: '/v2/_catalog' })).json).toEqual({ names: [] });
  });
  await behind(requests('GET', 'catalog', without('n')), async (send) => {
    expect((await send({ method: 'GET', path: '/v2/_catalog?n=x' })).status).toBe(200);
  });
});
