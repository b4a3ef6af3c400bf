import { characterNamed } from './entities.ts';

/** What so many units of a text stand for: a code point, or one unit of a pair. */
export type Reading = { code: number; length: number };

// JSON in JSON in a URL. A server that goes on wrapping is not followed for ever.
const longest = 40;
const mostReadings = 6;
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
    const add: Add = (code, end) => {
      const length = end - place;
      if (length > longest || found.length === mostReadings) return;
      for (const one of found) if (one.code === code && one.length === length) return;
      found.push({ code, length });
    };
    for (const { code, length } of found) {
      const next = place + length;
      if (code === percent) this.#percent(next, add);
      else if (code === backslash) this.#backslash(next, length, add);
      else if (code === ampersand) this.#reference(next, add);
      else if (introduces(code)) this.#utf8(next, code & (code < 0xe0 ? 0x1f : 0xf), bytesAfter(code), add);
    }
    return found.length > 1 ? found : undefined;
  }

  #all(place: number): readonly Reading[] {
    const plain = place < this.#text.length ? plainReading(this.#text.charCodeAt(place)) : none;
    return this.#read.get(place) ?? plain;
  }

  #percent(place: number, add: Add): void {
    this.#hexadecimal(place, 2, 0, add);
    for (const { code, length } of this.#all(place))
      if (code === letterU) this.#hexadecimal(place + length, 4, 0, add);
  }

  #backslash(place: number, own: number, add: Add): void {
    for (const { code, length } of this.#all(place)) {
      const end = place + length;
      if (code === letterU) this.#hexadecimal(end, 4, 0, add);
      else if (code === letterX) this.#hexadecimal(end, 2, 0, add);
      // Of a run of them, each is wrapped as often as the next.
      else if (code === backslash ? length === own : isSign(code)) add(code, end);
      else {
        const control = controls.get(code);
        if (control !== undefined) add(control, end);
      }
    }
  }

  #hexadecimal(place: number, digits: number, value: number, add: Add): void {
    if (digits === 0) return add(value, place);
    for (const { code, length } of this.#all(place)) {
      const digit = digitOf(code);
      if (digit !== undefined) this.#hexadecimal(place + length, digits - 1, value * 16 + digit, add);
    }
  }

  #reference(place: number, add: Add): void {
    for (const { code, length } of this.#all(place)) {
      const start = place + length;
      if (code !== numberSign) {
        this.#named(place, '', add);
        continue;
      }
      this.#number(start, 10, 0, 0, add);
      for (const next of this.#all(start))
        if ((next.code | 0x20) === letterX) this.#number(start + next.length, 16, 0, 0, add);
    }
  }

  /** Browsers need no semicolon after one. */
  #number(place: number, radix: number, value: number, digits: number, add: Add): void {
    let end = place;
    let goesOn = false;
    for (const { code, length } of this.#all(place)) {
      const digit = digitOf(code) ?? radix;
      if (code === semicolon) end = place + length;
      if (digit >= radix || digits === mostDigits) continue;
      // The next reference may be one of a digit.
      goesOn ||= length === 1;
      this.#number(place + length, radix, value * radix + digit, digits + 1, add);
    }
    if (digits > 0 && !goesOn && value <= 0x10ffff) add(value, end);
  }

  #named(place: number, name: string, add: Add): void {
    for (const { code, length } of this.#all(place)) {
      if (isOfName(code) && name.length < longestName)
        this.#named(place + length, name + String.fromCharCode(code), add);
      const character = code === semicolon ? characterNamed(name) : undefined;
      if (character !== undefined) add(character, place + length);
    }
  }

  #utf8(place: number, value: number, bytes: number, add: Add): void {
    if (bytes === 0) return add(value, place);
    for (const { code, length } of this.#all(place))
      if (code >= 0x80 && code <= 0xbf)
        this.#utf8(place + length, value * 64 + (code & 0x3f), bytes - 1, add);
  }
}

type Add = (code: number, end: number) => void;

const none: readonly Reading[] = [];
const ofBytes = Array.from({ length: 256 }, (_, code) => [{ code, length: 1 }]);

function plainReading(code: number): readonly Reading[] {
  return ofBytes[code] ?? [{ code, length: 1 }];
}

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
