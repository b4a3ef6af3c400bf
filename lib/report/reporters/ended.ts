import { statSync } from 'node:fs';
import type { Reporter } from '@playwright/test/reporter';
import { begin, end, wasBegun } from '../../run/ending.ts';

const reporters = 'the reporters';

/**
 * Stands last: a run is over when every reporter is, and the files of the run are there. A list of tests leaves none, nor
 * does one of Playwright's own reporters where the environment tells it another place.
 */
export default class Ended implements Reporter {
  /** What was there before, by file. */
  readonly #before: Map<string, string>;

  constructor({ files }: { files: string[] }) {
    this.#before = new Map(files.map((file) => [file, stampOf(file)]));
  }

  onBegin(): void {
    begin(reporters);
    if (wasBegun('tests')) for (const file of this.#before.keys()) begin(file);
  }

  async onExit(): Promise<void> {
    for (const [file, before] of this.#before) if (stampOf(file) !== before || isElsewhere(file)) end(file);
    end(reporters);
  }

  printsToStdio(): boolean {
    return false;
  }
}

/** Another each time that the file is written. */
function stampOf(file: string): string {
  const { ino, mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return `${ino} ${mtimeMs} ${size}`;
}

function isElsewhere(file: string): boolean {
  const [kind] = /html\/index|results\.json/.exec(file) ?? [];
  const variable = {
    'html/index': /^PLAYWRIGHT_HTML_(?:OUTPUT_DIR|REPORT)$/,
    'results.json': /^PLAYWRIGHT_JSON_OUTPUT/,
  }[kind ?? ''];
  return variable !== undefined && Object.keys(process.env).some((name) => variable.test(name));
}
