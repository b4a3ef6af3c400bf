import type { Answer, Method, Request, Send } from './exchange.ts';
import { isUpTo, type SpecVersion } from '../rules/rule.ts';

/** RFC 9110 section 15.4: those with a Location that a client follows by itself. */
const statuses = [301, 302, 303, 307, 308];

export function isRedirect(status: number): boolean {
  return statuses.includes(status);
}

const content = /^\/v2\/.+\/(?:blobs|manifests)\/[^/]+$/;

/**
 * Whether a client goes where the answer to this request leads. "Registries MAY respond to any request with a redirect",
 * says distribution-spec main; before, only content could be elsewhere.
 */
export function mayLead({ method, url, isAboutRedirects }: Request, version: SpecVersion): boolean {
  if (isAboutRedirects === true) return false;
  return !isUpTo(version, '1.1') || (isReading(method) && content.test(new URL(url).pathname));
}

/** As many in a row as the clients follow that are written in Go. */
export const mostRedirects = 10;

/** The answer at the end of the redirects that a request is answered with; after ten of them, the next redirect. */
export async function followed(send: Send, request: Request, hops = mostRedirects): Promise<Answer> {
  const answer = await send(request);
  const next = hops === 0 ? undefined : nextOf(answer, request);
  return next === undefined ? answer : await followed(send, next, hops - 1);
}

type Redirected = Pick<Request, 'method' | 'url' | 'headers' | 'first' | 'led'>;

/** The request that an answer leads to, as it follows from another; undefined where it leads nowhere. */
export function nextOf<R extends Redirected>(led: Answer, request: R): R | undefined {
  const { status, location } = led;
  if (!isRedirect(status) || location === undefined) return undefined;
  // Of what was written, 303 says where to read; the statuses that this project knows are of the writing.
  if (status === 303 && !isReading(request.method)) return undefined;
  return elsewhere({ ...request, led }, location);
}

function isReading(method: Method): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Of these, another origin gets none: what a client proves itself with, whom it asks, what only Quay's own tests may say. */
const ofHome = ['authorization', 'host', 'x-override-remote-addr-for-testing'];

/** The same request for where a redirect leads. */
function elsewhere<R extends Redirected>(request: R, url: string): R {
  const first = request.first ?? request.url;
  if (new URL(url).origin === new URL(request.url).origin) return { ...request, url, first };
  const kept = Object.entries(request.headers ?? {}).filter(([name]) => !ofHome.includes(name.toLowerCase()));
  return { ...request, url, first, headers: Object.fromEntries(kept) };
}
