import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect, test } from '@playwright/test';
import { certificates } from '../tools/front.ts';
import { lookupWithin, refuseAstray, sendTo, zonesOf } from '../lib/target/astray.ts';
import { Answer } from '../lib/http/exchange.ts';
import { rawSend } from '../lib/http/raw.ts';
import type { Target } from '../lib/types.ts';

const target = (url: string, realm?: string): Target =>
  ({ url, ...(realm && { tokenService: { realm, service: undefined } }) }) as Target;

const far = target('http://192.0.2.1:5000', 'https://192.0.2.2/token');
const near = target('http://127.0.0.1:5000');
const signed = { Authorization: 'Bearer opaque-token' };

const requests: [name: string, at: Target, url: string, headers: Record<string, string>, outcome: RegExp][] =
  [
    ['the registry itself', far, 'http://192.0.2.1:5000/v2/', signed, /^sent$/],
    ['its token service', far, 'https://192.0.2.2/token?x=y', signed, /^sent$/],
    ['a storage', far, 'https://198.51.100.1/blob', {}, /^sent$/],
    ['a storage, with credentials', far, 'https://198.51.100.1/blob', signed, /no business with credentials/],
    ['another port of the registry, with credentials', far, 'http://192.0.2.1/', signed, /no business/],
    ['loopback', far, 'http://127.0.0.1/', {}, /an address of this machine/],
    ['loopback in another form', far, 'http://2130706433/', {}, /an address of this machine/],
    ['loopback by name', far, 'http://localhost/', {}, /an address of this machine/],
    ['loopback of IPv6', far, 'http://[::1]/', {}, /an address of this machine/],
    ['loopback of IPv4 in IPv6', far, 'http://[::ffff:127.0.0.1]/', {}, /an address of this machine/],
    ['link-local addresses', far, 'http://169.254.169.254/latest/', {}, /an address of its link/],
    ['link-local addresses of IPv6', far, 'http://[fe80::1]/', {}, /an address of its link/],
    [
      'link-local addresses, from loopback',
      near,
      'http://169.254.169.254/latest/',
      {},
      /an address of its link/,
    ],
    ['loopback, from loopback', near, 'http://127.0.0.2:81/', {}, /^sent$/],
    ['loopback, from loopback, with credentials', near, 'http://127.0.0.1:81/', signed, /no business/],
  ];

for (const [name, at, url, headers, outcome] of requests) {
  test(`where a server leads to ${name}: ${outcome.source}`, async () => {
    const told = await refuseAstray({ method: 'GET', url, headers }, [at]).then(
      () => 'sent',
      ({ message }: Error) => message,
    );
    expect(told).toMatch(outcome);
  });
}

test('a name is looked at again as its connection is made', async () => {
  const connecting = rawSend(
    { caFile: undefined, insecureTls: false },
    { lookup: lookupWithin(['its link']) },
  );
  const told = await connecting({ method: 'GET', url: 'http://localhost:9/' }).catch(
    ({ message }: Error) => message,
  );
  expect(told).toBe('localhost is an address of this machine');
});

test('a client certificate is shown to the registry, and to nobody it leads to', async ({}, testInfo) => {
  mkdirSync(testInfo.outputPath(), { recursive: true });
  const { caFile, ca, server: pair, clientFiles } = await certificates((name) => testInfo.outputPath(name));
  const shown: string[] = [];
  const server = createServer(
    { ...pair, ca: ca.cert, requestCert: true, rejectUnauthorized: false },
    (socket) => {
      shown.push(socket.getPeerCertificate().subject?.CN?.toString() ?? 'nobody');
      socket
        .on('error', () => undefined)
        .end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const way = {
    caFile,
    insecureTls: false,
    clientCertificate: { certFile: clientFiles.cert, keyFile: clientFiles.key },
  };
  const send = sendTo([target(`https://127.0.0.1:${port}`)], way);
  for (const host of ['127.0.0.1', 'localhost'])
    await send({ method: 'GET', url: `https://${host}:${port}/v2/` });
  server.close();
  expect(shown).toEqual(['a client', 'nobody']);
});

test('private networks are nobody’s own', async () => {
  expect(await Promise.all(['10.0.0.1', '192.168.1.1', '[fd00::1]'].map(zonesOf))).toEqual([[], [], []]);
});

test('a Location leads nowhere but to the web', () => {
  const locationOf = (value: string): string | undefined =>
    new Answer({ method: 'GET', url: 'http://x/v2/' }, 202, [{ name: 'Location', value }], Buffer.alloc(0), 0)
      .location;
  expect(['file:///etc/passwd', 'javascript:alert(1)', 'data:,x', 'http://[', ''].map(locationOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    'http://x/v2/',
  ]);
  expect(locationOf('/a?b')).toBe('http://x/a?b');
});
