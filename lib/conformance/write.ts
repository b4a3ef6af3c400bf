import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown } from './markdown.ts';
import { page } from './page.ts';
import type { Conformance } from './report.ts';

/** Writes `conformance.json`, `.md` and `.html`. */
export function writeConformance(folder: string, conformance: Conformance): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'conformance.json'), JSON.stringify(conformance, null, 2));
  writeFileSync(join(folder, 'conformance.md'), markdown(conformance));
  writeFileSync(join(folder, 'conformance.html'), page(conformance));
}
