import { levels } from '../rules/rule.ts';
import { verdicts, type Conformance, type RuleReport, type Verdict } from './report.ts';

const sections: [verdict: Verdict, heading: string][] = [
  ['fail', 'Broken'],
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
  rules,
}: Conformance): string {
  return [
    `# Conformance of ${target}`,
    '',
    `Profile ${profile}, distribution-spec ${specVersion}, red from level ${level} on. ` +
      `${requests} requests in ${(durationMs / 1000).toFixed(1)} s.`,
    '',
    ...summary(rules),
    ...sections.flatMap(([verdict, heading]) => section(heading, verdict, rules)),
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

function section(heading: string, verdict: Verdict, rules: readonly RuleReport[]): string[] {
  const found = rules.filter((rule) => rule.verdict === verdict);
  if (found.length === 0) return [];
  return [
    '',
    `## ${heading}`,
    '',
    '| rule | level | says | found |',
    '| --- | --- | --- | --- |',
    ...found.map(row),
  ];
}

function row({ id, url, level, verdict, title, tests }: RuleReport): string {
  const said = tests.filter((test) => test.verdict === verdict);
  const others = said.length > 1 ? ` (and in ${said.length - 1} more)` : '';
  return `| [${id}](${url}) | ${level} | ${cell(title)} | ${told(said[0]?.message ?? '')}${others} |`;
}

/** Of a broken rule what was expected and received, and what was known of it; of any other its first line. */
function told(message: string): string {
  const expected = /^ {2}expected +(.*)$/m.exec(message)?.[1];
  const received = /^ {2}received +(.*)$/m.exec(message)?.[1];
  if (expected === undefined || received === undefined) return cell(message.split('\n', 1)[0] ?? '');
  const [, reason, source] = /^ {2}known +(.*) (\S+)$/m.exec(message) ?? [];
  const known = reason === undefined ? '' : `[${cell(reason)}](${source}): `;
  return `${known}expected ${cell(expected)}; received ${cell(received)}`;
}

/** What comes from a registry shows as the text it is. */
function cell(value: string): string {
  return value.replaceAll(/[\\`*_[\]<>|&]/g, String.raw`\$&`);
}
