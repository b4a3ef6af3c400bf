import type { RuleId } from '../rules/catalogue.ts';
import type { Capability } from '../rules/rule.ts';
import type { ProfileName } from './names.ts';
import type { AuthMode, Protocol } from '../types.ts';

/** The named steps of the V2 protocol, where an operation can meet its expected failure. */
const V2ProtocolSteps = {
  PING: 'ping',
  AUTH: 'auth',
  BLOB_HEAD_CHECK: 'blob-head-check',
  MOUNT_BLOB: 'mount-blob',
  START_UPLOAD: 'start-upload',
  PATCH_BLOB: 'patch-blob',
  UPLOAD_STATUS: 'upload-status',
  CANCEL_UPLOAD: 'cancel-upload',
  FINISH_UPLOAD: 'finish-upload',
  GET_BLOB: 'get-blob',
  PUT_MANIFEST: 'put-manifest',
  PUT_MANIFEST_LIST: 'put-manifest-list',
  GET_MANIFEST: 'get-manifest',
  GET_MANIFEST_LIST: 'get-manifest-list',
  DELETE_MANIFEST: 'delete-manifest',
  LIST_TAGS: 'list-tags',
  CATALOG: 'catalog',
} as const;
export type Step = (typeof V2ProtocolSteps)[keyof typeof V2ProtocolSteps];

const failures = [
  'UNAUTHENTICATED',
  'UNAUTHORIZED',
  'READ_ONLY',
  'INVALID_REGISTRY',
  'INVALID_REPOSITORY',
  'APP_REPOSITORY',
  'ANONYMOUS_NOT_ALLOWED',
  'UNTOKENED',
  'UNKNOWN_TAG',
  'DELETED',
  'UNTAGGED',
  'UNKNOWN_REPOSITORY',
  'INVALID_TAG',
  'INVALID_BLOB',
  'INVALID_MANIFEST',
  'INVALID_MANIFEST_IN_LIST',
  'UNSUPPORTED_CONTENT_TYPE',
  'UNAUTHORIZED_FOR_MOUNT',
] as const;
export type Failure = (typeof failures)[number];

/**
 * The answer a failure shows at its step. `4xx` where the rules leave the status to the registry. `unless`: a registry
 * that does not offer it may succeed instead. `orLater`: a later step may meet it in place of this one. `inTime`: it may
 * show itself after a while.
 */
export type FailureAnswer = {
  status: number | '4xx';
  code?: string;
  rule: RuleId;
  unless?: Capability;
  orLater?: true;
  inTime?: true;
};

type FailureTable = Partial<Record<Step, Partial<Record<Failure, FailureAnswer>>>>;

/** A rule this registry is known to break: the run expects it broken, and is red when it no longer is. */
export type KnownDeviation = {
  rule: RuleId;
  /** Only in tests whose full title matches; everywhere without it. */
  test?: RegExp;
  /** Only in tests of these full titles. */
  tests?: readonly string[];
  /** Only in projects of these axes. */
  protocols?: readonly Protocol[];
  auth?: readonly AuthMode[];
  /** A race, a setting of the registry, or what its source leaves open decides whether it shows: not to see it proves nothing. */
  sometimes?: true;
  reason: string;
  source: string;
};

type Where = Pick<KnownDeviation, 'test' | 'protocols' | 'auth' | 'sometimes'>;

/** One cause, under each of the rules that it breaks. */
export function deviations(
  rules: readonly RuleId[],
  reason: string,
  source: string,
  where: Where = {},
): KnownDeviation[] {
  return rules.map((rule) => ({ rule, reason, source, ...where }));
}

export type Profile = {
  name: ProfileName;
  /** The manifest generations it stores. */
  protocols: readonly Protocol[];
  /** The ways in that the embedded registry shows in its place. */
  authModes: readonly AuthMode[];
  /** Between the parts of a repository name after the namespace: a slash, unless names have no more than two parts. */
  separator: '/' | '-';
  /** What the user must see to there, told before the first test. */
  beforehand?: string;
  /** At a step: the protocol's status -> the one this registry sends in its place. */
  statuses: Partial<Record<Step, Record<number, number>>>;
  /** How a chunk names its place: the spec's `Content-Range: 0-9`, or early Quay's `Range: bytes=0-10`. */
  chunkHeader: 'content-range' | 'range-exclusive';
  /** How GET on an upload states n received bytes: `0-<n-1>`, or early Quay's `bytes=0-<n>`. */
  statusRange: 'inclusive' | 'bytes-count';
  /** What a token for the catalog is asked for with; none where any token opens it. */
  catalogScopes: readonly string[];
  failures: (auth: AuthMode) => FailureTable;
  known: readonly KnownDeviation[];
  /** Those that random sequences of requests alone meet, and no test. */
  knownInSequences?: readonly KnownDeviation[];
  /** How many milliseconds a tag may be read as it was after it moved, where the registry says that it may. */
  eventual?: { tagMs: number; source: string };
};
