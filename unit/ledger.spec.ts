import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import { artifact, ociIndex } from '../lib/content/oci.ts';
import { Answer, type Send } from '../lib/http/exchange.ts';
import { headOf, noting, openLedger, readLedger, removeCreated } from '../lib/target/ledger.ts';
import { rawSend } from '../lib/http/raw.ts';
import { Repository } from '../lib/registry/repository.ts';

const send = rawSend({ caFile: undefined, insecureTls: false });
let registry: RunningRegistry;

test.beforeAll(async () => {
  registry = await startRegistry({ auth: 'anonymous' });
});

test.afterAll(async () => {
  await registry.close();
});

test('removes from a registry what was pushed to it, tags and blobs with it', async ({}, testInfo) => {
  const file = testInfo.outputPath('created.jsonl');
  const repository = new Repository(noting(send, file), registry.url, 'dockside/ledger');
  const child = artifact({ artifactType: 'application/vnd.dockside.test' });
  for (const { bytes, digest } of child.blobs) {
    const { location } = await repository.uploads.post();
    await repository.uploads.put(location ?? '', digest, bytes);
  }
  await repository.manifests.put('child', child);
  await repository.manifests.put('index', ociIndex([{ manifest: child }]));

  const removal = await removeCreated([file], {
    open: (name) => new Repository(send, registry.url, name),
  });

  expect(removal).toMatchObject({ removed: 3, left: [], isSettled: true });
  expect(existsSync(file)).toBe(false);
  const gone = [
    await repository.manifests.head('index'),
    await repository.manifests.head(child.digest),
    await repository.blobs.head(child.blobs[0]?.digest ?? ''),
  ];
  expect(gone.map(({ status }) => status)).toEqual([404, 404, 404]);
});

test('keeps the list of what a registry would not delete', async ({}, testInfo) => {
  const file = testInfo.outputPath('created.jsonl');
  const empty = ociIndex([]);
  const repository = new Repository(noting(send, file), registry.url, 'dockside/kept');
  await repository.manifests.put('empty', empty);
  const refusing = new Repository(
    async (request) =>
      await send({ ...request, headers: { ...request.headers, 'Dockside-Policy': 'no-delete' } }),
    registry.url,
    'dockside/kept',
  );
  const { removed, left } = await removeCreated([file], { open: () => refusing });
  expect(removed).toBe(0);
  expect(left).toMatchObject([
    { kind: 'manifest', reference: empty.digest, because: 'the registry answered 405' },
  ]);
  expect(existsSync(file)).toBe(true);
});

test('what no run has written in a ledger is left out', async ({}, testInfo) => {
  const file = testInfo.outputPath('created.jsonl');
  openLedger(file, { run: 'r', url: registry.url });
  const line = (reference: string): string =>
    `${JSON.stringify({ repository: 'dockside/a', kind: 'manifest', reference })}\n`;
  const elsewhere = { repository: 'dockside/a', kind: 'upload', reference: '.evil.example/x' };
  appendFileSync(file, line('first') + '{"repository":"dockside/a","ki' + line('second'));
  appendFileSync(file, `garbage\nnull\n[1]\n{"repository":1}\n${JSON.stringify(elsewhere)}\n`);
  appendFileSync(file, line('x'.repeat(10_000_000)) + line('third') + '{"repository":"docks');
  expect(readLedger(file).map(({ reference }) => reference)).toEqual(['third', 'second', 'first']);
  expect(headOf(file)?.run).toBe('r');
});

test("a ledger of garbage is nobody's", async ({}, testInfo) => {
  const file = testInfo.outputPath('created.jsonl');
  writeFileSync(file, Buffer.from([0xff, 0, 0x0a, 0x7b, 0x0a]));
  expect(headOf(file)).toBeUndefined();
  expect(readLedger(file)).toEqual([]);
});

/** A registry that answers no PUT. */
const unheard: Send = async (request) =>
  request.method === 'PUT' ? new Answer(request, 0, [], Buffer.alloc(0), 0) : await send(request);

test('an upload whose close has no answer stays in the ledger', async ({}, testInfo) => {
  const file = testInfo.outputPath('created.jsonl');
  const { uploads } = new Repository(noting(unheard, file), registry.url, 'dockside/unheard');
  const { location = '' } = await uploads.post();
  await uploads.put(location, `sha256:${'0'.repeat(64)}`, Buffer.alloc(0));
  expect(readLedger(file).map(({ kind }) => kind)).toEqual(['upload', 'blob']);
});

/** A registry that refuses all with this status, but takes the first push to one place. */
function sternRegistry(status: number, digest: string): Send {
  let hasTaken = false;
  return async (request) => {
    const isTaken = !hasTaken && request.method === 'PUT' && request.url.endsWith(digest);
    hasTaken ||= isTaken;
    const headers = isTaken ? [{ name: 'Docker-Content-Digest', value: digest }] : [];
    return new Answer(request, isTaken ? 201 : status, headers, Buffer.alloc(0), 0);
  };
}

for (const status of [400, 405]) {
  test(`what was refused does not stay where a deletion is answered ${status}, and what was taken once does`, async ({}, testInfo) => {
    const file = testInfo.outputPath('created.jsonl');
    const [never, once] = [ociIndex([]), artifact({ artifactType: 'application/vnd.dockside.once' })];
    const strict = sternRegistry(status, once.digest);
    const { manifests, uploads } = new Repository(noting(strict, file), registry.url, 'dockside/refused');
    for (const manifest of [never, once, once]) await manifests.put(manifest.digest, manifest);
    await uploads.put(`${registry.url}/v2/dockside/refused/blobs/uploads/1`, never.digest);
    const open = (name: string): Repository => new Repository(strict, registry.url, name);
    const { left } = await removeCreated([file], { open });
    expect(left.map(({ kind, reference }) => [kind, reference])).toEqual([['manifest', once.digest]]);
  });
}
