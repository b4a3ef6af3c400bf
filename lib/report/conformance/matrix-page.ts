import { levels } from '../../rules/rule.ts';
import { document, filters } from '../../text/document.ts';
import { html, link, type Html } from '../../text/html.ts';
import { minute } from './history.ts';
import { matrixOf, type Matrix, type MatrixRow } from './matrix.ts';
import { areaOf, verdicts, type Conformance } from './report.ts';

/** `matrix.html`: rule by target. */
export function matrixPage(runs: readonly Conformance[]): Html {
  const matrix = matrixOf(runs);
  const { rows, names } = matrix;
  const areas = [...new Set(rows.map(({ rule }) => areaOf(rule.id)))];
  const choices = {
    verdict: verdicts.filter((verdict) => rows.some((one) => verdictsIn(one).includes(verdict))),
    level: levels.filter((level) => rows.some(({ rule }) => rule.level === level)),
    area: areas,
    targets: ['differ', 'agree'],
  };
  const body = html`<a class="skip" href="#rules">Skip to the rules</a>
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
${html.lines(areas.map((area) => areaRows(area, matrix)))}
</table>
</div>
</section>
</main>`;
  return document({ title: 'Rules by target', body, filtered: true });
}

function targets({ runs, names }: Matrix): Html {
  const found = verdicts.filter((verdict) => runs.some(({ summary }) => summary[verdict] !== undefined));
  const rows = runs.map(
    ({ profile, specVersion, level, startedAt, summary }, at) =>
      html`<tr><th scope="row">${names[at] ?? ''}</th><td>${profile}</td><td>${specVersion}</td><td>${level}</td><td>${minute(startedAt)}</td>${found.map((verdict) => html`<td class="count ${verdict}">${summary[verdict] ?? ''}</td>`)}</tr>`,
  );
  return html`<section aria-labelledby="targets">
<h2 id="targets">Targets</h2>
<div class="scroll" role="region" aria-label="Table of targets" tabindex="0">
<table class="matrix">
<thead><tr>${columns(['Target', 'Profile', 'Spec', 'Red from', 'Started', ...found])}</tr></thead>
<tbody>
${html.lines(rows)}
</tbody>
</table>
</div>
</section>`;
}

function offers({ names, capabilities }: Matrix): Html {
  const rows = capabilities.map(
    ({ name, cells }) =>
      html`<tr><th scope="row">${name}</th>${cells.map((one) => html`<td>${one === undefined ? '' : one.offered ? 'yes' : 'no'}</td>`)}</tr>`,
  );
  return html`<section aria-labelledby="offers">
<h2 id="offers">What they offer</h2>
<details>
<summary>${capabilities.length} optional parts</summary>
<div class="scroll" role="region" aria-label="Table of offers" tabindex="0">
<table class="matrix">
<thead><tr><th scope="col">Part</th>${columns(names)}</tr></thead>
<tbody>
${html.lines(rows)}
</tbody>
</table>
</div>
</details>
</section>`;
}

function areaRows(area: string, { rows, names }: Matrix): Html {
  return html`<tbody class="area">
<tr><th scope="rowgroup" colspan="${names.length + 1}">${area}</th></tr>
${html.lines(rows.filter(({ rule }) => areaOf(rule.id) === area).map(row))}
</tbody>`;
}

function row(one: MatrixRow): Html {
  const { id, level, url, title } = one.rule;
  const cells = one.cells.map((cell) =>
    cell === undefined ? html`<td></td>` : html`<td class="${cell.verdict}"><b>${cell.verdict}</b></td>`,
  );
  return html`<tr class="rule" id="${id}" data-verdict="${verdictsIn(one).join(' ')}" data-level="${level}" data-area="${areaOf(id)}" data-targets="${one.differs ? 'differ' : 'agree'}"><th scope="row">${link(url, html`<code>${id}</code>`)} <span class="level">${level}</span> <span class="title">${title}</span></th>${cells}</tr>`;
}

function columns(names: readonly string[]): Html {
  return html`${names.map((name) => html`<th scope="col">${name}</th>`)}`;
}

function verdictsIn({ cells }: MatrixRow): string[] {
  return [...new Set(cells.flatMap((cell) => (cell === undefined ? [] : [cell.verdict])))];
}
