import { line, progress, type Line } from '../text/terminal.ts';

const everyMs = 1000;
const worthTellingMs = 5000;

/** A line of how far a transfer is: size, rate, time left. A terminal shows it in place, a log once at
 * its end if it took a while. */
export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;
  #shown = performance.now();

  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = total;
  }

  add = (bytes: Buffer): void => {
    this.#done += bytes.length;
    const now = performance.now();
    if (now - this.#shown < everyMs) return;
    this.#shown = now;
    progress(this.line());
  };

  /** In bytes a second. */
  get rate(): number {
    return this.#done / Math.max((performance.now() - this.#started) / 1000, 0.001);
  }

  end(): void {
    if (performance.now() - this.#started < worthTellingMs) return;
    progress(this.line(), true);
  }

  line(): Line {
    const { rate } = this;
    const left = rate === 0 ? 0 : (this.#total - this.#done) / rate;
    return line`  ${this.#what}: ${mebibytes(this.#done)} of ${mebibytes(this.#total)} MiB, ${mebibytes(rate)} MiB/s, ${left.toFixed(0)} s left`;
  }
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
