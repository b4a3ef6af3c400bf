import { defineConfig, type Project } from '@playwright/test';
import { profileOf } from './lib/profiles/profiles.ts';
import { announceRun, currentRun, isAnnounced, runSettings } from './lib/run.ts';
import { authModes, protocols, type AuthMode, type Protocol } from './lib/settings.ts';
import { discover } from './lib/target.ts';
import type { Axes } from './lib/verdict.ts';

const settings = runSettings();
if (settings.caFile !== undefined) process.env['NODE_EXTRA_CA_CERTS'] = settings.caFile;
if (settings.url !== undefined && !isAnnounced())
  announceRun(await discover({ ...settings, url: settings.url }));

const offered = profileOf(settings.profile).protocols;
const ourProtocols = protocols.filter((one) => (settings.protocols ?? offered).includes(one));
const embedded = settings.auth === 'auto' ? authModes : settings.auth;
const ourModes = settings.url === undefined ? embedded : currentRun().targets.map(({ auth }) => auth);

// Where a folder's outcome can differ: with the manifest format, with the way in, with both, or with neither.
const axesOf: Record<string, readonly ('protocol' | 'authMode')[]> = {
  flows: ['protocol', 'authMode'],
  manifests: ['protocol'],
  auth: ['authMode'],
  ping: ['authMode'],
  security: ['authMode'],
};
const others = ['blobs', 'uploads', 'tags', 'catalog', 'referrers', 'deletion', 'consistency'];

// What has no meaning on an axis: schema1 knows neither indexes nor remote layers, Basic no tokens.
const withoutProtocol: Partial<Record<Protocol, RegExp[]>> = { schema1: [/@index/, /@foreign/] };
const withoutMode: Partial<Record<AuthMode, RegExp[]>> = {
  anonymous: [/@credentials/, /@token/],
  basic: [/@token/],
};

function project(protocol: Protocol, authMode: AuthMode): Project<object, Axes> {
  const home = { protocol: protocol === ourProtocols.at(-1), authMode: authMode === ourModes.at(-1) };
  const folders = [...Object.keys(axesOf), ...others].filter((folder) => {
    const varies = axesOf[folder] ?? [];
    return (varies.includes('protocol') || home.protocol) && (varies.includes('authMode') || home.authMode);
  });
  return {
    name: `${protocol}-${authMode}`,
    use: { protocol, authMode },
    testMatch: folders.map((folder) => `**/tests/${folder}/**/*.spec.ts`),
    grepInvert: [...(withoutProtocol[protocol] ?? []), ...(withoutMode[authMode] ?? [])],
  };
}

export default defineConfig<object, Axes>({
  testDir: 'tests',
  outputDir: 'reports/artifacts',
  globalSetup: './fixtures/run.ts',
  fullyParallel: true,
  forbidOnly: process.env['CI'] !== undefined,
  workers: 2,
  use: { trace: 'off' },
  reporter: [
    ['./lib/reporters/redact.ts'],
    ['list'],
    ['html', { outputFolder: 'reports/html', open: 'never' }],
    ['junit', { outputFile: 'reports/junit.xml' }],
    ['json', { outputFile: 'reports/results.json' }],
    ['allure-playwright', { resultsDir: 'reports/allure-results', detail: false }],
  ],
  projects: ourProtocols.flatMap((protocol) => ourModes.map((mode) => project(protocol, mode))),
});
