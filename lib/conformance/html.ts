import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const style = readFileSync(new URL('page.css', import.meta.url), 'utf8');
const filtering = readFileSync(new URL('page.js', import.meta.url), 'utf8');

/**
 * A page that stands alone: nothing is fetched, and no script runs but ours. `filtered`: it has a form that leaves out
 * the elements of class `rule` that do not fit.
 */
export function document({
  title,
  body,
  filtered = false,
}: {
  title: string;
  body: string;
  filtered?: boolean;
}): string {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src ${filtered ? `'sha256-${createHash('sha256').update(filtering).digest('base64')}'` : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${text(policy)}">
<title>${text(title)}</title>
<style>
${style}</style>
</head>
<body>
${body}
${filtered ? `<script>${filtering}</script>\n` : ''}</body>
</html>
`;
}

/** Pairs of a name and a value, the value as text. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): string {
  const items = pairs.map(([name, value]) => `<div><dt>${name}</dt><dd>${text(value)}</dd></div>`);
  return `<dl>\n${items.join('\n')}\n</dl>`;
}

/** The form that filters; what it names a filter is an attribute `data-…` of what is filtered, several parted by spaces. */
export function filters(choices: Record<string, readonly string[]>, count: number): string {
  return `<form role="search" aria-label="Rules">
${Object.entries(choices)
  .map(([name, options]) => select(name, options))
  .join('\n')}
<label>Text <input type="search" name="words" autocomplete="off"></label>
<button type="reset">Show all</button>
<output aria-live="polite">${count} rules</output>
</form>`;
}

function select(name: string, options: readonly string[]): string {
  const items = ['', ...options].map(
    (option) => `<option value="${text(option)}">${text(option || 'all')}</option>`,
  );
  return `<label>${name[0]?.toUpperCase()}${name.slice(1)} <select name="${name}">${items.join('')}</select></label>`;
}

/** `upload` of `upload.patch.range`. */
export function areaOf(id: string): string {
  return id.split('.', 1)[0] ?? id;
}

/** `2026-01-02 03:04`, in UTC. */
export function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** The beginning of what may be long. */
export function shortened(value: string): string {
  return value.length <= 200 ? value : `${value.slice(0, 200)}…`;
}

/** Text for an element or a quoted attribute. */
export function text(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
