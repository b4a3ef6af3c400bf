import { Answer, type Method, type Send } from '../../lib/http/exchange.ts';
import type { Wire, WireAnswer, WireHeaders } from '../faults/wire.ts';

/** What a client sees of a registry with a fault on the wire, without a proxy between them: that costs as much again. */
export function wired(send: Send, wire: Wire): Send {
  const intercept = wire.start();
  return async (request) => {
    const { origin, pathname, search } = new URL(request.url);
    const path = pathname + search;
    if (!wire.matches(request.method, path)) return await send(request);
    const asked = {
      method: request.method,
      path,
      headers: namedLow(Object.entries(request.headers ?? {})),
      body: request.body ?? Buffer.alloc(0),
    };
    const { status, headers, body } = await intercept(asked, async (one): Promise<WireAnswer> => {
      // The length of a body is said again by who sends it.
      const { 'content-length': stated, ...others } = one.headers;
      const answer = await send({
        method: one.method as Method,
        url: origin + one.path,
        headers: Object.fromEntries(
          Object.entries(others).map(([name, values]) => [name, values.join(', ')]),
        ),
        body: one.body.length > 0 || stated !== undefined ? one.body : undefined,
      });
      const named = answer.headers.map(({ name, value }): [string, string] => [name, value]);
      return { status: answer.status, headers: namedLow(named), body: answer.body };
    });
    const list = Object.entries(headers).flatMap(([name, values]) =>
      values.map((value) => ({ name, value })),
    );
    const mayHaveBody = request.method !== 'HEAD' && status !== 204;
    return new Answer(request, status, list, mayHaveBody ? body : Buffer.alloc(0), 0);
  };
}

function namedLow(headers: readonly [string, string][]): WireHeaders {
  const named: WireHeaders = {};
  for (const [name, value] of headers) (named[name.toLowerCase()] ??= []).push(value);
  return named;
}
