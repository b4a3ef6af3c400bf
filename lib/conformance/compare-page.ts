import { about, conclusion, headings, offer } from './compare-markdown.ts';
import { kindsOf, type Change, type Comparison, type Kind } from './compare.ts';
import { document, shortened, text } from './html.ts';
import { gist } from './markdown.ts';
import type { RuleReport, Verdict } from './report.ts';

/** `compare.html`: two runs side by side, the worst first. */
export function comparePage(comparison: Comparison): string {
  const { before, after, told, stillBroken, appeared, vanished } = comparison;
  const kinds = Object.entries(headings).map(([kind, heading]) =>
    section(kind, heading, kindsOf(comparison, kind as Kind).map(changed)),
  );
  const body = `<header>
<h1>Two runs compared</h1>
<p class="conclusion">${text(conclusion(comparison))}</p>
<table>
<thead><tr><th scope="col">Run</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>
${about(before, after)
  .map(
    ([name, was, is]) =>
      `<tr><th scope="row">${name}</th><td>${text(was)}</td><td>${was === is ? text(is) : `<b>${text(is)}</b>`}</td></tr>`,
  )
  .join('\n')}
</tbody>
</table>
${told.map(({ name }) => `<p>The runs differ in ${name}: a change may come from it.</p>`).join('\n')}
</header>
<main>
${kinds.join('\n')}
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

function changed({ from, to, rule }: Change): string {
  return ruleItem(rule, `${verdictMark(from)} → ${verdictMark(to)}`);
}

function verdictMark(verdict: Verdict): string {
  return `<b class="${verdict}">${verdict}</b>`;
}

function ruleItem({ id, level, url, source, title, verdict, tests }: RuleReport, mark: string): string {
  const found = tests.filter((test) => test.verdict === verdict && test.message !== undefined);
  const short = gist(found[0]?.message ?? '');
  return `<details class="rule ${verdict}" id="${text(id)}">
<summary>${mark} <code>${text(id)}</code> <span class="level">${level}</span> <span class="title">${text(title)}</span>${short === undefined ? '' : `<br><small>expected ${text(short.expected)}; received ${text(shortened(short.received))}</small>`}</summary>
<p><a href="${text(url)}">${text(source)}</a></p>
${found
  .map(
    (test) =>
      `<p>${text(test.title)} <small>${text(test.file)} · ${text(test.project)}</small></p><pre>${text(test.message ?? '')}</pre>`,
  )
  .join('\n')}
</details>`;
}

function section(id: string, heading: string, items: readonly string[], folded = false): string {
  if (items.length === 0 && id !== 'broken') return '';
  const list = items.length === 0 ? '<p>None.</p>' : items.join('\n');
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${heading} <small>${items.length}</small></h2>
${folded ? `<details><summary>${items.length} rules</summary>\n${list}\n</details>` : list}
</section>`;
}

function offers({ capabilities }: Comparison): string {
  if (capabilities.length === 0) return '';
  const rows = capabilities.map(
    ({ name, before, after }) =>
      `<tr><th scope="row">${name}</th>${[before, after].map((one) => `<td>${offer(one)}<br><small>${text(one?.evidence ?? '')}</small></td>`).join('')}</tr>`,
  );
  return `<section aria-labelledby="offers">
<h2 id="offers">Offers that changed</h2>
<table>
<thead><tr><th scope="col">Part</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>`;
}
