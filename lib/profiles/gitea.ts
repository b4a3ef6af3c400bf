import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const container =
  'https://github.com/go-gitea/gitea/blob/00dbfe2bd95e5d6d7c6e2a5147e16ad037187dda/routers/api/packages/container/container.go';
const challenge =
  'https://github.com/renovatebot/renovate/blob/0255e96305b166a362ff73381e506ff18f084eff/lib/modules/datasource/docker/common.ts';

/** Gitea, and Forgejo and Codeberg with it. Read in sources, not yet seen in a run. */
export const gitea: Profile = {
  ...spec,
  name: 'gitea',
  protocols: ['schema2', 'oci'],
  authModes: ['basic', 'bearer'],
  beforehand: 'REGISTRY_NAMESPACE must begin with the name of a user or organisation',
  known: [
    ...deviations(
      ['upload.stream.append'],
      'a chunk without Content-Range is refused once the upload has bytes',
      container,
      { test: /a second streamed chunk/ },
    ),
    ...deviations(
      ['challenge.bearer.scope', 'challenge.scope.none'],
      'the scope of every challenge is a star',
      challenge,
    ),
  ],
};
