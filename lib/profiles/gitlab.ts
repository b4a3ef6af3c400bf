import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

/** The container registry of GitLab. What its clients report, not yet seen in a run. */
export const gitlab: Profile = {
  ...spec,
  name: 'gitlab',
  protocols: ['schema2', 'oci'],
  authModes: ['bearer'],
  beforehand: 'the project that REGISTRY_NAMESPACE begins with must exist',
  known: deviations(
    ['tag.name.digest-like'],
    'the tag sha256-<hex> leads to the manifest whose digest is sha256:<hex>',
    'https://github.com/oras-project/oras-go/issues/1396',
    { sometimes: true },
  ),
};
