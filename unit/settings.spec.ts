import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { createIssuer, usersWith } from '../tools/registry/issuer.ts';
import { isFatal, readSettings } from '../lib/run/settings.ts';

const url = 'http://127.0.0.1:5000';

test('are the defaults where nothing is set', () => {
  expect(readSettings({})).toEqual({
    url: undefined,
    auth: 'auto',
    realm: undefined,
    identity: undefined,
    reader: undefined,
    issuer: undefined,
    stranger: undefined,
    namespace: 'dockside',
    otherNamespace: undefined,
    repositories: undefined,
    profile: 'spec',
    known: undefined,
    protocols: undefined,
    specVersion: '1.1',
    level: 'must',
    caFile: undefined,
    insecureTls: false,
    clientCertificate: undefined,
    proxy: undefined,
    references: undefined,
    retries: 4,
    maxPerSecond: undefined,
    maxInFlight: undefined,
    maxRequests: undefined,
    maxMinutes: 120,
    largeLayer: 64 * 1024 * 1024,
    reports: 'reports',
  });
});

test('are typed and put in their own order', () => {
  const settings = readSettings({
    REGISTRY_URL: 'https://registry.example:5000/',
    REGISTRY_AUTH: 'bearer, basic',
    REGISTRY_USERNAME: 'ann',
    REGISTRY_PASSWORD: 'p:w',
    REGISTRY_PROTOCOLS: 'oci,schema1',
    REGISTRY_INSECURE_TLS: 'true',
  });
  expect(settings).toMatchObject({
    url: 'https://registry.example:5000',
    auth: ['basic', 'bearer'],
    identity: { username: 'ann', password: 'p:w' },
    protocols: ['schema1', 'oci'],
    insecureTls: true,
  });
});

test('name a proxy, and whom it is not for', () => {
  const read = (env: Record<string, string>) =>
    readSettings({ REGISTRY_URL: 'https://registry.example', ...env }).proxy;
  const [server, login] = ['http://proxy.example:3128', { username: 'ann', password: 'p%w' }];
  expect(read({ REGISTRY_PROXY: 'http://ann:p%25w@proxy.example:3128' })).toEqual({
    server,
    bypass: '',
    login,
  });
  expect(read({ HTTPS_PROXY: server, NO_PROXY: 'localhost,.example' })).toEqual({
    server,
    bypass: 'localhost,.example',
    login: undefined,
  });
  expect(read({ HTTP_PROXY: server })).toBeUndefined();
  expect(readSettings({ HTTP_PROXY: server, HTTPS_PROXY: server }).proxy).toBeUndefined();
});

test('list references, and limits', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  expect(
    readSettings({
      REGISTRY_URL: url,
      REGISTRY_REFERENCES: `library/a:v1, b/c@${digest}`,
      REGISTRY_RETRIES: '0',
      REGISTRY_MAX_PER_SECOND: '20',
      REGISTRY_MAX_IN_FLIGHT: '4',
      REGISTRY_MAX_REQUESTS: '5000',
      REGISTRY_MAX_MINUTES: '30',
    }),
  ).toMatchObject({
    references: [
      { repository: 'library/a', reference: 'v1' },
      { repository: 'b/c', reference: digest },
    ],
    retries: 0,
    maxPerSecond: 20,
    maxInFlight: 4,
    maxRequests: 5000,
    maxMinutes: 30,
  });
});

const eve = { REGISTRY_URL: url, REGISTRY_OTHER_USERNAME: 'eve', REGISTRY_OTHER_PASSWORD: 'x' };

const wrong: [Record<string, string>, string][] = [
  [{ REGISTRY_URL: 'ftp://x' }, 'REGISTRY_URL=ftp://x: must be an http:// or https:// URL'],
  [{ REGISTRY_URL: 'registry:5000' }, 'REGISTRY_URL=registry:5000: must be an http:// or https:// URL'],
  [{ REGISTRY_URL: 'not a url' }, 'REGISTRY_URL=not a url: must be an http:// or https:// URL'],
  [
    { REGISTRY_URL: 'http://ann:secret@x' },
    'REGISTRY_URL=http://***@x: must not carry credentials; put them in REGISTRY_USERNAME and REGISTRY_PASSWORD',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REALM: 'ftp://ann:secret@x/token' },
    'REGISTRY_REALM=ftp://***@x/token: must be the http:// or https:// URL of a token service',
  ],
  [{ REGISTRY_URL: 'http://x/v2/' }, 'REGISTRY_URL=http://x/v2/: must be the origin alone, e.g. http://x'],
  [{ REGISTRY_URL: 'http://x/?a=b' }, 'REGISTRY_URL=http://x/?a=b: must be the origin alone, e.g. http://x'],
  [
    { REGISTRY_AUTH: 'oauth' },
    'REGISTRY_AUTH=oauth: must be a comma list of anonymous, basic, bearer (or auto alone)',
  ],
  [
    { REGISTRY_AUTH: 'auto,basic' },
    'REGISTRY_AUTH=auto,basic: must be a comma list of anonymous, basic, bearer (or auto alone)',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_USERNAME: 'ann' },
    'REGISTRY_PASSWORD: is empty, but REGISTRY_USERNAME is set',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_PASSWORD: 'x' },
    'REGISTRY_USERNAME: is empty, but REGISTRY_PASSWORD is set',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_READER_USERNAME: 'ann' },
    'REGISTRY_READER_PASSWORD: is empty, but REGISTRY_READER_USERNAME is set',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_OTHER_USERNAME: 'eve' },
    'REGISTRY_OTHER_PASSWORD: is empty, but REGISTRY_OTHER_USERNAME is set',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_OTHER_NAMESPACE: 'eve' },
    'REGISTRY_OTHER_USERNAME: is empty, but REGISTRY_OTHER_NAMESPACE is set',
  ],
  [{ ...eve, REGISTRY_OTHER_NAMESPACE: 'Eve' }, 'REGISTRY_OTHER_NAMESPACE=Eve: must be a repository name: '],
  [
    { ...eve, REGISTRY_OTHER_NAMESPACE: 'dockside/eve' },
    'REGISTRY_OTHER_NAMESPACE=dockside/eve: must not lie under REGISTRY_NAMESPACE, dockside',
  ],
  [
    { REGISTRY_OTHER_USERNAME: 'eve', REGISTRY_OTHER_PASSWORD: 'x' },
    'REGISTRY_OTHER_USERNAME: is set, but REGISTRY_URL is empty, so the embedded registry would run',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_USERNAME: 'a:b', REGISTRY_PASSWORD: 'x' },
    'REGISTRY_USERNAME: must not contain a colon (RFC 7617 section 2)',
  ],
  [
    { REGISTRY_NAMESPACE: 'Dockside' },
    'REGISTRY_NAMESPACE=Dockside: must be a repository name: lower-case letters and digits, parted by . _ - and /',
  ],
  [{ REGISTRY_PROFILE: 'nexus4' }, 'REGISTRY_PROFILE=nexus4: must be one of spec, '],
  [
    { REGISTRY_PROFILE: 'harbor' },
    'REGISTRY_PROFILE=harbor: describes a registry that REGISTRY_URL must name; the embedded one knows spec and quay-2018',
  ],
  [
    { REGISTRY_PROTOCOLS: 'oci,v1' },
    'REGISTRY_PROTOCOLS=oci,v1: must be a comma list of schema1, schema2, oci',
  ],
  [{ SPEC_VERSION: '2' }, 'SPEC_VERSION=2: must be one of 1.0, 1.1, main'],
  [{ REGISTRY_LEVEL: 'all' }, 'REGISTRY_LEVEL=all: must be one of must, should, defacto'],
  [
    { REGISTRY_URL: url, REGISTRY_CA_FILE: '/nowhere.pem' },
    'REGISTRY_CA_FILE=/nowhere.pem: there is no such file',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_ISSUER_KEY_FILE: '/nowhere.pem' },
    'REGISTRY_ISSUER_KEY_FILE=/nowhere.pem: there is no such file',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_ISSUER_KEY_FILE: 'package.json' },
    'REGISTRY_ISSUER_KEY_FILE=package.json: does not hold a private key in PEM',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_ISSUER_CERT_FILE: 'package.json' },
    'REGISTRY_ISSUER_KEY_FILE: is empty, but REGISTRY_ISSUER_CERT_FILE is set',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_CLIENT_CERT_FILE: '/nowhere.pem' },
    'REGISTRY_CLIENT_CERT_FILE=/nowhere.pem: there is no such file',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_CLIENT_CERT_FILE: 'package.json' },
    'REGISTRY_CLIENT_KEY_FILE: is empty, but REGISTRY_CLIENT_CERT_FILE is set',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_CLIENT_KEY_FILE: 'package.json' },
    'REGISTRY_CLIENT_CERT_FILE: is empty, but REGISTRY_CLIENT_KEY_FILE is set',
  ],
  [
    {
      REGISTRY_URL: url,
      REGISTRY_CLIENT_CERT_FILE: 'package.json',
      REGISTRY_CLIENT_KEY_FILE: 'package.json',
    },
    'REGISTRY_CLIENT_CERT_FILE=package.json: does not hold a certificate in PEM',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_PROXY: 'proxy:3128' },
    'REGISTRY_PROXY=proxy:3128: must be an http:// or https:// URL, host alone',
  ],
  [
    { REGISTRY_URL: url, HTTP_PROXY: 'socks5://ann:secret@proxy' },
    'HTTP_PROXY=socks5://***@proxy: must be an http:// or https:// URL, host alone',
  ],
  [
    { REGISTRY_PROXY: 'http://proxy' },
    'REGISTRY_PROXY: is set, but REGISTRY_URL is empty, so the embedded registry would run',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REFERENCES: 'library/a' },
    'REGISTRY_REFERENCES=library/a: must be a comma list of repository:tag or repository@digest',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REFERENCES: 'a:v1,,' },
    'REGISTRY_REFERENCES=a:v1,,: must be a comma list of repository:tag or repository@digest',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REFERENCES: 'a@sha256:1' },
    'REGISTRY_REFERENCES=a@sha256:1: must be a comma list of repository:tag or repository@digest',
  ],
  [
    { REGISTRY_REFERENCES: 'a:v1' },
    'REGISTRY_REFERENCES: is set, but REGISTRY_URL is empty, so the embedded registry would run',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REPOSITORIES: 'team/a,Team/b' },
    'REGISTRY_REPOSITORIES=team/a,Team/b: must be a comma list of repository names, and "Team/b" is none',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REPOSITORIES: 'team/a,' },
    'REGISTRY_REPOSITORIES=team/a,: must be a comma list of repository names, and "" is none',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REPOSITORIES: 'team/a,team/b,team/a' },
    'REGISTRY_REPOSITORIES=team/a,team/b,team/a: names team/a twice',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REPOSITORIES: 'team/a' },
    'REGISTRY_REPOSITORIES=team/a: must name 2 repositories at least',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REPOSITORIES: 'team/a,team/b', REGISTRY_NAMESPACE: 'team' },
    'REGISTRY_NAMESPACE: is set, but REGISTRY_REPOSITORIES names all repositories there are: leave one empty',
  ],
  [
    { REGISTRY_URL: url, REGISTRY_REPOSITORIES: 'team/a,team/b', REGISTRY_REFERENCES: 'team/a:v1' },
    'REGISTRY_REFERENCES: is set, but REGISTRY_REPOSITORIES names all repositories there are: leave one empty',
  ],
  [
    {
      REGISTRY_URL: url,
      REGISTRY_REPOSITORIES: 'team/a,team/b',
      REGISTRY_OTHER_NAMESPACE: 'other',
      REGISTRY_OTHER_USERNAME: 'bob',
      REGISTRY_OTHER_PASSWORD: 'x',
    },
    'REGISTRY_OTHER_NAMESPACE: is set, but REGISTRY_REPOSITORIES names all repositories there are: leave one empty',
  ],
  [
    { REGISTRY_REPOSITORIES: 'team/a,team/b' },
    'REGISTRY_REPOSITORIES: is set, but REGISTRY_URL is empty, so the embedded registry would run',
  ],
  [{ REGISTRY_RETRIES: '-1' }, 'REGISTRY_RETRIES=-1: must be a whole number, 0 or more'],
  [{ REGISTRY_MAX_PER_SECOND: '0' }, 'REGISTRY_MAX_PER_SECOND=0: must be a whole number, 1 or more'],
  [{ REGISTRY_MAX_IN_FLIGHT: 'two' }, 'REGISTRY_MAX_IN_FLIGHT=two: must be a whole number, 1 or more'],
  [{ REGISTRY_MAX_REQUESTS: '1e3' }, 'REGISTRY_MAX_REQUESTS=1e3: must be a whole number, 1 or more'],
  [{ REGISTRY_MAX_MINUTES: '1.5' }, 'REGISTRY_MAX_MINUTES=1.5: must be a whole number, 1 or more'],
  [
    { REGISTRY_URL: url, REGISTRY_INSECURE_TLS: 'yes' },
    'REGISTRY_INSECURE_TLS=yes: must be one of 0, 1, false, true',
  ],
  [
    { REGISTRY_USERNAME: 'ann', REGISTRY_PASSWORD: 'x' },
    'REGISTRY_USERNAME: is set, but REGISTRY_URL is empty, so the embedded registry would run',
  ],
];

const canary = 'Canary/pa55#word@x';
const pasted: Record<string, string>[] = [
  ...[
    'REGISTRY_URL',
    'REGISTRY_REALM',
    'REGISTRY_PROXY',
    'REGISTRY_REFERENCES',
    'REGISTRY_NAMESPACE',
  ].flatMap((name) =>
    [`https://ann:${canary}@r.example`, `ann:${canary}@r.example/a`, `//ann:${canary}@r.example`].map(
      (value) => ({ REGISTRY_URL: url, [name]: value }),
    ),
  ),
  { REGISTRY_URL: `https://ann:123#${canary}@r.example` },
  { REGISTRY_URL: url, REGISTRY_USERNAME: `ann:${canary}`, REGISTRY_PASSWORD: 'x' },
  ...['REGISTRY_CLIENT_KEY_FILE', 'REGISTRY_ISSUER_KEY_FILE', 'REGISTRY_CA_FILE'].map((name) => ({
    REGISTRY_URL: url,
    [name]: Buffer.from(`-----BEGIN PRIVATE KEY-----\n${canary.repeat(9)}`).toString('base64'),
  })),
];

for (const env of pasted) {
  test(`what is secret is not told of ${Object.entries(env).at(-1)?.join('=')}`, () => {
    let told = '';
    try {
      readSettings(env);
    } catch (error) {
      told = (error as Error).message;
    }
    expect(told).toMatch(/^REGISTRY_/);
    expect(told).not.toMatch(/Canary|pa55|word@|LS0t/);
  });
}

for (const [env, message] of wrong) {
  test(`refuse ${JSON.stringify(env)}`, () => {
    expect(() => readSettings(env)).toThrow(message);
  });
}

test('read a size with its unit', () => {
  expect(readSettings({ LARGE_LAYER: '10GiB' }).largeLayer).toBe(10 * 1024 ** 3);
  expect(() => readSettings({ LARGE_LAYER: '10GB' })).toThrow('LARGE_LAYER=10GB: must be a size');
  expect(() => readSettings({ LARGE_LAYER: '1KiB' })).toThrow('from 1MiB on');
});

test('hold the key of an issuer and its certificate', async ({}, testInfo) => {
  const { key } = await createIssuer('registry.example', usersWith());
  const stranger = (await createIssuer('registry.example', usersWith())).key;
  const write = (name: string, text = ''): string => {
    const file = testInfo.outputPath(name);
    writeFileSync(file, text);
    return file;
  };
  const keyFile = write('key.pem', key.privateKey);
  const read = (certificateFile: string) =>
    readSettings({
      REGISTRY_URL: url,
      REGISTRY_ISSUER_KEY_FILE: keyFile,
      REGISTRY_ISSUER_CERT_FILE: certificateFile,
    });
  expect(read('').issuer).toEqual({ privateKey: key.privateKey, certificates: undefined });
  expect(read(write('own.pem', key.certificates)).issuer).toEqual(key);
  expect(() => read(keyFile)).toThrow(
    `REGISTRY_ISSUER_CERT_FILE=${keyFile}: does not hold a certificate in PEM`,
  );
  expect(() => read(write('other.pem', stranger.certificates))).toThrow(
    'is no certificate of the key in REGISTRY_ISSUER_KEY_FILE',
  );
});

test('say a level is fatal from its own strictness on', () => {
  const fatal = (['must', 'should', 'defacto'] as const).map((at) =>
    (['must', 'security', 'should', 'defacto', 'may'] as const).filter((level) => isFatal(level, at)),
  );
  expect(fatal).toEqual([
    ['must', 'security'],
    ['must', 'security', 'should'],
    ['must', 'security', 'should', 'defacto'],
  ]);
});
