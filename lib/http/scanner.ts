/**
 * Reads a text from front to back: a pattern is tried where the last one ended, and what it matched is not read again.
 * With patterns that are linear, whoever gives up at the first that does not match has read the text in linear time.
 */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** What comes next, cut for a message. */
  get ahead(): string {
    return this.#text.slice(this.#at, this.#at + 80);
  }

  /** What a sticky pattern matches here, which is read then; undefined, and nothing read, where it does not match. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  /** The value of a quoted-string (RFC 9110 section 5.6.4), its escapes undone. */
  takeQuoted(): string | undefined {
    if (this.#text[this.#at] !== '"') return undefined;
    let value = '';
    // A pattern that repeats a group overflows the stack on a long text.
    for (let at = this.#at + 1; at < this.#text.length; at += 1) {
      if (this.#text[at] === '"') {
        this.#at = at + 1;
        return value;
      }
      if (this.#text[at] === '\\') at += 1;
      value += this.#text[at];
    }
    return undefined;
  }
}
