import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { readSettings, type Settings } from '../lib/run/settings.ts';
import { wayTo } from '../lib/target/target.ts';

type Answer = (count: number) => Promise<{ status: number; headers?: Record<string, string> }>;

/** With how many workers a registry on loopback is met that answers so, and the pings that took. */
async function met(
  answer: Answer,
  env: Record<string, string> = {},
): Promise<{ workers: number; pings: number }> {
  let pings = 0;
  const server = http.createServer((_, response) => {
    pings += 1;
    void answer(pings).then(({ status, headers = {} }) => response.writeHead(status, headers).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = readSettings({ REGISTRY_URL: url, ...env }) as Settings & { url: string };
  const { workers } = await wayTo(settings);
  // Kept connections would hold it open.
  await new Promise((resolve) => server.close(resolve));
  return { workers, pings };
}

const later =
  (ms: number): Answer =>
  async () => {
    await setTimeout(ms);
    return { status: 401 };
  };

test('a registry that is far is met by many workers, and asked with no credentials', async () => {
  const { workers, pings } = await met(later(60));
  expect(workers).toBeGreaterThan(8);
  expect(pings).toBeLessThan(3 + 2 * 20 + 1);
});

for (const [what, answer, env] of [
  ['has a limit', async (count: number) => ({ status: count > 5 ? 429 : 200 }), {}],
  ['is overrun', async (count: number) => ({ status: count > 5 ? 503 : 200 }), {}],
  ['is sent only so many a second', later(60), { REGISTRY_MAX_PER_SECOND: '5' }],
  ['is behind a proxy', later(60), { REGISTRY_PROXY: 'http://127.0.0.1:9' }],
  [
    'leads to another scheme',
    async () => ({ status: 308, headers: { location: 'https://127.0.0.1/v2/' } }),
    {},
  ],
] as const) {
  test(`a registry that ${what} is met by two workers`, async () => {
    const slowly: Answer = async (count) => {
      await setTimeout(20);
      return await answer(count);
    };
    const { workers } = await met(what === 'leads to another scheme' ? answer : slowly, env);
    expect(workers).toBe(2);
  });
}
