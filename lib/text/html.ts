import { templateOf, type Safe } from './safe.ts';
import { visibleLines } from './visible.ts';

/** Part of a page. Text is safe in an element and in a quoted attribute, but for an address: see `link`. */
export type Html = Safe<'html'>;
export const html = templateOf('html', (text) =>
  visibleLines(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;'),
);

/** A link to a page of the web; the words alone where the address leads to none. */
export function link(address: string, words: string | Html): Html {
  return /^https?:\/\//i.test(address) ? html`<a href="${address}">${words}</a>` : html`${words}`;
}
