import { webUrl, type Answer } from './exchange.ts';
import { Scanner } from './scanner.ts';

/** `params` by lower-case name; of one that is repeated the first counts (RFC 8288 section 3.3). */
export type Link = { target: string; params: Record<string, string> };

/** The links of a `Link` header value (RFC 8288 section 3). Undefined where it does not follow the grammar. */
export function parseLinks(text: string): Link[] | undefined {
  const rest = new Scanner(text);
  const links: Link[] = [];
  while (!rest.isAtEnd) {
    rest.take(/\s+/y);
    const target = rest.take(/<[^>]*>/y)?.slice(1, -1);
    const params = takeParams(rest);
    if (target === undefined || params === undefined) return undefined;
    links.push({ target, params: Object.fromEntries(params.toReversed()) });
    if (rest.take(/,/y) === undefined && !rest.isAtEnd) return undefined;
  }
  return links;
}

/** The parameters of a link up to the end of its list element; undefined where one has no name or no readable value. */
function takeParams(rest: Scanner): [string, string][] | undefined {
  const params: [string, string][] = [];
  for (rest.take(/\s+/y); rest.take(/;\s*/y) !== undefined; rest.take(/\s+/y)) {
    const name = rest.take(/[^\s=;,]+/y);
    rest.take(/\s+/y);
    const value = rest.take(/=\s*/y) === undefined ? '' : (rest.takeQuoted() ?? rest.take(/[^\s";,]+/y));
    if (name === undefined || value === undefined) return undefined;
    params.push([name.toLowerCase(), value]);
  }
  return params;
}

/** Where the next page is, an absolute URL of HTTP; undefined where the answer links none. */
export function nextPage(answer: Answer): string | undefined {
  const links = parseLinks(answer.header('link') ?? '') ?? [];
  return webUrl(links.find(isNext)?.target, answer.request.url);
}

function isNext({ params }: Link): boolean {
  return params['rel']?.toLowerCase().split(/\s+/).includes('next') === true;
}

/** The links that lead on, or are to: those of another relation are of no interest here. Undefined where one is no link. */
export function onwardLinks(answer: Answer): Link[] | undefined {
  return parseLinks(answer.header('link') ?? '')?.filter(
    (one) => one.params['rel'] === undefined || isNext(one),
  );
}

/** Whether an answer leads on by a Link, be it a wrong one. */
export function isLinked(answer: Answer): boolean {
  return onwardLinks(answer)?.length !== 0;
}
