import { levels } from '../../rules/rule.ts';
import { link, markdown, table, type Markdown } from '../../text/markdown.ts';
import { sinceWhen } from './history.ts';
import { isBroken, verdicts, type Conformance, type RuleReport, type Verdict } from './report.ts';

const sections: [verdict: Verdict, heading: string][] = [
  ['fail', 'Broken'],
  ['stale', 'Kept, though known to be broken'],
  ['warn', 'Broken, below the level that turns a run red'],
  ['known', 'Known to be broken'],
  ['unsupported', 'Not offered'],
  ['blocked', 'Blocked'],
];

/** `conformance.md`: the counts, then every rule that was tried and is not simply kept. */
export function conformanceMarkdown(conformance: Conformance): Markdown {
  const { target, profile, specVersion, level, requests, durationMs, startedAt, rules } = conformance;
  const seconds = (durationMs / 1000).toFixed(1);
  return markdown.lines([
    markdown`# Conformance of ${target}`,
    '',
    markdown`Profile ${profile}, distribution-spec ${specVersion}, red from level ${level} on. ${requests} requests in ${seconds} s.`,
    '',
    summary(rules),
    ...sections.flatMap(([verdict, heading]) =>
      section(
        heading,
        rules.filter((rule) => rule.verdict === verdict),
        startedAt,
      ),
    ),
    '',
  ]);
}

function summary(rules: readonly RuleReport[]): Markdown {
  const counts = verdicts
    .map((verdict) => ({ verdict, found: rules.filter((rule) => rule.verdict === verdict) }))
    .filter(({ found }) => found.length > 0);
  return table(
    ['verdict', 'rules', ...levels],
    counts.map(({ verdict, found }) => {
      const byLevel = levels.map((level) => found.filter((rule) => rule.level === level).length || '');
      return [verdict, found.length, ...byLevel];
    }),
  );
}

function section(heading: string, found: readonly RuleReport[], startedAt: string): Markdown[] {
  if (found.length === 0) return [];
  return [
    markdown`
## ${heading}
`,
    table(
      ['rule', 'level', 'says', 'found'],
      found.map((rule) => row(rule, startedAt)),
    ),
  ];
}

function row(rule: RuleReport, startedAt: string): (string | Markdown)[] {
  const { id, url, level, verdict, title, tests } = rule;
  const said = tests.filter((test) => test.verdict === verdict);
  const others = said.length > 1 ? markdown` (and in ${said.length - 1} more)` : '';
  const since = isBroken(verdict) ? sinceWhen(rule, startedAt) : '';
  return [link(url, id), level, title, markdown`${told(said[0])}${others}${since && `; ${since}`}`];
}

/** Of a broken rule what was expected and received, and what was known of it; of any other its first line. */
export function told({ message = '', gist }: Partial<RuleReport['tests'][number]> = {}): Markdown {
  if (gist === undefined) return markdown`${message.split('\n', 1)[0] ?? ''}`;
  const { expected, received, error, known } = gist;
  return markdown`${known === undefined ? '' : markdown`${link(known.source, known.reason)}: `}expected ${expected}; received ${received}${error === undefined ? '' : ` (${error})`}`;
}
