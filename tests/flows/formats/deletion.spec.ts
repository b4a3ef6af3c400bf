import { test } from '../../../fixtures/index.ts';

test(
  'of a digest takes its tag along and leaves the others',
  { tag: '@delete.manifest.status' },
  async ({ repository, images, push, pull, delete: remove }) => {
    const first = await images.single();
    const second = await images.another();
    const { manifests } = await push(repository, 'one', first, { skipBlobPushChecks: true });
    await push(repository, 'two', second, { skipBlobPushChecks: true });
    await remove(repository, manifests['one']!.digest);
    await pull(repository, 'one', first, { expectedFailure: 'UNTAGGED' });
    await pull(repository, manifests['one']!.digest, first, { expectedFailure: 'DELETED' });
    await pull(repository, 'two', second);
  },
);

test(
  'of a digest that came back to its tag leaves the tag empty',
  { tag: '@delete.manifest.status' },
  async ({ repository, images, push, pull, delete: remove }) => {
    const first = await images.single();
    const again = { skipBlobPushChecks: true, skipHeadChecks: true };
    const { manifests } = await push(repository, 'latest', first, { skipBlobPushChecks: true });
    const moved = { skipBlobPushChecks: true, takenBy: 'manifest.put.tag-moved' } as const;
    await push(repository, 'latest', await images.another(), moved);
    await push(repository, 'latest', first, again);
    await remove(repository, manifests['latest']!.digest);
    await pull(repository, 'latest', first, { expectedFailure: 'UNTAGGED' });
  },
);
