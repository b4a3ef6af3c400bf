import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import dotenv from 'dotenv';
import { isDigest } from '../content/digest.ts';
import { isName, isTag } from '../content/reference.ts';
import { specVersions, type Level, type SpecVersion } from '../rules/rule.ts';
import { deviationsOf, isOver, readKnown, today, type KnownBreak } from './known-file.ts';
import { embeddedProfiles, profileNames, type ProfileName } from '../profiles/names.ts';
import type { KnownDeviation } from '../profiles/profile.ts';
import {
  authModes,
  protocols,
  type AuthMode,
  type Credentials,
  type IssuerKey,
  type Protocol,
  type Proxy,
} from '../types.ts';

export const strictness = ['must', 'should', 'defacto'] as const;
export type Strictness = (typeof strictness)[number];

/** `reference`: a tag or a digest. */
export type Reference = { repository: string; reference: string };

export type Settings = {
  /** Origin of the registry under test; undefined for the embedded one. */
  url: string | undefined;
  auth: 'auto' | AuthMode[];
  /** The one that is given credentials; undefined: one at the registry's own origin. */
  realm: string | undefined;
  identity: Credentials | undefined;
  reader: Credentials | undefined;
  issuer: IssuerKey | undefined;
  /** Has no right under the namespace. */
  stranger: Credentials | undefined;
  namespace: string;
  /** Where the stranger may do everything, and no other identity of ours anything. */
  otherNamespace: string | undefined;
  /** That exist, and are the tests' alone: no other is written to. Undefined where the tests make their own. */
  repositories: string[] | undefined;
  profile: ProfileName;
  /** What whoever runs the tests knows to be broken, beside the profile; undefined where no file says so. */
  known: { file: string; deviations: KnownDeviation[]; overdue: KnownBreak[] } | undefined;
  /** Undefined: all that the profile offers. */
  protocols: Protocol[] | undefined;
  specVersion: SpecVersion;
  level: Strictness;
  caFile: string | undefined;
  insecureTls: boolean;
  /** How many bytes the large layers have. */
  largeLayer: number;
  /** Shown to a registry that asks for one. */
  clientCertificate: { certFile: string; keyFile: string } | undefined;
  proxy: Proxy | undefined;
  /** Given ones, to be read alone: with them, nothing is written to the registry. */
  references: Reference[] | undefined;
  /** How often a test that the network broke off is run again. */
  retries: number;
  /** Of all workers together; undefined for no limit. */
  maxPerSecond: number | undefined;
  maxInFlight: number | undefined;
  /** After which no test starts any more. */
  maxRequests: number | undefined;
  maxMinutes: number;
  /** Where the report files go. */
  reports: string;
};

/** A setting that makes no sense, told in one line: its name, its value, what is allowed. */
export class SettingError extends Error {
  constructor(setting: string, problem: string) {
    super(`${setting}: ${problem}`);
  }
}

/** Of the given ones, for each worker: many a test needs a second. */
export const leastRepositories = 2;

type Environment = Record<string, string | undefined>;

/** Reads `.env.<TARGET>` and `.env` into the environment (what is set there already wins), then the settings. */
export function loadSettings(): Settings {
  const name = process.env['TARGET'];
  if (name && !existsSync(`.env.${name}`)) {
    throw new SettingError(`TARGET=${name}`, `there is no file .env.${name} in this folder`);
  }
  dotenv.config({ path: [...(name ? [`.env.${name}`] : []), '.env'], quiet: true });
  return readSettings(process.env);
}

/** Checks the environment and types it. @throws SettingError at the first setting that makes no sense */
export function readSettings(env: Environment): Settings {
  const settings: Settings = {
    url: readUrl(env),
    auth: readAuth(env),
    realm: readRealm(env),
    identity: readCredentials(env, 'REGISTRY_USERNAME', 'REGISTRY_PASSWORD'),
    reader: readCredentials(env, 'REGISTRY_READER_USERNAME', 'REGISTRY_READER_PASSWORD'),
    issuer: readIssuer(env),
    stranger: readCredentials(env, 'REGISTRY_OTHER_USERNAME', 'REGISTRY_OTHER_PASSWORD'),
    namespace: readName(env, 'REGISTRY_NAMESPACE') ?? 'dockside',
    otherNamespace: readOtherNamespace(env),
    repositories: readRepositories(env),
    profile: choice(env, 'REGISTRY_PROFILE', profileNames, 'spec'),
    known: readKnownBreaks(env),
    protocols: choices(env, 'REGISTRY_PROTOCOLS', protocols),
    specVersion: choice(env, 'SPEC_VERSION', specVersions, '1.1'),
    level: choice(env, 'REGISTRY_LEVEL', strictness, 'must'),
    caFile: readFile(env, 'REGISTRY_CA_FILE'),
    insecureTls: readFlag(env, 'REGISTRY_INSECURE_TLS'),
    largeLayer: readSize(env, 'LARGE_LAYER', '64MiB'),
    clientCertificate: readClientCertificate(env),
    proxy: readProxy(env),
    references: readReferences(env),
    retries: readCount(env, 'REGISTRY_RETRIES', 0) ?? 4,
    maxPerSecond: readCount(env, 'REGISTRY_MAX_PER_SECOND'),
    maxInFlight: readCount(env, 'REGISTRY_MAX_IN_FLIGHT'),
    maxRequests: readCount(env, 'REGISTRY_MAX_REQUESTS'),
    maxMinutes: readCount(env, 'REGISTRY_MAX_MINUTES') ?? 120,
    reports: env['REPORTS_FOLDER'] || 'reports',
  };
  if (settings.url === undefined) refuseWithoutUrl(env, settings);
  return settings;
}

/** Whether a rule of this level turns a run of this strictness red. */
export function isFatal(level: Level, at: Strictness): boolean {
  if (level === 'must' || level === 'security') return true;
  if (level === 'should') return at !== 'must';
  return level === 'defacto' && at === 'defacto';
}

function readUrl(env: Environment): string | undefined {
  const value = env['REGISTRY_URL'];
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new SettingError(`REGISTRY_URL=${shown(value)}`, 'must be an http:// or https:// URL');
  }
  if (url.username || url.password) {
    throw new SettingError(
      `REGISTRY_URL=${shown(value)}`,
      'must not carry credentials; put them in REGISTRY_USERNAME and REGISTRY_PASSWORD',
    );
  }
  if (url.pathname !== '/' || url.search || url.hash) {
    throw new SettingError(`REGISTRY_URL=${shown(value)}`, `must be the origin alone, e.g. ${url.origin}`);
  }
  return url.origin;
}

function readRealm(env: Environment): string | undefined {
  const value = env['REGISTRY_REALM'];
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) {
    throw new SettingError(
      `REGISTRY_REALM=${shown(value)}`,
      'must be the http:// or https:// URL of a token service',
    );
  }
  return url.href;
}

/** A value that makes no sense may be a URL with credentials, wherever they end. */
function shown(value: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/|\/\/)?(.*)$/is.exec(value) ?? [];
  const end = rest.lastIndexOf('@');
  const hasLogin = end !== -1 && (scheme !== '' || rest.lastIndexOf(':', end) !== -1);
  return hasLogin ? `${scheme}***${rest.slice(end)}` : value;
}

function readAuth(env: Environment): 'auto' | AuthMode[] {
  const value = env['REGISTRY_AUTH'];
  return !value || value === 'auto' ? 'auto' : (choices(env, 'REGISTRY_AUTH', authModes, ['auto']) ?? 'auto');
}

function readCredentials(env: Environment, userName: string, passwordName: string): Credentials | undefined {
  const username = env[userName];
  const password = env[passwordName];
  if (username && !password) throw new SettingError(passwordName, `is empty, but ${userName} is set`);
  if (password && !username) throw new SettingError(userName, `is empty, but ${passwordName} is set`);
  if (!username || !password) return undefined;
  if (username.includes(':')) {
    throw new SettingError(userName, 'must not contain a colon (RFC 7617 section 2)');
  }
  return { username, password };
}

function readIssuer(env: Environment): IssuerKey | undefined {
  const keyFile = readFile(env, 'REGISTRY_ISSUER_KEY_FILE');
  const certificateFile = readFile(env, 'REGISTRY_ISSUER_CERT_FILE');
  if (keyFile === undefined) {
    if (certificateFile === undefined) return undefined;
    throw new SettingError('REGISTRY_ISSUER_KEY_FILE', 'is empty, but REGISTRY_ISSUER_CERT_FILE is set');
  }
  const privateKey = readFileSync(keyFile, 'utf8');
  const key = readPem(`REGISTRY_ISSUER_KEY_FILE=${keyFile}`, 'a private key', () =>
    createPrivateKey(privateKey),
  );
  if (certificateFile === undefined) return { privateKey, certificates: undefined };
  const setting = `REGISTRY_ISSUER_CERT_FILE=${certificateFile}`;
  const certificates = readFileSync(certificateFile, 'utf8');
  const own = readPem(setting, 'a certificate', () => new X509Certificate(certificates));
  if (!own.checkPrivateKey(key)) {
    throw new SettingError(setting, 'is no certificate of the key in REGISTRY_ISSUER_KEY_FILE');
  }
  return { privateKey, certificates };
}

function readPem<T>(setting: string, what: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new SettingError(setting, `does not hold ${what} in PEM`);
  }
}

function readClientCertificate(env: Environment): Settings['clientCertificate'] {
  const certFile = readFile(env, 'REGISTRY_CLIENT_CERT_FILE');
  const keyFile = readFile(env, 'REGISTRY_CLIENT_KEY_FILE');
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined) {
    throw new SettingError('REGISTRY_CLIENT_CERT_FILE', 'is empty, but REGISTRY_CLIENT_KEY_FILE is set');
  }
  if (keyFile === undefined) {
    throw new SettingError('REGISTRY_CLIENT_KEY_FILE', 'is empty, but REGISTRY_CLIENT_CERT_FILE is set');
  }
  const setting = `REGISTRY_CLIENT_CERT_FILE=${certFile}`;
  const certificate = readPem(
    setting,
    'a certificate',
    () => new X509Certificate(readFileSync(certFile, 'utf8')),
  );
  const key = readPem(`REGISTRY_CLIENT_KEY_FILE=${keyFile}`, 'a private key', () =>
    createPrivateKey(readFileSync(keyFile, 'utf8')),
  );
  if (!certificate.checkPrivateKey(key)) {
    throw new SettingError(setting, 'is no certificate of the key in REGISTRY_CLIENT_KEY_FILE');
  }
  return { certFile, keyFile };
}

/** REGISTRY_PROXY or, for a registry that is named, what other clients read: HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
function readProxy(env: Environment): Proxy | undefined {
  if (!env['REGISTRY_URL']) return undefined;
  const usual = env['REGISTRY_URL'].startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const name = ['REGISTRY_PROXY', usual, usual.toLowerCase()].find((one) => env[one]);
  const value = env[name ?? ''];
  if (name === undefined || !value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/') {
    throw new SettingError(`${name}=${shown(value)}`, 'must be an http:// or https:// URL, host alone');
  }
  const bypass = env['NO_PROXY'] ?? env['no_proxy'] ?? '';
  const [username = '', password = ''] = [url.username, url.password].map(decodeURIComponent);
  return { server: url.origin, bypass, login: username === '' ? undefined : { username, password } };
}

function readReferences(env: Environment): Reference[] | undefined {
  const name = 'REGISTRY_REFERENCES';
  const value = env[name];
  if (!value) return undefined;
  return value.split(',').map((item) => {
    const [, repository = '', digest, tag] = /^([^@:]+)(?:@(.+)|:([^:]+))$/.exec(item.trim()) ?? [];
    const reference = digest ?? tag ?? '';
    if (!isName(repository) || !(digest === undefined ? isTag(reference) : isDigest(reference))) {
      throw new SettingError(
        `${name}=${shown(value)}`,
        'must be a comma list of repository:tag or repository@digest',
      );
    }
    return { repository, reference };
  });
}

function readKnownBreaks(env: Environment): Settings['known'] {
  const file = env['REGISTRY_KNOWN'];
  if (!file) return undefined;
  const setting = `REGISTRY_KNOWN=${shown(file)}`;
  if (!existsSync(file))
    throw new SettingError(
      setting,
      'there is no such file; empty the setting, and npm run known -- --write --file NAME makes one',
    );
  const day = today();
  try {
    const breaks = readKnown(readFileSync(file, 'utf8'));
    const overdue = breaks.filter((one) => isOver(one, day));
    return { file, deviations: deviationsOf(breaks, file, day), overdue };
  } catch (error) {
    throw new SettingError(setting, (error as Error).message);
  }
}

function readName(env: Environment, name: string): string | undefined {
  const value = env[name];
  if (!value) return undefined;
  if (!isName(value)) {
    throw new SettingError(
      `${name}=${shown(value)}`,
      'must be a repository name: lower-case letters and digits, parted by . _ - and /',
    );
  }
  return value;
}

function readOtherNamespace(env: Environment): string | undefined {
  const name = 'REGISTRY_OTHER_NAMESPACE';
  const value = readName(env, name);
  if (value !== undefined && !env['REGISTRY_OTHER_USERNAME']) {
    throw new SettingError('REGISTRY_OTHER_USERNAME', `is empty, but ${name} is set`);
  }
  const ours = env['REGISTRY_NAMESPACE'] || 'dockside';
  if (value === ours || value?.startsWith(`${ours}/`)) {
    throw new SettingError(`${name}=${shown(value)}`, `must not lie under REGISTRY_NAMESPACE, ${ours}`);
  }
  return value;
}

function readRepositories(env: Environment): string[] | undefined {
  const name = 'REGISTRY_REPOSITORIES';
  const value = env[name];
  if (!value) return undefined;
  const names = value.split(',').map((item) => item.trim());
  const wrong = names.find((item) => !isName(item));
  if (wrong !== undefined) {
    throw new SettingError(
      `${name}=${shown(value)}`,
      `must be a comma list of repository names, and "${shown(wrong)}" is none`,
    );
  }
  const twice = names.find((item, at) => names.indexOf(item) !== at);
  if (twice !== undefined) throw new SettingError(`${name}=${shown(value)}`, `names ${shown(twice)} twice`);
  if (names.length < leastRepositories) {
    throw new SettingError(`${name}=${shown(value)}`, `must name ${leastRepositories} repositories at least`);
  }
  const other = ['REGISTRY_NAMESPACE', 'REGISTRY_OTHER_NAMESPACE', 'REGISTRY_REFERENCES'].find(
    (one) => env[one],
  );
  if (other !== undefined) {
    throw new SettingError(other, `is set, but ${name} names all repositories there are: leave one empty`);
  }
  return names;
}

function readFile(env: Environment, name: string): string | undefined {
  const value = env[name];
  if (!value) return undefined;
  // What is meant to be a file may be what should be in it.
  const isPlace = value.length < 100 || (value.length < 1_000 && value.includes('.'));
  if (!existsSync(value)) {
    if (!isPlace) throw new SettingError(name, 'must be the name of a file, not what is in it');
    throw new SettingError(`${name}=${shown(value)}`, 'there is no such file');
  }
  return value;
}

const units: Record<string, number> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A number of bytes, as `10GiB`. */
function readSize(env: Environment, name: string, otherwise: string): number {
  const value = env[name] || otherwise;
  const [, number, unit = ''] = /^(\d+) *([KMG]iB)?$/.exec(value) ?? [];
  const size = Number(number) * (units[unit] ?? 1);
  if (number === undefined || !Number.isSafeInteger(size) || size < 2 ** 20) {
    throw new SettingError(`${name}=${shown(value)}`, 'must be a size from 1MiB on, such as 64MiB or 10GiB');
  }
  return size;
}

function readFlag(env: Environment, name: string): boolean {
  return ['1', 'true'].includes(choice(env, name, ['0', '1', 'false', 'true'] as const, '0'));
}

function readCount(env: Environment, name: string, least = 1): number | undefined {
  const value = env[name];
  if (!value) return undefined;
  const count = Number(value);
  if (!/^\d{1,9}$/.test(value) || count < least) {
    throw new SettingError(`${name}=${shown(value)}`, `must be a whole number, ${least} or more`);
  }
  return count;
}

function choice<T extends string>(env: Environment, name: string, allowed: readonly T[], otherwise: T): T {
  const value = env[name];
  if (!value) return otherwise;
  const found = allowed.find((item) => item === value);
  if (found === undefined)
    throw new SettingError(`${name}=${shown(value)}`, `must be one of ${allowed.join(', ')}`);
  return found;
}

function choices<T extends string>(
  env: Environment,
  name: string,
  allowed: readonly T[],
  alone: readonly string[] = [],
): T[] | undefined {
  const value = env[name];
  if (!value) return undefined;
  const items = value.split(',').map((item) => item.trim());
  const wrong = items.find((item) => !(allowed as readonly string[]).includes(item));
  if (wrong !== undefined) {
    const alternatives = alone.length > 0 ? ` (or ${alone.join(', ')} alone)` : '';
    throw new SettingError(
      `${name}=${shown(value)}`,
      `must be a comma list of ${allowed.join(', ')}${alternatives}`,
    );
  }
  return allowed.filter((item) => items.includes(item));
}

function refuseWithoutUrl(env: Environment, { profile }: Settings): void {
  const needsUrl = [
    'REGISTRY_REALM',
    'REGISTRY_USERNAME',
    'REGISTRY_READER_USERNAME',
    'REGISTRY_ISSUER_KEY_FILE',
    'REGISTRY_OTHER_USERNAME',
    'REGISTRY_CA_FILE',
    'REGISTRY_INSECURE_TLS',
    'REGISTRY_CLIENT_CERT_FILE',
    'REGISTRY_PROXY',
    'REGISTRY_REFERENCES',
    'REGISTRY_REPOSITORIES',
  ];
  const orphan = needsUrl.find((name) => env[name]);
  if (orphan !== undefined) {
    throw new SettingError(orphan, 'is set, but REGISTRY_URL is empty, so the embedded registry would run');
  }
  if (!(embeddedProfiles as readonly string[]).includes(profile)) {
    throw new SettingError(
      `REGISTRY_PROFILE=${profile}`,
      `describes a registry that REGISTRY_URL must name; the embedded one knows ${embeddedProfiles.join(' and ')}`,
    );
  }
}
