import { templateOf, trusted, type Safe, type Value } from './safe.ts';
import { visibleLines } from './visible.ts';

/** Part of an XML 1.0 document: text of an element, or whole elements. */
export type Xml = Safe<'xml'>;
export const xml = templateOf('xml', escaped);

/** An element, its children one under the other; the names are our own. */
export function element(
  name: string,
  attributes: Record<string, string>,
  children: readonly Value<'xml'>[] = [],
): Xml {
  const named = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${attribute(value)}"`)
    .join('');
  if (children.length === 0) return trusted('xml', `<${name}${named}/>`);
  return trusted('xml', `<${name}${named}>${xml.lines(children).toString()}</${name}>`);
}

function escaped(text: string): string {
  return visibleLines(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A parser takes line feeds and tabs of an attribute for spaces. */
function attribute(text: string): string {
  return escaped(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
