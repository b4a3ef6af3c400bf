import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { basicAuthorization } from './basic.ts';
import type { Proxy } from '../types.ts';

/** How a server is reached: whom to trust, what to show it, through which proxy. */
export type Way = {
  caFile: string | undefined;
  insecureTls: boolean;
  clientCertificate?: { certFile: string; keyFile: string } | undefined;
  proxy?: Proxy | undefined;
};

/** The same to a server that another one led to: what is shown to the registry is nothing to it. */
export function strangerWay({ clientCertificate: _shown, ...way }: Way): Way {
  return way;
}

/** The options of `node:tls` for it. */
export function tlsOptions({ caFile, insecureTls, clientCertificate }: Way): tls.ConnectionOptions {
  return {
    rejectUnauthorized: !insecureTls,
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(clientCertificate && {
      cert: readFileSync(clientCertificate.certFile),
      key: readFileSync(clientCertificate.keyFile),
    }),
  };
}

/** Whether the proxy is for this host: as Playwright decides it, by the end of the name. */
export function isProxied({ proxy }: Way, { hostname }: URL): boolean {
  if (proxy === undefined) return false;
  const bypassed = proxy.bypass.split(',').map((domain) => domain.trim().replace(/^\.?/, '.'));
  return !bypassed.some((domain) => domain !== '.' && `.${hostname}`.endsWith(domain));
}

/** Opens a connection to an origin, by a tunnel where it is proxied. @throws Error where it cannot be had */
export async function connectTo(url: URL, way: Way): Promise<net.Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port || (isSecure ? 443 : 80));
  const socket = isProxied(way, url)
    ? await tunnel(`${url.hostname}:${port}`, way)
    : net.connect({ host, port });
  if (!isSecure) return socket;
  return tls.connect({
    socket,
    ...(net.isIP(host) === 0 ? { servername: host } : { host }),
    ...tlsOptions(way),
  });
}

/** RFC 9110 section 9.3.6, "CONNECT". */
async function tunnel(authority: string, { proxy, ...way }: Way): Promise<net.Socket> {
  const { server = '', login } = proxy ?? {};
  const { protocol, hostname, port } = new URL(server);
  const isSecure = protocol === 'https:';
  const authorization = login && { 'Proxy-Authorization': basicAuthorization(login) };
  return await new Promise((resolve, reject) => {
    (isSecure ? https : http)
      .request({
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port || (isSecure ? 443 : 80),
        method: 'CONNECT',
        path: authority,
        headers: { Host: authority, ...authorization },
        agent: false,
        ...(isSecure ? { rejectUnauthorized: !way.insecureTls } : {}),
      })
      .on('connect', ({ statusCode }, socket: net.Socket) => {
        if (statusCode === 200) resolve(socket);
        else reject(new Error(`the proxy ${hostname} answered ${statusCode} to CONNECT ${authority}`));
      })
      .on('response', ({ statusCode }) => {
        reject(new Error(`the proxy ${hostname} answered ${statusCode} to CONNECT ${authority}`));
      })
      .on('error', reject)
      .end();
  });
}
