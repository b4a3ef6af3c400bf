import type { Capability } from './rules/rule.ts';

/** The ways in. */
export const authModes = ['anonymous', 'basic', 'bearer'] as const;
export type AuthMode = (typeof authModes)[number];

/** The generations of manifests. */
export const protocols = ['schema1', 'schema2', 'oci'] as const;
export type Protocol = (typeof protocols)[number];

export type Credentials = { username: string; password: string };

/** Credentials, and how the names of the settings begin that hold them. */
export type Identity = { prefix: string; credentials: Credentials };

/** `server`: its origin. `bypass`: a comma list of the ends of host names that are reached without it. */
export type Proxy = { server: string; bypass: string; login: Credentials | undefined };

/** Where a Bearer challenge sends the client for a token. */
export type TokenService = { realm: string; service: string | undefined };

/** The key that a registry trusts to sign tokens, and what vouches for it. */
export type IssuerKey = {
  /** PEM. */
  privateKey: string;
  /** PEM, the key's own certificate first. */
  certificates: string | undefined;
};

/** What was looked at, in words: `expected` and `received` are what a person reads. */
export type Check = { kept: boolean; expected: string; received: string };

/**
 * Whether a target does something that it may leave out, and the answer that shows it. A failure shows nothing, and a
 * success only what it says by its specification. `least`: the size that the target asks of a chunk.
 * `unheard`: no answer could be had, so nobody knows; what is in the way.
 */
export type Offer = { offered: boolean; evidence: string; least?: number; unheard?: string };
export type Capabilities = Partial<Record<Capability, Offer>>;

/** One registry in one auth mode, with the identities to meet it. */
export type Target = {
  url: string;
  auth: AuthMode;
  /** From the Bearer challenge; undefined in the other modes. */
  tokenService: TokenService | undefined;
  /** The action that a token is asked for to delete: of the token's documentation, or what its service knows in its place. */
  deleteAction: 'delete' | 'push' | '*';
  /** May create, push, pull and delete under the namespace; undefined where no credentials exist. */
  identity: Credentials | undefined;
  /** May only pull there. */
  reader: Credentials | undefined;
  /** May do nothing there. */
  stranger: Credentials | undefined;
  /** Signs the tokens of that service; undefined where its key is not known. */
  issuer: IssuerKey | undefined;
  /** Where the stranger may do everything, and no other identity anything. */
  otherNamespace: string | undefined;
  /** The headers in which the registry says what it is, and of which version; empty where it does not say. */
  product: string;
  /** GET /v2/ is answered with 200 to clients without credentials, though writing asks for some. */
  openToRead: boolean;
  /** What was probed of this way in alone. */
  offers?: Capabilities;
};
