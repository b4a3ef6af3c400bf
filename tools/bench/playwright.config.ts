import { defineConfig } from '@playwright/test';
import type { Axes } from '../../lib/verdict/verdict.ts';
import { announceRun, isAnnounced, runSettings } from '../../lib/run/run.ts';
import { discover } from '../../lib/target/target.ts';

const settings = runSettings();
const { reports, url } = settings;
if (url !== undefined && !isAnnounced()) announceRun({ targets: await discover({ ...settings, url }) });

/** The runner as the suite has it, with a test that does nothing but ask. */
export default defineConfig<object, Partial<Axes>>({
  testDir: '.',
  testMatch: 'requests.ts',
  outputDir: `${reports}/bench-artifacts`,
  globalSetup: '../../fixtures/run.ts',
  globalTeardown: '../../fixtures/teardown.ts',
  workers: 1,
  reporter: [
    ['../../lib/report/reporters/redact.ts'],
    ['json', { outputFile: `${reports}/bench-requests.json` }],
    ['html', { outputFolder: `${reports}/bench-html`, open: 'never' }],
    ['junit', { outputFile: `${reports}/bench-junit.xml` }],
    ['allure-playwright', { resultsDir: `${reports}/bench-allure`, detail: false }],
  ],
  projects: [{ name: 'bench', use: { protocol: 'oci', authMode: 'anonymous' } }],
});
