import { join } from 'node:path';
import { writeText } from '../../text/files.ts';
import { jsonLines, prettyJson } from '../../text/json.ts';
import { conformanceMarkdown } from './markdown.ts';
import { page } from './conformance-page.ts';
import type { PastRun } from './history.ts';
import { historyPage } from './history-page.ts';
import type { Conformance } from './report.ts';

/** Writes `conformance.json`, `.md` and `.html`. */
export function writeConformance(folder: string, conformance: Conformance): void {
  writeText(join(folder, 'conformance.json'), prettyJson(conformance));
  writeText(join(folder, 'conformance.md'), conformanceMarkdown(conformance));
  writeText(join(folder, 'conformance.html'), page(conformance));
}

/** Writes `history.jsonl` and `.html`. */
export function writeHistory(folder: string, history: readonly PastRun[]): void {
  writeText(join(folder, 'history.jsonl'), jsonLines(history));
  writeText(join(folder, 'history.html'), historyPage(history));
}
