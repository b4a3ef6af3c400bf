import { join } from 'node:path';
import { defineConfig, type Project } from '@playwright/test';
import { filesOf, withoutMeaning } from './lib/run/axes.ts';
import { beginRun, during, orStop } from './lib/run/ending.ts';
import { profileOf } from './lib/profiles/profiles.ts';
import { announceRun, currentRun, isAnnounced, runSettings } from './lib/run/run.ts';
import { maskOutput } from './lib/secrets/output.ts';
import { workersFor } from './lib/run/workers.ts';
import { discover, wayTo } from './lib/target/target.ts';
import type { Axes } from './lib/verdict/verdict.ts';
import { protocols, type AuthMode, type Protocol } from './lib/types.ts';

// Before the reporters are there, a registry has had its say.
maskOutput();
const settings = await orStop(runSettings);
const { reports, url } = settings;
if (settings.caFile !== undefined) process.env['NODE_EXTRA_CA_CERTS'] = settings.caFile;
// Since Node 22, a fifth of what the start of a worker costs.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/dockside');
if (!isAnnounced()) {
  await orStop(() => beginRun('the start', reports));
  if (url !== undefined) {
    const targets = await orStop(
      async () => await during('discovery', async () => await discover({ ...settings, url })),
    );
    const way = await orStop(
      async () => await during('discovery', async () => await wayTo({ ...settings, url })),
    );
    announceRun({ targets, ...way });
  }
}

const workers = isAnnounced() ? currentRun().workers : workersFor(0, settings);
const profile = profileOf(settings.profile);
const ourProtocols = protocols.filter((one) => (settings.protocols ?? profile.protocols).includes(one));
const embedded = settings.auth === 'auto' ? profile.authModes : settings.auth;
const ourModes = url === undefined ? embedded : currentRun().targets.map(({ auth }) => auth);

// Quay's own tests are for Quay, and what it has dropped since for the Quay of then.
const withoutProfile = { 'quay-2018': [], quay: [/@quay-2018/] }[profile.name as string] ?? [/@quay/];

const title = `${url ?? 'the embedded registry'}, profile ${settings.profile}, spec ${settings.specVersion}, level ${settings.level}`;

/** What a run leaves. */
const written = [
  'conformance.json',
  'conformance.md',
  'conformance.html',
  'html/index.html',
  'junit.xml',
  'results.json',
  'allure-results',
];

function project(protocol: Protocol, authMode: AuthMode): Project<object, Partial<Axes>> {
  const place = { first: authMode === ourModes[0], last: protocol === ourProtocols.at(-1) };
  return {
    name: `${protocol}-${authMode}`,
    use: { protocol, authMode },
    // A worker serves one project alone, and to start it costs more than most of the tests of a small one.
    ...(place.first && place.last ? {} : { workers: Math.ceil(workers / 4) }),
    testMatch: filesOf(protocol, place),
    grepInvert: [...withoutProfile, ...withoutMeaning(protocol, authMode)],
  };
}

export default defineConfig<object, Partial<Axes>>({
  testDir: 'tests',
  outputDir: `${reports}/artifacts`,
  globalSetup: './fixtures/run.ts',
  globalTeardown: './fixtures/teardown.ts',
  fullyParallel: true,
  forbidOnly: process.env['CI'] !== undefined,
  // Longer than one request may take.
  timeout: 60_000,
  workers,
  use: { trace: 'off' },
  reporter: [
    ['./lib/report/reporters/redact.ts'],
    ['./lib/report/reporters/conformance.ts'],
    ['html', { outputFolder: `${reports}/html`, open: 'never', title }],
    ['./lib/report/reporters/junit.ts', { outputFile: `${reports}/junit.xml` }],
    ['json', { outputFile: `${reports}/results.json` }],
    ['./lib/report/reporters/allure.ts', { resultsDir: `${reports}/allure-results` }],
    ['./lib/report/reporters/brief.ts'],
    // On a terminal one line that changes; where the output is kept, one line a test.
    [process.stdout.isTTY && process.env['CI'] === undefined ? 'line' : 'list'],
    ['./lib/report/reporters/ended.ts', { files: written.map((file) => `${reports}/${file}`) }],
  ],
  // What all workers share comes last, so that they end together.
  projects: ourProtocols
    .flatMap((protocol) => ourModes.map((mode) => project(protocol, mode)))
    .toSorted((one, other) => Number(one.workers === undefined) - Number(other.workers === undefined)),
});
