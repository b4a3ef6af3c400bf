import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { createIssuer } from '../tools/registry/issuer.ts';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import type { AuthMode } from '../lib/types.ts';

let registries: Record<AuthMode, RunningRegistry>;

test.beforeAll(async () => {
  const [anonymous, basic, bearer] = await Promise.all([
    startRegistry({ auth: 'anonymous' }),
    startRegistry({ auth: 'basic' }),
    startRegistry({ auth: 'bearer' }),
  ]);
  registries = { anonymous, basic, bearer };
});

test.afterAll(async () => {
  await Promise.all(Object.values(registries).map(async (registry) => await registry.close()));
});

const known = { REGISTRY_USERNAME: 'writer', REGISTRY_PASSWORD: 'wrong' };

/** `URL` stands for the registry's own, `REALM` for the origin of its tokens. */
const starts: [string, AuthMode | undefined, Record<string, string>, string][] = [
  [
    'a URL of no registry',
    undefined,
    { REGISTRY_URL: 'ftp://x' },
    'REGISTRY_URL=ftp://x: must be an http:// or https:// URL',
  ],
  ['an unknown profile', undefined, { REGISTRY_PROFILE: 'x' }, 'REGISTRY_PROFILE=x: must be one of spec, '],
  ['a target without a file', undefined, { TARGET: 'x' }, 'TARGET=x: there is no file .env.x in this folder'],
  [
    'a host that does not answer',
    undefined,
    { REGISTRY_URL: 'http://127.0.0.1:1' },
    'REGISTRY_URL=http://127.0.0.1:1: no answer (connect ECONNREFUSED',
  ],
  [
    'Basic where all may enter',
    'anonymous',
    { REGISTRY_AUTH: 'basic', ...known },
    'REGISTRY_AUTH=basic: URL offers anonymous',
  ],
  [
    'Basic where tokens are wanted',
    'bearer',
    { REGISTRY_AUTH: 'basic', ...known },
    'REGISTRY_AUTH=basic: URL offers bearer',
  ],
  [
    'no credentials where some are wanted',
    'bearer',
    {},
    'REGISTRY_USERNAME: is empty, but URL asks for credentials (bearer)',
  ],
  ['a wrong password for Basic', 'basic', known, 'REGISTRY_PASSWORD: URL refused the user writer (401)'],
  ['a wrong password for a token', 'bearer', known, 'REGISTRY_PASSWORD: REALM refused the user writer (401)'],
];

test("a key that is not the issuer's ends the run in one line", async ({}, testInfo) => {
  const { url, users, realm = '' } = registries.bearer;
  const { key } = await createIssuer('registry.example', users);
  const keyFile = testInfo.outputPath('key.pem');
  writeFileSync(keyFile, key.privateKey);
  const { username, password } = users.writer;
  const { code, printed } = await start({
    REGISTRY_URL: url,
    REGISTRY_USERNAME: username,
    REGISTRY_PASSWORD: password,
    REGISTRY_REALM: realm,
    REGISTRY_ISSUER_KEY_FILE: keyFile,
  });
  expect(printed).toBe('REGISTRY_ISSUER_KEY_FILE: holds another key than signs the tokens handed out');
  expect(code).toBe(1);
});

for (const [name, mode, env, message] of starts) {
  test(`${name} ends the run in one line`, async () => {
    const { url, issuer } = registryIn(mode);
    const { code, printed } = await start({ REGISTRY_URL: url, REGISTRY_REALM: issuer?.realm ?? '', ...env });
    const told = printed.replaceAll(url || 'URL', 'URL').replaceAll(issuer?.url ?? 'REALM', 'REALM');
    expect(told.slice(0, message.length)).toBe(message);
    expect(printed.split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });
}

function registryIn(mode: AuthMode | undefined): Pick<RunningRegistry, 'url' | 'issuer'> {
  return mode === undefined ? { url: '', issuer: undefined } : registries[mode];
}

test('a run whose reporters are replaced does not start', async () => {
  const { code, printed } = await start({ REGISTRY_URL: '' }, '--reporter=json');
  expect({ code, printed }).toEqual({
    code: 1,
    printed: '--reporter: would replace the reporters that judge and mask: say --add-reporter',
  });
});

async function start(
  env: Record<string, string>,
  ...options: string[]
): Promise<{ code: unknown; printed: string }> {
  const { PATH, HOME } = process.env;
  const playwright = ['node_modules/@playwright/test/cli.js', 'test', ...options];
  return await new Promise((resolve) => {
    execFile(process.execPath, playwright, { env: { PATH, HOME, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, printed: (stdout + stderr).trim() }),
    );
  });
}
