import type { Fold } from './search.ts';

/** Of longer secrets each part is one of its own: no text that is cut shows more than a part of a part. */
const longestPart = 64;

/** The secret itself and its hexadecimal digits, at a stretch or in pairs, to be sought by `sameLetters`. */
export function plainForms(secret: string): string[] {
  return partsOf(secret).flatMap((part) => [
    part,
    ...bytesOf(part).flatMap((bytes) => {
      const hex = bytes.toString('hex');
      const pairs = hex.match(/../g) ?? [];
      return [hex, pairs.join(' '), pairs.join(':')];
    }),
  ]);
}

/**
 * What stands in the Base64 of every text that holds the secret, wherever it begins, and in the Base64 of that, as
 * Kubernetes keeps what Docker keeps. To be sought by `sameBase64`.
 */
export function base64Forms(secret: string): string[] {
  return partsOf(secret).flatMap((part) => {
    const once = bytesOf(part).flatMap((bytes) => [0, 1, 2].map(aligned(bytes)));
    return [...once, ...once.flatMap((form) => [0, 1, 2].map(aligned(Buffer.from(form))))];
  });
}

/** The units of Base64 that these bytes alone decide, so many bytes after the start of a group of three. */
function aligned(bytes: Buffer): (before: number) => string {
  return (before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  };
}

/** With a letter that UTF-8 writes in another way. */
const isLatin1 = /^(?=.*[\x80-\xff])[\0-\xff]*$/s;

/** As it is written in texts that are encoded as a whole. */
function bytesOf(part: string): Buffer[] {
  const inJson = JSON.stringify(part).slice(1, -1);
  const written = new Set([
    part,
    inJson,
    inJson.replaceAll('/', String.raw`\/`),
    encodeURIComponent(Buffer.from(part).toString()),
  ]);
  return [
    ...[...written].map((text) => Buffer.from(text)),
    ...(isLatin1.test(part) ? [Buffer.from(part, 'latin1')] : []),
    Buffer.from(part, 'utf16le'),
    Buffer.from(part, 'utf16le').swap16(),
  ];
}

function partsOf(secret: string): string[] {
  const last = secret.length - longestPart;
  const starts = Array.from({ length: Math.floor(secret.length / longestPart) }, (_, at) => at * longestPart);
  return last <= 0 ? [secret] : [...starts, last].map((start) => secret.slice(start, start + longestPart));
}

/** Base64 of RFC 4648 section 4 as of section 5, or as it comes out of a form. */
export const sameBase64 = foldOf((sign) => ({ '-': '+', ' ': '+', _: '/' })[sign] ?? sign);

/** The same, in upper case as in lower. */
export const sameLetters = foldOf((sign) => ({ '-': '+', ' ': '+', _: '/' })[sign] ?? sign.toLowerCase());

function foldOf(same: (sign: string) => string): Fold {
  return Uint8Array.from({ length: 128 }, (_, unit) => same(String.fromCharCode(unit)).charCodeAt(0));
}

/** As `sameLetters` compares. */
export function foldLetters(text: string): string {
  return text.replaceAll(/[-_ A-Z]/g, (sign) => String.fromCharCode(sameLetters[sign.charCodeAt(0)] ?? 0));
}
