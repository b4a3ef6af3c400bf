import { test } from '../../../fixtures/index.ts';
import { givenCapability } from '../../../lib/arrange.ts';

// Of Docker's two formats, a registry may take one without lists of it.
const lists = { schema1: undefined, schema2: 'manifest-list', oci: undefined } as const;

test.describe('an index', { tag: '@index' }, () => {
  test.beforeEach(({ format }) => givenCapability(lists[format.name]));

  test('leads to an image a platform', async ({ repository, images, pushIndex, pullIndex }) => {
    const children = [
      { architecture: 'amd64', images: await images.basic() },
      { architecture: 'arm64', images: await images.different() },
    ];
    const { index } = await pushIndex(repository, ['latest', 'v1'], children);
    await pullIndex(repository, 'v1');
    await pullIndex(repository, index!.digest);
  });

  test('may be pushed again', async ({ repository, images, pushIndex, pullIndex }) => {
    const children = [{ architecture: 'amd64', images: await images.basic() }];
    await pushIndex(repository, 'latest', children, { skipBlobPushChecks: true });
    const again = {
      skipHeadChecks: true,
      skipBlobPushChecks: true,
      takenBy: 'repeated.manifest-push',
    } as const;
    await pushIndex(repository, 'latest', children, again);
    await pullIndex(repository, 'latest');
  });

  test('may name one image twice', async ({ repository, images, pushIndex, pullIndex }) => {
    const same = await images.basic();
    const children = ['amd64', 'amd32'].map((architecture) => ({ architecture, images: same }));
    await pushIndex(repository, 'latest', children, { skipBlobPushChecks: true });
    await pullIndex(repository, 'latest');
  });

  test(
    'is refused while its images are missing',
    { tag: ['@sparse', '@manifest.missing-child.code'] },
    async ({ repository, images, pushIndex }) => {
      const children = [{ architecture: 'amd64', images: await images.basic() }];
      await pushIndex(repository, 'latest', children, {
        forgetChildren: true,
        expectedFailure: 'INVALID_MANIFEST_IN_LIST',
      });
    },
  );
});
