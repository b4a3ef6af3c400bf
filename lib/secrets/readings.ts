import { characterNamed } from './entities.ts';

/** What so many units of a text stand for: a code point, or one unit of a pair. */
export type Reading = { code: number; length: number };

// JSON in JSON in a URL. A server that goes on wrapping is not followed for ever.
const longest = 48;
const mostReadings = 8;
const block = 4096;

/**
 * A text, read in every way: percent-encoding (RFC 3986), escapes of JSON and its kin (RFC 8259 section 7), character
 * references of HTML (https://html.spec.whatwg.org/#character-references), and UTF-8 taken for Latin-1, as headers are.
 * Each may be wrapped in others. From the front to the end, it takes time linear in the text.
 */
export class Readings {
  readonly #text: string;
  #end: number;
  readonly #read = new Map<number, readonly Reading[]>();

  constructor(text: string) {
    this.#text = text;
    this.#end = introducer.test(text) ? 0 : text.length;
  }

  /** What may stand there, the plain unit first; undefined where nothing else may. To be asked from the front on. */
  at(place: number): readonly Reading[] | undefined {
    if (place >= this.#end) this.#readBlock(place);
    return this.#read.get(place);
  }

  /** From the end, so that what an escape is made of is known before. Behind the block, what one in it may take in. */
  #readBlock(start: number): void {
    this.#read.clear();
    this.#end = start + block;
    for (let place = Math.min(this.#end + longest, this.#text.length) - 1; place >= start; place -= 1) {
      const unit = this.#text.charCodeAt(place);
      const read =
        introduces(unit) && this.#mayFollow(unit, place + 1) ? this.#readAt(place, unit) : undefined;
      if (read !== undefined) this.#read.set(place, read);
    }
  }

  /** Most signs introduce nothing. */
  #mayFollow(unit: number, place: number): boolean {
    if (this.#read.has(place)) return true;
    const next = this.#text.charCodeAt(place);
    if (unit === percent) return digitOf(next) !== undefined || next === letterU;
    return unit === ampersand
      ? next === numberSign || isOfName(next)
      : unit === backslash || (next >= 0x80 && next <= 0xbf);
  }

  #readAt(place: number, unit: number): Reading[] | undefined {
    const found: Reading[] = [{ code: unit, length: 1 }];
    const add = (code: number, end: number): void => {
      const length = end - place;
      const isKnown = found.some((one) => one.code === code && one.length === length);
      if (!isKnown && length <= longest && found.length < mostReadings) found.push({ code, length });
    };
    for (const { code, length } of found) {
      if (code === percent) this.#percent(place + length, add);
      else if (code === backslash) this.#backslash(place + length, length, add);
      else if (code === ampersand) this.#reference(place + length, add);
      else if (introduces(code))
        this.#utf8(place + length, code & (code < 0xe0 ? 0x1f : 0xf), bytesAfter(code), add);
    }
    return found.length > 1 ? found : undefined;
  }

  #each(place: number, take: (code: number, end: number, length: number) => void): void {
    const known = this.#read.get(place);
    if (known !== undefined) for (const { code, length } of known) take(code, place + length, length);
    else if (place < this.#text.length) take(this.#text.charCodeAt(place), place + 1, 1);
  }

  #percent(place: number, add: Add): void {
    this.#hexadecimal(place, 2, 0, add);
    this.#each(place, (code, end) => code === letterU && this.#hexadecimal(end, 4, 0, add));
  }

  #backslash(place: number, own: number, add: Add): void {
    this.#each(place, (code, end, length) => {
      if (code === letterU) this.#hexadecimal(end, 4, 0, add);
      else if (code === letterX) this.#hexadecimal(end, 2, 0, add);
      // Of a run of them, each is wrapped as often as the next.
      else if (code === backslash ? length === own : isSign(code)) add(code, end);
      else {
        const control = controls.get(code);
        if (control !== undefined) add(control, end);
      }
    });
  }

  #hexadecimal(place: number, digits: number, value: number, add: Add): void {
    if (digits === 0) return add(value, place);
    this.#each(place, (code, end) => {
      const digit = digitOf(code);
      if (digit !== undefined) this.#hexadecimal(end, digits - 1, value * 16 + digit, add);
    });
  }

  #reference(place: number, add: Add): void {
    this.#each(place, (code, end) => {
      if (code !== numberSign) return this.#named(place, '', add);
      this.#number(end, 10, 0, 0, add);
      this.#each(end, (next, after) => (next | 0x20) === letterX && this.#number(after, 16, 0, 0, add));
    });
  }

  /** Browsers need no semicolon after one. */
  #number(place: number, radix: number, value: number, digits: number, add: Add): void {
    let end = place;
    let goesOn = false;
    this.#each(place, (code, after, length) => {
      const digit = digitOf(code) ?? radix;
      if (code === semicolon) end = after;
      if (digit >= radix || digits === mostDigits) return;
      // The next reference may be one of a digit.
      goesOn ||= length === 1;
      this.#number(after, radix, value * radix + digit, digits + 1, add);
    });
    if (digits > 0 && !goesOn && value <= 0x10ffff) add(value, end);
  }

  #named(place: number, name: string, add: Add): void {
    this.#each(place, (code, end) => {
      if (isOfName(code) && name.length < longestName)
        return this.#named(end, name + String.fromCharCode(code), add);
      const character = code === semicolon ? characterNamed(name) : undefined;
      if (character !== undefined) add(character, end);
    });
  }

  #utf8(place: number, value: number, bytes: number, add: Add): void {
    if (bytes === 0) return add(value, place);
    this.#each(place, (code, end) => {
      if (code >= 0x80 && code <= 0xbf) this.#utf8(end, value * 64 + (code & 0x3f), bytes - 1, add);
    });
  }
}

type Add = (code: number, end: number) => void;

const [percent, ampersand, backslash, semicolon, numberSign] = [0x25, 0x26, 0x5c, 0x3b, 0x23];
const [letterU, letterX] = [0x75, 0x78];
const controls = new Map(
  Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13, 0: 0 }).map(([letter, code]) => [
    letter.charCodeAt(0),
    code,
  ]),
);
const longestName = 20;
const mostDigits = 8;

const introducer = /[%&\\\u00c2-\u00f4]/;

/** Whether an escape can begin with it, or a letter in UTF-8. */
export function introduces(code: number): boolean {
  return code === percent || code === ampersand || code === backslash || (code >= 0xc2 && code <= 0xf4);
}

function bytesAfter(first: number): number {
  return first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
}

function digitOf(code: number): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}

function isOfName(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

function isSign(code: number): boolean {
  return code > 0x20 && !isOfName(code);
}
