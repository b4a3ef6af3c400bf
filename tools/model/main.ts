import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { command } from '../../lib/run/ending.ts';
import { levelAt } from '../../lib/rules/rule.ts';
import { rule } from '../../lib/rules/catalogue.ts';
import { profileOf } from '../../lib/profiles/profiles.ts';
import { expectedDeviations } from '../../lib/run/expected.ts';
import { runSecrets, runSettings } from '../../lib/run/run.ts';
import { isFatal, SettingError } from '../../lib/run/settings.ts';
import type { Difference } from './plan/play.ts';
import { script } from './plan/script.ts';
import { search } from './plan/search.ts';
import { writeText } from '../../lib/text/files.ts';
import { speaking } from '../../lib/text/speaking.ts';
import { complain, line, say } from '../../lib/text/terminal.ts';
import { faultIds } from '../faults/faults.ts';
import { onTarget } from './target.ts';
import { printRates } from './rates.ts';
import { stagesOn } from './stage.ts';

const usage = line`usage: npm run model -- [--runs N] [--seed N] [--sequences N] [--length N] [--path PATH] [--minutes N] [--fault ID] [--all | --count]
       npm run model -- --rates [--runs N] [--seed N] [--only RULE,…]`;

await command('npm run model', main);

async function main(): Promise<number> {
  const options = readArguments();
  if (options.rates) return await printRates(options.only, options);
  return await onTarget(options.fault, async (met) => {
    const { specVersion, reports } = runSettings();
    const stages = stagesOn(met);
    const started = performance.now();
    const broken = new Map<string, Difference>();
    const counted = new Map<string, number>();
    let [done, requests, sequences, red] = [0, 0, 0, 0];
    for (let run = 0; run < options.runs; run += 1) {
      const left = options.minutes * 60_000 - (performance.now() - started);
      if (left <= 0) break;
      const seed = options.seed + run;
      const result = await speaking(
        () => `${done} of ${options.runs} runs done, after ${secondsSince(started)} s at seed ${seed}`,
        async () =>
          await search(
            { ...options, seed, timeLimitMs: left, unshrunk: options.count },
            () => stages.open(`model ${seed}`),
            { capabilities: met.capabilities, specVersion },
            (difference) => !broken.has(difference.rule) && isRed(difference),
          ),
      );
      done += 1;
      requests += result.requests;
      sequences += result.sequences;
      const { found } = result;
      if (found === undefined) continue;
      red += 1;
      if (options.count) {
        counted.set(found.difference.rule, (counted.get(found.difference.rule) ?? 0) + 1);
        continue;
      }
      if (options.all) broken.set(found.difference.rule, found.difference);
      const file = join(reports, `model-${found.difference.rule}.sh`);
      const text = script(found, runSecrets());
      writeText(file, text);
      say(text);
      const repeat = `--seed ${seed} --path ${found.path} --sequences ${options.sequences} --length ${options.length}`;
      say(line`  ${file}; found again by npm run model -- ${repeat}`, line``);
      if (!options.all) break;
    }
    stages.close();
    const seconds = secondsSince(started);
    if (options.count) {
      const rules = [...counted].map(([id, count]) => `${id} ${count}`).join(', ');
      say(line`  ${red} of ${done} runs broke a rule: ${rules || 'none'}`);
    }
    const seeds = `from seed ${options.seed} on`;
    say(line`  ${done} runs, ${sequences} sequences, ${requests} requests, ${seeds}, ${seconds} s`);
    return red === 0 ? 0 : 1;
  });
}

function secondsSince(started: number): string {
  return ((performance.now() - started) / 1_000).toFixed(1);
}

/** Of a level that turns a run red, and not known of this registry. */
function isRed({ rule: id }: Difference): boolean {
  const { specVersion, level, profile } = runSettings();
  const { knownInSequences = [] } = profileOf(profile);
  const isKnown = [
    ...expectedDeviations(runSettings()).filter(({ tests }) => tests === undefined),
    ...knownInSequences,
  ].some((one) => one.rule === id);
  return !isKnown && isFatal(levelAt(rule(id), specVersion), level);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: 'string' },
        seed: { type: 'string', default: process.env['MODEL_SEED'] ?? String(randomInt(1_000_000)) },
        sequences: { type: 'string', default: '15' },
        length: { type: 'string', default: '40' },
        minutes: { type: 'string', default: '5' },
        path: { type: 'string' },
        fault: { type: 'string' },
        all: { type: 'boolean', default: false },
        count: { type: 'boolean', default: false },
        rates: { type: 'boolean', default: false },
        only: { type: 'string' },
      },
    });
    if (values.fault !== undefined && !faultIds.includes(values.fault))
      throw new SettingError(`--fault ${values.fault}`, 'there is no such fault');
    values.runs ??= values.rates ? '100' : '10';
    const number = (name: 'runs' | 'seed' | 'sequences' | 'length' | 'minutes'): number => {
      const value = Number(values[name]);
      if (!Number.isSafeInteger(value) || value < 0)
        throw new SettingError(`--${name} ${values[name]}`, 'must be a whole number');
      return value;
    };
    return {
      runs: values.path === undefined ? number('runs') : 1,
      seed: number('seed'),
      sequences: number('sequences'),
      length: number('length'),
      minutes: number('minutes'),
      path: values.path,
      fault: values.fault,
      all: values.all,
      count: values.count,
      rates: values.rates,
      only: values.only,
    };
  } catch (error) {
    if (error instanceof SettingError) throw error;
    complain(line`${(error as Error).message}`, usage);
    process.exit(2);
  }
}
