export const profileNames = [
  'spec',
  'acr',
  'artifactory',
  'distribution',
  'distribution-3',
  'dockerhub',
  'ecr',
  'gar',
  'ggcr',
  'ghcr',
  'gitea',
  'gitlab',
  'harbor',
  'keppel',
  'nexus',
  'ocimem',
  'olareg',
  'quay',
  'quay-2018',
  'serverless-registry',
  'zot',
] as const;
export type ProfileName = (typeof profileNames)[number];

/** Those that the embedded registry can stand for. */
export const embeddedProfiles = ['spec', 'quay-2018'] as const satisfies readonly ProfileName[];
