import type { Profile } from './profile.ts';
import { spec } from './spec.ts';

/** Azure's container registry. */
export const acr: Profile = {
  ...spec,
  name: 'acr',
  protocols: ['schema2', 'oci'],
  authModes: ['basic', 'bearer'],
};
