import { expect, test } from '@playwright/test';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { certificates, startTls } from '../tools/front.ts';
import type { Answer } from '../lib/http/exchange.ts';
import { asTrouble, type NetworkTrouble } from '../lib/http/retries.ts';
import { sendRaw, StillSending } from '../lib/http/raw.ts';
import type { RawRequest } from '../lib/http/wire.ts';

const body = Buffer.alloc(4 * 1024 * 1024);

async function originOf(server: net.Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a refusal of a large body that is not read is heard', async () => {
  const server = http.createServer();
  server.on('checkContinue', (_, response: http.ServerResponse) => {
    response.writeHead(413, { Connection: 'close' }).end('too large');
  });
  const origin = await originOf(server);

  const answer = await sendRaw({ method: 'PUT', origin, path: '/', body });
  server.close();

  expect(answer.status).toBe(413);
  expect(answer.text).toBe('too large');
});

test('a server that never asks for a large body gets it all the same', async () => {
  const server = net.createServer((socket) => {
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received > body.length) socket.end('HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n');
    });
  });
  const origin = await originOf(server);

  const answer = await sendRaw({ method: 'PUT', origin, path: '/', body });
  server.close();

  expect(answer.status).toBe(201);
});

/** A server that has read this much, answers, and closes with the rest unread. */
function hasty(after: number): net.Server {
  return net.createServer((socket) => {
    let received = 0;
    socket
      .on('error', () => undefined)
      .on('data', (piece) => {
        received += piece.length;
        if (received < after) return;
        socket.pause().removeAllListeners('data');
        socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge');
        void setTimeout(100).then(() => socket.destroy());
      });
  });
}

const bodies: [string, () => Partial<RawRequest>][] = [
  ['a large body', () => ({ body })],
  ['a stream', () => ({ body: pieces })],
  ['a stream that asks first', () => ({ body: pieces, asks: true })],
];

function* pieces(): Generator<Buffer> {
  for (let at = 0; at < 200; at += 1) yield Buffer.alloc(256 * 1024);
}

for (const scheme of ['http', 'https'] as const) {
  for (const [what, sent] of bodies) {
    test(`an early answer to ${what} is read over ${scheme}`, async ({}, testInfo) => {
      const { caFile, server: pair } = await certificates((name) => testInfo.outputPath(name));
      const server = hasty(100_000);
      const behind = await originOf(server);
      const fronts = {
        http: async () => ({ url: behind, close: () => undefined }),
        https: async () => await startTls(behind, pair),
      };
      const front = await fronts[scheme]();
      const way = { caFile, insecureTls: false };
      const ask = async (): Promise<Answer> =>
        await sendRaw({ method: 'PATCH', origin: front.url, path: '/', ...sent() }, way);
      const answer = await untilAnswered(ask);
      await front.close();
      server.close();
      expect([answer.status, answer.text]).toEqual([413, 'large']);
    });
  }
}

/** What a reset takes away while the client sends is asked for again. */
async function untilAnswered(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StillSending)) throw error;
    }
  }
}

test('a connection that breaks within the body proves nothing', async () => {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.resetAndDestroy());
  });
  const origin = await originOf(server);
  const error: unknown = await sendRaw({
    method: 'PATCH',
    origin,
    path: '/',
    body: pieces,
  }).catch((thrown: unknown) => thrown);
  server.close();
  expect(error).toBeInstanceOf(StillSending);
  const trouble = asTrouble(error, (reason) => reason, 'fresh') as NetworkTrouble;
  expect([trouble.trouble.kind, trouble.trouble.connection]).toEqual(['hang-up', 'sending']);
});

test('a connection that breaks after the body is that of a server that hung up', async () => {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => void setTimeout(50).then(() => socket.destroy()));
  });
  const origin = await originOf(server);
  const error: unknown = await sendRaw({ method: 'PUT', origin, path: '/', body: Buffer.from('all') }).catch(
    (thrown: unknown) => thrown,
  );
  server.close();
  const trouble = asTrouble(error, (reason) => reason, 'fresh') as NetworkTrouble;
  expect([trouble.trouble.kind, trouble.trouble.connection]).toEqual(['hang-up', 'fresh']);
});

test('a server may say with its 100 Continue that it will close', async () => {
  const server = net.createServer((socket) => {
    let received = 0;
    socket
      .on('error', () => undefined)
      .on('data', (piece) => {
        if (received === 0) socket.write('HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n');
        received += piece.length;
        if (received > body.length)
          socket.end('HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      });
  });
  const origin = await originOf(server);
  const answer = await sendRaw({ method: 'PUT', origin, path: '/', body });
  server.close();
  expect(answer.status).toBe(201);
});

test('answers 1xx come before the one that is read to the end', async () => {
  const server = net.createServer((socket) => {
    socket.end(
      'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n',
    );
  });
  const origin = await originOf(server);
  const answer = await sendRaw({ method: 'GET', origin, path: '/', toTheEnd: true });
  server.close();
  expect([answer.status, answer.body.length]).toEqual([304, 0]);
});
