import { test } from '../../../fixtures/index.ts';

test('stores one image under several tags of one push', async ({ repository, images, push, pull }) => {
  const pushed = await images.single();
  await push(repository, ['latest', 'v1', 'v1.0'], pushed, { skipBlobPushChecks: true });
  await pull(repository, ['v1.0', 'latest', 'v1'], pushed);
});

test('accepts the same push again', async ({ repository, images, push, pull }) => {
  const pushed = await images.single();
  await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
  const again = {
    skipHeadChecks: true,
    skipBlobPushChecks: true,
    takenBy: 'repeated.manifest-push',
  } as const;
  await push(repository, 'latest', pushed, again);
  await pull(repository, 'latest', pushed);
});

test('moves a tag to the image pushed last', async ({ repository, images, push, pull }) => {
  await push(repository, 'latest', await images.single(), { skipBlobPushChecks: true });
  const second = await images.another();
  const moved = { skipBlobPushChecks: true, takenBy: 'manifest.put.tag-moved' } as const;
  await push(repository, 'latest', second, moved);
  await pull(repository, 'latest', second);
});

test('does not find a tag that nobody pushed', async ({ repository, images, push, pull }) => {
  const pushed = await images.single();
  await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
  await pull(repository, 'elsewhere', pushed, { expectedFailure: 'UNKNOWN_TAG' });
});

test(
  'refuses a manifest whose layers were never pushed',
  { tag: '@manifest.missing-blob.code' },
  async ({ repository, images, push }) => {
    await push(repository, 'latest', await images.single(), {
      manifestInvalidBlobReferences: true,
      expectedFailure: 'INVALID_BLOB',
    });
  },
);
