import { distribution } from './distribution.ts';
import { deviations, type Profile } from './profile.ts';
import { spec } from './spec.ts';

const tree = 'https://github.com/goharbor/harbor/blob/c50c7ddd6ea4e335a480b49c618281882ab7eec9/src';

const codes = `${tree}/lib/errors/const.go`;
const catalog = `${tree}/server/registry/catalog.go`;
const challenges = `${tree}/server/middleware/v2auth/auth.go`;

/** Harbor of today (c50c7dd, 2026-08). Read in its source, not yet seen in a run. */
export const harbor: Profile = {
  ...spec,
  name: 'harbor',
  protocols: ['schema2', 'oci'],
  authModes: ['bearer'],
  beforehand: 'the project that REGISTRY_NAMESPACE begins with must exist',
  known: [
    // Uploads are handed on to distribution 2.8.3, whose handling of them is that of 2.8.2.
    ...distribution.known.filter(({ rule }) => rule.startsWith('upload.')),
    ...deviations(
      ['manifest.get.missing-code', 'name.unknown-code'],
      'whatever is missing is NOT_FOUND, a code of its own',
      codes,
    ),
    ...deviations(['error.code.listed'], 'whatever is missing is NOT_FOUND, a code of its own', codes, {
      test: /an unknown tag|an unknown manifest|the tags of an unknown repository/,
    }),
    ...deviations(
      ['catalog.last-absent', 'catalog.last-final'],
      'a last that is no repository is refused with 400',
      catalog,
    ),
    ...deviations(
      ['challenge.stable', 'challenge.error.invalid-token', 'challenge.error.insufficient-scope'],
      'a request with an Authorization header is challenged with Basic, without an error attribute',
      challenges,
    ),
    ...deviations(
      ['token.scope.no-more'],
      'a token grants all that the user may do in the repository, whatever was asked for',
      `${tree}/core/service/token/creator.go`,
    ),
    ...deviations(
      ['token.get.equal'],
      'access_token is always there, and always empty',
      `${tree}/common/models/token.go`,
    ),
  ],
};
