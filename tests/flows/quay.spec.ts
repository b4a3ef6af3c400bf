import { test } from '../../fixtures/index.ts';

test.describe('Quay', { tag: '@quay' }, () => {
  test('gives no token for a name that no repository can have', async ({ unusedRepo, images, push }) => {
    await push(`${unusedRepo('').name}/No!`, 'latest', await images.single(), {
      expectedFailure: 'INVALID_REGISTRY',
    });
  });

  test(
    'gives no token for a repository of applications',
    { tag: '@quay-2018' },
    async ({ unusedRepo, images, push, pull }) => {
      const { name } = unusedRepo('');
      const pushed = await images.single();
      await push(`${name}/app-chart`, 'latest', pushed, { expectedFailure: 'APP_REPOSITORY' });
      await pull(`${name}/app-chart`, 'latest', pushed, { expectedFailure: 'APP_REPOSITORY' });
    },
  );

  test('takes no manifest of a type it does not know', async ({ repository, images, push }) => {
    await push(repository, 'latest', await images.single(), {
      skipBlobPushChecks: true,
      manifestContentType: 'application/vnd.foo.bar',
      expectedFailure: 'UNSUPPORTED_CONTENT_TYPE',
    });
  });
});
