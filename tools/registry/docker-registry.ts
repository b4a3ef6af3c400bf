import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { command, stopWith } from '../../lib/run/ending.ts';
import { sendRaw } from '../../lib/http/raw.ts';
import { writeText } from '../../lib/text/files.ts';
import { json } from '../../lib/text/json.ts';
import { complain, line } from '../../lib/text/terminal.ts';
import { startIssuer, type RunningIssuer } from './issuer.ts';
import { authModes, type AuthMode, type Credentials } from '../../lib/types.ts';

// Runs Debian's docker-registry, or another build of distribution, on loopback in one auth mode, and a command against
// it with the settings that a user would have typed.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    auth: { type: 'string', default: 'anonymous' },
    binary: { type: 'string', default: 'docker-registry' },
    profile: { type: 'string', default: 'distribution' },
    debug: { type: 'boolean', default: false },
  },
});
const auth = authModes.find((mode) => mode === values.auth);
const [program, ...args] = positionals;
if (auth === undefined || program === undefined) {
  complain(
    line`usage: npm run docker-registry -- --auth anonymous|basic|bearer [--binary FILE --profile NAME] [--debug] -- COMMAND …`,
  );
  process.exit(2);
}

const service = 'docker-registry';
const writer: Credentials = { username: 'dockside', password: `wrïter:${process.pid}` };
const folder = mkdtempSync(join(tmpdir(), 'docker-registry-'));
const cleanUps: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];

await command('npm run docker-registry', async () => {
  try {
    return await run(auth, program, args);
  } finally {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  }
});

async function run(mode: AuthMode, file: string, fileArgs: readonly string[]): Promise<number> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const issuer = mode === 'bearer' ? await startIssuer({ service }) : undefined;
  if (issuer !== undefined) cleanUps.push(async () => await issuer.close());
  const config = join(folder, 'config.json');
  writeText(config, json(configOf(url, mode, issuer)));
  // Its own settings are read from REGISTRY_* variables too, so it gets none of ours; and version 3 sends traces.
  const registry = spawn(values.binary, ['serve', config], {
    env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' },
    stdio: ['ignore', 'ignore', values.debug ? 'inherit' : 'ignore'],
  });
  cleanUps.push(async () => await stop(registry));
  await listening(registry, url);

  const child = spawn(file, fileArgs, {
    stdio: 'inherit',
    env: { ...process.env, ...settingsOf(url, mode, issuer) },
  });
  stopWith(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function settingsOf(url: string, mode: AuthMode, issuer: RunningIssuer | undefined): Record<string, string> {
  const identity = mode === 'basic' ? writer : issuer?.users.writer;
  const { reader, other } = issuer?.users ?? {};
  return {
    REGISTRY_URL: url,
    REGISTRY_AUTH: mode,
    REGISTRY_PROFILE: values.profile,
    ...(identity && { REGISTRY_USERNAME: identity.username, REGISTRY_PASSWORD: identity.password }),
    ...(issuer && { REGISTRY_REALM: issuer.realm, ...issuerSettings(issuer) }),
    ...(reader && { REGISTRY_READER_USERNAME: reader.username, REGISTRY_READER_PASSWORD: reader.password }),
    ...(other && {
      REGISTRY_OTHER_USERNAME: other.username,
      REGISTRY_OTHER_PASSWORD: other.password,
      REGISTRY_OTHER_NAMESPACE: 'other',
    }),
  };
}

/** distribution reads YAML, of which JSON is a part. */
function configOf(url: string, mode: AuthMode, issuer: RunningIssuer | undefined): object {
  return {
    version: 0.1,
    log: { level: values.debug ? 'debug' : 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') }, delete: { enabled: true } },
    http: { addr: new URL(url).host, secret: 'loopback' },
    compatibility: { schema1: { enabled: true } },
    // Without it, every manifest with a remote layer is answered with 500.
    validation: { manifests: { urls: { allow: ['^https?://'] } } },
    ...(mode === 'basic' && { auth: { htpasswd: { realm: service, path: htpasswdFile() } } }),
    ...(issuer && {
      auth: {
        token: {
          realm: issuer.realm,
          service,
          issuer: issuer.name,
          rootcertbundle: certificateFile(issuer),
          jwks: keysFile(issuer),
        },
      },
    }),
  };
}

function htpasswdFile(): string {
  const file = join(folder, 'htpasswd');
  writeFileSync(file, execFileSync('htpasswd', ['-nbB', writer.username, writer.password]));
  return file;
}

/** The registry trusts these certificates, and by their ids the keys in them. */
function certificateFile({ key, root }: RunningIssuer): string {
  return write('issuer.crt', `${key.certificates}${root.toString()}`);
}

/** Version 3 gives the keys of certificates other ids; here the key has the one that tokens name. */
function keysFile({ keyId, publicKey }: RunningIssuer): string {
  return write(
    'issuer.jwks',
    JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: keyId }] }),
  );
}

function issuerSettings({ key }: RunningIssuer): Record<string, string> {
  return {
    REGISTRY_ISSUER_KEY_FILE: write('issuer.key', key.privateKey),
    REGISTRY_ISSUER_CERT_FILE: write('issuer.pem', key.certificates ?? ''),
  };
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function listening(registry: ChildProcess, url: string): Promise<void> {
  registry.on('error', (error) => {
    complain(line`${error.message}; install the Debian package docker-registry`);
  });
  for (let tries = 0; tries < 100 && registry.pid !== undefined && registry.exitCode === null; tries += 1) {
    const answer = await sendRaw({ method: 'GET', origin: url, path: '/v2/' }).catch(() => undefined);
    if (answer !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('docker-registry did not start; see why with --debug');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
