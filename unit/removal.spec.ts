import { expect, test } from '@playwright/test';
import { Answer, type Send } from '../lib/http/exchange.ts';
import { NetworkTrouble } from '../lib/http/retries.ts';
import { removeAll, type Created } from '../lib/target/removal.ts';
import { Repository } from '../lib/registry/repository.ts';

const created: Created[] = Array.from({ length: 600 }, (_, at) => ({
  repository: `dockside/${at % 20}`,
  kind: 'blob',
  reference: `sha256:${String(at).padStart(64, '0')}`,
}));

/** Removes them with this way to the registry, and counts the requests that it takes. */
async function remove(plain: Send, answersPing: boolean) {
  let requests = 0;
  const send: Send = async (request) => {
    requests += 1;
    return await plain(request);
  };
  const started = Date.now();
  const removal = await removeAll(created, {
    open: (name) => new Repository(send, 'http://registry.example', name),
    isAnswered: async () => answersPing,
  });
  return { ...removal, requests, tookMs: Date.now() - started };
}

const lost: Send = async () => {
  const told = 'DELETE: connect ECONNREFUSED';
  throw new NetworkTrouble(told, { kind: 'no-connection', told, isUnsent: true, connection: 'fresh' });
};

test('a removal stops at the first request that is lost where nobody answers any more', async () => {
  const { left, removed, brokenOff, requests } = await remove(lost, false);
  expect([removed, left.length, brokenOff]).toEqual([0, 600, 'nobody answers any more']);
  expect(requests).toBeLessThan(10);
});

test('a removal stops within 15 s where all is silence', async () => {
  const { left, brokenOff, tookMs } = await remove(async () => await new Promise(() => undefined), false);
  expect([left.length, brokenOff]).toEqual([600, 'nobody answers any more']);
  expect(tookMs).toBeLessThan(15_000);
});

test('a removal goes on where single requests are lost', async () => {
  const { left, brokenOff, requests } = await remove(lost, true);
  expect([left.length, brokenOff, requests]).toEqual([600, undefined, 600]);
  expect(new Set(left.map(({ because }) => because))).toEqual(new Set(['DELETE: connect ECONNREFUSED']));
});

test('nothing is removed that is not in its repository', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const places: [Created['kind'], reference: string][] = [
    ['blob', `../../../prod/manifests/${digest}`],
    ['blob', 'latest'],
    ['manifest', '../../prod/manifests/latest'],
    ['manifest', `${digest}/../latest`],
    ['upload', '/v2/prod/manifests/latest'],
    ['upload', `/v2/prod/blobs/${digest}`],
    ['upload', '//elsewhere.example/'],
  ];
  const asked: string[] = [];
  const send: Send = async (request) => {
    asked.push(request.url);
    return new Answer(request, 202, [], Buffer.alloc(0), 1);
  };
  const repository = 'dockside/a';
  const { left, removed } = await removeAll(
    places.map(([kind, reference]) => ({ repository, kind, reference })),
    { open: (name) => new Repository(send, 'http://registry.example', name) },
  );
  expect([removed, left.length, asked]).toEqual([0, places.length, []]);
});
