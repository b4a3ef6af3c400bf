import { createRequire } from 'node:module';
import { parseJson } from './json.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** As a User-Agent names it. */
export const client = `dockside/${version}`;

/** What each request says of its client, unless it says otherwise. */
export const clientHeaders = { Accept: '*/*', 'Accept-Encoding': 'identity', 'User-Agent': client } as const;

/** Those of the API, and PROPFIND, which no registry offers. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'] as const;
export type Method = (typeof methods)[number];

export type Header = { name: string; value: string };

/** One request as a client writes it. `title` names the step in the report; without it, method and path do. */
export type Request = {
  method: Method;
  url: string;
  headers?: Record<string, string> | undefined;
  body?: Buffer | undefined;
  title?: string | undefined;
  /** Where it stands among all that was sent (W3C Trace Context, "traceparent Header"). */
  trace?: string | undefined;
  /** Whether it is sent within a step of the report that is named after it. */
  isStep?: boolean | undefined;
  /** Whether it is limited is what is asked: a 429 is its answer, and not waited out. */
  isAboutLimits?: boolean | undefined;
  /** Where it was sent at first, if a redirect led it to where it goes now. */
  first?: string | undefined;
  /** The redirect that led it there. */
  led?: Answer | undefined;
  /** Whether it is redirected is what is asked: a redirect is its answer, and not followed. */
  isAboutRedirects?: boolean | undefined;
};

export type Send = (request: Request) => Promise<Answer>;

/** What came back for one request, body read whole, header order and repetition kept. */
export class Answer {
  readonly request: Request;
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Buffer;
  readonly durationMs: number;
  #json: { value: unknown } | undefined;

  constructor(
    request: Request,
    status: number,
    headers: readonly Header[],
    body: Buffer,
    durationMs: number,
  ) {
    this.request = request;
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.durationMs = durationMs;
  }

  /** Every value of a header, in the order sent; names compare without case. */
  values(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.headers.filter((header) => header.name.toLowerCase() === wanted).map(({ value }) => value);
  }

  /** A header's value, its repetitions joined by a comma (RFC 9110 section 5.2). */
  header(name: string): string | undefined {
    const values = this.values(name);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** The `Location` as an absolute URL of HTTP; it may be relative to the request's (RFC 9110 section 10.2.2). */
  get location(): string | undefined {
    return webUrl(this.header('location'), this.request.url);
  }

  /** The methods that `Allow` lists, of those known here. */
  get allowed(): Method[] {
    const listed = (this.header('allow') ?? '').split(',').map((item) => item.trim());
    return methods.filter((method) => listed.includes(method));
  }

  get text(): string {
    return this.body.toString('utf8');
  }

  /** The body as JSON, or undefined when it is none, or none that a client can hold. */
  get json(): unknown {
    this.#json ??= { value: jsonOf(this.body) };
    return this.#json.value;
  }
}

function jsonOf(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

/** A reference of a server as an absolute URL; undefined where it leads out of the web, as `file:` and `javascript:` do. */
export function webUrl(reference: string | undefined, base: string): string | undefined {
  if (reference === undefined || !URL.canParse(reference, base)) return undefined;
  const url = new URL(reference, base);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}

/** Where a URL leads, its path and query as they stand there. */
export function placeOf(url: string): { origin: string; path: string } {
  const { origin, pathname, search } = new URL(url);
  return { origin, path: pathname + search };
}

/** The URL with one more query parameter, those it carries already kept as they stand. */
export function withQuery(url: string, params: Iterable<readonly [string, string]>): string {
  const added = [...params].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  if (added === '') return url;
  return url + (url.includes('?') ? '&' : '?') + added;
}
