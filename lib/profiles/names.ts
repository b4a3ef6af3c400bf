export const profileNames = [
  'spec',
  'acr',
  'artifactory',
  'distribution',
  'dockerhub',
  'ecr',
  'gar',
  'ghcr',
  'gitea',
  'gitlab',
  'harbor',
  'nexus',
  'quay',
  'quay-2018',
] as const;
export type ProfileName = (typeof profileNames)[number];

/** Those that the embedded registry can stand for. */
export const embeddedProfiles = ['spec', 'quay-2018'] as const satisfies readonly ProfileName[];
