import type { Profile } from './profile.ts';
import { spec } from './spec.ts';

/** Quay as its registry tests of 2018 knew it, from which this project grew. */
export const quay2018: Profile = {
  ...spec,
  name: 'quay-2018',
  protocols: ['schema1', 'schema2'],
  authModes: ['bearer'],
  statuses: {
    'patch-blob': { 202: 204 },
    'put-manifest': { 201: 202 },
    'put-manifest-list': { 201: 202 },
  },
  chunkHeader: 'range-exclusive',
  statusRange: 'bytes-count',
  catalogScopes: [],
  failures: () => ({
    auth: {
      UNAUTHENTICATED: { status: 401, rule: 'token.get.wrong-password' },
      ANONYMOUS_NOT_ALLOWED: { status: 401, rule: 'token.get.anonymous' },
      UNAUTHORIZED: { status: 403, rule: 'scope.refused' },
      INVALID_REGISTRY: { status: 400, rule: 'token.scope.invalid-name' },
      APP_REPOSITORY: { status: 405, rule: 'scope.refused' },
    },
    'start-upload': { READ_ONLY: { status: 401, rule: 'scope.refused' } },
    'mount-blob': { UNAUTHORIZED_FOR_MOUNT: { status: 202, rule: 'mount.refused' } },
    'get-manifest': {
      UNKNOWN_TAG: { status: 404, rule: 'manifest.get.missing' },
      DELETED: { status: 404, rule: 'delete.manifest.gone', inTime: true },
      UNTAGGED: { status: 404, rule: 'delete.manifest.tags-gone', inTime: true },
      UNTOKENED: { status: 401, rule: 'challenge.status' },
    },
    'put-manifest': {
      INVALID_BLOB: { status: 404, rule: 'manifest.missing-blob.code' },
      UNSUPPORTED_CONTENT_TYPE: { status: 415, rule: 'manifest.put.unknown-type' },
    },
    'put-manifest-list': { INVALID_MANIFEST_IN_LIST: { status: 404, rule: 'manifest.missing-child.code' } },
  }),
  known: [
    {
      rule: 'token.scope.unknown-action',
      reason: 'a scope with another action than pull, push or * is refused with 400',
      source: 'https://github.com/quay/quay/blob/9c0dd3b72/endpoints/v2/v2auth.py',
    },
    {
      rule: 'token.scope.nothing',
      reason: 'who has nothing of what is asked for is answered with 403',
      source: 'https://github.com/quay/quay/blob/9c0dd3b72/test/registry/protocol_v2.py',
    },
  ],
};
