import { execFile } from 'node:child_process';
import { expect, test as base } from '@playwright/test';
import { startProxy } from '../tools/faults/proxy.ts';
import { answers, empty, instead, refused, set, status, type Wire } from '../tools/faults/wire.ts';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import { repositoriesIn, tagsIn } from '../lib/registry/lists.ts';
import { rawSend } from '../lib/http/raw.ts';
import { certificates, startTls } from '../tools/front.ts';
import { startVariants } from '../tools/variants/host.ts';
import { variant } from '../tools/variants/variants.ts';
import { pushSmall } from './small.ts';

type Look = { code: unknown; lines: string[] };

const test = base.extend<{
  registry: RunningRegistry;
  look: (settings: Record<string, string>) => Promise<Look>;
}>({
  registry: async ({}, use) => {
    const registry = await startRegistry({ auth: 'anonymous' });
    await use(registry);
    await registry.close();
  },
  look: async ({}, use, testInfo) =>
    await use(async (settings) => {
      const { PATH, HOME } = process.env;
      const env = { PATH, HOME, REPORTS_FOLDER: testInfo.outputPath('reports'), ...settings };
      return await new Promise((resolve) => {
        execFile(
          process.execPath,
          ['--import', 'tsx', 'tools/doctor/main.ts'],
          { env },
          (error, stdout, stderr) =>
            resolve({
              code: error?.code ?? 0,
              lines: (stdout + stderr)
                .trimEnd()
                .split('\n')
                .map((line) => line.trim()),
            }),
        );
      });
    }),
});

test.describe.configure({ timeout: 60_000 });

test('a registry that is well is told so, with the lines for .env, and left as it was', async ({ look }) => {
  const registry = await startRegistry({ auth: 'bearer' });
  const { username, password } = registry.users.writer;
  const { code, lines } = await look({
    REGISTRY_URL: registry.url,
    REGISTRY_USERNAME: username,
    REGISTRY_PASSWORD: password,
    REGISTRY_REALM: registry.realm ?? '',
  });
  const seen = lines.map((line) => line.split(/ +/).slice(0, 2).join(' ')).slice(0, 12);
  await registry.close();
  expect(seen).toEqual([
    'ok dns',
    'ok tcp',
    'ok ping',
    'ok clock',
    'ok challenge',
    'ok login',
    'ok push',
    'ok pull',
    'ok delete',
    'ok rate',
    'ok offers',
    'ok offers',
  ]);
  expect(lines.slice(-5)).toEqual([
    `REGISTRY_URL=${registry.url}`,
    'REGISTRY_AUTH=bearer',
    `REGISTRY_REALM=${registry.realm}`,
    'REGISTRY_PROFILE=spec',
    'REGISTRY_PROTOCOLS=schema1,schema2,oci',
  ]);
  expect(lines.join()).not.toContain(password);
  expect(code).toBe(0);
});

test('given repositories are looked at one by one, and one that is missing is told', async ({ look }) => {
  const registry = await startRegistry({ auth: 'anonymous', repositories: ['team/a', 'team/b'] });
  const given = (names: string) => ({ REGISTRY_URL: registry.url, REGISTRY_REPOSITORIES: names });
  const well = await look(given('team/a,team/b'));
  const missing = await look(given('team/a,team/c'));
  await pushSmall(registry.url, 'team/b');
  const used = await look(given('team/a,team/b'));
  await registry.close();
  expect(well.lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ok +repository +team\/b is there, and empty$/),
      expect.stringMatching(/^ok +push +team\/a:v1$/),
      'REGISTRY_REPOSITORIES=team/a,team/b',
    ]),
  );
  expect(missing.lines).toContainEqual(
    expect.stringMatching(/^change +repository .*create the repository team\/c/),
  );
  expect(used.lines).toContainEqual(
    expect.stringMatching(/^change +repository .*team\/b holds something \(v1\)/),
  );
  expect([well.code, missing.code, used.code]).toEqual([0, 1, 1]);
});

test('what it pushes it removes', async ({ registry, look }) => {
  await look({ REGISTRY_URL: registry.url });
  const send = rawSend({ caFile: undefined, insecureTls: false });
  const names = repositoriesIn(await send({ method: 'GET', url: `${registry.url}/v2/_catalog` }));
  expect(names.filter((name) => name.endsWith('/doctor'))).toHaveLength(1);
  const lists = await Promise.all(
    names.map(async (name) =>
      tagsIn(await send({ method: 'GET', url: `${registry.url}/v2/${name}/tags/list` })),
    ),
  );
  expect(lists.flat()).toEqual([]);
});

for (const [version, code] of [
  ['main', 0],
  ['1.1', 1],
] as const) {
  test(`redirects are ${code === 0 ? 'followed' : 'no answer'} where ${version} is asked for`, async ({
    look,
  }, testInfo) => {
    const host = await startVariants([variant('redirect-each')], 'basic', testInfo.outputDir);
    const seen = await look({ ...host.settings, SPEC_VERSION: version });
    await host.close();
    expect(seen.code).toBe(code);
    expect(seen.lines.filter((line) => line.startsWith('change'))).toHaveLength(code);
  });
}

const ill: [name: string, wire: Wire, line: string][] = [
  [
    'a page in its place',
    instead('GET', 'ping', () => async () => empty(404)),
    'change ping GET /v2/ answered 404: is URL a registry, at its root?',
  ],
  [
    'a clock that is an hour behind',
    answers(
      'GET',
      'ping',
      set('date', () => new Date(Date.now() - 3_600_000).toUTCString()),
    ),
    'change clock theirs is 36',
  ],
  [
    'a user who may not push',
    instead('POST', 'uploads', () => async () => refused(403, 'DENIED')),
    'change push POST /v2/dockside/',
  ],
  [
    'a proxy that cuts manifests',
    answers('GET', 'manifest', (answer) => ({
      ...answer,
      body: Buffer.from('{}'),
      headers: { ...answer.headers, 'content-length': ['2'] },
    })),
    'change pull the manifest came back changed',
  ],
  [
    'a rate limit that is met',
    answers('GET', 'manifest', status(429)),
    'change rate limit met (429): set REGISTRY_MAX_PER_SECOND',
  ],
];

for (const [name, wire, line] of ill) {
  test(`${name} is told, with what to change`, async ({ registry, look }) => {
    const proxy = await startProxy({ registry: registry.url, realm: undefined }, wire);
    const { code, lines } = await look({ REGISTRY_URL: proxy.url });
    await proxy.close();
    const told = lines.map((one) => one.replaceAll(/ +/g, ' ').replaceAll(proxy.url, 'URL'));
    expect(told.filter((one) => one.startsWith(line))).toHaveLength(1);
    expect(code).toBe(1);
  });
}

test('a registry that deletes nothing is worth a note', async ({ registry, look }) => {
  const wire = instead('DELETE', 'any', () => async () => refused(405, 'UNSUPPORTED'));
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, wire);
  const { code, lines } = await look({ REGISTRY_URL: proxy.url });
  await proxy.close();
  expect(lines.join('\n')).toMatch(/note +delete +2 stay \(the registry answered 405\)/);
  expect(code).toBe(0);
});

test('what keeps it from an answer is told in one line', async ({ registry, look }, testInfo) => {
  const { server } = await certificates((name) => testInfo.outputPath(name));
  const secure = await startTls(registry.url, server);
  const outcomes = await Promise.all([
    look({ REGISTRY_URL: 'http://registry.invalid' }),
    look({ REGISTRY_URL: 'http://127.0.0.1:1' }),
    look({ REGISTRY_URL: registry.url.replace('http', 'https') }),
    look({ REGISTRY_URL: secure.url }),
    look({}),
  ]);
  await secure.close();
  expect(outcomes.map(({ lines }) => lines.at(-1)?.replaceAll(/ +/g, ' '))).toEqual([
    expect.stringMatching(/^change dns registry\.invalid is not known \(E\w+\): mend REGISTRY_URL/),
    expect.stringMatching(/^change tcp 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/),
    expect.stringMatching(/^change tcp .* does not speak TLS: say http:\/\/ in REGISTRY_URL/),
    expect.stringMatching(
      /^change tls .* not trusted \(\w+\): put the certificate of its authority into REGISTRY_CA_FILE$/,
    ),
    expect.stringMatching(/^REGISTRY_URL: is empty/),
  ]);
  expect(outcomes.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
});

test('given references are pulled, and nothing is pushed', async ({ registry, look }) => {
  await pushSmall(registry.url, 'library/image');
  const found = await look({ REGISTRY_URL: registry.url, REGISTRY_REFERENCES: 'library/image:v1' });
  expect(found.lines.join('\n')).toMatch(/ok +pull +library\/image v1: 0 manifests, \d blobs/);
  expect(found.lines.join('\n')).not.toMatch(/(?:ok|change) +push/);
  const missed = await look({ REGISTRY_URL: registry.url, REGISTRY_REFERENCES: 'library/image:v2' });
  expect(missed.lines.join('\n')).toMatch(/change +pull +GET .* answered 404: is library\/image v2 there/);
  expect([found.code, missed.code]).toEqual([0, 1]);
});
