import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { command } from '../../lib/run/ending.ts';
import { script } from './plan/script.ts';
import { told } from './plan/command.ts';
import { compare, type Comparison, type Side } from './plan/variations.ts';
import { excerpt } from '../../lib/text/cut.ts';
import { writeText } from '../../lib/text/files.ts';
import { complain, line, say } from '../../lib/text/terminal.ts';
import { levelAt } from '../../lib/rules/rule.ts';
import { rule, type RuleId } from '../../lib/rules/catalogue.ts';
import { runSecrets, runSettings } from '../../lib/run/run.ts';
import { isFatal } from '../../lib/run/settings.ts';
import { stagesOn } from './stage.ts';
import { onRegistry, type Met } from './target.ts';

const usage = line`usage: npm run diff -- URL URL [--seed N] [--sequences N] [--length N]`;

await command('npm run diff', main);

async function main(): Promise<number> {
  const { urls, seed, count, length } = readArguments();
  // Both are met with the same settings; the first is the one they are of.
  process.env['REGISTRY_URL'] ||= urls.find((url) => url !== 'embedded');
  return await onRegistry(urls[0], async (one) =>
    onRegistry(urls[1], async (two) => {
      const stages = [one, two].map((met) => stagesOn(met));
      const [first, second] = [one, two].map((met, at) =>
        sideOf(urls[at]!, met, () => stages[at]!.open(`diff ${seed}`)),
      );
      const found = await compare([first!, second!], { seed, count, length });
      for (const { close } of stages) close();
      return report(found, urls);
    }),
  );
}

function sideOf(name: string, { capabilities }: Met, open: Side['open']): Side {
  return { name, open, measure: { capabilities, specVersion: runSettings().specVersion } };
}

function report({ variations, findings, requests }: Comparison, urls: readonly string[]): number {
  const { reports, specVersion, level } = runSettings();
  const isRed = (id: RuleId): boolean => isFatal(levelAt(rule(id), specVersion), level);
  const red = findings.filter(({ difference }) => isRed(difference.rule));
  for (const { side, stage, difference, played } of red) {
    const file = join(reports, `diff-${urls.indexOf(side.name) + 1}-${difference.rule}.sh`);
    writeText(file, script({ stage, difference, played }, runSecrets()));
    const { level: its, title } = rule(difference.rule);
    say(line`  ${side.name} breaks ${difference.rule} (${its}): ${title}`);
    const [expected, received] = [excerpt(difference.expected), excerpt(difference.received)];
    say(line`    at ${told(difference.command)}: expected ${expected}, received ${received}; ${file}`);
  }
  for (const { situation, answers, times } of variations) {
    say(line`  ${situation} (${times} times)`);
    answers.forEach((answer, at) => say(line`    ${urls[at] ?? ''}: ${excerpt(answer)}`));
  }
  say(line`  ${requests} requests: ${red.length} broken rules, ${variations.length} variations`);
  return red.length === 0 ? 0 : 1;
}

function readArguments(): { urls: [string, string]; seed: number; count: number; length: number } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: 'string', default: process.env['MODEL_SEED'] ?? String(randomInt(1_000_000)) },
        sequences: { type: 'string', default: '30' },
        length: { type: 'string', default: '40' },
      },
    });
    const [one, two, more] = positionals;
    if (one === undefined || two === undefined || more !== undefined) throw new Error('needs two addresses');
    const numbers = {
      seed: Number(values.seed),
      count: Number(values.sequences),
      length: Number(values.length),
    };
    const wrong = Object.entries(numbers).find(([, value]) => !Number.isSafeInteger(value) || value < 0);
    if (wrong !== undefined) throw new Error(`--${wrong[0]}: must be a whole number`);
    return { urls: [one, two], ...numbers };
  } catch (error) {
    complain(line`${(error as Error).message}`, usage);
    process.exit(2);
  }
}
