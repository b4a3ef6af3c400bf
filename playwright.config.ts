import { defineConfig, type Project } from '@playwright/test';
import { profileOf } from './lib/profiles/profiles.ts';
import { announceRun, currentRun, isAnnounced, runSettings } from './lib/run.ts';
import { orStop, protocols, type AuthMode, type Protocol } from './lib/settings.ts';
import { discover } from './lib/target.ts';
import type { Axes } from './lib/verdict.ts';

const settings = await orStop(runSettings);
const { reports, url } = settings;
if (settings.caFile !== undefined) process.env['NODE_EXTRA_CA_CERTS'] = settings.caFile;
if (url !== undefined && !isAnnounced()) {
  announceRun({ targets: await orStop(async () => await discover({ ...settings, url })) });
}

const profile = profileOf(settings.profile);
const ourProtocols = protocols.filter((one) => (settings.protocols ?? profile.protocols).includes(one));
const embedded = settings.auth === 'auto' ? profile.authModes : settings.auth;
const ourModes = url === undefined ? embedded : currentRun().targets.map(({ auth }) => auth);

// A test runs in every project where its outcome can differ, and nowhere twice: a flow with the manifest format and
// the way in, its content and manifests with the format alone, authorisation with the way in alone, all else with neither.
const perMode = ['auth', 'security'];
const once = [
  'general',
  'names',
  'blobs',
  'uploads',
  'tags',
  'catalog',
  'referrers',
  'deletion',
  'errors',
  'consistency',
];

// What has no meaning on an axis: schema1 knows no index, remote layer or config, Basic no tokens.
const withoutProtocol: Partial<Record<Protocol, RegExp[]>> = { schema1: [/@index/, /@foreign/, /@config/] };
const withoutMode: Partial<Record<AuthMode, RegExp[]>> = {
  anonymous: [/@credentials/, /@token/],
  basic: [/@token/],
};

function foldersOf(protocol: Protocol, authMode: AuthMode): string[] {
  const firstMode = authMode === ourModes[0];
  const lastProtocol = protocol === ourProtocols.at(-1);
  return [
    'flows',
    ...(firstMode ? ['flows/formats', 'manifests', `manifests/${protocol}`] : []),
    ...(lastProtocol ? perMode : []),
    ...(firstMode && lastProtocol ? once : []),
  ];
}

function project(protocol: Protocol, authMode: AuthMode): Project<object, Axes> {
  return {
    name: `${protocol}-${authMode}`,
    use: { protocol, authMode },
    // A worker serves one project alone, and to start it costs more than most of the tests of a small one.
    ...(authMode === ourModes[0] && protocol === ourProtocols.at(-1) ? {} : { workers: 1 }),
    testMatch: foldersOf(protocol, authMode).map((folder) => `**/tests/${folder}/*.spec.ts`),
    grepInvert: [
      ...(profile.name.startsWith('quay') ? [] : [/@quay/]),
      ...(withoutProtocol[protocol] ?? []),
      ...(withoutMode[authMode] ?? []),
    ],
  };
}

export default defineConfig<object, Axes>({
  testDir: 'tests',
  outputDir: `${reports}/artifacts`,
  globalSetup: './fixtures/run.ts',
  fullyParallel: true,
  forbidOnly: process.env['CI'] !== undefined,
  workers: 2,
  use: { trace: 'off' },
  reporter: [
    ['./lib/reporters/redact.ts'],
    ['./lib/reporters/conformance.ts'],
    ['list'],
    ['html', { outputFolder: `${reports}/html`, open: 'never' }],
    ['junit', { outputFile: `${reports}/junit.xml` }],
    ['json', { outputFile: `${reports}/results.json` }],
    ['allure-playwright', { resultsDir: `${reports}/allure-results`, detail: false }],
  ],
  projects: ourProtocols.flatMap((protocol) => ourModes.map((mode) => project(protocol, mode))),
});
