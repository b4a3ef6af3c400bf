import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NoToken } from '../lib/registry/auth/token.ts';
import { contentOf, NoCatalog, Reading, repositoriesOfRuns } from '../lib/target/leftovers.ts';
import { command, Stopped } from '../lib/run/ending.ts';
import { headOf, readLedger, removeCreated, type LedgerHead } from '../lib/target/ledger.ts';
import { removeAll, type Created, type Removal, type Way } from '../lib/target/removal.ts';
import { profileOf } from '../lib/profiles/profiles.ts';
import { startOf } from '../lib/run/run-id.ts';
import { announceRun, runSettings } from '../lib/run/run.ts';
import { SettingError, type Settings } from '../lib/run/settings.ts';
import { speaking } from '../lib/text/speaking.ts';
import { line, say } from '../lib/text/terminal.ts';
import { discover } from '../lib/target/target.ts';
import { wayIn } from '../lib/target/way-in.ts';
import { counted, tellRest, told } from '../lib/target/tidy.ts';

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

type Options = { olderThan: string; dryRun: boolean; run: string | undefined; all: boolean };

const reading = new Reading();
let isIncomplete = false;

await command('npm run cleanup', async () => {
  const options = readOptions();
  const settings = runSettings();
  const { url } = settings;
  if (url === undefined) {
    throw new SettingError('REGISTRY_URL', 'is empty, and the embedded registry goes with all that it holds');
  }
  announceRun({ targets: await discover({ ...settings, url }) });
  const stays = await cleanUp({ ...settings, url }, options);
  return stays === 0 && !isIncomplete ? 0 : 1;
});

/** Removes what the ledgers here name, then what the catalog shows. Returns how much of it stays. */
async function cleanUp(settings: Settings & { url: string }, options: Options): Promise<number> {
  // What is removed is no creation of this process.
  const way = wayIn(settings, undefined, '');
  const ledgers = ledgersIn(settings);
  const named = new Set(ledgers.flatMap(({ files }) => files.flatMap(readLedger)).map(textOf));
  const ended = new Set<string>();
  let stays = 0;
  for (const { head, files } of ledgers) {
    const why = reasonToLeave(head.run, options, head);
    if (why === undefined) ended.add(head.run);
    if (why !== undefined) say(line`  ${head.run}: left alone, ${why}`);
    else if (options.dryRun) tellPlan(head.run, files.flatMap(readLedger).length, files.join(', '));
    else stays += tellRemoval(head.run, await removeCreated(files, way));
  }
  if (settings.repositories !== undefined) {
    const running = ledgers.find(({ head }) => !ended.has(head.run))?.head.run;
    const content = await contentOfAll(settings.repositories, way);
    const unnamed = content.filter((one) => !named.has(textOf(one)));
    return stays + (await removeUnnamed(unnamed, way, options, running));
  }
  for (const [run, names] of await namesInCatalog(settings)) {
    const head = ledgers.find((one) => one.head.run === run)?.head;
    const why = ended.has(run) ? undefined : reasonToLeave(run, options, head);
    if (why !== undefined) {
      if (head === undefined) say(line`  ${run}: left alone, ${why}`);
      continue;
    }
    const created = await contentOfAll(names, way);
    if (options.dryRun && created.length > 0) tellPlan(run, created.length, 'the catalog');
    else if (created.length > 0) stays += tellRemoval(run, await removeAll(created, way));
    say(line`  ${run}: ${names.length} names are in the catalog; no request of the protocol removes a name`);
  }
  return stays;
}

/** What no ledger names goes only if that is asked for: whose it is cannot be told. Returns how much of it stays. */
async function removeUnnamed(
  created: readonly Created[],
  way: Way,
  { all, dryRun }: Options,
  running: string | undefined,
): Promise<number> {
  if (created.length === 0) return 0;
  const names = [...new Set(created.map(({ repository }) => repository))].join(', ');
  if (!all) say(line`  ${names}: no ledger here names ${counted(created.length)}; --all removes them`);
  else if (running !== undefined) say(line`  ${names}: left alone, as ${running} may still run`);
  else if (dryRun) tellPlan(names, created.length, 'what is found there');
  else return tellRemoval(names, await removeAll(created, way));
  return 0;
}

async function contentOfAll(names: readonly string[], { open }: Way): Promise<Created[]> {
  const content: Created[] = [];
  let at = '';
  await speaking(
    () => `looking into ${at}, ${content.length} found so far`,
    async () => {
      for (at of names) content.push(...(await contentOf(open(at), tell, reading)));
    },
  );
  return content;
}

/** What is not looked at may stay. */
function tell(what: string, isRest: boolean): void {
  isIncomplete ||= isRest;
  say(line`  ${what}`);
}

function textOf({ repository, reference }: Created): string {
  return `${repository} ${reference}`;
}

function tellPlan(run: string, count: number, where: string): void {
  say(line`  ${run}: would remove ${counted(count)}, from ${where}`);
}

/** Returns how much of it stays. @throws Stopped where nothing more can be removed now */
function tellRemoval(run: string, { removed, left, brokenOff }: Removal): number {
  say(line`  ${run}: removed ${counted(removed)}`);
  if (brokenOff !== undefined) throw new Stopped(`  ${tellRest(left, brokenOff)}`);
  if (left.length > 0) say(...told(left));
  return left.length;
}

/** Why a run's leftovers are not removed now; undefined where they are. */
function reasonToLeave(
  run: string,
  { run: chosen, olderThan }: Options,
  head: LedgerHead | undefined,
): string | undefined {
  if (chosen !== undefined && run !== chosen) return 'another was asked for';
  const isHere = head?.host === hostname();
  if (isHere && isAlive(head.pid)) return `it still runs (process ${head.pid})`;
  if (isHere || chosen !== undefined) return undefined;
  const age = Date.now() - (startOf(run) ?? Date.now());
  return age < msOf(olderThan)
    ? `it began less than ${olderThan} ago and may still run elsewhere`
    : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The ledgers of each run on this registry. Another target's may lie beside them. */
function ledgersIn({ reports, url }: Settings): { head: LedgerHead; files: string[] }[] {
  const runs = new Map<string, { head: LedgerHead; files: string[] }>();
  const folders = ['', ...filesIn(reports).filter((one) => /^bench-\w{6}$/.test(one))];
  const names = folders.flatMap((folder) => filesIn(join(reports, folder)).map((name) => join(folder, name)));
  for (const name of names.filter((one) => /(?:^|\/)created-\w+\.jsonl$/.test(one))) {
    const file = join(reports, name);
    const head = headOf(file);
    if (head === undefined && readLedger(file).length > 0)
      say(line`  ${file}: left alone, as it does not say which run and registry it is of`);
    if (head === undefined || head.url !== url) continue;
    runs.set(head.run, { head, files: [...(runs.get(head.run)?.files ?? []), file] });
  }
  return [...runs.values()];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function namesInCatalog(settings: Settings & { url: string }): Promise<Map<string, string[]>> {
  const { send } = wayIn(settings);
  const { namespace, otherNamespace, profile, url } = settings;
  const namespaces = [namespace, ...(otherNamespace === undefined ? [] : [otherNamespace])];
  const scopes = profileOf(profile).catalogScopes;
  try {
    return await speaking(
      () => 'reading the catalog',
      async () =>
        await repositoriesOfRuns(
          async ({ url: page }) => await send(page.slice(url.length), scopes),
          url,
          namespaces,
          tell,
          reading,
        ),
    );
  } catch (error) {
    if (!(error instanceof NoCatalog || error instanceof NoToken)) throw error;
    say(line`  ${error.message}: only what the ledgers name is removed`);
    return new Map();
  }
}

/** @throws SettingError */
function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        'older-than': { type: 'string', default: '24h' },
        'dry-run': { type: 'boolean', default: false },
        run: { type: 'string' },
        all: { type: 'boolean', default: false },
      },
    });
    const { run, 'older-than': olderThan, 'dry-run': dryRun, all } = values;
    if (all && runSettings().repositories === undefined) {
      throw new SettingError('--all', 'empties the repositories of REGISTRY_REPOSITORIES, which names none');
    }
    if (run !== undefined && startOf(run) === undefined) {
      throw new SettingError(`--run ${run}`, 'is no id of a run, such as mwv85c6r02d54f');
    }
    msOf(olderThan);
    return { olderThan, dryRun, run, all };
  } catch (error) {
    if (error instanceof SettingError) throw error;
    throw new SettingError('npm run cleanup', (error as Error).message);
  }
}

function msOf(age: string): number {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(age) ?? [];
  if (count === undefined) {
    throw new SettingError(`--older-than ${age}`, 'must be a number of m, h or d, such as 24h');
  }
  return Number(count) * units[unit as keyof typeof units];
}
