import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

/** Sonatype Nexus Repository 3. What its users report, not yet seen in a run. */
export const nexus: Profile = {
  ...spec,
  name: 'nexus',
  protocols: ['schema2', 'oci'],
  authModes: ['basic', 'bearer'],
  beforehand: 'REGISTRY_URL must be the connector of a hosted Docker repository',
  known: deviations(
    ['parallel.blob'],
    'the same blob pushed several times at once may be refused with 400',
    'https://github.com/sonatype/nexus-public/issues/967',
    { sometimes: true },
  ),
};
