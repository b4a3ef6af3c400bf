import type { Rule } from './rule.ts';
import { docker, practice, spec } from './sources.ts';

const mounting = spec('Mounting a blob from another repository');
const mount = docker('Mount Blob');
const keppel = practice('sapcc/keppel');

export const mountsRules = {
  'mount.status': {
    level: 'must',
    ...mounting,
    title: 'A mount that succeeds is answered with 201',
    needs: ['mount'],
  },
  'mount.location': {
    level: 'must',
    ...mounting,
    title: 'A mount that succeeds carries the Location of the blob',
    needs: ['mount'],
  },
  'mount.pullable': {
    level: 'must',
    ...mounting,
    title: 'A mounted blob can be pulled from its Location',
    needs: ['mount'],
  },
  'mount.digest-header': {
    level: 'may',
    ...mounting,
    title: 'The digest header of a mount, of whatever algorithm, is a digest of the blob',
    needs: ['mount'],
  },
  'mount.anonymous': {
    level: 'must',
    since: '1.1',
    ...mounting,
    title: 'A mount that names no source repository makes the blob readable when it is answered with 201',
    needs: ['mount-anonymous'],
  },
  'mount.no-source': {
    level: 'should',
    since: '1.1',
    ...mounting,
    title: 'A mount that names no source repository is answered with 201 or 202',
    needs: ['push'],
  },
  'mount.refused': {
    level: 'should',
    ...mounting,
    title: 'A blob that cannot be mounted is answered with 202',
    needs: ['push'],
  },
  'mount.refused-location': {
    level: 'should',
    ...mounting,
    title: 'The 202 of a refused mount carries the Location of an upload',
    needs: ['push'],
  },
  'mount.refused-usable': {
    level: 'should',
    ...mounting,
    title: 'The upload opened by a refused mount takes the blob',
    needs: ['push'],
  },
  'mount.unknown-repository': {
    level: 'should',
    ...mounting,
    title: 'A mount from an unknown repository is answered with 202',
    needs: ['push'],
  },
  'mount.phantom': {
    level: 'should',
    ...mounting,
    title: 'A mount of a blob that no repository holds is never answered with 201',
    needs: ['push'],
  },
  'mount.malformed-digest': {
    level: 'defacto',
    ...mount,
    title: 'A mount of a malformed digest is answered with 202 or 400',
    needs: ['push'],
  },
  'mount.refused-unread': {
    level: 'defacto',
    ...keppel,
    title: 'A refused mount leaves the blob unreadable in the target repository',
    needs: ['push'],
  },
  'mount.self': {
    level: 'defacto',
    ...mount,
    title: 'A mount from the repository itself is answered with 201 or 202',
    needs: ['push'],
  },
  'mount.in-manifest': {
    level: 'defacto',
    ...mounting,
    title: 'A manifest may name a blob that was mounted',
    needs: ['mount'],
  },
  'mount.independent': {
    level: 'defacto',
    ...keppel,
    title: 'A mounted blob stays when its source repository drops it',
    needs: ['mount', 'blob-delete'],
  },
} as const satisfies Record<string, Rule>;
