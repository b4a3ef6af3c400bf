import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { command, stopWith } from '../../lib/run/ending.ts';
import { refuseGiven } from '../../lib/target/given-repositories.ts';
import { SettingError, strictness } from '../../lib/run/settings.ts';
import type { KnownDeviation } from '../../lib/profiles/profile.ts';
import { expectedDeviations } from '../../lib/run/expected.ts';
import { runSettings } from '../../lib/run/run.ts';
import { complain, line, say } from '../../lib/text/terminal.ts';
import { chosen, ofShard } from '../chosen.ts';
import { choose } from './choice.ts';
import type { Fault } from './fault.ts';
import { axesOf, fault, faultIds } from './faults.ts';
import { readMatrix, summary, writeMatrix } from './matrix.ts';

const usage = line`usage: npm run faults -- [--only ID,…] [--rule PREFIX] [--sample PERCENT --seed TEXT] [--changed COMMIT] [--level LEVEL] [--repeat N] [--all-tests] [--shard I/N] [--resume] [FOLDER …]
       npm run faults -- --list
       npm run faults -- --merge FILE …`;

await command('npm run faults', main);

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const { reports, url } = runSettings();
  const file = join(reports, 'faults.json');
  if (values.list) {
    for (const id of faultIds) say(line`${id}  ${fault(id).rule}  ${fault(id).title}${shippedBy(fault(id))}`);
    return 0;
  }
  if (values.merge) {
    const merged = positionals.flatMap(readMatrix);
    writeMatrix(reports, merged);
    say(line`${file}: ${summary(merged)}`);
    return merged.every(({ killed }) => killed) ? 0 : 1;
  }
  refuseGiven('npm run faults');
  const known = new Set(
    values.resume ? readMatrix(file).flatMap(({ id, killed }) => (killed ? [id] : [])) : [],
  );
  const wanted = pick(values).filter((id) => !known.has(id));
  const ids = wanted.filter((id) => {
    const reason = url === undefined ? undefined : whyNotBefore(fault(id), expectedDeviations(runSettings()));
    if (reason !== undefined) say(line`  not here ${id} (${fault(id).rule}): ${reason}`);
    return reason === undefined;
  });
  if (ids.length === 0) {
    say(line`there is no fault left to try`);
    return 0;
  }
  const config = ['--config', 'tools/faults/playwright.config.ts'];
  const child = spawn(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', 'test', ...config, ...positionals],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        SPEC_VERSION: 'main',
        REGISTRY_LEVEL: values.level,
        ...choose({
          faults: ids.map((id) => ({ id, rule: fault(id).rule })),
          wholeSuite: values['all-tests'],
          runs: Number(values.repeat),
        }),
      },
    },
  );
  stopWith(child);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function shippedBy({ shipped }: Fault): string {
  return shipped === undefined ? '' : `  (${shipped})`;
}

/** What only the embedded registry can do wrong cannot stand before another, and what is broken there cannot break. */
function whyNotBefore(one: Fault, known: readonly KnownDeviation[]): string | undefined {
  if (one.wire === undefined) return 'it is no change on the wire';
  const { protocol, authMode } = axesOf(one);
  const deviation = known.find(
    ({ rule, test, tests, sometimes, protocols, auth }) =>
      rule === one.rule &&
      ((test ?? tests) === undefined || sometimes === true) &&
      (protocols?.includes(protocol) ?? true) &&
      (auth?.includes(authMode) ?? true),
  );
  return deviation && `the rule is known to be broken: ${deviation.reason}`;
}

function readArguments() {
  try {
    const read = parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        rule: { type: 'string' },
        shard: { type: 'string' },
        changed: { type: 'string' },
        sample: { type: 'string' },
        seed: { type: 'string' },
        level: { type: 'string', default: 'defacto' },
        repeat: { type: 'string', default: '1' },
        'all-tests': { type: 'boolean', default: false },
        resume: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        merge: { type: 'boolean', default: false },
      },
    });
    if (read.values.merge && read.positionals.length === 0) throw new Error('--merge: names no file');
    if (!/^[1-9]\d*$/.test(read.values.repeat))
      throw new Error(`--repeat ${read.values.repeat}: must be a whole number from 1 on`);
    if (!(strictness as readonly string[]).includes(read.values.level))
      throw new Error(`--level ${read.values.level}: must be one of ${strictness.join(', ')}`);
    const missing = read.positionals.find((path) => !existsSync(path));
    if (missing !== undefined) throw new Error(`${missing}: there is no such file or folder`);
    return read;
  } catch (error) {
    complain(line`${(error as Error).message}`, usage);
    process.exit(2);
  }
}

type Options = ReturnType<typeof readArguments>['values'];

function pick({ rule, shard, sample, changed, ...given }: Options): string[] {
  if (rule !== undefined && !faultIds.some((id) => fault(id).rule.startsWith(rule)))
    throw new SettingError(`--rule ${rule}`, 'no fault breaks such a rule; --list names them all');
  const wanted = faultIds.filter((id) => rule === undefined || fault(id).rule.startsWith(rule));
  const sampled = sample ?? (changed === undefined ? '100' : '0');
  const named = chosen(wanted, 'fault', { ...given, sample: sampled });
  const picked = new Set([...named, ...(changed === undefined ? [] : touchedSince(changed))]);
  return ofShard(
    wanted.filter((id) => picked.has(id)),
    shard ?? '1/1',
  );
}

/** The faults whose own file, or a test that carries their rule, differs from a commit. */
function touchedSince(commit: string): string[] {
  const diff = spawnSync(
    'git',
    ['diff', '--name-only', '--diff-filter=d', commit, '--', 'tests', 'tools/faults'],
    {
      encoding: 'utf8',
    },
  );
  if (diff.status !== 0) throw new SettingError(`--changed ${commit}`, diff.stderr.trim());
  const texts = diff.stdout
    .split('\n')
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(file, 'utf8'));
  return faultIds.filter((id) => {
    const marks = [`'${id}'`, `@${fault(id).rule}'`, `'${fault(id).rule}'`];
    return texts.some((text) => marks.some((mark) => text.includes(mark)));
  });
}
