import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readHistory, withHistory, withRun } from '../lib/report/conformance/history.ts';
import { merged } from '../lib/report/conformance/merge.ts';
import { readConformance } from '../lib/report/conformance/read.ts';
import { command } from '../lib/run/ending.ts';
import { unexplainedBlocks, type Conformance } from '../lib/report/conformance/report.ts';
import { writeConformance, writeHistory } from '../lib/report/conformance/write.ts';
import type { ProfileName } from '../lib/profiles/names.ts';
import { expectedDeviations } from '../lib/run/expected.ts';
import { runSettings } from '../lib/run/run.ts';
import { SettingError } from '../lib/run/settings.ts';
import { line, say } from '../lib/text/terminal.ts';

// Joins the conformance.json of shards into that of the whole run, in the reports folder. Whether a shard was red is for
// its own job to say; here it shows whether a test was blocked for a reason that shows in no shard.
await command('npm run merge', () => {
  const { positionals: files } = parseArgs({ allowPositionals: true });
  if (files.length === 0) throw new SettingError('npm run merge', 'name the conformance.json of each shard');
  const { reports, known } = runSettings();
  const history = readHistory(join(reports, 'history.jsonl'));
  const shards = merge(files);
  const conformance = { ...shards, rules: withHistory(shards.rules, shards, history ?? []) };
  writeConformance(reports, conformance);
  if (history !== undefined) writeHistory(reports, withRun(history, conformance));
  const counts = Object.entries(conformance.summary).map(([verdict, count]) => `${count} ${verdict}`);
  say(line`  rules: ${counts.join(', ')} (${files.length} shards)`);
  const found = conformance.rules.flatMap(({ id, tests }) => tests.map((one) => ({ ...one, rule: id })));
  const unexplained = unexplainedBlocks(
    found,
    conformance,
    expectedDeviations({ known, profile: conformance.profile as ProfileName }),
  );
  for (const { title, message = '' } of unexplained) {
    say(line`  blocked, and no test shows why: ${title}: ${message}`);
  }
  return unexplained.length === 0 ? 0 : 1;
});

function merge(files: readonly string[]): Conformance {
  try {
    return merged(files.map(readConformance));
  } catch (error) {
    if (error instanceof SettingError) throw error;
    throw new SettingError('npm run merge', (error as Error).message);
  }
}
