import { createHash } from 'node:crypto';

/** The registered algorithms of image-spec descriptor.md. */
export const algorithms = ['sha256', 'sha512'] as const;
export type Algorithm = (typeof algorithms)[number];

const hexLength: Record<Algorithm, number> = { sha256: 64, sha512: 128 };

/** `<algorithm>:<hex>` over the bytes (image-spec descriptor.md, "Digests"). */
export function digestOf(bytes: Buffer, algorithm: Algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** The algorithm of a well-formed digest; undefined for any other text and for algorithms not known here. */
export function algorithmOf(digest: string): Algorithm | undefined {
  const [name, hex = ''] = digest.split(':', 2);
  const algorithm = algorithms.find((known) => known === name);
  const isHex = algorithm !== undefined && hex.length === hexLength[algorithm] && /^[0-9a-f]+$/.test(hex);
  return isHex && digest.length === algorithm.length + 1 + hex.length ? algorithm : undefined;
}

/** Whether the text is a well-formed digest of a known algorithm, lower-case as image-spec wants its hex. */
export function isDigest(text: string): boolean {
  return algorithmOf(text) !== undefined;
}
