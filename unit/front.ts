import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import { generate } from 'selfsigned';

/** PEM. */
export type Pair = { cert: string; key: string };

/** A certificate for loopback, signed by a root of its own, and both as files. */
export async function certificates(folder: (name: string) => string): Promise<{
  caFile: string;
  server: Pair;
  client: Pair;
  ca: Pair;
  clientFiles: { cert: string; key: string };
}> {
  const root = await generate([{ name: 'commonName', value: 'dockside test root' }], {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const ca = { cert: root.cert, key: root.private };
  const signed = async (commonName: string): Promise<Pair> => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
      extensions: [
        { name: 'basicConstraints', cA: false },
        // Through a proxy, Playwright takes a host that is an address for localhost.
        {
          name: 'subjectAltName',
          altNames: [
            { type: 7, ip: '127.0.0.1' },
            { type: 2, value: 'localhost' },
          ],
        },
      ],
      ca,
    });
    return { cert, key };
  };
  const [server, client] = [await signed('127.0.0.1'), await signed('a client')];
  const write = (name: string, text: string): string => {
    writeFileSync(folder(name), text);
    return folder(name);
  };
  return {
    caFile: write('ca.pem', ca.cert),
    ca,
    server,
    client,
    clientFiles: { cert: write('client.pem', client.cert), key: write('client.key', client.key) },
  };
}

type Running = { url: string; close: () => Promise<void> };

/** Speaks TLS in front of a registry; with `clientCa` only to who shows a certificate of it. */
export async function startTls(behind: string, { cert, key }: Pair, clientCa?: string): Promise<Running> {
  const asking = clientCa === undefined ? {} : { requestCert: true, rejectUnauthorized: true, ca: clientCa };
  const server = tls.createServer({ cert, key, ...asking }, (socket) => join(socket, connect(behind)));
  return await running(server, 'https');
}

/** A forward proxy that tunnels to whoever is asked for, and counts. */
export async function startForwardProxy(login?: string): Promise<Running & { tunnels: () => number }> {
  let count = 0;
  const server = http.createServer();
  server.on('connect', (request: http.IncomingMessage, socket: Socket) => {
    const isKnown = request.headers['proxy-authorization'] === login;
    if (!isKnown) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    count += 1;
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    return join(socket, connect(`http://${request.url}`));
  });
  return { ...(await running(server, 'http')), tunnels: () => count };
}

function connect(url: string): Socket {
  const { hostname, port } = new URL(url);
  return net.connect({ host: hostname, port: Number(port) });
}

/** What ends at one side ends at the other. */
function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  one.on('error', () => other.destroy()).on('close', () => other.destroy());
  other.on('error', () => one.destroy()).on('close', () => one.destroy());
}

async function running(server: Server, scheme: string): Promise<Running> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
