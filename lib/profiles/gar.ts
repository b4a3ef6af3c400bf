import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

/** Google's Artifact Registry. What it documents and its users report, not yet seen in a run. */
export const gar: Profile = {
  ...spec,
  name: 'gar',
  authModes: ['basic', 'bearer'],
  beforehand: 'REGISTRY_NAMESPACE must begin with a project and a repository of it that exists',
  known: [
    ...deviations(
      ['upload.patch.status', 'upload.patch.first', 'upload.patch.out-of-order'],
      'uploads in chunks are not offered',
      'https://github.com/dotnet/sdk-container-builds/pull/287',
      { sometimes: true },
    ),
    ...deviations(
      ['referrers.descriptor'],
      'a referrer is listed with a size that is not its own',
      'https://github.com/oras-project/oras/issues/1626',
      { sometimes: true },
    ),
  ],
};
