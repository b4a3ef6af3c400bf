import { isObject } from '../content/manifest.ts';
import { Answer, type Request, type Send } from '../http/exchange.ts';
import { isLinked, nextPage, onwardLinks, parseLinks } from '../http/link.ts';
import { listIn, someOf } from './lists.ts';
import type { Check } from '../types.ts';

type ItemsIn = (page: Answer) => string[];

/**
 * A list read page by page: the items of all pages, and of the pages themselves no more than the first and the last.
 * `stopped`: why it was not read to its end; undefined where its last page led no further.
 */
export type Walk = {
  first: Answer;
  last: Answer;
  statuses: number[];
  items: string[];
  stopped: string | undefined;
};

/** Why a list was not read further that leads round. */
export const leadsBack = 'it leads back to a page before';

/** A list that has more is not read to its end. */
const mostItems = 100_000;
/** Pages in a row, none with an item that was not met before. */
const mostIdle = 10;
/** Pages that make one list. */
const mostJoined = 50;
/** Characters of a URL that servers take for sure (RFC 9110 section 4.1). */
const longestUrl = 8_000;

/**
 * Reads a list as a client does: along its Links and, unless the registry is known to send them, on after the last
 * item of each full page. Stops at a page that holds `until`, after `most` pages, and where a list leads nowhere.
 */
export async function walk(
  send: Send,
  start: Request,
  itemsIn: ItemsIn,
  { most, byLink, until }: { most: number; byLink: boolean; until?: string | undefined },
): Promise<Walk> {
  const follow = byLink ? linkAfter : pageAfter;
  const asked = new Set<string>();
  const met = new Set<string>();
  const items: string[] = [];
  const statuses: number[] = [];
  const first = await send(start);
  let last = first;
  let url = start.url;
  let idle = 0;
  for (;;) {
    const page = itemsIn(last);
    statuses.push(last.status);
    idle = page.some((item) => !met.has(item)) ? 0 : idle + 1;
    for (const item of page) {
      met.add(item);
      items.push(item);
    }
    const next = until !== undefined && met.has(until) ? undefined : follow(last, itemsIn);
    const stopped = next === undefined ? undefined : reasonToStop(next);
    if (next === undefined || stopped !== undefined) return { first, last, statuses, items, stopped };
    asked.add(url);
    url = next;
    last = await send({ ...start, url });
  }

  function reasonToStop(next: string): string | undefined {
    if (asked.has(url)) return leadsBack;
    if (next.length > longestUrl) return `the URL of the next page has ${next.length} characters`;
    if (idle >= mostIdle) return `${idle} pages in a row held nothing new`;
    if (items.length >= mostItems) return `it goes on after ${items.length} items`;
    return statuses.length >= most ? `it goes on after ${statuses.length} pages` : undefined;
  }
}

/**
 * The first page of a list with the items of all, where Links lead on from it to pages that are lists as well. What it
 * says besides is what the first page says.
 */
export async function joined(send: Send, request: Request, member: 'tags' | 'manifests'): Promise<Answer> {
  const first = await send(request);
  const asked = new Set([request.url]);
  const items = [...listIn(first, member)];
  let url = linkAfter(first);
  while (url !== undefined && !asked.has(url) && asked.size < mostJoined) {
    asked.add(url);
    const page = await send({ ...request, url });
    items.push(...listIn(page, member));
    url = page.status === 200 ? linkAfter(page) : undefined;
  }
  if (asked.size === 1 || !isObject(first.json)) return first;
  const body = Buffer.from(JSON.stringify({ ...first.json, [member]: items }));
  return new Answer(first.request, first.status, first.headers, body, first.durationMs);
}

/** Where the Link of a page leads; one to a host that the page is not from is followed on ours. */
export function linkAfter(page: Answer): string | undefined {
  const linked = nextPage(page);
  if (linked === undefined) return undefined;
  const { url, first = url } = page.request;
  const { origin, pathname, search } = new URL(linked);
  const ours = origin === new URL(url).origin ? origin : new URL(first).origin;
  return ours + pathname + search;
}

/** Where a list goes on after a page: where its Link leads or, if it has none but is full, after its last item. */
export function pageAfter(page: Answer, itemsIn: ItemsIn): string | undefined {
  const linked = linkAfter(page);
  if (linked !== undefined) return linked;
  const url = new URL(page.request.url);
  const n = url.searchParams.get('n');
  const items = itemsIn(page);
  const final = items.at(-1);
  if (n === null || final === undefined || items.length < Number(n)) return undefined;
  url.searchParams.set('last', final);
  return url.href;
}

/** Whether a page is full and no Link leads on from it: it tells nothing of what comes after it. */
export function endsFull(page: Answer, itemsIn: ItemsIn, pageSize: number): boolean {
  return nextPage(page) === undefined && itemsIn(page).length >= pageSize;
}

/** Whether these are the items of the list, in its order, nothing twice. */
export function isList(items: readonly string[], list: readonly string[]): Check {
  return { kept: areSame(items, list), expected: show(list), received: show(items) };
}

/** Whether these are the items in one of several orders. */
export function isOrdered(items: readonly string[], ...orders: readonly (readonly string[])[]): Check {
  return {
    kept: orders.some((order) => areSame(items, order)),
    expected: orders.map(show).join(' or '),
    received: show(items),
  };
}

/** Whether these are a start of the list, and not none. */
export function beginsList(items: readonly string[], list: readonly string[]): Check {
  const kept = items.length > 0 && areSame(items, list.slice(0, items.length));
  return { kept, expected: `${show(list)} or a start of it`, received: show(items) };
}

/** Whether a page begins the list. One that leads on may hold nothing yet. */
export function beginsPage(page: Answer, items: readonly string[], list: readonly string[]): Check {
  const { kept, ...told } = beginsList(items, list);
  return { kept: kept || (items.length === 0 && nextPage(page) !== undefined), ...told };
}

/** Whether each of these was met once, whatever else was. */
export function metOnce(items: readonly string[], stayed: readonly string[]): Check {
  const times = countsOf(items);
  const kept = stayed.every((item) => times.get(item) === 1);
  return { kept, expected: `each of ${show(stayed)} once`, received: show(items) };
}

/** Whether a page has n items, or fewer and a Link that leads on. */
export function hasAsked(page: Answer, items: readonly string[], n: number): Check {
  const link = page.header('link');
  return {
    kept: items.length === n || (items.length < n && nextPage(page) !== undefined),
    expected: `${n} items, or fewer and a Link`,
    received: `${items.length} items, Link: ${link ?? '(none)'}`,
  };
}

/** Whether a page has as many items as the list, or a Link. */
export function leadsOn(page: Answer, items: readonly string[], total: number): Check {
  const link = page.header('link');
  return {
    kept: items.length >= total || isLinked(page),
    expected: `${total} items, or a Link`,
    received: `${items.length} items, Link: ${link ?? '(none)'}`,
  };
}

/** Whether a list could be read page by page at all, whatever was on the pages. */
export function wasRead({ stopped, statuses }: Walk): Check {
  return {
    kept: stopped === undefined && statuses.every((status) => status === 200),
    expected: 'pages with status 200, and an end',
    received: `status ${statuses.join(', ')}${stopped === undefined ? '' : `, and no end: ${stopped}`}`,
  };
}

/** Whether reading page by page came to an end. */
export function cameToEnd({ stopped, statuses, items }: Walk): Check {
  return {
    kept: stopped === undefined,
    expected: 'a page that nothing follows',
    received: `${statuses.length} pages, and ${stopped ?? 'no more'}: ${show(items)}`,
  };
}

/** Whether an odd `n` was refused, or answered with the list or its first page. */
export function refusedOrBegins(page: Answer, items: readonly string[], list: readonly string[]): Check {
  const { kept, expected } = beginsPage(page, items, list);
  return {
    kept: (page.status >= 400 && page.status < 500) || (page.status === 200 && kept),
    expected: `a 4xx, or 200 and ${expected}`,
    received: `status ${page.status} and ${show(items)}`,
  };
}

/** Whether an odd `n` was refused, or answered with something. */
export function refusedOrAnswered({ status }: Answer, items: readonly string[]): Check {
  return {
    kept: (status >= 400 && status < 500) || (status === 200 && items.length > 0),
    expected: 'a 4xx, or 200 and a list',
    received: `status ${status} and ${items.length} items`,
  };
}

/** Whether `n=0` was refused, or answered with nothing. */
export function refusedOrEmpty({ status }: Answer, items: readonly string[]): Check {
  return {
    kept: (status >= 400 && status < 500) || (status === 200 && items.length === 0),
    expected: 'a 4xx, or 200 and no items',
    received: `status ${status} and ${items.length} items`,
  };
}

/** Whether a page that ends with the final item of its list has no Link. */
export function endsUnlinked(page: Answer, items: readonly string[], final: string): Check {
  const link = page.header('link');
  return {
    kept: items.at(-1) !== final || !isLinked(page),
    expected: `no Link after ${final}`,
    received: `Link: ${link ?? '(none)'}`,
  };
}

/** Whether reading page by page came to an end, or at least kept meeting others in a list of unknown length. */
export function goesOnOrEnds({ stopped, items, statuses }: Walk): Check {
  const twice = metTwice(items);
  return {
    kept: stopped === undefined || (twice.length === 0 && items.length >= statuses.length),
    expected: 'a page that nothing follows, or others on each page',
    received: `${statuses.length} pages of ${items.length} items, and ${stopped ?? 'no more'}; twice: ${show(twice)}`,
  };
}

/** Whether a page has no more than n items. */
export function isAtMost(items: readonly string[], n: number): Check {
  return { kept: items.length <= n, expected: `at most ${n} items`, received: `${items.length} items` };
}

/** Whether the items under a prefix are these, in any order, and nothing was met twice. */
export function joinsTo(items: readonly string[], list: readonly string[], prefix: string): Check {
  const own = isList(items.filter((item) => item.startsWith(prefix)).toSorted(), list);
  const twice = metTwice(items);
  return {
    kept: own.kept && twice.length === 0,
    expected: `${own.expected}, and nothing twice`,
    received: `${own.received}, and twice: ${show(twice)}`,
  };
}

/** Whether every Link follows RFC 8288, and one has the relation next and a target that is a URL. */
export function hasNextLink(page: Answer): Check {
  const link = page.header('link') ?? '';
  return {
    kept: parseLinks(link) !== undefined && nextPage(page) !== undefined,
    expected: 'Link: <URL>; rel="next"',
    received: `Link: ${link}`,
  };
}

/** Whether no Link of a page leads on. */
export function isUnlinked(page: Answer): Check {
  return {
    kept: !isLinked(page),
    expected: 'no Link that leads on',
    received: `Link: ${page.header('link') ?? '(none)'}`,
  };
}

/** Whether every Link that leads on leads to the origin that was asked. */
export function linksToOrigin(page: Answer): Check {
  const { url, first = url } = page.request;
  const origins = [url, first].map((one) => new URL(one).origin);
  const targets = (onwardLinks(page) ?? []).map(({ target }) => target);
  return {
    kept: targets.every(
      (target) => !URL.canParse(target, url) || origins.includes(new URL(target, url).origin),
    ),
    expected: `a Link to ${[...new Set(origins)].join(' or ')}`,
    received: someOf(targets).join(', '),
  };
}

function areSame(items: readonly string[], others: readonly string[]): boolean {
  return items.length === others.length && items.every((item, at) => item === others[at]);
}

/** How often each of the items is there. */
function countsOf(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function metTwice(items: readonly string[]): string[] {
  return [...countsOf(items)].flatMap(([item, count]) => (count > 1 ? [item] : []));
}

function show(items: readonly string[]): string {
  return JSON.stringify(someOf(items));
}
