import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { command } from '../lib/run/ending.ts';
import { SettingError } from '../lib/run/settings.ts';
import { runSettings } from '../lib/run/run.ts';
import { writeText } from '../lib/text/files.ts';
import type { Html } from '../lib/text/html.ts';
import type { Markdown } from '../lib/text/markdown.ts';
import { complain, line, say } from '../lib/text/terminal.ts';
import { compare, kindsOf } from '../lib/report/conformance/compare.ts';
import { compareMarkdown } from '../lib/report/conformance/compare-markdown.ts';
import { comparePage } from '../lib/report/conformance/compare-page.ts';
import { matrixMarkdown } from '../lib/report/conformance/matrix-markdown.ts';
import { matrixPage } from '../lib/report/conformance/matrix-page.ts';
import { readConformance } from '../lib/report/conformance/read.ts';

await command('npm run compare', main, 2);

/** 0, or 1 where the later run found a rule newly broken. */
function main(): number {
  const { files, isMatrix } = readArguments();
  const runs = files.map(readConformance);
  if (isMatrix) {
    write('matrix', matrixMarkdown(runs), matrixPage(runs));
    return 0;
  }
  const [before, after] = runs;
  if (before === undefined || after === undefined) throw new Error('two runs were asked for');
  const comparison = compare(before, after);
  write('compare', compareMarkdown(comparison), comparePage(comparison));
  return kindsOf(comparison, 'broken').length > 0 ? 1 : 0;
}

function write(name: string, markdown: Markdown, page: Html): void {
  const { reports } = runSettings();
  const file = join(reports, `${name}.html`);
  writeText(join(reports, `${name}.md`), markdown);
  writeText(file, page);
  say(markdown);
  complain(line`${file} is the same as a page`);
}

function readArguments(): { files: string[]; isMatrix: boolean } {
  const { values, positionals: files } = orRefuse(() =>
    parseArgs({ allowPositionals: true, options: { matrix: { type: 'boolean', default: false } } }),
  );
  const isMatrix = values.matrix;
  const named = `${files.length} ${files.length === 1 ? 'file was' : 'files were'} named`;
  if (isMatrix && files.length < 2)
    throw new SettingError(named, 'give two or more, npm run matrix -- ONE.json OTHER.json …');
  if (!isMatrix && files.length !== 2)
    throw new SettingError(named, 'give two, npm run compare -- BEFORE.json AFTER.json');
  return { files, isMatrix };
}

function orRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('. ');
    throw new SettingError(reason, 'give the files alone, npm run compare -- BEFORE.json AFTER.json');
  }
}
