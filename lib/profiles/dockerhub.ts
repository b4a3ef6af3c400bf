import type { Profile } from './profile.ts';
import { spec } from './spec.ts';

/** Docker Hub, registry-1.docker.io. */
export const dockerhub: Profile = {
  ...spec,
  name: 'dockerhub',
  protocols: ['schema2', 'oci'],
  authModes: ['bearer'],
  separator: '-',
  beforehand: 'the namespace must be a user or an organisation; what is left there its own API removes',
};
