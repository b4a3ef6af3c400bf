import { expect, test } from '@playwright/test';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { sendRaw } from '../lib/raw.ts';

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
