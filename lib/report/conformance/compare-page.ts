import { about, conclusion, headings, offer } from './compare-markdown.ts';
import { kindsOf, type Change, type Comparison, type Kind } from './compare.ts';
import { document } from '../../text/document.ts';
import { html, link, type Html } from '../../text/html.ts';
import { receivedIn } from '../../verdict/told.ts';
import type { RuleReport, Verdict } from './report.ts';

/** `compare.html`: two runs side by side, the worst first. */
export function comparePage(comparison: Comparison): Html {
  const { before, after, told, stillBroken, appeared, vanished } = comparison;
  const kinds = Object.entries(headings).map(([kind, heading]) =>
    section(kind, heading, kindsOf(comparison, kind as Kind).map(changed)),
  );
  const body = html`<header>
<h1>Two runs compared</h1>
<p class="conclusion">${conclusion(comparison)}</p>
<table>
<thead><tr><th scope="col">Run</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>
${html.lines(
  about(before, after).map(
    ([name, was, is]) =>
      html`<tr><th scope="row">${name}</th><td>${was}</td><td>${was === is ? is : html`<b>${is}</b>`}</td></tr>`,
  ),
)}
</tbody>
</table>
${html.lines(told.map(({ name }) => html`<p>The runs differ in ${name}: a change may come from it.</p>`))}
</header>
<main>
${html.lines(kinds)}
${section(
  'still',
  'Still broken',
  stillBroken.map((rule) => ruleItem(rule, verdictMark('fail'))),
)}
${offers(comparison)}
${section(
  'appeared',
  'Rules of the run after alone',
  appeared.map((rule) => ruleItem(rule, verdictMark(rule.verdict))),
)}
${section(
  'vanished',
  'Rules of the run before alone',
  vanished.map((rule) => ruleItem(rule, verdictMark(rule.verdict))),
)}
${section('unjudged', 'Tried in one of the two runs alone', kindsOf(comparison, 'unjudged').map(changed), true)}
</main>`;
  return document({ title: `${before.target} and ${after.target} compared`, body });
}

function changed({ from, to, rule }: Change): Html {
  return ruleItem(rule, html`${verdictMark(from)} → ${verdictMark(to)}`);
}

function verdictMark(verdict: Verdict): Html {
  return html`<b class="${verdict}">${verdict}</b>`;
}

function ruleItem({ id, level, url, source, title, verdict, tests }: RuleReport, mark: Html): Html {
  const found = tests.filter((test) => test.verdict === verdict && test.message !== undefined);
  const short = found[0]?.gist;
  const messages = found.map(
    (test) =>
      html`<p>${test.title} <small>${test.file} · ${test.project}</small></p><pre>${test.message ?? ''}</pre>`,
  );
  return html`<details class="rule ${verdict}" id="${id}">
<summary>${mark} <code>${id}</code> <span class="level">${level}</span> <span class="title">${title}</span>${short === undefined ? '' : html`<br><small>expected ${short.expected}; received ${receivedIn(short)}</small>`}</summary>
<p>${link(url, source)}</p>
${html.lines(messages)}
</details>`;
}

function section(id: string, heading: string, items: readonly Html[], folded = false): Html {
  if (items.length === 0 && id !== 'broken') return html``;
  const list = items.length === 0 ? html`<p>None.</p>` : html.lines(items);
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${heading} <small>${items.length}</small></h2>
${folded ? html`<details><summary>${items.length} rules</summary>\n${list}\n</details>` : list}
</section>`;
}

function offers({ capabilities }: Comparison): Html {
  if (capabilities.length === 0) return html``;
  const rows = capabilities.map(
    ({ name, before, after }) =>
      html`<tr><th scope="row">${name}</th>${[before, after].map((one) => html`<td>${offer(one)}<br><small>${one?.evidence ?? ''}</small></td>`)}</tr>`,
  );
  return html`<section aria-labelledby="offers">
<h2 id="offers">Offers that changed</h2>
<table>
<thead><tr><th scope="col">Part</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>
${html.lines(rows)}
</tbody>
</table>
</section>`;
}
