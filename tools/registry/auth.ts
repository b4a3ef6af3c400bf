import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { catalogScope, repositoryScope } from '../../lib/http/scope.ts';
import { isName } from '../../lib/content/reference.ts';
import type { Behaviour } from './behaviour.ts';
import { isAnonymous, readAuthorization, readBasic } from './credentials.ts';
import { refusal, type RegistryError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { policiesOf } from './policies.ts';
import { isAllowed, roleOf, roles, type Action, type Role, type Users } from './rights.ts';
import { InvalidToken, rememberingVerifier, verifyToken, type AccessEntry } from './tokens.ts';

/** What an endpoint needs its caller to be allowed. */
export type Need =
  | { kind: 'login' }
  | { kind: 'catalog' }
  /** `mountFrom`: the repository that content is to be mounted from. */
  | { kind: 'repository'; name: string; action: Action | '*'; mountFrom?: string };

export type Caller = {
  /** Empty for nobody in particular. */
  user: string;
  /** Whether this request carries the right to pull from a repository. */
  mayPull: (name: string) => boolean;
  /** Whether the identity behind this request has that right. */
  maySee: (name: string) => boolean;
};

export type Access = {
  realm: string | undefined;
  service: string | undefined;
  /** Lets the caller in. @throws RegistryError of 401 or 403 */
  admit: (request: IncomingMessage, need: Need) => Promise<Caller>;
};

export const everybody: Access = {
  realm: undefined,
  service: undefined,
  admit: async () => ({ user: '', mayPull: () => true, maySee: () => true }),
};

export function basicAccess(realm: string, users: Users, { areThose, letsIn }: Behaviour): Access {
  const challenge = `Basic realm="${realm}", charset="UTF-8"`;
  return {
    realm,
    service: undefined,
    admit: async ({ headers, method = '', url = '' }, need) => {
      const { authorization } = headers;
      const role = isAnonymous(authorization) ? undefined : basicRole(authorization, users, areThose);
      if (role === 'nobody') throw unauthorized(headers, challenge, 'wrong user or password');
      if (!meets(role, need) && !letsIn(role, method, url, undefined)) {
        if (role === undefined) throw unauthorized(headers, challenge, 'user and password are needed');
        throw refusal(403, 'DENIED', `${users[role].username} may not do this`);
      }
      const mayPull = (name: string): boolean => isAllowed(role, 'pull', name);
      return { user: role === undefined ? '' : users[role].username, mayPull, maySee: mayPull };
    },
  };
}

export function bearerAccess(
  realm: string,
  issuer: Issuer,
  { grants, letsIn, mountsBy, countedAccess, remembersSignatures }: Behaviour,
): Access {
  const { service, users } = issuer;
  const verify = remembersSignatures ? rememberingVerifier() : verifyToken;
  const refusing =
    (headers: IncomingHttpHeaders, need: Need) => (error?: 'invalid_token' | 'insufficient_scope') => {
      const scope = scopesOf(need).join(' ');
      const params = { realm, service, ...(scope && { scope }), ...(error && { error }) };
      const challenge = Object.entries(params).map(([name, value]) => `${name}="${value}"`);
      return unauthorized(headers, `Bearer ${challenge.join(',')}`, error ?? 'a token is needed');
    };
  return {
    realm,
    service,
    admit: async ({ headers, method = '', url = '' }, need) => {
      const { authorization } = headers;
      const refuse = refusing(headers, need);
      if (authorization === undefined) {
        if (!letsIn(undefined, method, url, undefined)) throw refuse();
        const maySee = (name: string): boolean => isAllowed(undefined, 'pull', name);
        return { user: '', mayPull: maySee, maySee };
      }
      const { scheme, value } = readAuthorization(authorization);
      if (scheme !== 'bearer') throw refuse();
      try {
        const { subject, access: held } = await verify(value, issuer);
        const access = countedAccess(held);
        const role = roles.find((candidate) => users[candidate].username === subject);
        const includes: Includes = (type, name, action) =>
          access.some((entry) => grants(entry, { type, name, action }));
        if (!isGranted(access, includes, need, mountsBy) && !letsIn(role, method, url, access))
          throw refuse('insufficient_scope');
        const maySee = (name: string): boolean => isAllowed(role, 'pull', name);
        return {
          user: subject,
          mayPull: mountsBy === 'user' ? maySee : (name) => includes('repository', name, 'pull'),
          maySee,
        };
      } catch (error) {
        if (error instanceof InvalidToken) throw refuse('invalid_token');
        throw error;
      }
    },
  };
}

/** `nobody`: credentials came, but they are malformed or wrong. They never count as none. */
function basicRole(authorization: string, users: Users, areThose: Behaviour['areThose']): Role | 'nobody' {
  const { scheme, value } = readAuthorization(authorization);
  const credentials = scheme === 'basic' ? readBasic(value) : undefined;
  return (credentials && roleOf(users, credentials, areThose)) ?? 'nobody';
}

function meets(role: Role | undefined, need: Need): boolean {
  return need.kind === 'repository' ? isAllowed(role, need.action, need.name) : role !== undefined;
}

/** Whether a token's access claim holds this right. */
type Includes = (type: string, name: string, action: string) => boolean;

function isGranted(
  access: readonly AccessEntry[],
  includes: Includes,
  need: Need,
  mountsBy: Behaviour['mountsBy'],
): boolean {
  if (need.kind === 'login') return true;
  if (need.kind === 'catalog') return includes('registry', 'catalog', '*');
  const { name, action, mountFrom } = need;
  if (!includes('repository', name, action)) return false;
  // A client that never asked for the source shall ask now. One that asked and got nothing goes on to upload.
  return (
    mountFrom === undefined ||
    mountsBy === 'user' ||
    access.some((entry) => entry.type === 'repository' && entry.name === mountFrom)
  );
}

function scopesOf(need: Need): string[] {
  if (need.kind === 'login') return [];
  if (need.kind === 'catalog') return [catalogScope];
  const { name, action, mountFrom } = need;
  const own = repositoryScope(name, action === 'push' ? ['pull', 'push'] : [action]);
  return mountFrom !== undefined && isName(mountFrom) ? [own, repositoryScope(mountFrom, ['pull'])] : [own];
}

function unauthorized(headers: IncomingHttpHeaders, challenge: string, message: string): RegistryError {
  const another = 'Digest realm="dockside, the registry", nonce="0"';
  const challenges = policiesOf(headers).has('several-challenges') ? `${another}, ${challenge}` : challenge;
  return refusal(401, 'UNAUTHORIZED', message, { 'WWW-Authenticate': challenges });
}
