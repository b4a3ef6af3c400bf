import { BoundMet, mostDepth, mostEntries } from './bounds.ts';

const [quote, backslash, comma, openArray, closeArray, openObject, closeObject] = Buffer.from('"\\,[]{}');
const blanks = Buffer.from(' \t\r\n');

/** Reads a text as JSON that a client can hold. @throws BoundMet, SyntaxError */
export function parseJson(bytes: Buffer): unknown {
  refuseVastJson(bytes);
  return JSON.parse(bytes.toString('utf8')) as unknown;
}

/** Looks at JSON before it is read: what is small as a text may be large, or too deep, as a value. @throws BoundMet */
export function refuseVastJson(
  bytes: Buffer,
  { most = mostEntries, deepest = mostDepth }: { most?: number; deepest?: number } = {},
): void {
  if (bytes.length <= mostDepth) return;
  const start = bytes.findIndex((byte) => !blanks.includes(byte));
  if (bytes[start] !== openObject && bytes[start] !== openArray) return;
  let [depth, entries, isText] = [0, 0, false];
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) isText = false;
    } else if (byte === quote) isText = true;
    else if (byte === comma) entries += 1;
    else if (byte === openArray || byte === openObject) {
      depth += 1;
      entries += 1;
    } else if (byte === closeArray || byte === closeObject) depth -= 1;
    if (depth > deepest) throw new BoundMet('depth', `JSON nested more than ${deepest} deep came`);
    if (entries > most) throw new BoundMet('entries', `JSON with more than ${most} entries came`);
  }
}
