import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, type Html } from './html.ts';
import { trusted } from './safe.ts';

const style = trusted('html', readFileSync(new URL('page.css', import.meta.url), 'utf8'));
const filtering = trusted('html', readFileSync(new URL('page.js', import.meta.url), 'utf8'));

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
  body: Html;
  filtered?: boolean;
}): Html {
  const digest = createHash('sha256').update(filtering.toString()).digest('base64');
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src ${filtered ? `'sha256-${digest}'` : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<style>
${style}</style>
</head>
<body>
${body}
${filtered ? html`<script>${filtering}</script>\n` : ''}</body>
</html>
`;
}

/** Pairs of a name and a value. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): Html {
  return html`<dl>
${html.lines(pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}
</dl>`;
}

/** The form that filters; what it names a filter is an attribute `data-…` of what is filtered, several parted by spaces. */
export function filters(choices: Record<string, readonly string[]>, count: number): Html {
  return html`<form role="search" aria-label="Rules">
${html.lines(Object.entries(choices).map(([name, options]) => select(name, options)))}
<label>Text <input type="search" name="words" autocomplete="off"></label>
<button type="reset">Show all</button>
<output aria-live="polite">${count} rules</output>
</form>`;
}

function select(name: string, options: readonly string[]): Html {
  const items = ['', ...options].map((option) => html`<option value="${option}">${option || 'all'}</option>`);
  return html`<label>${name[0]?.toUpperCase() ?? ''}${name.slice(1)} <select name="${name}">${items}</select></label>`;
}
