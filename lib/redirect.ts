import type { Answer, Request, Send } from './exchange.ts';

/** The answer at the end of the redirects that a request is answered with; after five of them, the next redirect. */
export async function followed(send: Send, request: Request, hops = 5): Promise<Answer> {
  const answer = await send(request);
  const isRedirect = answer.status >= 300 && answer.status < 400;
  if (!isRedirect || answer.location === undefined || hops === 0) return answer;
  return await followed(send, elsewhere(request, answer.location), hops - 1);
}

/** The same request for where a redirect leads: another host gets no credentials that it was sent with. */
function elsewhere(request: Request, url: string): Request {
  if (new URL(url).origin === new URL(request.url).origin) return { ...request, url };
  const kept = Object.entries(request.headers ?? {}).filter(
    ([name]) => name.toLowerCase() !== 'authorization',
  );
  return { ...request, url, headers: Object.fromEntries(kept) };
}
