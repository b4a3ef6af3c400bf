import { createHash } from 'node:crypto';

const blockSize = 256 * 1024;

/** A layer that is never in memory as a whole: its bytes follow from its text and their place. */
export class LargeLayer {
  readonly size: number;
  readonly #block: Buffer;

  constructor(text: string, size: number) {
    this.size = size;
    this.#block = createHash('shake256', { outputLength: blockSize }).update(text).digest();
  }

  /** Reads it once. */
  digest(): string {
    const hash = createHash('sha256');
    for (const piece of this.pieces()) hash.update(piece);
    return `sha256:${hash.digest('hex')}`;
  }

  /** The bytes from `start` on, up to `end` exclusive, in pieces. */
  *pieces(start = 0, end = this.size): Generator<Buffer> {
    for (let at = start; at < end;) {
      const number = Math.floor(at / blockSize);
      const [first, last] = [number * blockSize, Math.min((number + 1) * blockSize, end)];
      const block = Buffer.from(this.#block);
      block.writeUInt32BE(number, 0);
      yield block.subarray(at - first, last - first);
      at = last;
    }
  }
}

/** Whether what comes piece by piece, in whatever pieces, is the bytes of the layer from `start` up to `end`. */
export class Comparison {
  isSame = true;
  received = 0;
  readonly #wanted: Generator<Buffer>;
  readonly #length: number;
  #left: Buffer = Buffer.alloc(0);

  constructor(layer: LargeLayer, start = 0, end = layer.size) {
    this.#wanted = layer.pieces(start, end);
    this.#length = end - start;
  }

  take = (bytes: Buffer): void => {
    this.received += bytes.length;
    for (let at = 0; at < bytes.length && this.isSame;) {
      if (this.#left.length === 0)
        this.#left = (this.#wanted.next().value as Buffer | undefined) ?? Buffer.alloc(0);
      const length = Math.min(this.#left.length, bytes.length - at);
      this.isSame &&= length > 0 && this.#left.compare(bytes, at, at + length, 0, length) === 0;
      this.#left = this.#left.subarray(length);
      at += length;
    }
  };

  get isWhole(): boolean {
    return this.isSame && this.received === this.#length;
  }
}
