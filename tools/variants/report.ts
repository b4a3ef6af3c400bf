import { readFileSync } from 'node:fs';
import { html, link, type Html } from '../../lib/text/html.ts';
import { tablePage, writeTable } from '../table.ts';
import type { Alarm } from './judge.ts';
import { variant, variantIds } from './variants.ts';
import type { AuthMode } from '../../lib/types.ts';

/** What the suite said of one variant: an entry of `variants.json`. */
export type VariantReport = {
  id: string;
  /** The runs it stood in, the habits of its own that were seen broken there, and the variants beside it. */
  runs: { auth: AuthMode; habits: string[]; with: string[] }[];
  /** `auth`: undefined where it is of all modes. `together`: the variants that it takes for this one. */
  alarms: (Alarm & { auth?: AuthMode; together?: string })[];
};

export function readReports(file: string): VariantReport[] {
  return JSON.parse(readFileSync(file, 'utf8')) as VariantReport[];
}

/** What several shards met of one variant is one. */
export function joined(reports: readonly VariantReport[]): VariantReport[] {
  return variantIds.flatMap((id) => {
    const ours = reports.filter((one) => one.id === id);
    if (ours.length === 0) return [];
    const [runs, alarms] = [ours.flatMap((one) => one.runs), ours.flatMap((one) => one.alarms)];
    return [{ id, runs, alarms }];
  });
}

/** `81 quiet, 0 with alarms` */
export function summary(reports: readonly VariantReport[]): string {
  const quiet = reports.filter(({ alarms }) => alarms.length === 0).length;
  return `${quiet} quiet, ${reports.length - quiet} with alarms`;
}

/** Writes `variants.json` and `variants.html`. */
export function writeReports(folder: string, reports: readonly VariantReport[]): void {
  writeTable(folder, 'variants', reports, page);
}

/** Variant by variant: what allows it, who does it, and what the suite said. */
function page(reports: readonly VariantReport[]): Html {
  return tablePage({
    title: 'Variants',
    label: 'Variants',
    lead: html`What a registry may do, if few do it. ${summary(reports)}.`,
    columns: ['Variant', 'Allowed by', 'Seen at', 'Not offered, habits broken', 'Here'],
    bodies: html`<tbody>
${reports.map(rowOf)}
</tbody>`,
  });
}

function rowOf({ id, runs, alarms }: VariantReport): Html {
  const { title, source, url, allows, seen = '', takes = [], habits = [] } = variant(id);
  const found = alarms.map(
    ({ auth, rule, verdict }) => html`<br><small>${auth ?? 'all'}: ${verdict} ${rule}</small>`,
  );
  const modes = runs.map(({ auth }) => auth).join(', ');
  const isQuiet = alarms.length === 0;
  return html`<tr><td id="${id}"><code>${id}</code><br>${title}</td><td>${link(url, source)}<br><small>${allows}</small></td><td>${seen}</td><td>${[...takes, ...habits].join(', ')}</td><td class="${isQuiet ? 'killed' : 'survived'}"><b>${isQuiet ? 'quiet' : 'alarm'}</b><br><small>${modes}</small>${found}</td></tr>\n`;
}
