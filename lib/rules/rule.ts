export const levels = ['must', 'should', 'may', 'defacto', 'security'] as const;
export type Level = (typeof levels)[number];

/** In order of their age. */
export const specVersions = ['1.0', '1.1', 'main'] as const;
export type SpecVersion = (typeof specVersions)[number];

/** They follow from the way in and the identities, and are not probed. */
export const ofIdentities = [
  'anonymous',
  'credentials',
  'basic',
  'bearer',
  'oauth',
  'refresh-token',
  'x5c',
  'issuer-key',
  'reader',
  'other-user',
  'other-namespace',
  'private',
] as const;

/** What a target may leave out, and what a run may not have been given. */
export const capabilities = [
  'push',
  'chunked',
  'stream',
  'single-post',
  'no-single-post',
  'chunk-min-length',
  'digest-algorithm',
  'upload-status',
  'upload-cancel',
  'upload-timeout',
  'mount',
  'mount-anonymous',
  'sha512',
  'range',
  'multi-range',
  'conditional',
  'conditional-push',
  'redirect',
  'reference-check',
  'sparse',
  'manifest-limit',
  'tag-param',
  'tag-list',
  'tag-move',
  'tag-delete',
  'manifest-delete',
  'blob-delete',
  'tag-delete-disabled',
  'manifest-delete-disabled',
  'blob-delete-disabled',
  'referrers',
  'referrers-filter',
  'referrers-multi-filter',
  'referrers-paging',
  'referrers-upgrade',
  'catalog',
  'schema1',
  'schema2',
  'manifest-list',
  'oci',
  'conversion',
  'warning',
  'rate-limit',
  'namespace-proxy',
  ...ofIdentities,
] as const;
export type Capability = (typeof capabilities)[number];

export type Source = {
  /** A short name, as `distribution-spec: Pulling blobs` or `RFC 9110 section 14.2`. */
  source: string;
  url: string;
};

export type Rule = Source & {
  level: Level;
  /** The first version of the distribution-spec at which the rule holds; without one it always did, as those of Docker and the RFCs. */
  since?: SpecVersion;
  /** The level that held up to a version, itself included. */
  formerly?: { level: Level; upTo: SpecVersion };
  title: string;
  /** The rule is about these: without any one of them it does not apply. */
  needs?: readonly Capability[];
};

/** Is `version` the same as, or older than, `other`? */
export function isUpTo(version: SpecVersion, other: SpecVersion): boolean {
  return specVersions.indexOf(version) <= specVersions.indexOf(other);
}

/** The level of a rule at a version of the distribution-spec. */
export function levelAt({ level, formerly }: Rule, version: SpecVersion): Level {
  return formerly !== undefined && isUpTo(version, formerly.upTo) ? formerly.level : level;
}
