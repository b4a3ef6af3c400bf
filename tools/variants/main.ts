import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { testsOf } from '../../lib/report/conformance/summary.ts';
import { command, Stopped } from '../../lib/run/ending.ts';
import { ofAnyAnswer } from '../../lib/checks/every-answer.ts';
import { runSettings } from '../../lib/run/run.ts';
import { complain, line, say, type Line } from '../../lib/text/terminal.ts';
import { chosen } from '../chosen.ts';
import { causesOf } from './causes.ts';
import { groupsOf } from './groups.ts';
import { alarmsOf, endOf, habitsIn, keptHabits, type Alarm, type Course } from './judge.ts';
import { joined, readReports, summary, writeReports, type VariantReport } from './report.ts';
import { runBefore } from './run.ts';
import { variant, variantIds } from './variants.ts';
import { authModes, type AuthMode } from '../../lib/types.ts';

const usage = [
  line`usage: npm run variants -- [--only ID,…] [--auth MODE,…] [--sample PERCENT --seed TEXT] [--shard I/N] [--grep TESTS]`,
  line`       npm run variants -- --list`,
  line`       npm run variants -- --merge FILE …`,
];

await command('npm run variants', main);

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const { reports } = runSettings();
  if (values.list) {
    for (const id of variantIds) say(line`${id}  ${variant(id).title} (${variant(id).source})`);
    return 0;
  }
  const { only, auth, grep, ...part } = values;
  const found = joined(
    values.merge
      ? positionals.flatMap(readReports)
      : await meetAll(chosen(variantIds, 'variant', only === undefined ? {} : { only }), {
          modes: auth.split(',') as AuthMode[],
          reports,
          grep,
          pick: (runs) => chosen(runs, 'run', part),
        }),
  );
  if (grep === undefined)
    for (const report of found) await addKept(report, values.merge ? undefined : reports);
  writeReports(reports, found);
  say(line``, line`  ${summary(found)}`);
  return found.every(({ alarms }) => alarms.length === 0) ? 0 : 1;
}

function readArguments() {
  try {
    const read = parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        auth: { type: 'string', default: authModes.join(',') },
        sample: { type: 'string' },
        seed: { type: 'string' },
        shard: { type: 'string' },
        grep: { type: 'string' },
        list: { type: 'boolean', default: false },
        merge: { type: 'boolean', default: false },
      },
    });
    const wrong = read.values.auth
      .split(',')
      .find((mode) => !(authModes as readonly string[]).includes(mode));
    if (wrong !== undefined)
      throw new Error(`--auth ${wrong}: must be a comma list of ${authModes.join(', ')}`);
    if (read.values.merge !== read.positionals.length > 0)
      throw new Error(read.values.merge ? '--merge: names no file' : `${read.positionals[0]}: is no option`);
    return read;
  } catch (error) {
    complain(line`${(error as Error).message}`, ...usage);
    process.exit(2);
  }
}

/**
 * Mode by mode; in a mode the usual registry first, which the others are held against. Of the runs of a mode those that
 * are picked: who stands beside whom is the same as in the whole.
 */
async function meetAll(
  ids: readonly string[],
  {
    modes,
    reports,
    grep,
    pick,
  }: {
    modes: readonly AuthMode[];
    reports: string;
    grep: string | undefined;
    pick: (runs: readonly string[]) => string[];
  },
): Promise<VariantReport[]> {
  const found = new Map<string, VariantReport>(ids.map((id) => [id, { id, runs: [], alarms: [] }]));
  for (const auth of modes) {
    const groups = groupsOf(ids.filter((id) => variant(id).auth?.includes(auth) ?? true));
    const runs = groups.map((_, at) => `${at + 1}`);
    const picked = pick(runs);
    if (picked.length === 0) continue;
    const folder = (name: string): string => join(reports, 'variants', `${auth}-${name}`);
    const usual = await runBefore([], { auth, grep, folder: folder('usual') });
    if (usual.exit !== 0) throw new Stopped(`${auth}: before the usual registry ${endOf(usual)}`);
    const part = picked.length < runs.length ? `, ${picked.length} of them now` : '';
    say(line`  ${auth}: ${groups.flat().length} variants in ${runs.length} runs${part}`);
    for (const [at, group] of groups.entries()) {
      const run = `${at + 1}`;
      if (!picked.includes(run)) continue;
      await meetGroup(group, { auth, grep, folder: folder(run), usual, found });
      say(line`  ${auth} ${run}/${runs.length}`);
    }
  }
  return [...found.values()].filter(({ runs }) => runs.length > 0);
}

/** Takes it for an alarm where it kept a habit; one that its company may have hidden is looked for alone. */
async function addKept(report: VariantReport, reports: string | undefined): Promise<void> {
  const { id, runs, alarms } = report;
  if (alarms.length > 0) return;
  for (const auth of variant(id).auth ?? authModes) {
    const kept = keptHabits(variant(id), runs);
    const isAlone = reports === undefined || runs.every((run) => run.with.length === 0);
    if (kept.length === 0 || isAlone) break;
    const folder = join(reports, 'variants', `${auth}-alone`);
    const seen = await runBefore([variant(id)], { auth, grep: testsThatJudge(kept), folder });
    if (seen.exit !== 0 || seen.thrown.length > 0) {
      alarms.push({ auth, rule: '', verdict: 'exit', told: `alone, ${endOf(seen)}` });
      break;
    }
    rmSync(folder, { recursive: true });
    runs.push({ auth, habits: kept.filter((rule) => habitsIn(seen).includes(rule)), with: [] });
  }
  if (alarms.length === 0)
    for (const rule of keptHabits(variant(id), runs))
      alarms.push({ rule, verdict: 'kept', told: 'it is named as a habit, and no run saw it broken' });
  for (const alarm of alarms) say(line`  ALARM  ${id}`, ...lines(alarm));
}

type Meeting = {
  auth: AuthMode;
  /** Of the tests, those whose titles or tags match. */
  grep: string | undefined;
  folder: string;
  usual: Course;
  found: Map<string, VariantReport>;
};

/** Meets them in one run; where it raises an alarm, in further ones until each cause is known. */
async function meetGroup(ids: readonly string[], meeting: Meeting): Promise<void> {
  const { auth, folder, usual, found } = meeting;
  const ways = ids.map(variant);
  const seen = await runBefore(ways, meeting);
  const alarms = alarmsOf(ways, usual, seen);
  const causes =
    alarms.length === 0
      ? []
      : await causesOf({ ids, alarms }, async (part, red) => await meetAgain(part, red, meeting));
  for (const id of ids) {
    const report = found.get(id);
    const habits = (variant(id).habits ?? []).filter((rule) => habitsIn(seen).includes(rule));
    report?.runs.push({ auth, habits, with: ids.filter((other) => other !== id) });
    const ours = causes.filter((cause) => cause.ids.includes(id));
    for (const cause of ours) {
      const together = cause.ids.length > 1 ? { together: cause.ids.join(', ') } : {};
      report?.alarms.push(...cause.alarms.map((one) => ({ auth, ...one, ...together })));
    }
    if (ours.length === 0) say(line`  quiet  ${auth} ${id}`);
  }
  for (const cause of causes)
    say(line`  ALARM  ${auth} ${cause.ids.join(' with ')}`, ...cause.alarms.flatMap(lines));
  if (alarms.length === 0) rmSync(folder, { recursive: true });
}

/** The tests of these rules alone, unless one is none, or is judged at every answer, whatever the test. */
function testsThatJudge(rules: readonly string[]): string | undefined {
  const isOfTests = rules.every((id) => id !== '' && !(ofAnyAnswer as readonly string[]).includes(id));
  return isOfTests ? testsOf(rules) : undefined;
}

/** Of the alarms those that these variants raise. */
async function meetAgain(
  ids: readonly string[],
  alarms: readonly Alarm[],
  { auth, grep, folder, usual }: Meeting,
): Promise<Alarm[]> {
  const ways = ids.map(variant);
  const red = alarms.map(({ rule }) => rule);
  const narrowed = grep ?? testsThatJudge(red);
  const place = `${folder}-again`;
  const seen = await runBefore(ways, { auth, grep: narrowed, folder: place });
  rmSync(place, { recursive: true });
  return alarmsOf(ways, usual, seen).filter(({ rule }) => red.includes(rule));
}

function lines({ rule, verdict, told: text }: Alarm): Line[] {
  return [line`      ${verdict} ${rule}`, ...text.split('\n', 8).map((one) => line`          ${one}`)];
}
