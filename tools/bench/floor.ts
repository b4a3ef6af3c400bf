import http from 'node:http';
import { request as playwright } from '@playwright/test';
import { rawSend } from '../../lib/http/raw.ts';

export const rounds = [1, 2, 3];
export const warmUp = 100;
const count = 400;

/** The mean time of one request in milliseconds, of so many one after the other. */
export async function perRequest(ask: () => Promise<unknown>, times = count): Promise<number> {
  const started = performance.now();
  for (let at = 0; at < times; at += 1) await ask();
  return (performance.now() - started) / times;
}

const headers = { Accept: '*/*', 'Accept-Encoding': 'identity' };

/** The same request outside the runner: by node:http over a kept connection, and by Playwright's own context. */
export async function outside(url: string): Promise<{ http: number; context: number }> {
  const agent = new http.Agent({ keepAlive: true });
  const send = rawSend({ caFile: undefined, insecureTls: false }, { agent });
  const context = await playwright.newContext();
  const asks = {
    http: async () => await send({ method: 'GET', url }),
    context: async () => {
      const answer = await context.fetch(url, { headers, maxRedirects: 0 });
      await answer.body();
      await answer.dispose();
    },
  };
  for (const ask of Object.values(asks)) await perRequest(ask, warmUp);
  const found = { http: await perRequest(asks.http), context: await perRequest(asks.context) };
  await context.dispose();
  agent.destroy();
  return found;
}
