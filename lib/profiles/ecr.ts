import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

/** Amazon's private registry. What its clients and users report, not yet seen in a run. */
export const ecr: Profile = {
  ...spec,
  name: 'ecr',
  authModes: ['basic'],
  beforehand:
    'before a push, REGISTRY_REPOSITORIES must exist, or a creation template for REGISTRY_NAMESPACE',
  known: [
    ...deviations(
      ['upload.patch.status', 'upload.put.status'],
      'a chunk may be answered with 201 in place of 202, and the close that follows be refused',
      'https://github.com/regclient/regclient/blob/0a431a2a2d97e9156ed48abc6600b236c0d8cdbb/scheme/reg/blob.go',
      { test: /chunk/, sometimes: true },
    ),
    ...deviations(
      ['manifest.put.unknown-fields'],
      'a manifest with a field that it does not know is refused with 405',
      'https://github.com/aws/containers-roadmap/issues/2439',
    ),
  ],
};
