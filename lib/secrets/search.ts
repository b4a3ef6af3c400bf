import { introduces, Readings, type Reading } from './readings.ts';

/** From the first unit to the one before `end`. */
export type Range = { start: number; end: number };

/** Shorter forms of a secret are words of any text. */
export const leastForm = 8;

class Node {
  readonly depth: number;
  readonly patterns: string[] = [];
  isEnd = false;
  #next: Map<number, Node> | undefined;

  constructor(depth: number) {
    this.depth = depth;
  }

  /** Only where a text has led are there more nodes: most patterns are never met. */
  add(pattern: string): void {
    this.patterns.push(pattern);
    this.isEnd ||= pattern.length === this.depth;
    if (this.#next !== undefined) this.#addBelow(this.#next, pattern);
  }

  next(unit: number): Node | undefined {
    if (this.#next === undefined) {
      this.#next = new Map();
      for (const pattern of this.patterns) this.#addBelow(this.#next, pattern);
    }
    return this.#next.get(unit);
  }

  #addBelow(below: Map<number, Node>, pattern: string): void {
    if (pattern.length === this.depth) return;
    const unit = pattern.charCodeAt(this.depth);
    const node = below.get(unit) ?? new Node(this.depth + 1);
    below.set(unit, node);
    node.add(pattern);
  }
}

/** As what a search takes each unit below 128, in the patterns and in the text. */
export type Fold = Uint8Array;

/** By node, where what led to it began. */
type States = Map<Node, number>;

/** Finds patterns in all readings of a text at once, in time linear in the text. More of them can come at any time. */
export class Search {
  readonly #root = new Node(0);
  readonly #known = new Set<string>();
  readonly #fold: Fold;
  /** By the first two units of some pattern. Almost nowhere in a text do these stand. */
  readonly #beginnings = new Uint8Array(2 ** 16);
  readonly #isWrapped: boolean;

  /** `isWrapped`: line breaks may stand in what is sought, as in Base64 by RFC 2045. */
  constructor(fold: Fold, isWrapped: boolean) {
    this.#fold = fold;
    this.#isWrapped = isWrapped;
  }

  add(pattern: string): void {
    const folded = Array.from({ length: pattern.length }, (_, at) =>
      String.fromCharCode(this.#folded(pattern.charCodeAt(at))),
    ).join('');
    if (this.#known.has(folded)) return;
    this.#known.add(folded);
    this.#root.add(folded);
    this.#beginnings[placeOf(folded.charCodeAt(0), folded.charCodeAt(1))] = 1;
  }

  /** `isCut`: the text goes on, so that what a pattern begins with at its end counts as well. */
  find(text: string, isCut: boolean): Range[] {
    const found: Range[] = [];
    const readings = new Readings(text);
    const reached = new Map<number, States>();
    for (let at = this.#next(text, 0, reached); at < text.length; at = this.#next(text, at + 1, reached)) {
      const states = reached.get(at);
      reached.delete(at);
      if (isCut && isBrokenOff(text, at)) found.push(...open(states, text));
      for (const reading of readings.at(at) ?? [{ code: text.charCodeAt(at), length: 1 }]) {
        this.#step(this.#root, at, at, reading, reached, found);
        for (const [node, start] of states ?? []) this.#step(node, start, at, reading, reached, found);
      }
    }
    if (isCut) found.push(...open(reached.get(text.length), text));
    return found;
  }

  /** Where to look next: where a pattern goes on, or two units may begin one. */
  #next(text: string, from: number, reached: ReadonlyMap<number, States>): number {
    let first = this.#folded(text.charCodeAt(from));
    for (let at = from; at < text.length; at += 1) {
      const unit = text.charCodeAt(at + 1);
      const second = this.#folded(unit);
      const mayBegin =
        this.#beginnings[placeOf(first, second)] === 1 || introduces(first) || introduces(unit);
      if (mayBegin || at === text.length - 1 || (reached.size > 0 && reached.has(at))) return at;
      first = second;
    }
    return text.length;
  }

  #step(
    from: Node,
    start: number,
    at: number,
    { code, length }: Reading,
    reached: Map<number, States>,
    found: Range[],
  ): void {
    const end = at + length;
    const isBreak = this.#isWrapped && from.depth > 0 && (code === 0x0a || code === 0x0d);
    const node = isBreak ? from : this.#below(from, code);
    if (node === undefined) return;
    if (node.isEnd && end - start >= leastForm) found.push({ start, end });
    const states = reached.get(end) ?? new Map<Node, number>();
    reached.set(end, states.set(node, Math.min(start, states.get(node) ?? start)));
  }

  #below(from: Node, code: number): Node | undefined {
    if (code <= 0xffff) return from.next(this.#folded(code));
    const [high, low] = [0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff)];
    return from.next(high)?.next(low);
  }

  #folded(unit: number): number {
    return unit < 128 ? (this.#fold[unit] ?? unit) : unit;
  }
}

function placeOf(first: number, second: number): number {
  return (first * 257 + second) & 0xffff;
}

/** No escape is longer that a pattern may end in. */
const longestEscape = 12;

/** Whether what stands from here to the end may be half an escape. */
function isBrokenOff(text: string, at: number): boolean {
  return at > text.length - longestEscape && introduces(text.charCodeAt(at));
}

function open(states: States | undefined, text: string): Range[] {
  return [...(states?.values() ?? [])].map((start) => ({ start, end: text.length }));
}
