import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Challenge } from '../../lib/registry/auth/challenge.ts';
import { connectTo, isProxied } from '../../lib/http/connect.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import type { ProfileName } from '../../lib/profiles/names.ts';
import type { Settings } from '../../lib/run/settings.ts';

/** One thing looked at: fine, worth knowing, or to be changed. `told` says what was seen, or what to change. */
export type Finding = { what: string; state: 'ok' | 'note' | 'change'; told: string };

const patienceMs = 10_000;
const soonMs = 14 * 86_400_000;
const mostSkewMs = 30_000;

/** From the name to a connection, as far as it gets. */
export async function examineWay(settings: Settings & { url: string }): Promise<Finding[]> {
  const target = new URL(settings.url);
  const isTunnelled = isProxied(settings, target);
  const first = isTunnelled ? new URL(settings.proxy?.server ?? '') : target;
  const named = await examineName(first.hostname.replace(/^\[|\]$/g, ''), isTunnelled);
  if (named.state === 'change') return [named];
  const connected = await examineConnection(settings, target);
  return [named, ...connected];
}

async function examineName(host: string, isProxy: boolean): Promise<Finding> {
  try {
    const { address } = await lookup(host);
    return { what: 'dns', state: 'ok', told: `${isProxy ? 'the proxy ' : ''}${host} is ${address}` };
  } catch (error) {
    const setting = isProxy ? 'REGISTRY_PROXY' : 'REGISTRY_URL';
    return {
      what: 'dns',
      state: 'change',
      told: `${host} is not known (${codeOf(error)}): mend ${setting}, or the name service of this machine`,
    };
  }
}

async function examineConnection(settings: Settings, target: URL): Promise<Finding[]> {
  const started = performance.now();
  let socket: Socket;
  try {
    // Whom it trusts is said further down.
    socket = await connectTo(target, { ...settings, insecureTls: true });
    await opened(socket);
  } catch (error) {
    return [{ what: 'tcp', state: 'change', told: adviceOnConnection(target, error) }];
  }
  const ms = Math.round(performance.now() - started);
  const findings: Finding[] = [
    { what: 'tcp', state: 'ok', told: `${target.host} takes connections (${ms} ms)` },
  ];
  if (socket instanceof TLSSocket) findings.push(examineCertificate(socket, settings));
  socket.destroy();
  return findings;
}

async function opened(socket: Socket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(patienceMs, () => reject(new Error(`no answer within ${patienceMs} ms`)));
    socket.once('error', reject);
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => resolve());
    if (!(socket instanceof TLSSocket) && socket.readyState === 'open') resolve();
  });
}

function adviceOnConnection({ protocol, host }: URL, error: unknown): string {
  const code = codeOf(error);
  if (/WRONG_VERSION|EPROTO|packet length/.test(code)) {
    return `${host} does not speak TLS: say http:// in REGISTRY_URL, or name its other port`;
  }
  const hint =
    protocol === 'https:' ? 'whether it is the right port for https' : 'whether it should be https';
  return `${host} cannot be reached (${code}): look at the port, a firewall between, and ${hint}`;
}

function examineCertificate(socket: TLSSocket, { insecureTls, caFile }: Settings): Finding {
  const { subject, valid_to: until } = socket.getPeerCertificate();
  const { authorized, authorizationError } = socket;
  const name = [subject?.CN].flat()[0] ?? 'no name';
  const told = `${socket.getProtocol()}, certificate of ${name} until ${new Date(until).toISOString().slice(0, 10)}`;
  if (!authorized) {
    const reason = String(authorizationError);
    if (insecureTls)
      return {
        what: 'tls',
        state: 'note',
        told: `${told}, not trusted (${reason}), as REGISTRY_INSECURE_TLS allows`,
      };
    const advice =
      caFile === undefined
        ? 'put the certificate of its authority into REGISTRY_CA_FILE'
        : `${caFile} does not vouch for it`;
    return { what: 'tls', state: 'change', told: `${told}, not trusted (${reason}): ${advice}` };
  }
  return { what: 'tls', state: Date.parse(until) - Date.now() < soonMs ? 'note' : 'ok', told };
}

/** What the answer to `GET /v2/` shows: the registry, its clock, its limits. */
export function examinePing(ping: Answer, url: string): Finding[] {
  const { status } = ping;
  const isRegistry = status === 200 || status === 401;
  const advice = `GET /v2/ answered ${status}: is ${url} a registry, at its root?`;
  return [
    {
      what: 'ping',
      state: isRegistry ? 'ok' : 'change',
      told: isRegistry ? `GET /v2/ answered ${status}` : advice,
    },
    ...(isRegistry ? [examineClock(ping)] : []),
  ];
}

function examineClock(answer: Answer): Finding {
  const date = answer.header('date');
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return { what: 'clock', state: 'note', told: 'no Date header to compare with' };
  const skewMs = theirs - Date.now();
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  const told = `theirs is ${seconds} s ${skewMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  return Math.abs(skewMs) < mostSkewMs
    ? { what: 'clock', state: 'ok', told }
    : { what: 'clock', state: 'change', told: `${told}: set both by NTP, as tokens are good for minutes` };
}

const limitHeader = /^(?:x-)?ratelimit|^retry-after$/i;

/** What the answers say of a rate limit. */
export function examineLimits(answers: readonly Pick<Answer, 'status' | 'headers'>[]): Finding {
  const headers = answers.flatMap((answer) => answer.headers.filter(({ name }) => limitHeader.test(name)));
  const seen = [...new Set(headers.map(({ name, value }) => `${name}: ${value}`))].slice(0, 3);
  const isLimited = answers.some(({ status }) => status === 429);
  if (isLimited) {
    return {
      what: 'rate limit',
      state: 'change',
      told: `met (429): set REGISTRY_MAX_PER_SECOND; ${seen.join(', ')}`,
    };
  }
  return seen.length === 0
    ? { what: 'rate limit', state: 'ok', told: `none told in ${answers.length} answers` }
    : {
        what: 'rate limit',
        state: 'note',
        told: `${seen.join(', ')}: REGISTRY_MAX_PER_SECOND keeps below it`,
      };
}

const hosts: [RegExp, ProfileName][] = [
  [/^registry-1\.docker\.io$/, 'dockerhub'],
  [/^ghcr\.io$/, 'ghcr'],
  [/(?:^|\.)quay\.io$/, 'quay'],
  [/\.azurecr\.io$/, 'acr'],
  [/\.dkr\.ecr\.[\w-]+\.amazonaws\.com$/, 'ecr'],
  [/(?:-docker\.pkg\.dev|(?:^|\.)gcr\.io)$/, 'gar'],
  [/^registry\.gitlab\.com$/, 'gitlab'],
];
const services: Record<string, ProfileName> = { 'harbor-registry': 'harbor', container_registry: 'gitlab' };

/** Which profile its name or its challenge speaks for; undefined where none does. */
export function likelyProfile(url: string, challenges: readonly Challenge[]): ProfileName | undefined {
  const { hostname } = new URL(url);
  const byHost = hosts.find(([pattern]) => pattern.test(hostname))?.[1];
  const [byService] = challenges.flatMap(({ params }) => services[params['service'] ?? ''] ?? []);
  return byHost ?? byService;
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
