import type { AuthMode, Protocol } from '../types.ts';

// A test runs in every project where its outcome can differ, and nowhere twice: a flow with the manifest format and
// the way in, its content and manifests with the format alone, authorisation with the way in alone, all else with neither.
const perMode = ['auth', 'security'];
/** The folders of what the way in can change. */
export const ofEachMode = ['flows', ...perMode];
const once = [
  'general',
  'names',
  'blobs',
  'uploads',
  'tags',
  'catalog',
  'referrers',
  'deletion',
  'errors',
  'consistency',
  'large',
  'references',
];

// What has no meaning on an axis: schema1 knows no index, remote layer or config, Basic no tokens.
const withoutProtocol: Partial<Record<Protocol, RegExp[]>> = { schema1: [/@index/, /@foreign/, /@config/] };
const withoutMode: Partial<Record<AuthMode, RegExp[]>> = {
  anonymous: [/@credentials/, /@token/, /@basic\./],
  basic: [/@token/, /@open/],
  bearer: [/@basic\./, /@open/],
};

/** The files of one project. `first`: it is of the run's first way in; `last`: of its last protocol. */
export function filesOf(protocol: Protocol, place: { first: boolean; last: boolean }): string[] {
  return [
    'flows',
    ...(place.first ? ['flows/formats', 'manifests', `manifests/${protocol}`] : []),
    ...(place.last ? perMode : []),
    ...(place.first && place.last ? once : []),
  ].map((folder) => `**/tests/${folder}/*.spec.ts`);
}

/** The tags of tests that have no meaning in a project. */
export function withoutMeaning(protocol: Protocol, mode: AuthMode): RegExp[] {
  return [...(withoutProtocol[protocol] ?? []), ...(withoutMode[mode] ?? [])];
}
