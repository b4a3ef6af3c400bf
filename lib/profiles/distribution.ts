import type { Profile } from './profile.ts';
import { spec } from './spec.ts';

const handlers = 'https://github.com/distribution/distribution/blob/v2.8.2/registry/handlers';

/** distribution 2.8.2, as Debian packages it (docker-registry). */
export const distribution: Profile = {
  ...spec,
  name: 'distribution',
  known: [
    {
      rule: 'upload.patch.out-of-order',
      reason: 'PATCH does not read Content-Range and appends every chunk, so it answers 202',
      source: `${handlers}/blobupload.go`,
    },
  ],
};
