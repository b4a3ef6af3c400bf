import { fork } from 'node:child_process';
import { once } from 'node:events';
import { search } from './plan/search.ts';
import { modelRules, type ModelRule } from './plan/rules.ts';
import { runSettings } from '../../lib/run/run.ts';
import { SettingError } from '../../lib/run/settings.ts';
import { line, say } from '../../lib/text/terminal.ts';
import { fault } from '../faults/faults.ts';
import { modelFaults } from './faults.ts';
import { stagesOn } from './stage.ts';
import { onEmbedded } from './target.ts';

/** What a run is, and how many: the first has this seed, the others those after it. */
type Runs = { runs: number; seed: number; sequences: number; length: number };

/** To a process. */
export type Question = Runs & { rule: ModelRule };
/** `caught`: in so many runs. `seconds`: of the processor. */
export type Rate = { rule: ModelRule; caught: number; seconds: number };

/** Of a hundred runs, in how many a fault is to be caught at least. */
const wanted = 95;

/** In how many runs against its fault a rule is found broken. What else the fault breaks does not end a run. */
export async function rateOf({ rule, runs, ...options }: Question): Promise<Rate> {
  const started = process.cpuUsage();
  const { wire } = fault(modelFaults[rule]);
  return await onEmbedded(wire === undefined ? modelFaults[rule] : undefined, async (met) => {
    const stages = stagesOn(met, wire);
    let caught = 0;
    for (let seed = options.seed; seed < options.seed + runs; seed += 1) {
      const { found } = await search(
        { ...options, seed, unshrunk: true },
        () => stages.open(`rates ${seed}`),
        { capabilities: met.capabilities, specVersion: 'main' },
        (difference) => difference.rule === rule,
      );
      if (found !== undefined) caught += 1;
    }
    stages.close();
    return { rule, caught, seconds: process.cpuUsage(started).user / 1e6 };
  });
}

/**
 * Prints a line a rule, from two processes that share the rules. `only`: ids of rules, with commas between.
 * @returns the exit status: 1 where a fault is caught too seldom
 */
export async function printRates(only: string | undefined, runs: Runs): Promise<number> {
  if (runSettings().url !== undefined)
    throw new SettingError('--rates', 'is of the embedded registry, so REGISTRY_URL must not be set');
  const named = only?.split(',');
  const unknown = named?.find((id) => !modelRules.some((rule) => rule === id));
  if (unknown !== undefined) throw new SettingError(`--only ${unknown}`, 'the model has no such rule');
  const left = modelRules.filter((rule) => named?.includes(rule) ?? true);
  const least = Math.ceil((runs.runs * wanted) / 100);
  const rates: Rate[] = [];
  const one = async (): Promise<void> => {
    const child = fork(new URL('rates-process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`a process that measures ended with ${String(code)}`);
    });
    for (let rule = left.shift(); rule !== undefined; rule = left.shift()) {
      child.send({ ...runs, rule } satisfies Question);
      const [rate] = (await Promise.race([once(child, 'message'), ended])) as [Rate];
      rates.push(rate);
      const mark = rate.caught < least ? 'TOO SELDOM' : 'caught    ';
      say(
        line`  ${mark} ${rate.caught} of ${runs.runs}  ${rule}  ${modelFaults[rule]}  ${rate.seconds.toFixed(1)} s`,
      );
    }
    // Its end is no error any more.
    ended.catch(() => undefined);
    child.disconnect();
  };
  await Promise.all([one(), one()]);
  const enough = rates.filter(({ caught }) => caught >= least).length;
  say(
    line``,
    line`  ${enough} of ${rates.length} rules caught their fault in ${least} of ${runs.runs} runs or more`,
  );
  return enough === rates.length ? 0 : 1;
}
