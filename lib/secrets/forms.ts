import type { Fold } from './search.ts';

/** Of longer secrets each part is one of its own: no text that is cut shows more than a part of a part. */
const longestPart = 64;

/** The secret itself and its hexadecimal digits, to be sought by `sameLetters`. */
export function plainForms(secret: string): string[] {
  return partsOf(secret).flatMap((part) => [part, ...bytesOf(part).map((bytes) => bytes.toString('hex'))]);
}

/** What stands in the Base64 of every text that holds the secret, wherever it begins, to be sought by `sameBase64`. */
export function base64Forms(secret: string): string[] {
  return partsOf(secret).flatMap((part) => bytesOf(part).flatMap((bytes) => [0, 1, 2].map(aligned(bytes))));
}

/** The units of Base64 that these bytes alone decide, so many bytes after the start of a group of three. */
function aligned(bytes: Buffer): (before: number) => string {
  return (before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  };
}

function bytesOf(text: string): Buffer[] {
  const utf8 = Buffer.from(text, 'utf8');
  const latin1 = Buffer.from(text, 'latin1');
  return latin1.toString('latin1') === text && !latin1.equals(utf8) ? [utf8, latin1] : [utf8];
}

function partsOf(secret: string): string[] {
  if (secret.length <= longestPart) return [secret];
  const count = Math.floor(secret.length / longestPart);
  const whole = Array.from({ length: count }, (_, at) =>
    secret.slice(at * longestPart, (at + 1) * longestPart),
  );
  return [...whole, secret.slice(-longestPart)];
}

/** Base64 of RFC 4648 section 4 as of section 5, or as it comes out of a form. */
export const sameBase64 = foldOf((sign) => ({ '-': '+', ' ': '+', _: '/' })[sign] ?? sign);

/** The same, in upper case as in lower. */
export const sameLetters = foldOf((sign) => ({ '-': '+', ' ': '+', _: '/' })[sign] ?? sign.toLowerCase());

function foldOf(same: (sign: string) => string): Fold {
  return Uint8Array.from({ length: 128 }, (_, unit) => same(String.fromCharCode(unit)).charCodeAt(0));
}
