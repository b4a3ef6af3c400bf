import { shortened } from './html.ts';
import { gist } from './markdown.ts';
import { type Conformance } from './report.ts';
import { inOneLine, type Trouble } from './summary.ts';

// GitHub shows no more of a step.
const mostAnnotations = 10;
const longestSummary = 2 ** 20;

/** Workflow commands that mark what turned the run red, a line each; `place` of a file of tests in the repository. */
export function annotations(
  { rules, startedAt }: Conformance,
  troubles: readonly Trouble[],
  place: (file: string) => string,
): string[] {
  const red = rules.filter(({ verdict }) => verdict === 'fail' || verdict === 'stale');
  const all = [
    ...red.map((rule) => {
      const { id, level, title, url, verdict, tests } = rule;
      const first = tests.find((test) => test.verdict === verdict);
      const found = gist(first?.message ?? '');
      return command(
        { title: `${id} (${level})`, ...(first && { file: place(first.file), line: String(first.line) }) },
        [
          title,
          ...(found === undefined
            ? []
            : [`expected ${found.expected}`, `received ${shortened(found.received)}`]),
          inOneLine(rule, startedAt),
          url,
        ].join('\n'),
      );
    }),
    ...troubles.map(({ title, message }) =>
      command({ title: 'red, and no rule says why' }, `${title}: ${message}`),
    ),
  ];
  if (all.length <= mostAnnotations) return all;
  const rest = all.length - mostAnnotations + 1;
  return [
    ...all.slice(0, mostAnnotations - 1),
    command({ title: `${rest} more` }, 'The job summary has them all.'),
  ];
}

/** The Markdown, cut at a line so that with what stands there already it is not too long for GitHub. */
export function jobSummary(markdown: string, written: number): string {
  const left = longestSummary - written;
  if (Buffer.byteLength(markdown) <= left) return markdown;
  const note = '\nThe rest is cut: see conformance.md among the reports.\n';
  const room = Buffer.from(markdown)
    .subarray(0, Math.max(left - note.length, 0))
    .toString('utf8');
  return room.slice(0, room.lastIndexOf('\n') + 1) + note;
}

function command(properties: Record<string, string>, message: string): string {
  const named = Object.entries(properties).map(
    ([name, value]) => `${name}=${escaped(value).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
  );
  return `::error ${named.join(',')}::${escaped(message)}`;
}

function escaped(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
