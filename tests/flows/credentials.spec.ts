import { expect, test } from '../../fixtures/guarded.ts';
import { givenPrivate } from '../../lib/arrange.ts';
import type { Target } from '../../lib/types.ts';

test.describe('credentials', { tag: '@credentials' }, () => {
  test('ping asks for them', async ({ ping, target }) => {
    givenPrivate(target);
    await ping();
  });

  test('are accepted', async ({ login }) => {
    await login();
  });

  test('with a wrong password are refused', async ({ login, wrongPassword, target }) => {
    givenLookedAt(target);
    await login({ credentials: wrongPassword, expectedFailure: 'UNAUTHENTICATED' });
  });

  test('with a wrong password push nothing', async ({ repository, images, push, wrongPassword, target }) => {
    givenLookedAt(target);
    const credentials = wrongPassword;
    await push(repository, 'latest', await images.single(), {
      credentials,
      expectedFailure: 'UNAUTHENTICATED',
    });
  });

  test('with a wrong password pull nothing', async ({
    repository,
    images,
    push,
    pull,
    wrongPassword,
    target,
  }) => {
    givenLookedAt(target);
    const pushed = await images.single();
    await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
    await pull(repository, 'latest', pushed, {
      credentials: wrongPassword,
      expectedFailure: 'UNAUTHENTICATED',
    });
  });

  test('of a reader pull but do not push', async ({ repository, images, push, pull, reader }) => {
    const pushed = await images.single();
    await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
    await pull(repository, 'latest', pushed, { credentials: reader });
    await push(repository, 'latest', await images.another(), {
      credentials: reader,
      expectedFailure: 'READ_ONLY',
    });
  });

  test('of a stranger push nothing', async ({ repository, images, push, stranger }) => {
    await push(repository, 'latest', await images.single(), {
      credentials: stranger,
      // A blob that is not there is not found by anybody.
      skipHeadChecks: true,
      expectedFailure: 'UNAUTHORIZED',
    });
  });

  test('of a stranger pull nothing', async ({ repository, images, push, pull, stranger, target }) => {
    givenPrivate(target);
    const pushed = await images.single();
    await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
    await pull(repository, 'latest', pushed, { credentials: stranger, expectedFailure: 'UNAUTHORIZED' });
  });

  test('left out of a pull bring nothing', async ({ repository, images, push, pull, target }) => {
    givenPrivate(target);
    const pushed = await images.single();
    await push(repository, 'latest', pushed, { skipBlobPushChecks: true });
    await pull(repository, 'latest', pushed, {
      attemptPullWithoutToken: true,
      expectedFailure: 'UNTOKENED',
    });
  });

  test('left out push nothing', async ({ repository, images, push, target }) => {
    givenPrivate(target);
    await push(repository, 'latest', await images.single(), {
      credentials: null,
      skipHeadChecks: true,
      expectedFailure: 'ANONYMOUS_NOT_ALLOWED',
    });
  });
});

test.describe('a token', { tag: '@token' }, () => {
  test('for pulling alone does not push', async ({ repository, images, push, tokenFor }) => {
    // To pull from a repository that nobody made is no right at all.
    await push(repository, 'latest', await images.another(), { skipBlobPushChecks: true });
    await tokenFor(repository, ['pull']);
    await push(repository, 'latest', await images.single(), {
      scopes: ['pull'],
      expectedFailure: 'READ_ONLY',
    });
  });

  test('comes with the scope asked for', async ({ repo, session, auth }) => {
    const { headers } = await auth(repo.name, { scopes: ['push', 'pull'] });
    const answer = await session.send({ method: 'POST', url: `${repo.url}/blobs/uploads/`, headers });
    expect(answer).toHaveStatus(202, 'token.scope.granted');
  });
});

/** Where reading is open to all, a flow of Basic asks for nothing first that would look at them. */
function givenLookedAt(target: Target): void {
  if (target.auth === 'basic') givenPrivate(target);
}
