import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { levels } from '../rules/rule.ts';
import { verdicts, type Conformance, type RuleReport, type Verdict } from './report.ts';

const style = readFileSync(new URL('page.css', import.meta.url), 'utf8');
const script = readFileSync(new URL('page.js', import.meta.url), 'utf8');

// Nothing is fetched, and no script runs but this one.
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const meanings: Record<Verdict, string> = {
  fail: 'broken',
  known: 'broken as the profile says',
  warn: 'broken, below the level that turns a run red',
  blocked: 'something it needs failed or was not given',
  pass: 'kept',
  unsupported: 'not offered, with the evidence',
  untested: 'no test of this run judged it',
};

/** `conformance.html`: one file that stands alone. A rule has its id for a fragment: `#upload.patch.range`. */
export function page(conformance: Conformance): string {
  const { target, profile, specVersion, level, startedAt, durationMs, requests, rules } = conformance;
  const areas = [...new Set(rules.map(({ id }) => areaOf(id)))];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${text(policy)}">
<title>Conformance of ${text(target)}</title>
<style>
${style}</style>
</head>
<body>
<a class="skip" href="#rules">Skip to the rules</a>
<header>
<h1>Conformance of ${text(target)}</h1>
<dl>
${[
  ['Profile', profile],
  ['distribution-spec', specVersion],
  ['Red from level', level],
  ['Started', startedAt],
  ['Took', `${(durationMs / 1000).toFixed(1)} s`],
  ['Requests', String(requests)],
]
  .map(([name = '', value = '']) => `<div><dt>${name}</dt><dd>${text(value)}</dd></div>`)
  .join('\n')}
</dl>
</header>
<main>
${summary(rules)}
${broken(rules)}
${offers(conformance)}
<section aria-labelledby="rules">
<h2 id="rules">Rules</h2>
<form role="search" aria-label="Rules">
${select('verdict', verdictsOf(rules))}
${select('level', levelsOf(rules))}
${select('area', areas)}
<label>Text <input type="search" name="words" autocomplete="off"></label>
<button type="reset">Show all</button>
<output aria-live="polite">${rules.length} rules</output>
</form>
${areas.map((area) => areaSection(area, rules)).join('\n')}
</section>
</main>
<script>${script}</script>
</body>
</html>
`;
}

/** How many rules have each verdict, level by level. */
function summary(rules: readonly RuleReport[]): string {
  const columns = levelsOf(rules);
  const count = (verdict: Verdict, level?: string): string => {
    const found = rules.filter((rule) => rule.verdict === verdict && (level ?? rule.level) === rule.level);
    return found.length === 0 ? '' : String(found.length);
  };
  return `<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
<table class="summary">
<thead><tr><th scope="col">Verdict</th><th scope="col">Rules</th>${columns
    .map((level) => `<th scope="col">${level}</th>`)
    .join('')}</tr></thead>
<tbody>
${verdictsOf(rules)
  .map(
    (verdict) =>
      `<tr class="${verdict}"><th scope="row"><a href="#rules" data-verdict="${verdict}">${verdict}</a> <small>${meanings[verdict]}</small></th><td><b>${count(
        verdict,
      )}</b></td>${columns.map((level) => `<td>${count(verdict, level)}</td>`).join('')}</tr>`,
  )
  .join('\n')}
</tbody>
</table>
</section>`;
}

function broken(rules: readonly RuleReport[]): string {
  const found = rules.filter(({ verdict }) => verdict === 'fail');
  const items = found.map(
    ({ id, level, title }) =>
      `<li><a href="#${text(id)}"><code>${text(id)}</code></a> <span class="level">${level}</span> ${text(title)}</li>`,
  );
  return `<section aria-labelledby="broken">
<h2 id="broken">Broken</h2>
${items.length === 0 ? '<p>No rule is broken that turns this run red.</p>' : `<ul class="broken">\n${items.join('\n')}\n</ul>`}
</section>`;
}

function offers({ capabilities }: Conformance): string {
  const found = Object.entries(capabilities);
  const rows = found.map(
    ([name, { offered, evidence }]) =>
      `<tr><th scope="row">${text(name)}</th><td>${offered ? 'yes' : 'no'}</td><td>${text(evidence)}</td></tr>`,
  );
  return `<section aria-labelledby="offers">
<h2 id="offers">What the registry offers</h2>
<details class="offers">
<summary>${found.filter(([, { offered }]) => offered).length} of ${found.length} optional parts, with the evidence</summary>
<table>
<thead><tr><th scope="col">Part</th><th scope="col">Offered</th><th scope="col">Evidence</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</details>
</section>`;
}

function areaSection(area: string, rules: readonly RuleReport[]): string {
  const ours = rules.filter(({ id }) => areaOf(id) === area);
  const counts = verdictsOf(ours).map(
    (verdict) => `${ours.filter((rule) => rule.verdict === verdict).length} ${verdict}`,
  );
  return `<section class="area" aria-labelledby="area-${text(area)}">
<h3 id="area-${text(area)}">${text(area)} <small>${counts.join(', ')}</small></h3>
${ours.map(ruleItem).join('\n')}
</section>`;
}

function ruleItem({ id, level, since, verdict, title, source, url, tests }: RuleReport): string {
  const told = tests.filter((test) => test.verdict !== 'pass');
  const kept = tests.filter((test) => test.verdict === 'pass');
  return `<details class="rule ${verdict}" id="${text(id)}" data-verdict="${verdict}" data-level="${level}" data-area="${text(areaOf(id))}">
<summary><b class="verdict">${verdict}</b> <code>${text(id)}</code> <span class="level">${level}</span> <span class="title">${text(title)}</span></summary>
<p><a href="${text(url)}">${text(source)}</a>, since ${since} · <a href="#${text(id)}">Link to this rule</a></p>
${told.length === 0 ? '' : `<ul>\n${told.map(testItem).join('\n')}\n</ul>`}
${
  kept.length === 0
    ? ''
    : `<details><summary>Kept in ${kept.length} ${kept.length === 1 ? 'test' : 'tests'}</summary>
<ul>
${kept.map(testItem).join('\n')}
</ul></details>`
}
${tests.length === 0 ? `<p>${meanings.untested}</p>` : ''}
</details>`;
}

function testItem({ title, file, project, verdict, message }: RuleReport['tests'][number]): string {
  const told = message === undefined ? '' : `<pre>${text(message)}</pre>`;
  return `<li class="${verdict}"><b>${verdict}</b> ${text(title)} <small>${text(file)} · ${text(project)}</small>${told}</li>`;
}

function select(name: string, options: readonly string[]): string {
  const items = ['', ...options].map(
    (option) => `<option value="${text(option)}">${text(option || 'all')}</option>`,
  );
  return `<label>${name[0]?.toUpperCase()}${name.slice(1)} <select name="${name}">${items.join('')}</select></label>`;
}

/** `upload` of `upload.patch.range`. */
function areaOf(id: string): string {
  return id.split('.', 1)[0] ?? id;
}

function verdictsOf(rules: readonly RuleReport[]): Verdict[] {
  return verdicts.filter((verdict) => rules.some((rule) => rule.verdict === verdict));
}

function levelsOf(rules: readonly RuleReport[]): string[] {
  return levels.filter((level) => rules.some((rule) => rule.level === level));
}

/** Text for an element or a quoted attribute. */
function text(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
