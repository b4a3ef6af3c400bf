import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readKnown, today, type KnownBreak } from '../lib/run/known-file.ts';
import { minute } from '../lib/report/conformance/history.ts';
import { changesOf } from '../lib/report/conformance/known.ts';
import type { Conformance } from '../lib/report/conformance/report.ts';
import { readConformance } from '../lib/report/conformance/read.ts';
import { command } from '../lib/run/ending.ts';
import { runSettings } from '../lib/run/run.ts';
import { SettingError } from '../lib/run/settings.ts';
import { writeText } from '../lib/text/files.ts';
import { prettyJson } from '../lib/text/json.ts';
import { line, say, type Line } from '../lib/text/terminal.ts';
import { changedList } from '../lib/text/yaml.ts';

const beginning =
  '# What we know to be broken: met, it turns no run red; mended, it does. npm run known writes it.\n';

// Makes the last run's red rules known, and what is mended unknown.
await command('npm run known', () => {
  const { write, file: named, report } = readArguments();
  const { reports, known } = runSettings();
  const file = named ?? known?.file ?? 'known.yaml';
  const run = readConformance(report ?? join(reports, 'conformance.json'));
  const text = existsSync(file) ? readFileSync(file, 'utf8') : beginning;
  const breaks = breaksIn(file, text);
  const { items, added, overdue } = changesOf(breaks, run, today());
  const changed = breaks.filter((one, at) => items[at] !== one);
  say(
    ...changed.map((one) => said('-', one)),
    ...items.flatMap((one, at) => (one === undefined || one === breaks[at] ? [] : [said('+', one)])),
    ...added.map((one) => said('+', one)),
    ...overdue.map((one) => said('!', one, `, which was to be mended by ${one.until}`)),
  );
  // It may be broken in what the run left out, or did not get to.
  const unsure = breaks.filter((one, at) => items[at] === one && isStale(one, run));
  say(
    ...unsure.map((one) =>
      said('?', one, ', kept in what this run tried: one that tries it all takes it out'),
    ),
  );
  const kept = breaks.length - changed.length;
  const count = items.length - kept - items.filter((one) => one === undefined).length + added.length;
  const hasChanged = changed.length + added.length > 0;
  const after = hasChanged && !write ? '; nothing is written without --write' : '';
  say(
    line`${run.target}, ${minute(run.startedAt)}`,
    line`${file}: ${count} added, ${changed.length} taken out, ${kept} as before${after}`,
  );
  if (hasChanged && write) {
    const all = [...items.filter((one) => one !== undefined), ...added];
    const written = file.endsWith('.json') ? prettyJson(all) : changedList(text, items, added);
    // What a run could not read is not written.
    breaksIn(file, written.toString());
    writeText(file, written);
    if (known?.file !== file) say(line`set REGISTRY_KNOWN=${file} for the next run`);
  }
  return 0;
});

function said(sign: string, { rule, reason, tests, protocols, auth }: KnownBreak, more = ''): Line {
  const where = [...(auth ?? []), ...(protocols ?? []), ...(tests ?? []).map((title) => `"${title}"`)];
  return line`${sign} ${rule}${where.length === 0 ? '' : ` (${where.join(', ')})`}: ${reason}${more}`;
}

function isStale({ rule, reason }: KnownBreak, { rules }: Conformance): boolean {
  const tests = rules.find(({ id }) => id === rule)?.tests ?? [];
  return tests.some(({ verdict, gist }) => verdict === 'stale' && gist?.known?.reason === reason);
}

function breaksIn(file: string, text: string): KnownBreak[] {
  try {
    return readKnown(text);
  } catch (error) {
    throw new SettingError(file, (error as Error).message);
  }
}

function readArguments(): { write: boolean; file: string | undefined; report: string | undefined } {
  const usage = 'npm run known -- [--write] [--file KNOWN.yaml] [CONFORMANCE.json]';
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { write: { type: 'boolean', default: false }, file: { type: 'string' } },
    });
    if (positionals.length > 1) throw new Error(`${positionals.length} reports were named`);
    return { ...values, file: values.file, report: positionals[0] };
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('. ');
    throw new SettingError(reason, `it is ${usage}`);
  }
}
