import type { Answer } from './exchange.ts';

export type Link = { target: string; params: Record<string, string> };

const value = /<([^>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]+))?)*)\s*(?:,|$)/y;
const param = /;\s*([^\s=;,]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]+)))?/g;

/** The links of a `Link` header value (RFC 8288 section 3). Undefined where it does not follow the grammar. */
export function parseLinks(text: string): Link[] | undefined {
  const links: Link[] = [];
  let at = 0;
  while (at < text.length) {
    value.lastIndex = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
    const match = value.exec(text);
    if (match === null) return undefined;
    const params = [...(match[2] ?? '').matchAll(param)].map(
      ([, name = '', quoted, bare]) =>
        [name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? ''] as const,
    );
    links.push({ target: match[1] ?? '', params: Object.fromEntries(params) });
    at = value.lastIndex;
  }
  return links;
}

/** Where the next page is, absolute; undefined where the answer links none. */
export function nextPage(answer: Answer): string | undefined {
  const links = parseLinks(answer.header('link') ?? '') ?? [];
  const next = links.find(({ params }) => params['rel']?.toLowerCase().split(/\s+/).includes('next'));
  return next !== undefined && URL.canParse(next.target, answer.request.url)
    ? new URL(next.target, answer.request.url).href
    : undefined;
}
