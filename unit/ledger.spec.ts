import { existsSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { startRegistry, type RunningRegistry } from '../fixtures/registry/registry.ts';
import { artifact, ociIndex } from '../lib/content/oci.ts';
import { noting, removeCreated } from '../lib/ledger.ts';
import { rawSend } from '../lib/raw.ts';
import { Repository } from '../lib/repository.ts';

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

  expect(removal).toEqual({ removed: 3, left: [] });
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
