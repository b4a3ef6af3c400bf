import { link, markdown, table, type Markdown } from '../../text/markdown.ts';
import { minute } from './history.ts';
import { matrixOf, type MatrixRow } from './matrix.ts';
import { verdicts, type Conformance } from './report.ts';

/** `matrix.md`: the counts of each target, what they offer, and the rules that are not simply kept by all. */
export function matrixMarkdown(runs: readonly Conformance[]): Markdown {
  const { names, rows, capabilities } = matrixOf(runs);
  const found = verdicts.filter((verdict) => runs.some(({ summary }) => summary[verdict] !== undefined));
  return markdown.lines([
    markdown`# Rules by target`,
    '',
    table(
      ['target', 'profile', 'spec', 'red from', 'started', ...found],
      runs.map(({ profile, specVersion, level, startedAt, summary }, at) => [
        names[at] ?? '',
        profile,
        specVersion,
        level,
        minute(startedAt),
        ...found.map((verdict) => String(summary[verdict] ?? '')),
      ]),
    ),
    '',
    markdown`## What they offer`,
    '',
    table(
      ['part', ...names],
      capabilities.map(({ name, cells }) => [
        name,
        ...cells.map((one) => (one === undefined ? '' : one.offered ? 'yes' : 'no')),
      ]),
    ),
    '',
    markdown`## Rules that are not simply kept by all`,
    '',
    table(
      ['rule', 'level', 'says', ...names],
      rows
        .filter(isTelling)
        .map(({ rule: { id, url, level, title }, cells }) => [
          link(url, id),
          level,
          title,
          ...cells.map((one) => one?.verdict ?? ''),
        ]),
    ),
    '',
  ]);
}

function isTelling({ cells, differs }: MatrixRow): boolean {
  return differs || cells.some((one) => one !== undefined && !['pass', 'untested'].includes(one.verdict));
}
