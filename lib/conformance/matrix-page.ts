import { levels } from '../rules/rule.ts';
import { areaOf, document, filters, minute, text } from './html.ts';
import { matrixOf, type Matrix, type MatrixRow } from './matrix.ts';
import { verdicts, type Conformance } from './report.ts';

/** `matrix.html`: rule by target. */
export function matrixPage(runs: readonly Conformance[]): string {
  const matrix = matrixOf(runs);
  const { rows, names } = matrix;
  const areas = [...new Set(rows.map(({ rule }) => areaOf(rule.id)))];
  const choices = {
    verdict: verdicts.filter((verdict) => rows.some((one) => verdictsIn(one).includes(verdict))),
    level: levels.filter((level) => rows.some(({ rule }) => rule.level === level)),
    area: areas,
    targets: ['differ', 'agree'],
  };
  const body = `<a class="skip" href="#rules">Skip to the rules</a>
<header>
<h1>Rules by target</h1>
</header>
<main>
${targets(matrix)}
${offers(matrix)}
<section aria-labelledby="rules">
<h2 id="rules">Rules</h2>
${filters(choices, rows.length)}
<div class="scroll" role="region" aria-label="Table of rules" tabindex="0">
<table class="matrix">
<thead><tr><th scope="col">Rule</th>${columns(names)}</tr></thead>
${areas.map((area) => areaRows(area, matrix)).join('\n')}
</table>
</div>
</section>
</main>`;
  return document({ title: 'Rules by target', body, filtered: true });
}

function targets({ runs, names }: Matrix): string {
  const found = verdicts.filter((verdict) => runs.some(({ summary }) => summary[verdict] !== undefined));
  const rows = runs.map(
    ({ profile, specVersion, level, startedAt, summary }, at) =>
      `<tr><th scope="row">${text(names[at] ?? '')}</th><td>${text(profile)}</td><td>${specVersion}</td><td>${level}</td><td>${minute(startedAt)}</td>${found.map((verdict) => `<td class="count ${verdict}">${summary[verdict] ?? ''}</td>`).join('')}</tr>`,
  );
  return `<section aria-labelledby="targets">
<h2 id="targets">Targets</h2>
<div class="scroll" role="region" aria-label="Table of targets" tabindex="0">
<table class="matrix">
<thead><tr>${['Target', 'Profile', 'Spec', 'Red from', 'Started', ...found].map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
</section>`;
}

function offers({ names, capabilities }: Matrix): string {
  const rows = capabilities.map(
    ({ name, cells }) =>
      `<tr><th scope="row">${text(name)}</th>${cells
        .map((one) => (one === undefined ? '<td></td>' : `<td>${one.offered ? 'yes' : 'no'}</td>`))
        .join('')}</tr>`,
  );
  return `<section aria-labelledby="offers">
<h2 id="offers">What they offer</h2>
<details>
<summary>${capabilities.length} optional parts</summary>
<div class="scroll" role="region" aria-label="Table of offers" tabindex="0">
<table class="matrix">
<thead><tr><th scope="col">Part</th>${columns(names)}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
</details>
</section>`;
}

function areaRows(area: string, { rows, names }: Matrix): string {
  return `<tbody class="area">
<tr><th scope="rowgroup" colspan="${names.length + 1}">${text(area)}</th></tr>
${rows
  .filter(({ rule }) => areaOf(rule.id) === area)
  .map(row)
  .join('\n')}
</tbody>`;
}

function row(one: MatrixRow): string {
  const { id, level, url, title } = one.rule;
  const cells = one.cells.map((cell) =>
    cell === undefined ? '<td></td>' : `<td class="${cell.verdict}"><b>${cell.verdict}</b></td>`,
  );
  return `<tr class="rule" id="${text(id)}" data-verdict="${verdictsIn(one).join(' ')}" data-level="${level}" data-area="${text(areaOf(id))}" data-targets="${one.differs ? 'differ' : 'agree'}"><th scope="row"><a href="${text(url)}"><code>${text(id)}</code></a> <span class="level">${level}</span> <span class="title">${text(title)}</span></th>${cells.join('')}</tr>`;
}

function columns(names: readonly string[]): string {
  return names.map((name) => `<th scope="col">${text(name)}</th>`).join('');
}

function verdictsIn({ cells }: MatrixRow): string[] {
  return [...new Set(cells.flatMap((cell) => (cell === undefined ? [] : [cell.verdict])))];
}
