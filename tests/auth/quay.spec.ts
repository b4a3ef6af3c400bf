import { expect, pullOf, test } from '../../fixtures/auth.ts';
import { pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { grantsJust } from '../../lib/checks/granted.ts';
import { blocked } from '../../lib/run/skip-reason.ts';

// Rows of Quay's test_login_scopes. Those of robots, OAuth tokens and of repositories that are read-only or mirrored
// are missing: nothing but Quay's own API makes such.

type Names = { own: string; second: string; host: string };

const granted: [what: string, scopesOf: (names: Names) => string[], grants: (names: Names) => string[]][] = [
  ['no scope', () => [], () => []],
  ['pull', ({ own }) => [`repository:${own}:pull`], ({ own }) => [`${own}:pull`]],
  ['push', ({ own }) => [`repository:${own}:push`], ({ own }) => [`${own}:push`]],
  [
    'push and pull',
    ({ own }) => [`repository:${own}:push,pull`],
    ({ own }) => [`${own}:push`, `${own}:pull`],
  ],
  [
    'push, pull and *',
    ({ own }) => [`repository:${own}:push,pull,*`],
    ({ own }) => [`${own}:push`, `${own}:pull`, `${own}:*`],
  ],
  [
    'pull on a name that begins with the host',
    ({ own, host }) => [`repository:${host}/${own}:pull`],
    ({ own, host }) => [`${host}/${own}:pull`],
  ],
  [
    'everything in one repository and pull in another',
    ({ own, second }) => [`repository:${own}:push,pull,*`, `repository:${second}:pull`],
    ({ own, second }) => [`${own}:push`, `${own}:pull`, `${own}:*`, `${second}:pull`],
  ],
];

test.describe('Quay', { tag: ['@quay', '@token'] }, () => {
  for (const [what, scopesOf, grants] of granted) {
    test(
      `grants its owner ${what}`,
      { tag: '@token.scope.granted' },
      async ({ askToken, place, anotherRepo, target }) => {
        const names = {
          own: place.repository.name,
          second: anotherRepo('second').name,
          host: new URL(target.url).host,
        };
        const answer = await askToken({ scopes: scopesOf(names) });
        expect(answer).toHaveStatus(200);
        expect(answer).toKeep(grantsJust(answer, grants(names)));
      },
    );
  }

  test(
    'grants a reader who asks to push to pull',
    { tag: '@token.scope.downscoped' },
    async ({ askToken, place: { repository }, reader }) => {
      const scopes = [`repository:${repository.name}:pull,push`];
      const answer = await askToken({ credentials: reader, scopes });
      expect(answer).toKeep(grantsJust(answer, [`${repository.name}:pull`]));
    },
  );

  test(
    'grants a stranger nothing',
    { tag: ['@token.scope.nothing', '@token.scope.no-right'] },
    async ({ askToken, place: { repository }, stranger }) => {
      const answer = await askToken({ credentials: stranger, scopes: [pullOf(repository)] });
      expect(answer).toHaveStatus(200, 'token.scope.nothing');
      expect(answer).toKeep(grantsJust(answer, []), 'token.scope.no-right');
    },
  );

  test(
    'grants its owner nothing in a namespace of others',
    { tag: ['@token.scope.nothing', '@token.scope.no-right'] },
    async ({ askToken }) => {
      const answer = await askToken({ scopes: ['repository:other/dockside/simple:pull'] });
      expect(answer).toHaveStatus(200, 'token.scope.nothing');
      expect(answer).toKeep(grantsJust(answer, []), 'token.scope.no-right');
    },
  );

  test(
    'grants nobody anything in a private repository',
    { tag: '@token.get.anonymous' },
    async ({ askToken, place: { repository } }) => {
      const scopes = [`repository:${repository.name}:pull,push`];
      const answer = await askToken({ credentials: undefined, scopes });
      expect(answer).toHaveStatus([200, 401]);
      expect(answer).toKeep(grantsJust(answer, []));
    },
  );

  test(
    'grants nobody who asks to push to a public repository to pull',
    { tag: '@token.get.anonymous' },
    async ({ askToken, anotherRepo }) => {
      const shown = anotherRepo('public');
      const anyone = await askToken({ credentials: undefined, scopes: [pullOf(shown)] });
      test.skip(
        !grantsJust(anyone, [`${shown.name}:pull`]).kept,
        blocked(`${shown.name} is not public, and no setting makes it so`),
      );
      const scopes = [`repository:${shown.name}:pull,push`];
      const answer = await askToken({ credentials: undefined, scopes });
      expect(answer).toKeep(grantsJust(answer, [`${shown.name}:pull`]));
    },
  );

  test(
    'grants a reader of two repositories to pull from both',
    { tag: '@token.scope.several' },
    async ({ askToken, place: { repository }, anotherRepo, reader }) => {
      const second = anotherRepo('public');
      await pushManifest(second, smallArtifact('for a reader of two repositories'));
      const scopes = [pullOf(repository), `repository:${second.name}:push,pull`];
      const answer = await askToken({ credentials: reader, scopes });
      const wanted = [`${repository.name}:pull`, `${second.name}:pull`];
      expect(answer).toKeep(grantsJust(answer, wanted));
    },
  );

  for (const scope of [
    'some_invalid_scope',
    'registry:catalog:*',
    'repository(plugin):a/b:pull',
    'repository:a/b:',
  ]) {
    test(`refuses the scope ${scope} with 400`, { tag: '@token.scope.malformed' }, async ({ askToken }) => {
      expect(await askToken({ scopes: [scope] })).toHaveStatus(400);
    });
  }
});
