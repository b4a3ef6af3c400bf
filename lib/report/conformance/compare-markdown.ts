import { link, markdown, table, type Markdown } from '../../text/markdown.ts';
import { kindsOf, type Change, type Comparison, type Kind } from './compare.ts';
import { minute } from './history.ts';
import { told } from './markdown.ts';
import type { Conformance, RuleReport } from './report.ts';

export const headings: Record<Exclude<Kind, 'unjudged'>, string> = {
  broken: 'Newly broken',
  below: 'Newly broken, below the level that turns a run red',
  fixed: 'Newly kept',
  changed: 'Changed otherwise',
};

/** The verdict in one sentence. */
export function conclusion(comparison: Comparison): string {
  const count = (kind: Kind): number => kindsOf(comparison, kind).length;
  const counts = [
    ...(count('below') > 0 ? [`${count('below')} below the level`] : []),
    `${count('fixed')} newly kept`,
    `${comparison.stillBroken.length} still broken`,
    `${count('changed')} changed otherwise`,
  ];
  const broken = count('broken');
  return `${broken === 0 ? 'No rule is' : `${broken} ${broken === 1 ? 'rule is' : 'rules are'}`} newly broken; ${counts.join(', ')}.`;
}

/** `compare.md`: what is different, the worst first. What did not change is not named. */
export function compareMarkdown(comparison: Comparison): Markdown {
  const { before, after, told: toldApart, capabilities, stillBroken, appeared, vanished } = comparison;
  return markdown.lines([
    markdown`# Two runs compared`,
    '',
    conclusion(comparison),
    '',
    table(['', 'before', 'after'], about(before, after)),
    ...toldApart.map(({ name }) => markdown`\nThe runs differ in ${name}: a change may come from it.`),
    ...Object.entries(headings).flatMap(([kind, heading]) =>
      changeSection(heading, kindsOf(comparison, kind as Kind)),
    ),
    ...section('Still broken', ['rule', 'level', 'says'], stillBroken.map(said)),
    ...section(
      'Offers',
      ['part', 'before', 'after', 'evidence'],
      capabilities.map(({ name, before: was, after: is }) => [
        name,
        offer(was),
        offer(is),
        (is ?? was)?.evidence ?? '',
      ]),
    ),
    ...section('Rules of the run after alone', ['rule', 'level', 'says', 'verdict'], appeared.map(alone)),
    ...section('Rules of the run before alone', ['rule', 'level', 'says', 'verdict'], vanished.map(alone)),
    ...unjudged(comparison),
    '',
  ]);
}

/** What either run was, name by name. */
export function about(
  before: Conformance,
  after: Conformance,
): [name: string, before: string, after: string][] {
  const facts: Record<string, (run: Conformance) => string> = {
    target: ({ target }) => target,
    started: ({ startedAt }) => minute(startedAt),
    profile: ({ profile }) => profile,
    'distribution-spec': ({ specVersion }) => specVersion,
    'red from level': ({ level }) => level,
  };
  return Object.entries(facts).map(([name, of]) => [name, of(before), of(after)]);
}

export function offer(one: { offered: boolean } | undefined): string {
  if (one === undefined) return 'not looked for';
  return one.offered ? 'offered' : 'not offered';
}

type Row = (string | Markdown)[];

function changeSection(heading: string, changes: readonly Change[]): Markdown[] {
  const rows = changes.map(({ from, to, rule }) => [...said(rule), `${from} → ${to}`, message(rule)]);
  return section(heading, ['rule', 'level', 'says', 'verdict', 'found'], rows);
}

function section(heading: string, columns: readonly string[], rows: readonly Row[]): Markdown[] {
  return rows.length === 0 ? [] : [markdown`\n## ${heading}\n`, table(columns, rows)];
}

function said({ id, url, level, title }: RuleReport): Row {
  return [link(url, id), level, title];
}

function alone(rule: RuleReport): Row {
  return [...said(rule), rule.verdict];
}

function message({ verdict, tests }: RuleReport): Markdown {
  return told(tests.find((test) => test.verdict === verdict));
}

function unjudged(comparison: Comparison): Markdown[] {
  const count = kindsOf(comparison, 'unjudged').length;
  return count === 0 ? [] : [markdown`\n${count} more rules were tried in one of the two runs alone.`];
}
