import { introduces, Readings, type Reading } from './readings.ts';

/** From the first unit to the one before `end`. */
export type Range = { start: number; end: number };

/** Shorter forms of a secret are words of any text. */
export const leastForm = 8;
/** What is sought has so many units at least. */
export const leastPattern = 4;

const hashBits = 20;

/** As what a search takes each unit below 128, in the patterns and in the text. */
export type Fold = Uint8Array;

class Node {
  readonly depth: number;
  isEnd = false;
  readonly #fold: Fold;
  /** Only where a text has led are there more nodes: most patterns are never met. */
  #patterns: string[] = [];
  #next: Map<number, Node> | undefined;

  constructor(depth: number, fold: Fold) {
    this.depth = depth;
    this.#fold = fold;
  }

  add(pattern: string): void {
    this.isEnd ||= pattern.length === this.depth;
    if (this.#next === undefined) this.#patterns.push(pattern);
    else this.#addBelow(this.#next, pattern);
  }

  next(unit: number): Node | undefined {
    if (this.#next === undefined) {
      this.#next = new Map();
      for (const pattern of this.#patterns) this.#addBelow(this.#next, pattern);
      this.#patterns = [];
    }
    return this.#next.get(unit);
  }

  #addBelow(below: Map<number, Node>, pattern: string): void {
    if (pattern.length === this.depth) return;
    const unit = folded(pattern.charCodeAt(this.depth), this.#fold);
    const node = below.get(unit) ?? new Node(this.depth + 1, this.#fold);
    below.set(unit, node);
    node.add(pattern);
  }
}

function folded(unit: number, fold: Fold): number {
  return unit < 128 ? (fold[unit] ?? unit) : unit;
}

/** By node, where what led to it began. */
type States = Map<Node, number>;

/** Finds patterns in all readings of a text at once, in time linear in the text. More of them can come at any time. */
export class Search {
  readonly #root: Node;
  readonly #fold: Fold;
  /** A bit for the first four units of each pattern. Almost nowhere in a text do these stand. */
  readonly #beginnings = new Uint8Array(2 ** (hashBits - 3));
  readonly #isWrapped: boolean;

  /** `isWrapped`: line breaks may stand in what is sought, as in Base64 by RFC 2045. */
  constructor(fold: Fold, isWrapped: boolean) {
    this.#fold = fold;
    this.#root = new Node(0, fold);
    this.#isWrapped = isWrapped;
  }

  add(pattern: string): void {
    this.#root.add(pattern);
    let hash = 0;
    for (let at = 0; at < leastPattern; at += 1)
      hash = hashed(hash, folded(pattern.charCodeAt(at), this.#fold));
    this.#beginnings[hash >> 3] = (this.#beginnings[hash >> 3] ?? 0) | (1 << (hash & 7));
  }

  /** `isCut`: the text goes on, so that what a pattern begins with at its end counts as well, as it does before a `…`. */
  find(text: string, isCut: boolean): Range[] {
    const found: Range[] = [];
    const readings = new Readings(text);
    const reached = new Map<number, States>();
    for (let at = this.#next(text, 0, reached); at < text.length; at = this.#next(text, at + 1, reached)) {
      const states = reached.get(at);
      reached.delete(at);
      if (isCut && isBrokenOff(text, at)) found.push(...open(states, text.length));
      // Another process cut it, which did not know all that is secret here.
      if (text[at] === '…') found.push(...open(states, at).filter(({ start }) => start <= at - leastPattern));
      for (const reading of readings.at(at) ?? [{ code: text.charCodeAt(at), length: 1 }]) {
        this.#step(this.#root, at, at, reading, reached, found);
        for (const [node, start] of states ?? []) this.#step(node, start, at, reading, reached, found);
      }
    }
    if (isCut) found.push(...open(reached.get(text.length), text.length));
    return found;
  }

  /** Where to look next: where a pattern goes on, or the next units may begin one, or are not what they seem. */
  #next(text: string, from: number, reached: ReadonlyMap<number, States>): number {
    let hash = 0;
    let special = -1;
    for (let end = from; end < text.length; end += 1) {
      const unit = text.charCodeAt(end);
      if (introduces(unit) || isBreak(unit)) special = end;
      hash = hashed(hash, folded(unit, this.#fold));
      const at = end - leastPattern + 1;
      if (at < from) continue;
      const mayBegin = special >= at || ((this.#beginnings[hash >> 3] ?? 0) >> (hash & 7)) % 2 === 1;
      if (mayBegin || (reached.size > 0 && reached.has(at))) return at;
    }
    return Math.max(from, text.length - leastPattern + 1);
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
    const goesOn = this.#isWrapped && from.depth > 0 && isBreak(code);
    const node = goesOn ? from : this.#below(from, code);
    if (node === undefined) return;
    if (node.isEnd && end - start >= leastForm) found.push({ start, end });
    const states = reached.get(end) ?? new Map<Node, number>();
    reached.set(end, states.set(node, Math.min(start, states.get(node) ?? start)));
  }

  #below(from: Node, code: number): Node | undefined {
    if (code <= 0xffff) return from.next(folded(code, this.#fold));
    const [high, low] = [0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff)];
    return from.next(high)?.next(low);
  }
}

/** Of the last four units. */
function hashed(hash: number, unit: number): number {
  return ((hash << (hashBits / leastPattern)) ^ unit) & (2 ** hashBits - 1);
}

function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}

/** No escape is longer that a pattern may end in. */
const longestEscape = 12;

/** Whether what stands from here to the end may be half an escape. */
function isBrokenOff(text: string, at: number): boolean {
  return at > text.length - longestEscape && introduces(text.charCodeAt(at));
}

function open(states: States | undefined, end: number): Range[] {
  return [...(states?.values() ?? [])].map((start) => ({ start, end }));
}
