import type { embeddedProfiles } from '../../lib/profiles/names.ts';
import type { IncomingHttpHeaders } from 'node:http';
import { parseScope } from '../../lib/http/scope.ts';
import { accepts } from './accept.ts';
import type { Action, Role } from './rights.ts';
import type { Session } from './sessions.ts';
import type { AccessEntry, AccessNeed } from './tokens.ts';
import type { Credentials } from '../../lib/types.ts';

/** Where a chunk lies in its blob, the end exclusive. */
type ChunkPlace = { start: number; end: number };

/** A repository scope that a token was asked for, and what of it the identity has. */
export type Grant = { name: string; actions: readonly string[] };

/** All that may differ between registries. Profiles and fault models override single entries. */
export type Behaviour = {
  tokenPath: string;
  patchStatus: number;
  putManifestStatus: number;
  /** Of a manifest that names content nobody pushed. */
  missingContentStatus: number;
  /** Of PUT under something that is neither a digest nor a tag. */
  invalidTagStatus: number;
  /** The Location of something of ours. */
  location: (path: string, origin: string) => string;
  /** Where the request puts its chunk; undefined where it does not say. */
  chunkPlace: (headers: IncomingHttpHeaders) => ChunkPlace | 'malformed' | undefined;
  /** The Range that the status of an upload states. */
  statusRange: (received: number) => string;
  /** Whether content of this digest may be stored under the digest its client claims. */
  digestMatches: (computed: string, claimed: string) => boolean;
  /** What becomes of an upload whose body breaks off: all as before, the part kept, or the upload gone. */
  brokenOff: (method: string) => 'undone' | 'kept' | 'ended';
  /** Whether a chunk that is on its way keeps all others waiting. */
  oneAtATime: boolean;
  /** Whether a client that waits for it is told to go on. */
  saysContinue: boolean;
  isAcceptable: (accept: string | undefined, mediaType: string) => boolean;
  tagsAfterManifestDelete: (tags: ReadonlyMap<string, string>, digest: string) => Map<string, string>;
  /** Whether a tag comes after the `last` of a page. */
  isTagAfter: (tag: string, last: string) => boolean;
  /** Of what a token grants, that which counts. */
  countedAccess: (access: readonly AccessEntry[]) => readonly AccessEntry[];
  /** Whether a signature that was right once is right for all that it comes with later. */
  remembersSignatures: boolean;
  /** What a token must hold to delete, and to read the catalog. */
  deletionNeeds: 'delete' | 'push' | '*';
  catalogNeeds: 'catalog' | 'login';
  /** Whether a name and a password are those of a user. */
  areThose: (given: Credentials, right: Credentials) => boolean;
  /** Whether a scope asked for can be read at all. */
  isScope: (text: string) => boolean;
  /** Of the actions asked for and the actions that the identity has, those of its token. */
  grantedActions: (asked: readonly string[], allowed: readonly Action[]) => string[];
  /** Whether a name may begin with the host of this registry. */
  takesOwnHost: boolean;
  /** The status that refuses a token for this repository, whoever asks. */
  refusedName: (name: string, isValid: boolean) => 400 | 405 | undefined;
  /** Whether a token for the catalog is given. */
  mayList: (role: Role) => boolean;
  /** The status that refuses a token for want of any right. */
  refusedGrants: (user: string | undefined, grants: readonly Grant[]) => 401 | 403 | undefined;
  /** Whether an entry of a token's access claim is the right to do this. */
  grants: (entry: AccessEntry, need: AccessNeed) => boolean;
  /** Whether a request is let in that its caller has no right to. No role: nobody in particular. `access`: of a token. */
  letsIn: (
    role: Role | undefined,
    method: string,
    path: string,
    access: readonly AccessEntry[] | undefined,
  ) => boolean;
  /** What must have the right to pull from the source of a mount: the token, or whoever it was issued to. */
  mountsBy: 'token' | 'user';
  /** Whether an upload may go on in this repository at the hands of this user. */
  ownsUpload: (session: Session, repository: string, user: string) => boolean;
  /** What a page of the catalog is cut from, and what of it is shown. */
  catalogShows: 'own' | 'own-of-page' | 'all';
};

export const spec: Behaviour = {
  tokenPath: '/token',
  patchStatus: 202,
  putManifestStatus: 201,
  missingContentStatus: 400,
  invalidTagStatus: 400,
  location: (path) => path,
  chunkPlace: ({ 'content-range': range }) => readPlace(range, /^(\d+)-(\d+)$/, 1),
  statusRange: receivedRange,
  digestMatches: (computed, claimed) => computed === claimed,
  brokenOff: () => 'undone',
  oneAtATime: false,
  saysContinue: true,
  isAcceptable: accepts,
  tagsAfterManifestDelete: (tags, digest) => new Map([...tags].filter(([, target]) => target !== digest)),
  isTagAfter: (tag, last) => tag > last,
  countedAccess: (access) => access,
  remembersSignatures: false,
  deletionNeeds: 'delete',
  catalogNeeds: 'catalog',
  areThose: (given, right) => given.username === right.username && given.password === right.password,
  isScope: (text) => parseScope(text) !== undefined,
  grantedActions: (asked, allowed) =>
    allowed.filter((action) => asked.includes(action) || asked.includes('*')),
  takesOwnHost: false,
  refusedName: () => undefined,
  mayList: () => true,
  // token.md: "If the client only has a subset of the requested access it must not be considered an error".
  refusedGrants: () => undefined,
  grants: ({ type, name, actions }, need) =>
    type === need.type && name === need.name && (actions.includes(need.action) || actions.includes('*')),
  letsIn: () => false,
  mountsBy: 'token',
  ownsUpload: ({ repository, owner }, asked, user) => repository === asked && owner === user,
  catalogShows: 'own',
};

/** Of a token service that knows no action `delete`: everything is `*`. */
export function withoutDelete(asked: readonly string[], allowed: readonly Action[]): string[] {
  return [
    ...allowed.filter((action) => action !== 'delete' && asked.includes(action)),
    ...(asked.includes('*') && allowed.includes('delete') ? ['*'] : []),
  ];
}

/** What Quay's own registry tests expected in 2018. */
const quay2018: Partial<Behaviour> = {
  tokenPath: '/v2/auth',
  patchStatus: 204,
  putManifestStatus: 202,
  missingContentStatus: 404,
  invalidTagStatus: 404,
  location: (path, origin) => origin + path,
  chunkPlace: (headers) => readPlace(headers.range, /^bytes=(\d+)-(\d+)$/, 0) ?? spec.chunkPlace(headers),
  statusRange: (received) => `bytes=0-${received}`,
  deletionNeeds: 'push',
  catalogNeeds: 'login',
  isScope: (text) => /^repository:[^:]+(:\d+\/[^:]+)?:(push|pull|\*)(,(push|pull|\*))*$/.test(text),
  grantedActions: withoutDelete,
  takesOwnHost: true,
  refusedName: (name, isValid) => {
    if (!isValid) return 400;
    return name.split('/').some((component) => component.startsWith('app-')) ? 405 : undefined;
  },
  refusedGrants: (user, grants) => {
    if (grants.some(({ actions }) => actions.length > 0)) return undefined;
    if (user === undefined) return 401;
    return grants.length > 0 ? 403 : undefined;
  },
};

export type ProfileName = (typeof embeddedProfiles)[number];

export const profiles: Record<ProfileName, Partial<Behaviour>> = {
  spec: {},
  'quay-2018': quay2018,
};

/** `0-<last byte>`. An upload without a byte says `0-0`, as distribution does; the spec has no word for it. */
export function receivedRange(received: number): string {
  return `0-${Math.max(0, received - 1)}`;
}

function readPlace(
  header: string | undefined,
  pattern: RegExp,
  toExclusive: 0 | 1,
): ChunkPlace | 'malformed' | undefined {
  if (header === undefined) return undefined;
  const [matched, first, last] = pattern.exec(header) ?? [];
  if (matched === undefined) return 'malformed';
  const place = { start: Number(first), end: Number(last) + toExclusive };
  return place.end < place.start ? 'malformed' : place;
}
