import { levels } from '../rules/rule.ts';
import { sinceWhen } from './history.ts';
import { gist } from './markdown.ts';
import { areaOf, document, facts, filters, minute, shortened, text } from './html.ts';
import { isBroken, verdicts, type Conformance, type RuleReport, type Verdict } from './report.ts';

const meanings: Record<Verdict, string> = {
  fail: 'broken',
  stale: 'kept, though the profile says that it is broken',
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
  const about = facts([
    ['Profile', profile],
    ['distribution-spec', specVersion],
    ['Red from level', level],
    ['Started', `${minute(startedAt)} UTC`],
    ['Took', `${(durationMs / 1000).toFixed(1)} s`],
    ['Requests', String(requests)],
  ]);
  const body = `<a class="skip" href="#rules">Skip to the rules</a>
<header>
<h1>Conformance of ${text(target)}</h1>
${about}
</header>
<main>
${summary(rules)}
${broken(conformance)}
${offers(conformance)}
<section aria-labelledby="rules">
<h2 id="rules">Rules</h2>
${filters({ verdict: verdictsOf(rules), level: levelsOf(rules), area: areas }, rules.length)}
${areas.map((area) => areaSection(area, conformance)).join('\n')}
</section>
</main>`;
  return document({ title: `Conformance of ${target}`, body, filtered: true });
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

/** What is wrong with the registry, level by level, with what was found and since when. */
function broken({ rules, startedAt }: Conformance): string {
  const found = verdicts
    .filter((verdict) => isBroken(verdict) || verdict === 'stale')
    .flatMap((verdict) => rules.filter((rule) => rule.verdict === verdict));
  const isRed = found.some(({ verdict }) => verdict === 'fail' || verdict === 'stale');
  const groups = levelsOf(found).map((level) => {
    const ours = found.filter((rule) => rule.level === level);
    return `<h3>${level} <small>${ours.length}</small></h3>
<ul class="broken">
${ours.map((rule) => brokenItem(rule, startedAt)).join('\n')}
</ul>`;
  });
  return `<section aria-labelledby="broken">
<h2 id="broken">What it breaks</h2>
${isRed ? '' : '<p>No rule is broken that turns this run red.</p>\n'}${groups.join('\n')}
</section>`;
}

function brokenItem(rule: RuleReport, startedAt: string): string {
  const { id, title, verdict, tests } = rule;
  const message = tests.find((test) => test.verdict === verdict)?.message ?? '';
  const found = gist(message);
  const lines = [
    isBroken(verdict) ? sinceWhen(rule, startedAt) : '',
    found === undefined ? '' : `expected ${found.expected}; received ${shortened(found.received)}`,
  ].filter((line) => line !== '');
  return `<li class="${verdict}"><b class="verdict">${verdict}</b> <a href="#${text(id)}"><code>${text(id)}</code></a> ${text(title)}${lines.map((line) => `<br><small>${text(line)}</small>`).join('')}</li>`;
}

function offers({ capabilities }: Conformance): string {
  const found = Object.entries(capabilities);
  const named = (wanted: boolean): string =>
    found
      .filter(([, { offered }]) => offered === wanted)
      .map(([name]) => `<code>${text(name)}</code>`)
      .join(' ');
  const rows = found.map(
    ([name, { offered, evidence }]) =>
      `<tr><th scope="row">${text(name)}</th><td>${offered ? 'yes' : 'no'}</td><td>${text(evidence)}</td></tr>`,
  );
  return `<section aria-labelledby="offers">
<h2 id="offers">What the registry offers</h2>
<dl class="offered">
<div><dt>Offered</dt><dd>${named(true) || 'nothing optional'}</dd></div>
<div><dt>Not offered</dt><dd>${named(false) || 'nothing'}</dd></div>
</dl>
<details class="offers">
<summary>The evidence</summary>
<table>
<thead><tr><th scope="col">Part</th><th scope="col">Offered</th><th scope="col">Evidence</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</details>
</section>`;
}

function areaSection(area: string, { rules, startedAt }: Conformance): string {
  const ours = rules.filter(({ id }) => areaOf(id) === area);
  const counts = verdictsOf(ours).map(
    (verdict) => `${ours.filter((rule) => rule.verdict === verdict).length} ${verdict}`,
  );
  return `<section class="area" aria-labelledby="area-${text(area)}">
<h3 id="area-${text(area)}">${text(area)} <small>${counts.join(', ')}</small></h3>
${ours.map((rule) => ruleItem(rule, startedAt)).join('\n')}
</section>`;
}

function ruleItem(rule: RuleReport, startedAt: string): string {
  const { id, level, since, verdict, title, source, url, tests } = rule;
  const dated = isBroken(verdict) ? sinceWhen(rule, startedAt) : '';
  const told = tests.filter((test) => test.verdict !== 'pass');
  const kept = tests.filter((test) => test.verdict === 'pass');
  return `<details class="rule ${verdict}" id="${text(id)}" data-verdict="${verdict}" data-level="${level}" data-area="${text(areaOf(id))}">
<summary><b class="verdict">${verdict}</b> <code>${text(id)}</code> <span class="level">${level}</span> <span class="title">${text(title)}</span></summary>
<p><a href="${text(url)}">${text(source)}</a>, since ${since}${dated === '' ? '' : ` · <span class="since">${dated}</span>`} · <a href="#${text(id)}">Link to this rule</a></p>
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

function testItem({ title, file, line, project, verdict, message }: RuleReport['tests'][number]): string {
  const told = message === undefined ? '' : `<pre>${text(message)}</pre>`;
  return `<li class="${verdict}"><b>${verdict}</b> ${text(title)} <small>${text(file)}:${line} · ${text(project)}</small>${told}</li>`;
}

function verdictsOf(rules: readonly RuleReport[]): Verdict[] {
  return verdicts.filter((verdict) => rules.some((rule) => rule.verdict === verdict));
}

function levelsOf(rules: readonly RuleReport[]): string[] {
  return levels.filter((level) => rules.some((rule) => rule.level === level));
}
