import { test } from '../../fixtures/index.ts';

test(
  'can be undone by pushing again',
  { tag: '@delete.manifest.status' },
  async ({ repository, images, push, pull, delete: remove }) => {
    const pushed = await images.single();
    const { manifests } = await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
    await remove(repository, manifests['latest']!.digest);
    await pull(repository, manifests['latest']!.digest, pushed, { expectedFailure: 'DELETED' });
    await push(repository, 'latest', pushed, { skipBlobPushChecks: true, skipHeadChecks: true });
    await pull(repository, 'latest', pushed);
  },
);
