import { defineConfig } from '@playwright/test';
import unit from '../unit/playwright.config.ts';

/** What starts runs, commands and other programs. */
export default defineConfig({
  ...unit,
  outputDir: '../reports/integration-artifacts',
  grepInvert: /@every-pair/,
});
