import { levels } from '../rules/rule.ts';
import { sinceWhen } from './history.ts';
import { isBroken, verdicts, type Conformance, type RuleReport, type Verdict } from './report.ts';

const sections: [verdict: Verdict, heading: string][] = [
  ['fail', 'Broken'],
  ['stale', 'Kept, though the profile says that it is broken'],
  ['warn', 'Broken, below the level that turns a run red'],
  ['known', 'Broken as the profile says'],
  ['unsupported', 'Not offered'],
  ['blocked', 'Blocked'],
];

/** `conformance.md`: the counts, then every rule that was tried and is not simply kept. */
export function markdown({
  target,
  profile,
  specVersion,
  level,
  requests,
  durationMs,
  startedAt,
  rules,
}: Conformance): string {
  return [
    `# Conformance of ${target}`,
    '',
    `Profile ${profile}, distribution-spec ${specVersion}, red from level ${level} on. ` +
      `${requests} requests in ${(durationMs / 1000).toFixed(1)} s.`,
    '',
    ...summary(rules),
    ...sections.flatMap(([verdict, heading]) =>
      section(
        heading,
        rules.filter((rule) => rule.verdict === verdict),
        startedAt,
      ),
    ),
    '',
  ].join('\n');
}

function summary(rules: readonly RuleReport[]): string[] {
  const counts = verdicts
    .map((verdict) => ({ verdict, found: rules.filter((rule) => rule.verdict === verdict) }))
    .filter(({ found }) => found.length > 0);
  return [
    `| verdict | rules | ${levels.join(' | ')} |`,
    `| --- | ---: | ${levels.map(() => '---:').join(' | ')} |`,
    ...counts.map(({ verdict, found }) => {
      const byLevel = levels.map((level) => found.filter((rule) => rule.level === level).length || '');
      return `| ${verdict} | ${found.length} | ${byLevel.join(' | ')} |`;
    }),
  ];
}

function section(heading: string, found: readonly RuleReport[], startedAt: string): string[] {
  if (found.length === 0) return [];
  return [
    '',
    `## ${heading}`,
    '',
    '| rule | level | says | found |',
    '| --- | --- | --- | --- |',
    ...found.map((rule) => row(rule, startedAt)),
  ];
}

function row(rule: RuleReport, startedAt: string): string {
  const { id, url, level, verdict, title, tests } = rule;
  const said = tests.filter((test) => test.verdict === verdict);
  const others = said.length > 1 ? ` (and in ${said.length - 1} more)` : '';
  const since = isBroken(verdict) ? sinceWhen(rule, startedAt) : '';
  return `| [${id}](${url}) | ${level} | ${cell(title)} | ${told(said[0]?.message ?? '')}${others}${since && `; ${since}`} |`;
}

/** Of a broken rule what was expected and received, and what was known of it; of any other its first line. */
export function told(message: string): string {
  const found = gist(message);
  if (found === undefined) return cell(message.split('\n', 1)[0] ?? '');
  const [, reason, source] = /^ {2}known +(\S.*) (\S+)$/m.exec(message) ?? [];
  const known = reason === undefined ? '' : `[${cell(reason)}](${source}): `;
  return `${known}expected ${cell(found.expected)}; received ${cell(found.received)}`;
}

/** What was expected and what came, of the message of a broken rule; undefined for any other message. */
export function gist(message: string): { expected: string; received: string } | undefined {
  const expected = /^ {2}expected +(.*)$/m.exec(message)?.[1];
  const received = /^ {2}received +(.*)$/m.exec(message)?.[1];
  return expected === undefined || received === undefined ? undefined : { expected, received };
}

/** What comes from a registry shows as the text it is. */
export function cell(value: string): string {
  return value.replaceAll(/[\\`*_[\]<>|&]/g, String.raw`\$&`);
}
