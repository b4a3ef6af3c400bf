import type { Profile } from './profile.ts';
import { spec } from './spec.ts';

/** Docker Hub, registry-1.docker.io. */
export const dockerhub: Profile = {
  ...spec,
  name: 'dockerhub',
  protocols: ['schema2', 'oci'],
  authModes: ['bearer'],
  beforehand: 'its names have two components, so the longer ones of the tests are refused',
};
