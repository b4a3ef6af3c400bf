import { test } from '../../fixtures/index.ts';
import { digestOf } from '../../lib/content/digest.ts';

test(
  'mounts a single blob',
  { tag: '@mount.status' },
  async ({ repository, anotherRepo, images, push, mount }) => {
    const source = anotherRepo('source').name;
    const { blobs } = await push(source, 'latest', await images.single(), { skipBlobPushChecks: true });
    await mount(repository, blobs[0]!.digest, source);
  },
);

test(
  'opens an upload where there is nothing to mount',
  { tag: '@mount.refused' },
  async ({ repository, anotherRepo, mount }) => {
    const digest = digestOf(Buffer.from(`${repository}, never pushed`));
    await mount(repository, digest, anotherRepo('source').name, {
      expectedFailure: 'UNAUTHORIZED_FOR_MOUNT',
    });
  },
);
