import { createPublicKey } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { findChallenge, parseChallenges, type Challenge } from '../registry/auth/challenge.ts';
import { basicAuthorization } from '../http/basic.ts';
import { askedOf } from '../checks/challenged.ts';
import { isSignedBy, readJwt } from '../registry/auth/jwt.ts';
import { repositoryScope } from '../http/scope.ts';
import { tokenOf, tokenRequest } from '../registry/auth/token.ts';
import { leastWorkers, workersBorne, workersFor } from '../run/workers.ts';
import type { Run } from '../run/run.ts';
import { refuseAstray, zonesOf } from './astray.ts';
import { digestOf } from '../content/digest.ts';
import { isProxied } from '../http/connect.ts';
import { placeOf, type Answer, type Request } from '../http/exchange.ts';
import { Gate } from '../http/gate.ts';
import { NetworkTrouble, patient } from '../http/retries.ts';
import { flatten, sendRaw } from '../http/raw.ts';
import { followed, mayLead } from '../http/redirect.ts';
import { learnTokens } from '../registry/auth/learn-tokens.ts';
import { SettingError, type Settings } from '../run/settings.ts';
import type { AuthMode, Credentials, IssuerKey, Target, TokenService } from '../types.ts';
import type { RawRequest } from '../http/wire.ts';

/**
 * Asks the target how it wants to be met, and tries the credentials once, before any test.
 * @throws SettingError in one line that says which setting to change
 */
export async function discover(settings: Settings & { url: string }): Promise<Target[]> {
  const { challenges, openToRead, product } = await challengesOf(settings);
  const offered = modesOf(challenges);
  const wanted = settings.auth === 'auto' ? offered : settings.auth;
  const missing = wanted.find((mode) => !offered.includes(mode));
  if (missing !== undefined) {
    throw new SettingError(`REGISTRY_AUTH=${missing}`, `${settings.url} offers ${offered.join(' and ')}`);
  }
  const targets = wanted.map((auth) => ({ ...targetOf(settings, auth, challenges, openToRead), product }));
  for (const { tokenService } of targets)
    if (tokenService !== undefined) await admitRealm(settings, tokenService);
  for (const target of targets) await logIn(settings, target);
  // Where no answer can be had to that, it is left to the probe to say so.
  const actionOf = async (target: Unasked): Promise<Target['deleteAction']> =>
    await deleteActionOf(settings, target).catch((error: unknown) => {
      if (error instanceof SettingError) return 'delete';
      throw error;
    });
  return await Promise.all(targets.map(async (one) => ({ ...one, deleteAction: await actionOf(one) })));
}

const pings = 3;
const pingMs = 5_000;

/**
 * How far the registry is, by the fastest of some pings, and with how many workers it is met best: two where nobody can
 * tell. A proxy is met anew with each ping.
 */
export async function wayTo(
  settings: Settings & { url: string },
): Promise<Pick<Run, 'roundTripMs' | 'workers'>> {
  const unknown = { roundTripMs: 0, workers: workersFor(0, settings) };
  const isFew = workersFor(Number.POSITIVE_INFINITY, settings) <= leastWorkers;
  if (isFew || isProxied(settings, new URL(settings.url))) return unknown;
  // Over kept connections, as the tests go: to connect takes round trips of its own.
  const agent = new (settings.url.startsWith('https:') ? https : http).Agent({ keepAlive: true });
  const ping = async (): Promise<number> => {
    const request = { method: 'GET', origin: settings.url, path: '/v2/', agent, timeoutMs: pingMs } as const;
    const { status, durationMs } = await sendRaw(request, settings);
    if (status === 429 || status >= 500) throw new Error(`a ping was answered with ${status}`);
    return durationMs;
  };
  const pingAll = async (count: number): Promise<number[]> =>
    await Promise.all(Array.from({ length: count }, ping));
  try {
    let roundTripMs = Number.POSITIVE_INFINITY;
    for (let count = 0; count < pings; count += 1) roundTripMs = Math.min(roundTripMs, await ping());
    const workers = workersFor(roundTripMs, settings);
    if (workers <= leastWorkers) return { roundTripMs, workers };
    await pingAll(workers);
    return { roundTripMs, workers: workersBorne(workers, roundTripMs, await pingAll(workers)) };
  } catch {
    // A limit, or what is wrong with it: that is for the tests to find.
    return unknown;
  } finally {
    agent.destroy();
  }
}

type Reception = { challenges: Challenge[]; openToRead: boolean; product: string };

/** The challenges the registry sends to a client without credentials; none where it lets everybody in. */
async function challengesOf(settings: Settings & { url: string }): Promise<Reception> {
  const ping = await ask(settings, { method: 'GET', origin: settings.url, path: '/v2/' });
  const product = productOf(ping);
  if (ping.status === 401) return { challenges: readChallenges(settings, ping), openToRead: false, product };
  if (ping.status !== 200) {
    throw new SettingError(
      `REGISTRY_URL=${settings.url}`,
      `GET /v2/ answered ${ping.status}; is it a registry?`,
    );
  }
  const asked = settings.auth === 'auto' ? [] : settings.auth;
  const isReadOnly = settings.references !== undefined;
  if (isReadOnly || !asked.some((mode) => mode !== 'anonymous')) {
    return { challenges: [], openToRead: true, product };
  }
  // A registry that lets everybody read may still ask for credentials to write.
  const path = `/v2/${settings.repositories?.[0] ?? `${settings.namespace}/probe`}/blobs/uploads/`;
  const write = await ask(settings, { method: 'POST', origin: settings.url, path });
  if (write.status === 401) return { challenges: readChallenges(settings, write), openToRead: true, product };
  const { origin, pathname, search } = new URL(write.location ?? 'about:blank');
  if (origin === settings.url) {
    await ask(settings, { method: 'DELETE', origin, path: pathname + search });
  }
  return { challenges: [], openToRead: true, product };
}

const ofProduct = /^(?:server|x-powered-by)$|version$/i;
const ofApi = /^docker-distribution-api-/i;

function productOf({ headers }: Answer): string {
  const saying = headers.filter(({ name }) => ofProduct.test(name) && !ofApi.test(name));
  return saying.map(({ name, value }) => (/^server$/i.test(name) ? value : `${name}: ${value}`)).join(', ');
}

function readChallenges(settings: Settings & { url: string }, answer: Answer): Challenge[] {
  try {
    return parseChallenges(answer.values('www-authenticate'));
  } catch (error) {
    throw new SettingError(`REGISTRY_URL=${settings.url}`, (error as Error).message);
  }
}

function modesOf(challenges: readonly Challenge[]): AuthMode[] {
  if (challenges.length === 0) return ['anonymous'];
  return (['basic', 'bearer'] as const).filter((mode) => findChallenge(challenges, mode) !== undefined);
}

function targetOf(
  settings: Settings & { url: string },
  auth: AuthMode,
  challenges: Challenge[],
  openToRead: boolean,
): Omit<Target, 'product' | 'deleteAction'> {
  const { url } = settings;
  if (auth === 'anonymous') {
    return {
      url,
      auth,
      tokenService: undefined,
      identity: undefined,
      reader: undefined,
      stranger: undefined,
      issuer: undefined,
      otherNamespace: undefined,
      openToRead: true,
    };
  }
  if (settings.identity === undefined) {
    throw new SettingError('REGISTRY_USERNAME', `is empty, but ${url} asks for credentials (${auth})`);
  }
  const realm = findChallenge(challenges, 'bearer')?.params['realm'];
  if (auth === 'bearer' && (realm === undefined || !URL.canParse(realm))) {
    throw new SettingError(
      `REGISTRY_URL=${url}`,
      `its Bearer challenge has no realm that is a URL (${realm})`,
    );
  }
  const service = findChallenge(challenges, 'bearer')?.params['service'];
  return {
    url,
    auth,
    tokenService: auth === 'bearer' && realm !== undefined ? { realm, service } : undefined,
    identity: settings.identity,
    reader: settings.reader,
    issuer: auth === 'bearer' ? settings.issuer : undefined,
    stranger: settings.stranger,
    otherNamespace: settings.otherNamespace,
    openToRead,
  };
}

/**
 * Credentials go to a realm at the registry's own origin, or to the one that is named. @throws SettingError
 */
async function admitRealm(settings: Settings & { url: string }, { realm }: TokenService): Promise<void> {
  const [registry, { href, hostname, protocol, origin }] = [new URL(settings.url), new URL(realm)];
  const leads = `${settings.url} sends clients for their tokens to ${href}`;
  if (!['http:', 'https:'].includes(protocol))
    throw new SettingError(
      `REGISTRY_URL=${settings.url}`,
      `${leads}, and a realm is an http:// or https:// URL`,
    );
  if (registry.protocol === 'https:' && protocol === 'http:') {
    throw new SettingError(
      `REGISTRY_URL=${settings.url}`,
      `its tokens come from ${href}, where the password would go in the clear: the realm must be https, too`,
    );
  }
  if (settings.realm !== undefined) {
    if (settings.realm === href) return;
    throw new SettingError(`REGISTRY_REALM=${settings.realm}`, `but ${leads}`);
  }
  if (origin === registry.origin) return;
  const ours = await zonesOf(registry.hostname);
  const strange = (await zonesOf(hostname)).find((zone) => !ours.includes(zone));
  const what = strange === undefined ? '' : `, an address of ${strange}`;
  throw new SettingError(
    'REGISTRY_REALM',
    `is empty, and ${leads}${what}: set it to that if REGISTRY_PASSWORD may go there`,
  );
}

/** A target before it was asked how it lets delete. */
type Unasked = Omit<Target, 'deleteAction'>;

async function logIn(settings: Settings, target: Unasked): Promise<void> {
  const token = await tryCredentials(settings, target, target.identity, 'REGISTRY_PASSWORD');
  if (target.issuer !== undefined) await checkIssuer(target.issuer, token ?? '');
  await tryCredentials(settings, target, target.reader, 'REGISTRY_READER_PASSWORD');
  await tryCredentials(settings, target, target.stranger, 'REGISTRY_OTHER_PASSWORD');
}

async function tryCredentials(
  settings: Settings,
  target: Unasked,
  credentials: Credentials | undefined,
  setting: string,
): Promise<string | undefined> {
  if (credentials === undefined) return undefined;
  const answer = await askAs(settings, target, credentials, setting);
  const token = tokenOf(answer);
  if (answer.status === 200 && (target.auth === 'basic' || token !== undefined)) return token;
  const { origin } = new URL(target.tokenService?.realm ?? target.url);
  throw new SettingError(setting, `${origin} refused the user ${credentials.username} (${answer.status})`);
}

/** What comes of the credentials: a token for the scopes, or the ping that they open. */
async function askAs(
  settings: Settings,
  { url, tokenService }: Unasked,
  credentials: Credentials,
  setting: string,
  scopes: readonly string[] = [],
): Promise<Answer> {
  const login =
    tokenService === undefined ? `${url}/v2/` : tokenRequest(tokenService, { credentials, scopes }).url;
  const { origin, pathname, search } = new URL(login);
  const headers = { Authorization: basicAuthorization(credentials) };
  const answer = await ask(settings, { method: 'GET', origin, path: pathname + search, headers });
  try {
    learnTokens(answer, [tokenService]);
  } catch (error) {
    throw new SettingError(setting, `cannot be tried at ${origin}: ${(error as Error).message}`);
  }
  return answer;
}

/**
 * What the challenge to a DELETE asks for: `delete`, or `*` as distribution until 2.6. Where that names neither, `delete`,
 * unless that is a malformed scope to the token service, as to that of Quay, where `push` is enough.
 */
async function deleteActionOf(
  settings: Settings & { url: string },
  target: Unasked,
): Promise<Target['deleteAction']> {
  const { tokenService, identity } = target;
  if (tokenService === undefined || identity === undefined || settings.references !== undefined)
    return 'delete';
  const name = settings.repositories?.[0] ?? `${settings.namespace}/probe`;
  const path = `/v2/${name}/manifests/${digestOf(Buffer.from('never pushed'))}`;
  const refused = await ask(settings, { method: 'DELETE', origin: settings.url, path });
  const asked = askedOf(refused, name) ?? [];
  const named = (['delete', '*'] as const).find((action) => asked.includes(action));
  if (named !== undefined) return named;
  // Without `push`: for that some would make the repository.
  const answer = await askAs(settings, target, identity, 'REGISTRY_PASSWORD', [
    repositoryScope(name, ['delete']),
  ]);
  if (answer.status !== 400) return 'delete';
  return asked.includes('push') ? 'push' : '*';
}

/** Whether the key is that of the tokens that are handed out. */
async function checkIssuer({ privateKey }: IssuerKey, token: string): Promise<void> {
  if (readJwt(token) === undefined) {
    throw new SettingError('REGISTRY_ISSUER_KEY_FILE', 'is set, but the tokens handed out are no JWTs');
  }
  if (!(await isSignedBy(token, createPublicKey(privateKey)))) {
    throw new SettingError('REGISTRY_ISSUER_KEY_FILE', 'holds another key than signs the tokens handed out');
  }
}

async function ask(settings: Settings, request: RawRequest): Promise<Answer> {
  const { method, origin, path } = request;
  const home = { url: origin, tokenService: undefined };
  const asked: Request = { method, url: origin + path, headers: flatten(request.headers) };
  const send = patient(async (one) => {
    const lookup = await refuseAstray(one, [home]);
    const sent = { method, ...placeOf(one.url), headers: one.headers ?? {} };
    return await sendRaw({ ...sent, lookup, timeoutMs: 10_000 }, settings);
  }, new Gate(settings));
  try {
    return await (mayLead(asked, settings.specVersion) ? followed(send, asked) : send(asked));
  } catch (error) {
    const told = error instanceof NetworkTrouble ? error.trouble.told : tellOf(error);
    throw new SettingError(`REGISTRY_URL=${origin}`, `no answer (${told})`);
  }
}

function tellOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return [code, message].filter(Boolean).join(': ');
}
