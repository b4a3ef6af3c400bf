import { once } from 'node:events';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test, type APIRequestContext } from '@playwright/test';
import { bounded, BoundMet, mostBytes, Unreadable } from '../lib/http/bounds.ts';
import { unpacked } from '../lib/content/coding.ts';
import { parseJson } from '../lib/http/json.ts';
import { quietPlaywright } from '../lib/verdict/quiet.ts';
import { sendRaw } from '../lib/http/raw.ts';

const soonMs = 1_500;

/** What a server does with a connection on which a request has come, and what becomes of the exchange. */
const servers: [name: string, answer: (socket: Socket) => void, outcome: RegExp][] = [
  ['says nothing', () => undefined, /^BoundMet time: no answer within 2 s$/],
  ['closes without a word', (socket) => socket.end(), /hang up/],
  [
    'sends a byte now and then',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      every(socket, 100, 'x');
    },
    /^BoundMet time: \d+ bytes and no end of the answer within 2 s$/,
  ],
  [
    'sends a 103 now and then',
    (socket) => every(socket, 100, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
    /^BoundMet time: \d+ bytes and no end of the answer within 2 s$/,
  ],
  [
    'sends 103 after 103',
    (socket) => every(socket, 1, 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)),
    /^BoundMet interim: more than 1000 answers 1xx came$/,
  ],
  [
    'sends a body without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      every(socket, 1, 'x'.repeat(2 ** 22));
    },
    /^BoundMet bytes: more than 32 MiB came$/,
  ],
  [
    'sends a body byte by byte',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      every(socket, 1, '1\r\nx\r\n'.repeat(20_000));
    },
    /^BoundMet pieces: a body in more than 200000 pieces came$/,
  ],
  [
    'sends a header without end',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(2 ** 20)}`),
    /^BoundMet head: header lines of more than 16 KiB came$/,
  ],
  [
    'switches to a protocol that nobody asked for',
    (socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nhi'),
    /^Unreadable: 101 Switching Protocols came.* \[hi\]$/,
  ],
  [
    'speaks no HTTP',
    (socket) => socket.write('SSH-2.0-OpenSSH\r\n'),
    /^Unreadable: this is no HTTP: Parse Error: .* \[SSH-2.0-OpenSSH\r\n\]$/s,
  ],
];

function every(socket: Socket, pauseMs: number, text: string): void {
  const timer = setInterval(() => socket.write(text), pauseMs);
  socket.on('close', () => clearInterval(timer));
}

async function outcomeOf(exchange: Promise<unknown>): Promise<string> {
  const error = await exchange.then(
    () => new Error('an answer came'),
    (thrown: Error) => thrown,
  );
  if (error instanceof BoundMet) return `${error.name} ${error.bound}: ${error.message}`;
  const bytes = error instanceof Unreadable ? ` [${error.bytes.toString('latin1')}]` : '';
  return `${error.name}: ${error.message.split('\n', 1)[0]}${bytes}`;
}

async function serve(answer: (socket: Socket) => void): Promise<{ server: Server; origin: string }> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

let context: APIRequestContext;

test.beforeAll(async () => {
  context = await quietPlaywright().request.newContext();
});

test.afterAll(async () => await context.dispose());

/** Enough for a busy machine, but where time is what is met. */
function patienceOf({ source }: RegExp): number {
  return source.includes(' time: ') ? soonMs : 20_000;
}

for (const [name, answer, outcome] of servers) {
  test(`an exchange ends where a server ${name}`, async () => {
    const ms = patienceOf(outcome);
    const { server, origin } = await serve(answer);
    const [raw, ours] = await Promise.all([
      outcomeOf(sendRaw({ method: 'GET', origin, path: '/', timeoutMs: ms })),
      outcomeOf(bounded({ ms, bytes: mostBytes }, async () => await context.fetch(origin, { timeout: 0 }))),
    ]);
    server.close();
    expect(raw).toMatch(outcome);
    expect(ours).toMatch(outcome);
  });
}

test('an upload that goes on has more time, one that stands still has not', async () => {
  const { server, origin } = await serve((socket) => {
    socket.pause();
    setTimeout(() => socket.resume(), 2 * soonMs);
  });
  const body = Buffer.alloc(64 * 2 ** 20);
  const stalled = await outcomeOf(sendRaw({ method: 'PUT', origin, path: '/', body, timeoutMs: 100 }));
  server.close();
  expect(stalled).toMatch(/^BoundMet time: no answer within \d+ s$/);
});

test('what comes after an answer without a body is read as far as a client can hold it', async () => {
  const { server, origin } = await serve((socket) =>
    socket.end(`HTTP/1.1 204\r\n${'a\r\n'.repeat(100_000)}`),
  );
  const outcome = await outcomeOf(sendRaw({ method: 'GET', origin, path: '/', toTheEnd: true }));
  server.close();
  expect(outcome).toBe('BoundMet head: header lines of more than 16 KiB came');
});

test('a body is unpacked as far as a client can hold it', () => {
  const text = Buffer.from('a list');
  expect(unpacked(gzipSync(text), 'gzip')).toEqual(text);
  expect(() => unpacked(text, 'gzip')).toThrow(Unreadable);
  expect(unpacked(text, 'identity')).toEqual(text);
  expect(() => unpacked(gzipSync(Buffer.alloc(mostBytes + 1)), 'x-gzip')).toThrow(BoundMet);
});

test('JSON is read as far as a client can hold it', () => {
  const read = (text: string): unknown => parseJson(Buffer.from(text));
  expect(read(`["${'[,'.repeat(1_000)}\\"[[[["]`)).toEqual([`${'[,'.repeat(1_000)}"[[[[`]);
  expect(read(`${'['.repeat(100)}${']'.repeat(100)}`)).toBeDefined();
  expect(() => read(`${'['.repeat(101)}${']'.repeat(101)}`)).toThrow(/more than 100 deep/);
  expect(() => read(`[${'1,'.repeat(1_000_001)}1]`)).toThrow(/more than 1000000 entries/);
  expect(() => read(`\n [${'1,'.repeat(1_000_001)}1]`)).toThrow(/more than 1000000 entries/);
});
