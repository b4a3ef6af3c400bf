import { isRuleId, rule } from '../../rules/catalogue.ts';
import { levelAt } from '../../rules/rule.ts';
import { urlAt } from '../../rules/sources.ts';
import { document, facts } from '../../text/document.ts';
import { html, link, type Html } from '../../text/html.ts';
import { minute, verdictsIn, type JudgedVerdict, type PastRun } from './history.ts';
import { isBroken } from './report.ts';

/** As many columns as a screen shows without turning dates round. */
const mostShown = 30;

/** From so many changes on, a rule comes and goes. */
const flaky = 3;

const signs: Record<JudgedVerdict, [sign: string, meaning: string]> = {
  fail: ['✗', 'broken'],
  stale: ['S', 'kept, though known to be broken'],
  warn: ['W', 'broken, below the level that turns a run red'],
  known: ['K', 'known to be broken'],
  pass: ['·', 'kept'],
};

type Row = { id: string; cells: (JudgedVerdict | undefined)[]; said: string; weight: number };

/** `history.html`: of each target its last runs, rule by run where one was not simply kept, and what a run cost. */
export function historyPage(history: readonly PastRun[]): Html {
  const targets = [...new Set(history.map(({ target }) => target))];
  const sections = targets.map((target, at) => {
    const runs = history.filter((run) => run.target === target);
    return targetSection(target, runs, `target-${at}`);
  });
  const body = html`<header>
<h1>Run by run</h1>
</header>
<main>
${html.lines(sections)}
</main>`;
  return document({ title: 'Run by run', body });
}

function targetSection(target: string, runs: readonly PastRun[], id: string): Html {
  const shown = runs.slice(-mostShown);
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return html``;
  const about = facts([
    ['Runs', String(runs.length)],
    ['Shown', `${minute(first.startedAt)} to ${minute(last.startedAt)} UTC`],
    ['Profile', last.profile],
    ['distribution-spec', last.specVersion],
    ['Red from level', last.level],
  ]);
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${target}</h2>
${about}
${plots(shown)}
${table(shown)}
</section>`;
}

/** What was broken, and what it cost, run by run; a run of a part does not compare. */
function plots(runs: readonly PastRun[]): Html {
  const whole = runs.filter(({ part }) => part !== true);
  const broken = ({ rules }: PastRun): number => [rules.fail ?? [], rules.stale ?? []].flat().length;
  if (whole.length === 0) return html`<p>None of these runs tried most of the rules.</p>`;
  return html`<div class="plots">
${plot('Rules that turn it red', whole.map(broken))}
${plot(
  'Seconds',
  whole.map(({ durationMs }) => Math.round(durationMs / 1000)),
)}
${plot(
  'Requests',
  whole.map(({ requests }) => requests),
)}
</div>`;
}

const [width, height, edge] = [300, 60, 4];

function plot(title: string, values: readonly number[]): Html {
  const most = Math.max(...values, 1);
  const points = values.map((value, at) => {
    const x = edge + (values.length === 1 ? 1 : at / (values.length - 1)) * (width - 2 * edge);
    const y = height - edge - (value / most) * (height - 2 * edge);
    return [x.toFixed(1), y.toFixed(1)] as const;
  });
  const [x, y] = points.at(-1) ?? [];
  const line = points.map((point) => point.join(',')).join(' ');
  return html`<figure>
<figcaption>${title}: <b>${values.at(-1) ?? ''}</b> <small>of ${Math.min(...values)} to ${Math.max(...values)}</small></figcaption>
<svg role="img" aria-label="${title}, run by run: ${values.join(', ')}" viewBox="0 0 ${width} ${height}"><path d="M0 ${height - 1}H${width}" stroke="currentColor" stroke-opacity="0.4"/><polyline points="${line}" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="${x ?? ''}" cy="${y ?? ''}" r="4" fill="currentColor"/></svg>
</figure>`;
}

function table(runs: readonly PastRun[]): Html {
  const rows = rowsOf(runs);
  if (rows.length === 0) return html`<p>Each rule that was judged was kept in each of these runs.</p>`;
  const days = new Set(runs.map(({ startedAt }) => startedAt.slice(0, 10)));
  const heads = runs.map(({ startedAt }) => {
    const day = startedAt.slice(5, 10);
    const time = days.size === runs.length ? '' : html`<br>${startedAt.slice(11, 16)}`;
    return html`<th scope="col">${day}${time}</th>`;
  });
  const legend = Object.entries(signs).map(
    ([verdict, [sign, meaning]]) =>
      html`<span class="${verdict}"><b class="verdict">${sign}</b> ${meaning}</span> `,
  );
  const version = runs.at(-1)?.specVersion ?? 'main';
  return html`<p class="legend">${legend}</p>
<div class="scroll" role="region" aria-label="Table of rules by run" tabindex="0">
<table class="matrix runs">
<thead><tr><th scope="col">Rule</th>${heads}</tr></thead>
<tbody>
${html.lines(rows.map((one) => tableRow(one, version)))}
</tbody>
</table>
</div>`;
}

function tableRow({ id, cells, said }: Row, version: PastRun['specVersion']): Html {
  const named = isRuleId(id) ? rule(id) : undefined;
  const about =
    named === undefined
      ? html`<code>${id}</code>`
      : html`${link(urlAt(named, version), html`<code>${id}</code>`)} <span class="level">${levelAt(named, version)}</span>`;
  const found = cells.map((verdict) =>
    verdict === undefined
      ? html`<td></td>`
      : html`<td class="${verdict}"><b title="${signs[verdict][1]}">${signs[verdict][0]}</b></td>`,
  );
  return html`<tr><th scope="row">${about}<br><small>${said}</small></th>${found}</tr>`;
}

const inRank: JudgedVerdict[] = ['pass', 'known', 'warn', 'fail', 'stale'];

/** The rules that were not simply kept in each of these runs: first what is red now, what turned last before all else. */
export function rowsOf(runs: readonly PastRun[]): Row[] {
  const verdictsOf = new Map<string, (JudgedVerdict | undefined)[]>();
  for (const [at, found] of verdictsIn(runs).entries())
    for (const [id, verdict] of found) {
      const cells = verdictsOf.get(id) ?? runs.map(() => undefined);
      cells[at] = verdict;
      verdictsOf.set(id, cells);
    }
  return [...verdictsOf]
    .filter(([, cells]) => cells.some((verdict) => verdict !== undefined && verdict !== 'pass'))
    .map(([id, cells]) => rowOf(id, cells, runs))
    .toSorted((one, other) => other.weight - one.weight || (one.id < other.id ? -1 : 1));
}

function rowOf(id: string, cells: (JudgedVerdict | undefined)[], runs: readonly PastRun[]): Row {
  const met = cells.flatMap((verdict, at) =>
    verdict === undefined ? [] : [{ verdict, word: wordOf(verdict), at }],
  );
  // Of a rule that was stale in one test, others may have been broken still.
  const sure = met.filter((one, at) => one.word !== 'stale' || at === met.length - 1);
  const turns = sure.filter(({ word }, at) => at > 0 && sure[at - 1]?.word !== word);
  const [turn, { verdict = 'pass', word = '' } = {}] = [turns.at(-1), sure.at(-1)];
  const since =
    turn === undefined ? `${word} in each` : `${word} since ${minute(runs[turn.at]?.startedAt ?? '')}`;
  const said = turns.length < flaky ? since : `${since}; changed ${turns.length} times`;
  return { id, cells, said, weight: inRank.indexOf(verdict) * runs.length + (turn?.at ?? 0) };
}

function wordOf(verdict: JudgedVerdict): string {
  if (verdict === 'stale') return 'stale';
  return isBroken(verdict) ? 'broken' : 'kept';
}
