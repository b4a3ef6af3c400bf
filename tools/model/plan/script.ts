import { repeatScript } from '../../../lib/verdict/repeat.ts';
import { rule } from '../../../lib/rules/catalogue.ts';
import { runIdentities } from '../../../lib/run/run.ts';
import { excerpt } from '../../../lib/text/cut.ts';
import type { Shell } from '../../../lib/text/shell.ts';
import { told } from './command.ts';
import type { Difference, Played, Stage } from './play.ts';

type Story = { difference: Difference; played: readonly Played[]; stage: Stage };

/** A shell script that repeats a sequence, under another `NAMESPACE` if its repositories are still there. */
export function script({ difference, played, stage }: Story, secrets: readonly string[]): Shell {
  const { level, title, source, url } = rule(difference.rule);
  const [first] = stage.repositories;
  if (first === undefined) throw new Error('a stage has repositories');
  return repeatScript({
    about: [
      `${difference.rule} (${level}): ${title}`,
      `  source    ${source} ${url}`,
      `  expected  ${excerpt(difference.expected, 2_000)}`,
      `  received  ${excerpt(difference.received, 2_000)}`,
      `by ${played.map(({ command }) => told(command)).join('; ')}`,
    ],
    sent: stage.sent.map((answer) => ({ request: answer.request, answer })),
    places: [
      { name: 'REGISTRY', value: new URL(first.url).origin },
      { name: 'NAMESPACE', value: first.name.replace(/\/[^/]+$/, '') },
    ],
    identities: runIdentities(),
    options: [],
    secrets,
  });
}
