import type { Credentials } from '../../lib/types.ts';

export const actions = ['pull', 'push', 'delete'] as const;
export type Action = (typeof actions)[number];

export const roles = ['writer', 'reader', 'other'] as const;
export type Role = (typeof roles)[number];

export type Users = Record<Role, Credentials>;

/** The settings that give a run these identities. */
export function identitySettings({ writer, reader, other }: Users): Record<string, string> {
  return {
    REGISTRY_USERNAME: writer.username,
    REGISTRY_PASSWORD: writer.password,
    REGISTRY_READER_USERNAME: reader.username,
    REGISTRY_READER_PASSWORD: reader.password,
    REGISTRY_OTHER_USERNAME: other.username,
    REGISTRY_OTHER_PASSWORD: other.password,
  };
}

/** Whether a role may do it. No role: nobody in particular. */
export function isAllowed(role: Role | undefined, action: Action | '*', repository: string): boolean {
  if (action === 'pull' && repository.split('/').includes('public')) return true;
  const isOthers = repository.startsWith('other/');
  if (role === 'other') return isOthers;
  if (role === 'writer') return !isOthers;
  return role === 'reader' && !isOthers && action === 'pull';
}

/** The role that these credentials are of. */
export function roleOf(
  users: Users,
  given: Credentials,
  areThose: (given: Credentials, right: Credentials) => boolean,
): Role | undefined {
  return roles.find((role) => areThose(given, users[role]));
}
