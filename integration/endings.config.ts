import { defineConfig } from '@playwright/test';
import integration from './playwright.config.ts';

/** Every place and every cause of `ending.spec.ts`, which takes half an hour. */
export default defineConfig({ ...integration, testMatch: 'ending.spec.ts', grepInvert: [] });
