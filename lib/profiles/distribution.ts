import type { Profile } from './profile.ts';
import { spec } from './spec.ts';

/** distribution 2.8.2, as Debian packages it (docker-registry). */
export const distribution: Profile = { ...spec, name: 'distribution', known: [] };
