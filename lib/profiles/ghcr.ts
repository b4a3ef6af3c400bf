import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const renovate =
  'https://github.com/renovatebot/renovate/blob/0255e96305b166a362ff73381e506ff18f084eff/lib/modules/datasource/docker';

/** GitHub's registry, ghcr.io. What its clients work around, not yet seen in a run. */
export const ghcr: Profile = {
  ...spec,
  name: 'ghcr',
  protocols: ['schema2', 'oci'],
  authModes: ['bearer'],
  beforehand: 'REGISTRY_NAMESPACE must begin with the name of a user or organisation',
  known: [
    ...deviations(
      ['challenge.scope.none'],
      'the challenge on /v2/ asks for a repository that stands for any',
      `${renovate}/common.ts`,
    ),
    ...deviations(['tag.list.sorted'], 'the oldest tag comes first', `${renovate}/index.ts`),
  ],
};
