import { lookup, type LookupAddress } from 'node:dns';
import { lookup as addressesOf } from 'node:dns/promises';
import type http from 'node:http';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { strangerWay, type Way } from '../http/connect.ts';
import type { Request, Send } from '../http/exchange.ts';
import { NetworkTrouble } from '../http/retries.ts';
import { rawSend } from '../http/raw.ts';
import { shows } from '../secrets/redact.ts';
import { followed, mayLead } from '../http/redirect.ts';
import { runSecrets, runSettings } from '../run/run.ts';
import { learnTokens } from '../registry/auth/learn-tokens.ts';
import type { Target } from '../types.ts';

/** Whose addresses are nobody else's business. */
type Zone = 'this machine' | 'its link';

// RFC 6890 section 2.2: "This host on this network", loopback, link-local.
const nets: [net: string, prefix: number, family: 'ipv4' | 'ipv6', zone: Zone][] = [
  ['0.0.0.0', 8, 'ipv4', 'this machine'],
  ['127.0.0.0', 8, 'ipv4', 'this machine'],
  ['169.254.0.0', 16, 'ipv4', 'its link'],
  ['::', 127, 'ipv6', 'this machine'],
  // RFC 6052 section 2.1: those of IPv4 behind a translator.
  ['64:ff9b::7f00:0', 104, 'ipv6', 'this machine'],
  ['64:ff9b::a9fe:0', 112, 'ipv6', 'its link'],
  ['fe80::', 10, 'ipv6', 'its link'],
];
const inward: Record<Zone, BlockList> = { 'this machine': new BlockList(), 'its link': new BlockList() };
for (const [net, prefix, family, zone] of nets) inward[zone].addSubnet(net, prefix, family);
const zones = Object.keys(inward) as Zone[];

const isForm = /^application\/x-www-form-urlencoded/i;

/** Where a client may go with what is secret. */
type Home = Pick<Target, 'url' | 'tokenService'>;

const known = new Map<string, Promise<Zone[]>>();

/** Of a host, as it stands in a URL, where it leads that is not outside: to the machine of who asks, to its link. */
export async function zonesOf(host: string): Promise<Zone[]> {
  const found = known.get(host) ?? findZones(host.replace(/^\[|\]$/g, ''));
  known.set(host, found);
  return await found;
}

async function findZones(host: string): Promise<Zone[]> {
  const family = isIP(host);
  const addresses =
    family === 0 ? await addressesOf(host, { all: true }).catch(() => []) : [{ address: host, family }];
  return zonesAmong(addresses);
}

function zonesAmong(addresses: readonly LookupAddress[]): Zone[] {
  return zones.filter((zone) =>
    addresses.some(({ address, family }) => inward[zone].check(address, family === 6 ? 'ipv6' : 'ipv4')),
  );
}

/** Finds what a connection is made to, and so looks at it again: a name may lead elsewhere the second time. */
export function lookupWithin(allowed: readonly Zone[]): LookupFunction {
  return (host, options, found) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return found(error, []);
      const strange = zonesAmong(addresses).find((zone) => !allowed.includes(zone));
      if (strange !== undefined) return found(astray(`${host} is an address of ${strange}`), []);
      return options.all === true ? found(null, addresses) : found(null, first.address, first.family);
    });
  };
}

/**
 * A server may lead its client elsewhere, by a Location or a Link. Nobody is led to addresses of the client's own by a
 * server that is not there itself, and nobody but the registry and its token service is sent what is secret. Given back
 * is what its connection is to be found by, where it leads away from home.
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
  const allowed = (await Promise.all(hosts.map(zonesOf))).flat();
  if (isSecret(request))
    refuse(request, `the registry leads to ${origin}, which has no business with credentials`);
  const strange = (await zonesOf(hostname)).find((zone) => !allowed.includes(zone));
  if (strange !== undefined) refuse(request, `the registry leads to ${origin}, an address of ${strange}`);
  return lookupWithin(allowed);
}

/** Sends outside a test, and where redirects lead: nothing goes astray, and the tokens that come are known as secrets. */
export function sendTo(targets: readonly Home[], way: Way, agent?: http.Agent): Send {
  const home = rawSend(way, { agent });
  const services = targets.map(({ tokenService }) => tokenService);
  const send: Send = async (request) => {
    const found = await refuseAstray(request, targets);
    const answer = await (found === undefined ? home : rawSend(strangerWay(way), { lookup: found }))(request);
    learnTokens(answer, services);
    return answer;
  };
  return async (request) =>
    mayLead(request, runSettings().specVersion) ? await followed(send, request) : await send(request);
}

/** A form that is posted is a login: only token services are sent any, and what it holds is encoded. */
function isSecret({ method, url, headers = {}, body }: Request): boolean {
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'authorization') return true;
    if (method === 'POST' && name.toLowerCase() === 'content-type' && isForm.test(value)) return true;
  }
  const secrets = runSecrets();
  return shows(url, secrets) || secrets.some((secret) => body?.includes(secret) === true);
}

function refuse({ method }: Request, why: string): never {
  throw astray(`${method} was not sent: ${why}`);
}

function astray(told: string): NetworkTrouble {
  return new NetworkTrouble(told, { kind: 'astray', told, isUnsent: true, connection: 'fresh' });
}
