import { parseArgs } from 'node:util';
import { isName } from '../../lib/content/reference.ts';
import { json } from '../../lib/text/json.ts';
import { complain, line, say } from '../../lib/text/terminal.ts';
import { embeddedProfiles } from '../../lib/profiles/names.ts';
import { faultIds } from '../faults/faults.ts';
import { startFaulty } from '../faults/host.ts';
import { startRegistry, type RegistryOptions } from './registry.ts';
import { authModes } from '../../lib/types.ts';

let options: RegistryOptions;
let faultId: string | undefined;
try {
  options = readArguments();
} catch (error) {
  complain(line`${reasonOf(error)}`);
  process.exit(2);
}

const start = faultId === undefined ? startRegistry(options) : startFaulty(faultId, options);
const registry = await start.catch((error: unknown) => {
  complain(line`--port ${options.port ?? 0}: ${reasonOf(error)}`);
  process.exit(2);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => void registry.close().then(() => process.exit(0)));
}
const { url, auth, realm = null, users } = registry;
const { username, password } = auth === 'anonymous' ? { username: null, password: null } : users.writer;
say(json({ url, auth, realm, username, password }));

function readArguments(): RegistryOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      auth: { type: 'string', default: 'anonymous' },
      profile: { type: 'string', default: 'spec' },
      fault: { type: 'string' },
      repositories: { type: 'string' },
      log: { type: 'boolean', default: false },
    },
  });
  if (values.fault !== undefined && !faultIds.includes(values.fault)) {
    throw new Error(
      `--fault ${values.fault}: there is no such fault; npm run faults -- --list names them all`,
    );
  }
  faultId = values.fault;
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new Error(`--port ${values.port}: must be a number from 0 to 65535`);
  }
  const repositories = values.repositories?.split(',');
  const wrong = repositories?.find((name) => !isName(name));
  if (wrong !== undefined) throw new Error(`--repositories: ${wrong} is no repository name`);
  return {
    port,
    repositories,
    log: values.log ? (entry) => say(json(entry)) : undefined,
    auth: oneOf('--auth', values.auth, authModes),
    profile: oneOf('--profile', values.profile, embeddedProfiles),
  };
}

/** In one line. */
function reasonOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new Error(`${option} ${value}: must be one of ${allowed.join(', ')}`);
  return found;
}
