import { expect, test } from '../../fixtures/index.ts';

test(
  'gives back every layer byte for byte',
  { tag: '@smoke' },
  async ({ repository, images, push, pull }) => {
    const pushed = await images.basic();
    await push(repository, 'latest', pushed);
    await pull(repository, 'latest', pushed);
  },
);

test('stores one image under several tags of one push', async ({ repository, images, push, pull }) => {
  const pushed = await images.single();
  await push(repository, ['latest', 'v1', 'v1.0'], pushed, { skipBlobPushChecks: true });
  await pull(repository, ['v1.0', 'latest', 'v1'], pushed);
});

for (const set of [
  'multiLayer',
  'withEmptyLayer',
  'unicode',
  'emoji',
  'sameLayerTwice',
  'uncompressed',
] as const) {
  test(`carries the image set ${set}`, async ({ repository, images, push, pull }) => {
    const pushed = await images[set]();
    await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
    await pull(repository, 'latest', pushed);
  });
}

for (const set of ['unicode', 'emoji'] as const) {
  test(`carries the image set ${set} with its text unescaped`, async ({ repository, images, push, pull }) => {
    const pushed = await images[set]();
    await push(repository, 'latest', pushed, { ensureAscii: false, skipBlobPushChecks: true });
    await pull(repository, 'latest', pushed);
  });
}

test(
  'does not ask for the data of remote layers',
  { tag: '@foreign' },
  async ({ repository, images, push, pull }) => {
    const pushed = await images.remote();
    await push(repository, 'latest', pushed);
    await pull(repository, 'latest', pushed);
  },
);

test('accepts the same push again', async ({ repository, images, push, pull }) => {
  const pushed = await images.single();
  await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
  await push(repository, 'latest', pushed, { skipHeadChecks: true, skipBlobPushChecks: true });
  await pull(repository, 'latest', pushed);
});

test('moves a tag to the image pushed last', async ({ repository, images, push, pull }) => {
  await push(repository, 'latest', await images.single(), { skipBlobPushChecks: true });
  const second = await images.another();
  await push(repository, 'latest', second, { skipBlobPushChecks: true });
  await pull(repository, 'latest', second);
});

test('finds by digest what was pushed by tag', async ({ repository, images, push, pull }) => {
  const pushed = await images.single();
  const { manifests } = await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
  await pull(repository, [manifests['latest']!.digest], pushed, { requireMatchingManifestType: true });
});

test('finds by digest what was pushed by digest', async ({ repository, images, push, pull }) => {
  const pushed = await images.single();
  const { manifests } = await push(repository, 'latest', pushed, { pushByManifestDigest: true });
  await pull(repository, manifests['latest']!.digest, pushed);
});

test('sends the manifest back as it was pushed', async ({ repository, images, push, pull }) => {
  const pushed = await images.single();
  const sent = await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
  const received = await pull(repository, 'latest', pushed, { requireMatchingManifestType: true });
  // A schema1 document may come back with other signatures: its digest covers what they sign.
  expect(received.manifests['latest']?.digest).toBe(sent.manifests['latest']?.digest);
});

test('does not find a tag that nobody pushed', async ({ repository, images, push, pull }) => {
  const pushed = await images.single();
  await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
  await pull(repository, 'elsewhere', pushed, { expectedFailure: 'UNKNOWN_TAG' });
});

test('refuses a manifest whose layers were never pushed', async ({ repository, images, push }) => {
  await push(repository, 'latest', await images.single(), {
    manifestInvalidBlobReferences: true,
    expectedFailure: 'INVALID_BLOB',
  });
});
