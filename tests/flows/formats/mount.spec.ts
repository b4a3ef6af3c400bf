import { test } from '../../../fixtures/index.ts';

test(
  'pushes an image whose layers are mounted',
  { tag: '@mount.status' },
  async ({ repository, anotherRepo, images, push, pull }) => {
    const source = anotherRepo('source').name;
    const pushed = await images.single();
    const { blobs } = await push(source, 'latest', pushed, { skipBlobPushChecks: true });
    const mountBlobs = Object.fromEntries(blobs.map(({ digest }) => [digest, source]));
    await push(repository, 'latest', pushed, { mountBlobs, skipBlobPushChecks: true });
    await pull(repository, 'latest', pushed);
  },
);
