import type { Profile } from './profile.ts';
import { spec } from './spec.ts';

const source = 'quay/quay 23c19bc, test/registry/protocol_v2.py';

/** Quay as of 2018, whose tests this project grew from. */
export const quay2018: Profile = {
  ...spec,
  name: 'quay-2018',
  statuses: {
    'patch-blob': { 202: 204 },
    'put-manifest': { 201: 202 },
    'put-manifest-list': { 201: 202 },
  },
  chunkHeader: 'range-exclusive',
  statusRange: 'bytes-count',
  failures: () => ({
    auth: {
      UNAUTHENTICATED: { status: 401, rule: 'token.get.wrong-password' },
      UNAUTHORIZED: { status: 403, rule: 'token.get.wrong-password' },
      INVALID_REGISTRY: { status: 400, rule: 'token.get.wrong-password' },
      APP_REPOSITORY: { status: 405, rule: 'token.get.wrong-password' },
    },
    'get-manifest': { UNKNOWN_TAG: { status: 404, rule: 'manifest.get.missing' } },
    'put-manifest': { INVALID_BLOB: { status: 404, rule: 'manifest.missing-blob.code' } },
  }),
  known: [{ rule: 'upload.patch.status', reason: 'PATCH answers 204', source }],
};
