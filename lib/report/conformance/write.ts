import { join } from 'node:path';
import { writeText } from '../../text/files.ts';
import { prettyJson } from '../../text/json.ts';
import { conformanceMarkdown } from './markdown.ts';
import { page } from './conformance-page.ts';
import type { Conformance } from './report.ts';

/** Writes `conformance.json`, `.md` and `.html`. */
export function writeConformance(folder: string, conformance: Conformance): void {
  writeText(join(folder, 'conformance.json'), prettyJson(conformance));
  writeText(join(folder, 'conformance.md'), conformanceMarkdown(conformance));
  writeText(join(folder, 'conformance.html'), page(conformance));
}
