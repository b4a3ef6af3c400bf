import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

/** JFrog Artifactory. What its clients report, not yet seen in a run. */
export const artifactory: Profile = {
  ...spec,
  name: 'artifactory',
  protocols: ['schema2', 'oci'],
  authModes: ['basic', 'bearer'],
  beforehand: 'REGISTRY_NAMESPACE must begin with a Docker repository that exists, unless the host names it',
  known: deviations(
    ['challenge.bearer.scope'],
    'a challenge names no scope',
    'https://github.com/containerd/containerd/issues/3556',
  ),
};
