const form = document.querySelector('form');
const shown = form.querySelector('output');
const areas = [...document.querySelectorAll('.area')];
const rules = [...document.querySelectorAll('.rule')];
const texts = new Map(rules.map((rule) => [rule, rule.textContent.toLowerCase()]));

function filter() {
  const { words, ...wanted } = Object.fromEntries(new FormData(form));
  const sought = words.toLowerCase().split(/\s+/);
  for (const rule of rules) {
    rule.hidden =
      Object.entries(wanted).some(
        ([name, value]) => value !== '' && !rule.dataset[name].split(' ').includes(value),
      ) || !sought.every((word) => texts.get(rule).includes(word));
  }
  for (const area of areas) area.hidden = area.querySelector('.rule:not([hidden])') === null;
  const count = rules.filter((rule) => !rule.hidden).length;
  shown.value = count === rules.length ? `${count} rules` : `${count} of ${rules.length} rules`;
}

/** Opens the rule that the address names, whatever the filters leave out. */
function openNamed() {
  const rule = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!rules.includes(rule)) return;
  if (rule.hidden) form.reset();
  filter();
  rule.open = true;
  rule.scrollIntoView();
  rule.querySelector('summary, a').focus({ preventScroll: true });
}

for (const link of document.querySelectorAll('.summary a')) {
  link.addEventListener('click', () => {
    form.reset();
    form.elements.verdict.value = link.dataset.verdict;
    filter();
  });
}
form.addEventListener('input', filter);
form.addEventListener('reset', () => setTimeout(filter));
form.addEventListener('submit', (event) => event.preventDefault());
addEventListener('hashchange', openNamed);
// On paper nothing can be opened: what is broken is.
addEventListener('beforeprint', () => {
  for (const rule of rules) rule.open ||= ['fail', 'stale', 'known', 'warn'].includes(rule.dataset.verdict);
});
filter();
openNamed();
