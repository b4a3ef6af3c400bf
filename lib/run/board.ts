import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the processes of a run tell one another while it goes on: short texts, each in a file of its name. */
export class Board {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(name: string): string | undefined {
    const file = join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** Writes it down, unless another was first. Returns what stands there then. */
  first(name: string, text: string): string {
    mkdirSync(this.#folder, { recursive: true });
    try {
      writeFileSync(join(this.#folder, name), text, { flag: 'wx' });
      return text;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return this.read(name) ?? text;
    }
  }

  write(name: string, text: string): void {
    mkdirSync(this.#folder, { recursive: true });
    const aside = join(this.#folder, `${name}.${process.pid}`);
    writeFileSync(aside, text);
    renameSync(aside, join(this.#folder, name));
  }

  /** Forgets all. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
