import { verdicts, type Conformance, type RuleReport } from './report.ts';

/** `conformance.html`: one file that stands alone. */
export function page(conformance: Conformance): string {
  const {
    target,
    profile,
    specVersion,
    level,
    startedAt,
    durationMs,
    requests,
    summary,
    capabilities,
    rules,
  } = conformance;
  const areas = [...new Set(rules.map(({ id }) => areaOf(id)))];
  const levels = [...new Set(rules.map((rule) => rule.level))];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Conformance of ${text(target)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Conformance of ${text(target)}</h1>
<p>Profile ${text(profile)} · distribution-spec ${text(specVersion)} · red from level ${text(level)} on · ${text(startedAt)}
· ${requests} requests in ${(durationMs / 1000).toFixed(1)} s</p>
<ul class="summary">${verdicts
    .filter((verdict) => summary[verdict] !== undefined)
    .map((verdict) => `<li class="${verdict}"><strong>${summary[verdict]}</strong> ${verdict}</li>`)
    .join('')}</ul>
</header>
<main>
<section aria-labelledby="rules">
<h2 id="rules">Rules</h2>
<form>
${select(
  'verdict',
  verdicts.filter((verdict) => summary[verdict] !== undefined),
)}
${select('level', levels)}
${select('area', areas)}
<label>Search <input type="search" name="words"></label>
<output id="shown" aria-live="polite"></output>
</form>
${rules.map(ruleItem).join('\n')}
</section>
<section aria-labelledby="offers">
<h2 id="offers">What the registry offers</h2>
<table><thead><tr><th scope="col">Capability</th><th scope="col">Offered</th><th scope="col">Evidence</th></tr></thead><tbody>
${Object.entries(capabilities)
  .map(
    ([name, { offered, evidence }]) =>
      `<tr><th scope="row">${text(name)}</th><td>${offered ? 'yes' : 'no'}</td><td>${text(evidence)}</td></tr>`,
  )
  .join('\n')}
</tbody></table>
</section>
</main>
<script>${script}</script>
</body>
</html>
`;
}

function areaOf(id: string): string {
  return id.split('.', 1)[0] ?? id;
}

function select(name: string, options: readonly string[]): string {
  const items = ['', ...options].map(
    (option) => `<option value="${text(option)}">${text(option || 'all')}</option>`,
  );
  return `<label>${name[0]?.toUpperCase()}${name.slice(1)} <select name="${name}">${items.join('')}</select></label>`;
}

function ruleItem({ id, level, verdict, title, source, url, tests }: RuleReport): string {
  const rows = tests.map(
    (test) =>
      `<li class="${test.verdict}"><b>${test.verdict}</b> ${text(test.title)} <small>${text(test.file)} · ${text(test.project)}</small>${
        test.message === undefined ? '' : `<pre tabindex="0">${text(test.message)}</pre>`
      }</li>`,
  );
  return `<details class="rule ${verdict}" data-verdict="${verdict}" data-level="${level}" data-area="${areaOf(id)}">
<summary><span class="verdict">${verdict}</span> <code>${text(id)}</code> <span class="level">${level}</span> ${text(title)}</summary>
<p><a href="${text(url)}">${text(source)}</a></p>
<ul>${rows.join('') || '<li>No test of this run judged it.</li>'}</ul>
</details>`;
}

function text(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const style = `
:root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
.summary { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none; }
.summary li { padding: .25rem .75rem; border-radius: .5rem; border: 2px solid var(--tone); }
form { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; align-items: end; }
label { display: grid; font-size: .875rem; }
select, input { font: inherit; padding: .25rem; }
.rule { border: 1px solid #d0d7de; border-left: .4rem solid var(--tone); border-radius: .25rem; margin: .25rem 0; padding: .25rem .5rem; }
.rule summary { cursor: pointer; overflow-wrap: anywhere; }
.verdict { display: inline-block; min-width: 6.5rem; font-weight: 600; color: var(--tone); }
.level { font-size: .8rem; border: 1px solid #57606a; border-radius: 1rem; padding: 0 .5rem; }
pre { overflow-x: auto; background: #f6f8fa; padding: .5rem; font-size: .8rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; border-bottom: 1px solid #d0d7de; padding: .25rem .5rem; overflow-wrap: anywhere; }
.fail { --tone: #b3261e; } .known { --tone: #8a4b00; } .warn { --tone: #7a5b00; } .blocked { --tone: #6639a6; }
.pass { --tone: #116329; } .unsupported { --tone: #57606a; } .untested { --tone: #57606a; }
`;

const script = `
const form = document.querySelector('form');
const rules = [...document.querySelectorAll('.rule')];
function filter() {
  const wanted = Object.fromEntries(new FormData(form));
  const words = wanted.words.toLowerCase();
  for (const rule of rules) {
    rule.hidden = ['verdict', 'level', 'area'].some((name) => wanted[name] && rule.dataset[name] !== wanted[name])
      || !rule.textContent.toLowerCase().includes(words);
  }
  document.getElementById('shown').textContent = rules.filter((rule) => !rule.hidden).length + ' of ' + rules.length + ' rules';
}
form.addEventListener('input', filter);
form.addEventListener('submit', (event) => event.preventDefault());
filter();
`;
