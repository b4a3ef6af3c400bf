const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 section 6, for lengths that need no padding: multiples of five bytes. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((group) => base32Alphabet[Number.parseInt(group, 2)]).join('');
}

/**
 * RFC 7515 section 2: base64url without padding; undefined for any other text. Node alone skips characters that do not
 * belong there, so that one signature could be written in many ways.
 */
export function fromBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
