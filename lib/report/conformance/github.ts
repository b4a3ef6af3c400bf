import { errorCommand, type Command } from '../../text/github.ts';
import { cutAtLine, markdown, type Markdown } from '../../text/markdown.ts';
import { receivedIn } from '../../verdict/told.ts';
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
): Command[] {
  const red = rules.filter(({ verdict }) => verdict === 'fail' || verdict === 'stale');
  const all = [
    ...red.map((rule) => {
      const { id, level, title, url, verdict, tests } = rule;
      const first = tests.find((test) => test.verdict === verdict);
      const found = first?.gist;
      return errorCommand(
        { title: `${id} (${level})`, ...(first && { file: place(first.file), line: first.line }) },
        [
          title,
          ...(found === undefined ? [] : [`expected ${found.expected}`, `received ${receivedIn(found)}`]),
          inOneLine(rule, startedAt),
          url,
        ].join('\n'),
      );
    }),
    ...troubles.map(({ title, message }) =>
      errorCommand({ title: 'red, and no rule says why' }, `${title}: ${message}`),
    ),
  ];
  if (all.length <= mostAnnotations) return all;
  const rest = all.length - mostAnnotations + 1;
  return [
    ...all.slice(0, mostAnnotations - 1),
    errorCommand({ title: `${rest} more` }, 'The job summary has them all.'),
  ];
}

/** The Markdown, cut at a line so that with what stands there already it is not too long for GitHub. */
export function jobSummary(text: Markdown, written: number): Markdown {
  const note = markdown`\nThe rest is cut: see conformance.md among the reports.\n`;
  return cutAtLine(text, longestSummary - written, note);
}
