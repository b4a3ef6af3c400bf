import type { Profile } from './profile.ts';
import { spec } from './spec.ts';

/** Quay of today (ffba0c7, 2026-08). */
export const quay: Profile = { ...spec, name: 'quay', known: [] };
