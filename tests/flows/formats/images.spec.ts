import { test } from '../../../fixtures/index.ts';
import { judge } from '../../../lib/verdict/verdict.ts';

const takesForeign = {
  schema1: 'schema2.foreign-layer',
  schema2: 'schema2.foreign-layer',
  oci: 'manifest.put.foreign-layer',
} as const;

// The empty layer is the same everywhere: what HEAD says of it before its push shows what other repositories hold.
for (const [set, checks] of [
  ['multiLayer', { skipBlobPushChecks: true }],
  ['withEmptyLayer', { skipHeadChecks: true, skipBlobPushChecks: true }],
  // Their text stands in the config, which the push reads back.
  ['unicode', {}],
  ['emoji', {}],
  ['sameLayerTwice', { skipBlobPushChecks: true }],
] as const) {
  test(`carries the image set ${set}`, async ({ repository, images, push, pull }) => {
    const pushed = await images[set]();
    await push(repository, 'latest', pushed, checks);
    await pull(repository, 'latest', pushed);
  });
}

test(
  'carries an image whose layers are not compressed',
  { tag: '@manifest.put.uncompressed' },
  async ({ repository, images, push, pull }) => {
    const pushed = await images.uncompressed();
    const takenBy = 'manifest.put.uncompressed';
    await push(repository, 'latest', pushed, { skipBlobPushChecks: true, takenBy });
    await pull(repository, 'latest', pushed);
  },
);

test('carries an image with empty layers a second time', async ({ repository, images, push, pull }) => {
  const pushed = await images.withEmptyLayer();
  const unchecked = { skipHeadChecks: true, skipBlobPushChecks: true } as const;
  await push(repository, 'latest', pushed, unchecked);
  await push(repository, 'latest', pushed, { ...unchecked, takenBy: 'repeated.manifest-push' });
  await pull(repository, 'latest', pushed);
});

for (const [what, set, skipHeadChecks] of [
  ['pushes an image whose layers are mounted', 'single', false],
  ['carries an image with empty layers that are mounted', 'withEmptyLayer', true],
] as const) {
  test(what, { tag: '@mount.status' }, async ({ repository, anotherRepo, images, push, pull }) => {
    const source = anotherRepo('source').name;
    const pushed = await images[set]();
    const checks = { skipHeadChecks, skipBlobPushChecks: true };
    const { blobs } = await push(source, 'latest', pushed, checks);
    const mountBlobs = Object.fromEntries(blobs.map(({ digest }) => [digest, source]));
    await push(repository, 'latest', pushed, { mountBlobs, ...checks });
    await pull(repository, 'latest', pushed);
  });
}

test('carries an image to a repository with a dot in its name', async ({
  unusedRepo,
  images,
  push,
  pull,
}) => {
  const { name } = unusedRepo('foo.bar');
  const pushed = await images.single();
  await push(name, 'latest', pushed, { skipBlobPushChecks: true });
  await pull(name, 'latest', pushed);
});

for (const set of ['unicode', 'emoji'] as const) {
  test(`carries the image set ${set} with its text unescaped`, async ({ repository, images, push, pull }) => {
    const pushed = await images[set]();
    await push(repository, 'latest', pushed, { ensureAscii: false });
    await pull(repository, 'latest', pushed);
  });
}

test(
  'does not ask for the data of remote layers',
  { tag: '@foreign' },
  async ({ repository, images, push, pull, format }) => {
    const pushed = await images.remote();
    await push(repository, 'latest', pushed, { takenBy: takesForeign[format.name] });
    await pull(repository, 'latest', pushed);
  },
);

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
  const [ours, theirs] = [sent, received].map(({ manifests }) => manifests['latest']?.digest ?? '(none)');
  judge({ rule: 'manifest.get.bytes', kept: ours === theirs, expected: ours ?? '', received: theirs ?? '' });
});

test('is found by a client that accepts other types as well', async ({
  repository,
  images,
  push,
  pull,
  format,
}) => {
  const pushed = await images.single();
  await push(repository, 'latest', pushed, { skipBlobPushChecks: true, requestAddress: '192.0.2.1' });
  await pull(repository, 'latest', pushed, {
    acceptMimetypes: ['application/json', ...format.accept],
    requestAddress: '192.0.2.1',
  });
});

test(
  'is stored although its config has no history',
  { tag: ['@config', '@manifest.put.no-history'] },
  async ({ repository, images, push, pull }) => {
    const pushed = await images.single();
    await push(repository, 'latest', pushed, {
      skipBlobPushChecks: true,
      withBrokenManifestConfig: true,
      takenBy: 'manifest.put.no-history',
    });
    await pull(repository, 'latest', pushed);
  },
);
