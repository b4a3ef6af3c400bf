import { defineConfig } from '@playwright/test';
import unit from './playwright.config.ts';

/** Every place and every cause of `ending.spec.ts`, which takes half an hour. */
export default defineConfig({ ...unit, testMatch: 'ending.spec.ts', grepInvert: [] });
