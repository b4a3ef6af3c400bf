import { lookup, type LookupAddress } from 'node:dns';
import { lookup as addressesOf } from 'node:dns/promises';
import type http from 'node:http';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Way } from './connect.ts';
import type { Request, Send } from './exchange.ts';
import { NetworkTrouble } from './network.ts';
import { rawSend } from './raw.ts';
import { followed, mayLead } from './redirect.ts';
import { runSecrets, runSettings } from './run.ts';
import { learnTokens } from './secrets/learned.ts';
import type { Target } from './target.ts';

// RFC 6890 section 2.2: "This host on this network", loopback, link-local.
const inward = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const)
  inward.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 127],
  // RFC 6052 section 2.1: those of IPv4 behind a translator.
  ['64:ff9b::7f00:0', 104],
  ['64:ff9b::a9fe:0', 112],
  ['fe80::', 10],
] as const)
  inward.addSubnet(net, prefix, 'ipv6');

/** Where a client may go with what is secret. */
type Home = Pick<Target, 'url' | 'tokenService'>;

const known = new Map<string, Promise<boolean>>();

/** Whether a host, as it stands in a URL, is the machine of who asks, or of its link: loopback, link-local. */
export async function isInward(host: string): Promise<boolean> {
  const found = known.get(host) ?? anyInward(host.replace(/^\[|\]$/g, ''));
  known.set(host, found);
  return await found;
}

async function anyInward(host: string): Promise<boolean> {
  const family = isIP(host);
  const addresses =
    family === 0 ? await addressesOf(host, { all: true }).catch(() => []) : [{ address: host, family }];
  return addresses.some(isInwardAddress);
}

function isInwardAddress({ address, family }: LookupAddress): boolean {
  return inward.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Finds what a connection is made to, and so looks at it again: a name may lead elsewhere the second time. */
export const outwardLookup: LookupFunction = (host, options, found) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) found(error, []);
    else if (addresses.some(isInwardAddress))
      found(astray(`${host} is an address of this machine or its link`), []);
    else if (options.all === true) found(null, addresses);
    else found(null, first.address, first.family);
  });
};

/**
 * A server may lead its client elsewhere, by a Location or a Link. Nobody is led to addresses of the client's own by a
 * server that is none of them, and nobody but the registry and its token service is sent what is secret. Given back is
 * what its connection is to be found by, where it leads away from home.
 * @throws NetworkTrouble
 */
export async function refuseAstray(
  request: Request,
  targets: readonly Home[],
): Promise<LookupFunction | undefined> {
  const { origin, hostname } = new URL(request.url);
  const homes = targets.flatMap(({ url, tokenService }) => [
    url,
    ...(tokenService ? [tokenService.realm] : []),
  ]);
  if (homes.some((home) => new URL(home).origin === origin)) return undefined;
  const hosts = targets.map(({ url }) => new URL(url).hostname);
  const isOurs = (await Promise.all(hosts.map(isInward))).includes(true);
  if (isSecret(request))
    refuse(request, `the registry leads to ${origin}, which has no business with credentials`);
  if (!isOurs && (await isInward(hostname)))
    refuse(request, `the registry leads to ${origin}, an address of this machine or its link`);
  return isOurs ? undefined : outwardLookup;
}

/** Sends outside a test, and where redirects lead: nothing goes astray, and the tokens that come are known as secrets. */
export function sendTo(targets: readonly Home[], way: Way, agent?: http.Agent): Send {
  const home = rawSend(way, { agent });
  const services = targets.map(({ tokenService }) => tokenService);
  const send: Send = async (request) => {
    const found = await refuseAstray(request, targets);
    const answer = await (found === undefined ? home : rawSend(way, { lookup: found }))(request);
    learnTokens(answer, services);
    return answer;
  };
  return async (request) =>
    mayLead(request, runSettings().specVersion) ? await followed(send, request) : await send(request);
}

function isSecret({ url, headers = {}, body }: Request): boolean {
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')) return true;
  const secrets = runSecrets();
  return secrets.some((secret) => url.includes(secret) || body?.includes(secret) === true);
}

function refuse({ method }: Request, why: string): never {
  throw astray(`${method} was not sent: ${why}`);
}

function astray(told: string): NetworkTrouble {
  return new NetworkTrouble(told, { kind: 'astray', told, isUnsent: true, connection: 'fresh' });
}
