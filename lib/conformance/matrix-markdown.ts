import { matrixOf, type MatrixRow } from './matrix.ts';
import { cell } from './markdown.ts';
import { minute } from './html.ts';
import { verdicts, type Conformance } from './report.ts';

/** `matrix.md`: the counts of each target, what they offer, and the rules that are not simply kept by all. */
export function matrixMarkdown(runs: readonly Conformance[]): string {
  const { names, rows, capabilities } = matrixOf(runs);
  const found = verdicts.filter((verdict) => runs.some(({ summary }) => summary[verdict] !== undefined));
  return [
    '# Rules by target',
    '',
    ...table(
      ['target', 'profile', 'spec', 'red from', 'started', ...found],
      runs.map(({ profile, specVersion, level, startedAt, summary }, at) => [
        cell(names[at] ?? ''),
        profile,
        specVersion,
        level,
        minute(startedAt),
        ...found.map((verdict) => String(summary[verdict] ?? '')),
      ]),
    ),
    '',
    '## What they offer',
    '',
    ...table(
      ['part', ...names.map(cell)],
      capabilities.map(({ name, cells }) => [
        name,
        ...cells.map((one) => (one === undefined ? '' : one.offered ? 'yes' : 'no')),
      ]),
    ),
    '',
    '## Rules that are not simply kept by all',
    '',
    ...table(
      ['rule', 'level', 'says', ...names.map(cell)],
      rows
        .filter(isTelling)
        .map(({ rule: { id, url, level, title }, cells }) => [
          `[${id}](${url})`,
          level,
          cell(title),
          ...cells.map((one) => one?.verdict ?? ''),
        ]),
    ),
    '',
  ].join('\n');
}

function isTelling({ cells, differs }: MatrixRow): boolean {
  return differs || cells.some((one) => one !== undefined && !['pass', 'untested'].includes(one.verdict));
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `| ${columns.join(' | ')} |`,
    `|${' --- |'.repeat(columns.length)}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
}
