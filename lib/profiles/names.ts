export const profileNames = ['spec', 'distribution', 'quay', 'quay-2018'] as const;
export type ProfileName = (typeof profileNames)[number];
