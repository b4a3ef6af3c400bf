import type { KeyObject } from 'node:crypto';
import type { CompactJWSHeaderParameters } from 'jose';
import { parseJson } from '../../http/json.ts';
import { isObject } from '../../content/shape.ts';

/** Whatever stands in it: a token may be wrong. */
export type Header = { alg: string } & Record<string, unknown>;
export type Claims = Record<string, unknown>;

/** The parts of a token that is a signed JWT, nothing verified; undefined for any other, which only its issuer can read. */
export function readJwt(token: string): { header: Header; claims: Claims; signature: Buffer } | undefined {
  const [header, claims, signature, ...more] = token.split('.', 4);
  const parts = [header, claims].map(readPart);
  if (signature === undefined || more.length > 0 || !parts.every(isObject)) return undefined;
  const [head = {}, body = {}] = parts;
  if (typeof head['alg'] !== 'string') return undefined;
  return {
    header: { ...head, alg: head['alg'] },
    claims: body,
    signature: Buffer.from(signature, 'base64url'),
  };
}

function readPart(part = ''): unknown {
  try {
    return parseJson(Buffer.from(part, 'base64url'));
  } catch {
    return undefined;
  }
}

/** A token put together from its parts, whatever they are. */
export function writeJwt(header: object, claims: object, signature: Buffer): string {
  return `${signingInput(header, claims)}.${signature.toString('base64url')}`;
}

/** The bytes that a signature of the token covers, as text. */
export function signingInput(header: object, claims: object): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

// Its fifty modules are a tenth of a worker's start, and most workers need none.
const jose = async () => await import('jose');

/** Signs these claims, however wrong, under this header. What stands in `crit` counts as understood. */
export async function signJwt(header: Header, claims: Claims, key: KeyObject): Promise<string> {
  const { CompactSign } = await jose();
  const { crit = [] } = header as CompactJWSHeaderParameters;
  return await new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader(header)
    .sign(key, { crit: Object.fromEntries(crit.map((name) => [name, true])) });
}

export async function isSignedBy(token: string, publicKey: KeyObject): Promise<boolean> {
  const { compactVerify, errors } = await jose();
  try {
    await compactVerify(token, publicKey);
    return true;
  } catch (error) {
    // A key of another kind than the algorithm's is a TypeError.
    if (error instanceof errors.JOSEError || error instanceof TypeError) return false;
    throw error;
  }
}

/** Whether the claims grant these actions in the repository and no others. */
export function grantsOnly({ access }: Claims, name: string, actions: readonly string[]): boolean {
  const entries: unknown[] = Array.isArray(access) ? access : [];
  const granted = entries
    .filter(isObject)
    .filter((entry) => entry['type'] === 'repository' && entry['name'] === name)
    .flatMap((entry) => entry['actions']);
  return actions.every((action) => granted.includes(action)) && granted.length === actions.length;
}
