import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { digestOf } from '../../lib/content/digest.ts';
import { manifestAccept } from '../../lib/registry/repository.ts';

/** Header names in lower case. */
export type WireHeaders = Record<string, string[]>;

/** A request on its way to the registry, its body read whole. */
export type WireRequest = {
  method: string;
  /** Path and query, byte for byte. */
  path: string;
  headers: WireHeaders;
  body: Buffer;
};

/**
 * A body shorter than its Content-Length ends the connection. `spilt`: bytes after an answer that may have no body.
 * `takes`: has the connection for itself, and what came of the answer; nothing else is sent there. `before`: is done before the rest is sent, as
 * with answers 1xx.
 */
export type WireAnswer = {
  status: number;
  headers: WireHeaders;
  body: Buffer;
  spilt?: Buffer;
  takes?: (socket: Socket, answer: WireAnswer) => void;
  before?: (response: ServerResponse) => void;
};

export type Forward = (request: WireRequest) => Promise<WireAnswer>;

/** Answers in place of the registry, which it may ask through `forward`, once, often or never. */
export type Intercept = (request: WireRequest, forward: Forward) => Promise<WireAnswer>;

/** What changes between a client and a registry. */
export type Wire = {
  matches: (method: string, path: string) => boolean;
  /** Anew for each registry, so that what it remembers is of that registry alone. */
  start: () => Intercept;
  /** Answers where the head alone has come, and closes, whatever is still sent; undefined where the rest is to be read. */
  early?: (head: Omit<WireRequest, 'body'>, forward: Forward) => Promise<WireAnswer | undefined>;
  /** Header lines of the 100 Continue to a client that waits for it; false, where it is told 417. */
  goOn?: string | false;
};

export type Alter = (answer: WireAnswer, request: WireRequest) => WireAnswer;

/** Of the protocol. */
export const protocolMethods = 'GET HEAD POST PUT PATCH DELETE';
/** With what a browser asks first. */
export const everyMethod = `${protocolMethods} OPTIONS`;

const routes = {
  any: /^\/v2(?:\/|$)/,
  ping: /^\/v2\/?$/,
  catalog: /^\/v2\/_catalog$/,
  uploads: /^\/v2\/.+\/blobs\/uploads\/$/,
  upload: /^\/v2\/.+\/blobs\/uploads\/[^/]+$/,
  blob: /^\/v2\/.+\/blobs\/[^/]+$/,
  manifest: /^\/v2\/.+\/manifests\/[^/]+$/,
  'manifest-by-digest': /^\/v2\/.+\/manifests\/[^/:]+:[^/]+$/,
  'manifest-by-tag': /^\/v2\/.+\/manifests\/[^/:]+$/,
  tags: /^\/v2\/.+\/tags\/list$/,
  referrers: /^\/v2\/.+\/referrers\/[^/]+$/,
  /** Of the registry's own issuer. */
  token: /^\/(?:token|v2\/auth)$/,
} as const;
export type Route = keyof typeof routes;

/** `methods`: a list with spaces between, as `GET HEAD`. */
function on(methods: string, route: Route, start: () => Intercept): Wire {
  return { matches: (method, path) => isOn(methods, route, method, path), start };
}

/** Whether a request is one of these. */
export function isOn(methods: string, route: Route, method: string, path: string): boolean {
  return methods.split(' ').includes(method) && routes[route].test(path.split('?', 1)[0] ?? '');
}

/** The registry's answer, altered. */
export function answers(methods: string, route: Route, ...alters: Alter[]): Wire {
  return on(methods, route, () => async (request, forward) => {
    const answer = await forward(request);
    return alters.reduce((altered, alter) => alter(altered, request), answer);
  });
}

/** The request, altered before the registry sees it. */
export function requests(methods: string, route: Route, alter: (request: WireRequest) => WireRequest): Wire {
  return on(methods, route, () => async (request, forward) => await forward(alter(request)));
}

/** An answer of one's own. `start` is called once for each registry, and may remember. */
export function instead(methods: string, route: Route, start: () => Intercept): Wire {
  return on(methods, route, start);
}

/** Several changes at once, the first that matches a request decides. */
export function together(...wires: Wire[]): Wire {
  return {
    matches: (method, path) => wires.some((wire) => wire.matches(method, path)),
    start: () => {
      const started = wires.map((wire) => ({ wire, intercept: wire.start() }));
      return async (request, forward) => {
        const found = started.find(({ wire }) => wire.matches(request.method, request.path));
        return found === undefined ? await forward(request) : await found.intercept(request, forward);
      };
    },
  };
}

/** Several changes one over the other: each has what comes of the next for its registry. */
export function stacked(wires: readonly Wire[]): Wire {
  const [goOn] = wires.flatMap((wire) => wire.goOn ?? []);
  const early = wires.flatMap((wire) => wire.early ?? []);
  return {
    ...(goOn !== undefined && { goOn }),
    ...(early.length > 0 && {
      early: async (head, forward) => {
        for (const answerEarly of early) {
          const answer = await answerEarly(head, forward);
          if (answer !== undefined) return answer;
        }
        return undefined;
      },
    }),
    matches: (method, path) => wires.some((wire) => wire.matches(method, path)),
    start: () =>
      wires
        .map((wire) => ({ wire, intercept: wire.start() }))
        .reduceRight<Intercept>(
          (below, { wire, intercept }) =>
            async (request, forward) => {
              const onward: Forward = async (one) => await below(one, forward);
              return wire.matches(request.method, request.path)
                ? await intercept(request, onward)
                : await onward(request);
            },
          async (request, forward) => await forward(request),
        ),
  };
}

export const withCharset: Alter = set(
  'content-type',
  ({ headers }) => `${headers['content-type']?.[0]}; charset=utf-8`,
);

/** Only where the status is one of these. */
export function when(statuses: number | readonly number[], ...alters: Alter[]): Alter {
  const wanted = [statuses].flat();
  return (answer, request) =>
    wanted.includes(answer.status)
      ? alters.reduce((altered, alter) => alter(altered, request), answer)
      : answer;
}

/** Only where the request is one of these. */
export function asked(isMeant: (request: WireRequest) => boolean, ...alters: Alter[]): Alter {
  return (answer, request) =>
    isMeant(request) ? alters.reduce((altered, alter) => alter(altered, request), answer) : answer;
}

export function status(to: number): Alter {
  return (answer) => ({ ...answer, status: to });
}

export function set(
  name: string,
  value: string | ((answer: WireAnswer, request: WireRequest) => string),
): Alter {
  return (answer, request) => ({
    ...answer,
    headers: { ...answer.headers, [name]: [typeof value === 'string' ? value : value(answer, request)] },
  });
}

export function drop(name: string): Alter {
  return (answer) => ({ ...answer, headers: withoutHeader(answer.headers, name) });
}

/** Another body, with its length where the answer states one. */
export function body(change: (bytes: Buffer, request: WireRequest) => Buffer | string): Alter {
  return (answer, request) => {
    const bytes = Buffer.from(change(answer.body, request));
    const stated = answer.headers['content-length'] !== undefined && request.method !== 'HEAD';
    const headers = stated ? { ...answer.headers, 'content-length': [`${bytes.length}`] } : answer.headers;
    return { ...answer, headers, body: bytes };
  };
}

/** Another document in the place of a JSON body. An answer without one stays as it is. */
// eslint-disable-next-line typescript/no-explicit-any -- a fault says itself what it finds there
export function json(change: (document: any, request: WireRequest) => unknown): Alter {
  return (answer, request) => {
    const isJson = /json/i.test(answer.headers['content-type']?.join() ?? '');
    return isJson && answer.body.length > 0
      ? body((bytes) => JSON.stringify(change(JSON.parse(bytes.toString('utf8')), request)))(answer, request)
      : answer;
  };
}

/** A refusal in the format of the distribution-spec. */
export function refused(code: number, error: string, headers: Record<string, string> = {}): WireAnswer {
  const bytes = Buffer.from(JSON.stringify({ errors: [{ code: error, message: 'a fault' }] }));
  return {
    status: code,
    headers: {
      'content-type': ['application/json'],
      'content-length': [`${bytes.length}`],
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    },
    body: bytes,
  };
}

export function empty(code: number, headers: Record<string, string> = {}): WireAnswer {
  return {
    status: code,
    headers: {
      ...(code === 204 ? {} : { 'content-length': ['0'] }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    },
    body: Buffer.alloc(0),
  };
}

/** The connection ends in place of an answer. */
export const hungUp: WireAnswer = {
  status: 0,
  headers: {},
  body: Buffer.alloc(0),
  takes: (socket) => void socket.destroy(),
};

export function withoutHeader(headers: WireHeaders, name: string): WireHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

/** The request with a header that is a function of the one it had; where it had none it stays as it is. */
export function rewriting(
  name: string,
  change: (value: string, request: WireRequest) => string,
): (request: WireRequest) => WireRequest {
  return (request) => {
    const value = request.headers[name]?.join(', ');
    if (value === undefined) return request;
    return { ...request, headers: { ...request.headers, [name]: [change(value, request)] } };
  };
}

/** The request without a header of this name. */
export function hiding(name: string): (request: WireRequest) => WireRequest {
  return (request) => ({ ...request, headers: withoutHeader(request.headers, name) });
}

/** The last component of a path: a digest, a tag, or the id of an upload. */
export function lastOf({ path }: Pick<WireRequest, 'path'>): string {
  return /(?:^|[/?])([^/?]+)(?:$|\?)/.exec(path)?.[1] ?? '';
}

/** A parameter of the request's query, as it stands there. */
export function parameter({ path }: WireRequest, name: string): string | null {
  return new URLSearchParams(path.split('?')[1]).get(name);
}

/** The request without a parameter in its query. */
export function without(name: string): (request: WireRequest) => WireRequest {
  return (request) => {
    const [path = '', query = ''] = request.path.split('?');
    const kept = query.split('&').filter((pair) => pair.split('=', 1)[0] !== name);
    return { ...request, path: kept.length === 0 ? path : `${path}?${kept.join('&')}` };
  };
}

const asideHeader = 'dockside-aside';

export function isAside({ headers }: WireRequest): boolean {
  return asideHeader in headers;
}

/** A request of the fault's own in the name of the same client, who takes any manifest. */
export function aside({ headers }: WireRequest, method: string, path: string): WireRequest {
  const { authorization, host } = headers;
  return {
    method,
    path,
    headers: {
      ...(host && { host }),
      ...(authorization && { authorization }),
      accept: [manifestAccept],
      [asideHeader]: ['1'],
    },
    body: Buffer.alloc(0),
  };
}

/** Stores a blob in the repository of the request, as its client would: the answer to that. */
export async function storeBlob(request: WireRequest, forward: Forward, bytes: Buffer): Promise<WireAnswer> {
  const uploads = request.path.replace(/\/(?:blobs|manifests)\/.*/, '/blobs/uploads/');
  const opened = await forward(aside(request, 'POST', uploads));
  if (opened.status !== 202) return opened;
  const place = locationIn(opened.headers);
  const put = aside(request, 'PUT', `${place}${place.includes('?') ? '&' : '?'}digest=${digestOf(bytes)}`);
  return await forward({
    ...put,
    headers: {
      ...put.headers,
      'content-type': ['application/octet-stream'],
      'content-length': [`${bytes.length}`],
    },
    body: bytes,
  });
}

/** Mounts from a repository that were not carried out, of blobs that came in one piece before. */
export function unmounted(
  act: (answer: WireAnswer, finish: () => Promise<WireAnswer>) => Promise<WireAnswer>,
): Wire {
  return on('POST PUT', 'any', () => {
    const pushed = new Map<string, Buffer>();
    return async (request, forward) => {
      const answer = await forward(request);
      if (request.method === 'PUT') pushed.set(digestOf(request.body), request.body);
      const digest = parameter(request, 'mount') ?? '';
      const bytes = parameter(request, 'from') === null ? undefined : pushed.get(digest);
      if (answer.status === 201 || bytes === undefined) return answer;
      return await act(answer, async () => {
        const stored = await storeBlob(request, forward, bytes);
        const location = request.path.replace(/uploads\/.*/, digest);
        return stored.status === 201 ? empty(201, { location }) : answer;
      });
    };
  });
}

/** Path and query of a Location. */
export function locationIn(headers: WireHeaders): string {
  const { pathname, search } = new URL(headers['location']?.[0] ?? '/', 'http://registry');
  return pathname + search;
}
