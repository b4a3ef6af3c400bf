import { parseArgs } from 'node:util';
import { command } from '../../lib/run/ending.ts';
import { runSettings } from '../../lib/run/run.ts';
import { complain, line, say } from '../../lib/text/terminal.ts';
import { chosen } from '../chosen.ts';
import { secondsOf } from './judge.ts';
import { meet, type HostileReport } from './meet.ts';
import { modelIds, modelOf } from './models.ts';
import { summary, writeReport } from './report.ts';

const usage = [
  line`usage: npm run hostile -- [--only ID,…] [--sample PERCENT --seed TEXT] [--shard I/N]`,
  line`       npm run hostile -- --list`,
];

// Of those that wait, and of those that work: two cores are busy then, and no more.
const atOnce = 3;
const patientFrom = 61;

await command('npm run hostile', main);

async function main(): Promise<number> {
  const options = readArguments();
  if (options.list) {
    for (const id of modelIds) say(line`${id}  ${modelOf(id).title}`);
    return 0;
  }
  const ids = chosen(modelIds, 'model', options);
  const reports: HostileReport[] = [];
  const meetEach = async (some: Iterable<string>): Promise<void> => {
    for (const id of some) {
      const report = await meet(id, modelOf(id));
      reports.push(report);
      say(line`  ${reports.length}/${ids.length} ${told(report)}`);
    }
  };
  const isPatient = (id: string): boolean => secondsOf(modelOf(id)) >= patientFrom;
  const [patient, busy] = [ids.filter(isPatient).values(), ids.filter((id) => !isPatient(id)).values()];
  const lanes = Array.from({ length: atOnce }, async () => await meetEach(busy));
  const waiting = Array.from({ length: atOnce }, async () => await meetEach(patient));
  // Among those that work some wait as well: one more of them keeps two cores busy.
  await Promise.all([...lanes, ...waiting, Promise.all(waiting).then(async () => await meetEach(busy))]);
  writeReport(runSettings().reports, reports);
  say(line``, line`  ${summary(reports)}`);
  return reports.every(({ held }) => held) ? 0 : 1;
}

/** `held id 3.1 s`, or `BROKEN id 3.1 s exit: it ended with 0; …` */
function told({ id, held, broken, seconds }: HostileReport): string {
  const found = broken.map(({ demand, seen }) => `${demand}: ${seen}`).join('; ');
  return `${held ? 'held  ' : 'BROKEN'} ${id} ${seconds} s ${found}`.trimEnd();
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        sample: { type: 'string' },
        seed: { type: 'string' },
        shard: { type: 'string' },
        list: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    complain(line`${(error as Error).message}`, ...usage);
    process.exit(2);
  }
}
