import { levels } from '../../rules/rule.ts';
import { document, facts, filters } from '../../text/document.ts';
import { html, link, type Html } from '../../text/html.ts';
import { receivedIn } from '../../verdict/told.ts';
import { minute, sinceWhen } from './history.ts';
import { areaOf, isBroken, verdicts, type Conformance, type RuleReport, type Verdict } from './report.ts';

const meanings: Record<Verdict, string> = {
  fail: 'broken',
  stale: 'kept, though known to be broken',
  known: 'known to be broken',
  warn: 'broken, below the level that turns a run red',
  blocked: 'something it needs failed or was not given',
  pass: 'kept',
  unsupported: 'not offered, with the evidence',
  untested: 'no test of this run judged it',
};

/** `conformance.html`: one file that stands alone. A rule has its id for a fragment: `#upload.patch.range`. */
export function page(conformance: Conformance): Html {
  const { target, profile, specVersion, level, startedAt, durationMs, requests, rules } = conformance;
  const areas = [...new Set(rules.map(({ id }) => areaOf(id)))];
  const about = facts([
    ['Profile', profile],
    ['distribution-spec', specVersion],
    ['Red from level', level],
    ['Started', `${minute(startedAt)} UTC`],
    ['Took', `${(durationMs / 1000).toFixed(1)} s`],
    ['Requests', String(requests)],
  ]);
  const body = html`<a class="skip" href="#rules">Skip to the rules</a>
<header>
<h1>Conformance of ${target}</h1>
${about}
</header>
<main>
${summary(rules)}
${broken(conformance)}
${offers(conformance)}
<section aria-labelledby="rules">
<h2 id="rules">Rules</h2>
${filters({ verdict: verdictsOf(rules), level: levelsOf(rules), area: areas }, rules.length)}
${html.lines(areas.map((area) => areaSection(area, conformance)))}
</section>
</main>`;
  return document({ title: `Conformance of ${target}`, body, filtered: true });
}

/** How many rules have each verdict, level by level. */
function summary(rules: readonly RuleReport[]): Html {
  const columns = levelsOf(rules);
  const count = (verdict: Verdict, level?: string): string => {
    const found = rules.filter((rule) => rule.verdict === verdict && (level ?? rule.level) === rule.level);
    return found.length === 0 ? '' : String(found.length);
  };
  const rows = verdictsOf(rules).map(
    (verdict) =>
      html`<tr class="${verdict}"><th scope="row"><a href="#rules" data-verdict="${verdict}">${verdict}</a> <small>${meanings[verdict]}</small></th><td><b>${count(verdict)}</b></td>${columns.map((level) => html`<td>${count(verdict, level)}</td>`)}</tr>`,
  );
  return html`<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
<table class="summary">
<thead><tr><th scope="col">Verdict</th><th scope="col">Rules</th>${columns.map((level) => html`<th scope="col">${level}</th>`)}</tr></thead>
<tbody>
${html.lines(rows)}
</tbody>
</table>
</section>`;
}

/** What is wrong with the registry, level by level, with what was found and since when. */
function broken({ rules, startedAt }: Conformance): Html {
  const found = verdicts
    .filter((verdict) => isBroken(verdict) || verdict === 'stale')
    .flatMap((verdict) => rules.filter((rule) => rule.verdict === verdict));
  const isRed = found.some(({ verdict }) => verdict === 'fail' || verdict === 'stale');
  const groups = levelsOf(found).map((level) => {
    const ours = found.filter((rule) => rule.level === level);
    return html`<h3>${level} <small>${ours.length}</small></h3>
<ul class="broken">
${html.lines(ours.map((rule) => brokenItem(rule, startedAt)))}
</ul>`;
  });
  return html`<section aria-labelledby="broken">
<h2 id="broken">What it breaks</h2>
${
  isRed
    ? ''
    : html`<p>No rule is broken that turns this run red.</p>
`
}${html.lines(groups)}
</section>`;
}

function brokenItem(rule: RuleReport, startedAt: string): Html {
  const { id, title, verdict, tests } = rule;
  const found = tests.find((test) => test.verdict === verdict)?.gist;
  const lines = [
    isBroken(verdict) ? sinceWhen(rule, startedAt) : '',
    found === undefined ? '' : `expected ${found.expected}; received ${receivedIn(found)}`,
  ].filter((line) => line !== '');
  return html`<li class="${verdict}"><b class="verdict">${verdict}</b> <a href="#${id}"><code>${id}</code></a> ${title}${lines.map((line) => html`<br><small>${line}</small>`)}</li>`;
}

function offers({ capabilities }: Conformance): Html {
  const found = Object.entries(capabilities);
  const named = (wanted: boolean): Html[] =>
    found.filter(([, { offered }]) => offered === wanted).map(([name]) => html`<code>${name}</code> `);
  const [offered, missing] = [named(true), named(false)];
  const rows = found.map(
    ([name, { offered: does, evidence }]) =>
      html`<tr><th scope="row">${name}</th><td>${does ? 'yes' : 'no'}</td><td>${evidence}</td></tr>`,
  );
  return html`<section aria-labelledby="offers">
<h2 id="offers">What the registry offers</h2>
<dl class="offered">
<div><dt>Offered</dt><dd>${offered.length === 0 ? 'nothing optional' : offered}</dd></div>
<div><dt>Not offered</dt><dd>${missing.length === 0 ? 'nothing' : missing}</dd></div>
</dl>
<details class="offers">
<summary>The evidence</summary>
<table>
<thead><tr><th scope="col">Part</th><th scope="col">Offered</th><th scope="col">Evidence</th></tr></thead>
<tbody>
${html.lines(rows)}
</tbody>
</table>
</details>
</section>`;
}

function areaSection(area: string, { rules, startedAt }: Conformance): Html {
  const ours = rules.filter(({ id }) => areaOf(id) === area);
  const counts = verdictsOf(ours).map(
    (verdict) => `${ours.filter((rule) => rule.verdict === verdict).length} ${verdict}`,
  );
  return html`<section class="area" aria-labelledby="area-${area}">
<h3 id="area-${area}">${area} <small>${counts.join(', ')}</small></h3>
${html.lines(ours.map((rule) => ruleItem(rule, startedAt)))}
</section>`;
}

function ruleItem(rule: RuleReport, startedAt: string): Html {
  const { id, level, since, verdict, title, source, url, tests } = rule;
  const dated = isBroken(verdict) ? sinceWhen(rule, startedAt) : '';
  const told = tests.filter((test) => test.verdict !== 'pass');
  const kept = tests.filter((test) => test.verdict === 'pass');
  return html`<details class="rule ${verdict}" id="${id}" data-verdict="${verdict}" data-level="${level}" data-area="${areaOf(id)}">
<summary><b class="verdict">${verdict}</b> <code>${id}</code> <span class="level">${level}</span> <span class="title">${title}</span></summary>
<p>${link(url, source)}, since ${since}${dated === '' ? '' : html` · <span class="since">${dated}</span>`} · <a href="#${id}">Link to this rule</a></p>
${
  told.length === 0
    ? ''
    : html`<ul>
${html.lines(told.map(testItem))}
</ul>`
}
${
  kept.length === 0
    ? ''
    : html`<details><summary>Kept in ${kept.length} ${kept.length === 1 ? 'test' : 'tests'}</summary>
<ul>
${html.lines(kept.map(testItem))}
</ul></details>`
}
${tests.length === 0 ? html`<p>${meanings.untested}</p>` : ''}
</details>`;
}

function testItem({ title, file, line, project, verdict, message }: RuleReport['tests'][number]): Html {
  const told = message === undefined ? '' : html`<pre>${message}</pre>`;
  return html`<li class="${verdict}"><b>${verdict}</b> ${title} <small>${file}:${line} · ${project}</small>${told}</li>`;
}

function verdictsOf(rules: readonly RuleReport[]): Verdict[] {
  return verdicts.filter((verdict) => rules.some((rule) => rule.verdict === verdict));
}

function levelsOf(rules: readonly RuleReport[]): string[] {
  return levels.filter((level) => rules.some((rule) => rule.level === level));
}
