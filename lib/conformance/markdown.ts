import type { Conformance, RuleReport } from './report.ts';

/** `conformance.md`: the counts, then every rule that is not simply kept. */
export function markdown(conformance: Conformance): string {
  const { target, profile, specVersion, level, requests, durationMs, summary, rules } = conformance;
  const notable = rules.filter(({ verdict }) => verdict !== 'pass');
  return [
    `# Conformance of ${target}`,
    '',
    `Profile ${profile}, distribution-spec ${specVersion}, red from level ${level} on. ` +
      `${requests} requests in ${(durationMs / 1000).toFixed(1)} s.`,
    '',
    '| verdict | rules |',
    '| --- | ---: |',
    ...Object.entries(summary).map(([verdict, count]) => `| ${verdict} | ${count} |`),
    '',
    ...(notable.length === 0
      ? ['Every rule is kept.']
      : ['| rule | level | verdict | |', '| --- | --- | --- | --- |']),
    ...notable.map(row),
    '',
  ].join('\n');
}

function row({ id, url, level, verdict, title, tests }: RuleReport): string {
  const message = tests.find((test) => test.verdict === verdict)?.message?.split('\n', 1)[0];
  const note =
    verdict === 'fail' || verdict === 'warn' || message === undefined ? title : `${title}. ${message}`;
  return `| [${id}](${url}) | ${level} | ${verdict} | ${note.replaceAll('|', String.raw`\|`)} |`;
}
