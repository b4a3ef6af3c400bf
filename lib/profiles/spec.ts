import { catalogScope } from '../http/scope.ts';
import type { Profile } from './profile.ts';

/** What the OCI and Docker documents say, and nothing else. */
export const spec: Profile = {
  name: 'spec',
  protocols: ['schema1', 'schema2', 'oci'],
  authModes: ['anonymous', 'basic', 'bearer'],
  statuses: {},
  chunkHeader: 'content-range',
  statusRange: 'inclusive',
  separator: '/',
  catalogScopes: [catalogScope],
  failures: (auth) => {
    // 401, 403, or 404 where what one may not see is hidden.
    const noRight = { status: '4xx', rule: 'scope.refused' } as const;
    const nobody = { status: 401, rule: 'challenge.status' } as const;
    // Who has an anonymous token may be told that it is for less.
    const anybody = auth === 'bearer' ? ({ status: '4xx', rule: 'access.anonymous.read' } as const) : nobody;
    return {
      auth: {
        // That it is 401 is a rule of its own.
        UNAUTHENTICATED:
          auth === 'basic'
            ? { status: '4xx', rule: 'basic.wrong-password' }
            : { status: 401, rule: 'token.get.wrong-password' },
        // A token service may refuse who has no right at all.
        UNAUTHORIZED: { ...noRight, orLater: true },
        READ_ONLY: { ...noRight, orLater: true },
        ANONYMOUS_NOT_ALLOWED: { ...anybody, orLater: true },
      },
      'blob-head-check': { UNAUTHORIZED: noRight, ANONYMOUS_NOT_ALLOWED: anybody },
      'start-upload': {
        READ_ONLY: noRight,
        UNAUTHORIZED: noRight,
        ANONYMOUS_NOT_ALLOWED: auth === 'bearer' ? { ...anybody, rule: 'access.anonymous.upload' } : nobody,
        INVALID_REPOSITORY: { status: '4xx', code: 'NAME_INVALID', rule: 'name.invalid' },
      },
      'mount-blob': { UNAUTHORIZED_FOR_MOUNT: { status: 202, rule: 'mount.refused' } },
      'get-manifest': {
        UNKNOWN_TAG: { status: 404, rule: 'manifest.get.missing' },
        DELETED: { status: 404, rule: 'delete.manifest.gone', inTime: true },
        UNTAGGED: { status: 404, rule: 'delete.manifest.tags-gone', inTime: true },
        UNAUTHORIZED: noRight,
        UNTOKENED: nobody,
        ANONYMOUS_NOT_ALLOWED: anybody,
      },
      'put-manifest': {
        INVALID_BLOB: {
          status: '4xx',
          code: 'MANIFEST_BLOB_UNKNOWN',
          rule: 'manifest.missing-blob.code',
          unless: 'reference-check',
        },
        INVALID_MANIFEST: { status: 400, rule: 'manifest.put.invalid' },
      },
      'put-manifest-list': {
        INVALID_MANIFEST_IN_LIST: {
          status: '4xx',
          code: 'MANIFEST_BLOB_UNKNOWN',
          rule: 'manifest.missing-child.code',
          unless: 'reference-check',
        },
      },
    };
  },
  known: [],
};
