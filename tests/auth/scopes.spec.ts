import { expect, pullOf, test } from '../../fixtures/auth.ts';
import { given, givenPrivate, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import {
  bringsToken,
  claimsIn,
  grantsIn,
  isLetThrough,
  isRefusedOrBringsToken,
  isRefusedOrOpens,
  isRefusedOrPowerless,
  isShut,
  isWithin,
  opens,
} from '../../lib/checks/granted.ts';
import { askedOf } from '../../lib/checks/challenged.ts';
import { catalogScope, repositoryScope } from '../../lib/http/scope.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

test(
  'a scope that the user has is granted',
  { tag: ['@token', '@token.scope.granted'] },
  async ({ askToken, withToken, place: { repository } }) => {
    const answer = await askToken({ scopes: [`repository:${repository.name}:pull,push`] });
    expect(answer).toHaveStatus(200);
    const granted = withToken(answer, repository.name);
    expect(await granted.manifests.head('v1')).toHaveStatus(200);
    expect(await granted.uploads.post()).toHaveStatus(202);
  },
);

test(
  'a token may be asked for without a scope',
  { tag: ['@token', '@token.scope.none'] },
  async ({ askToken }) => {
    const answer = await askToken();
    expect(answer).toKeep(bringsToken(answer));
  },
);

test(
  'asking for more than one has brings what one has',
  { tag: ['@token', '@token.scope.downscoped'] },
  async ({ askToken, readWith, place: { repository }, reader }) => {
    const answer = await askToken({
      credentials: reader,
      scopes: [`repository:${repository.name}:pull,push`],
    });
    expect(answer).toKeep(opens(answer, await readWith(answer, repository)));
  },
);

test(
  'asking for what one has nothing of brings a token',
  { tag: ['@token', '@token.scope.nothing'] },
  async ({ askToken, place: { repository }, spare }) => {
    const answer = await askToken({ credentials: spare, scopes: [`repository:${repository.name}:push`] });
    expect(answer).toHaveStatus(200);
  },
);

test(
  'a token grants no action that was not asked for',
  { tag: ['@token', '@token.scope.no-more'] },
  async ({ askToken, withToken, place: { repository } }) => {
    const answer = given(await askToken({ scopes: [pullOf(repository)] }), 200, 'token.get.status');
    const pushed = await withToken(answer, repository.name).uploads.post();
    expect(pushed).toKeep(isShut(pushed));
  },
);

test(
  'a token names nothing that was not asked for',
  { tag: ['@token', '@token.scope.no-more'] },
  async ({ askToken, place: { repository } }) => {
    const scopes = [pullOf(repository)];
    const answer = given(await askToken({ scopes }), 200, 'token.get.status');
    const claims = claimsIn(answer) ?? {};
    test.skip(
      claims['access'] === undefined,
      unsupported('JWT', 'the token is opaque, and does not say what it grants'),
    );
    expect(answer).toKeep(isWithin(claims, scopes));
  },
);

test(
  'a token of a reader who asks to push does not push',
  { tag: ['@token', '@token.scope.no-right'] },
  async ({ askToken, withToken, place: { repository }, reader }) => {
    const answer = await askToken({
      credentials: reader,
      scopes: [`repository:${repository.name}:pull,push`],
    });
    const pushed = await withToken(
      given(answer, 200, 'token.scope.downscoped'),
      repository.name,
    ).uploads.post();
    expect(pushed).toKeep(isShut(pushed));
  },
);

test(
  'a token of a stranger who asks to read does not read',
  { tag: ['@token', '@token.scope.no-right'] },
  async ({ askToken, readWith, place: { repository }, stranger, target }) => {
    givenPrivate(target);
    const answer = await askToken({ credentials: stranger, scopes: [pullOf(repository)] });
    const tried = await readWith(answer, repository);
    expect(answer).toKeep(isRefusedOrPowerless(answer, tried));
  },
);

for (const unknown of ['fly', 'delete']) {
  test(
    `the action ${unknown} beside one that is known is granted or left out, not an error`,
    { tag: ['@token', '@token.scope.unknown-action'] },
    async ({ askToken, readWith, place: { repository } }) => {
      const answer = await askToken({ scopes: [`repository:${repository.name}:pull,${unknown}`] });
      expect(answer).toKeep(opens(answer, await readWith(answer, repository)));
    },
  );
}

test(
  'several scope parameters are all granted',
  { tag: ['@token', '@token.scope.several'] },
  async ({ askToken, readWith, place: { repository }, repo }) => {
    await pushManifest(repo, smallArtifact('beside another repository'), 'v1');
    const answer = await askToken({ scopes: [pullOf(repository), pullOf(repo)] });
    expect(answer).toKeep(opens(answer, await readWith(answer, repository, repo)));
  },
);

test(
  'scopes joined by a space are all granted, or refused',
  { tag: ['@token', '@token.scope.space-joined'] },
  async ({ askToken, readWith, place: { repository }, repo }) => {
    await pushManifest(repo, smallArtifact('beside a repository and a space'), 'v1');
    const answer = await askToken({ scopes: [`${pullOf(repository)} ${pullOf(repo)}`] });
    const tried = await readWith(answer, repository, repo);
    expect(answer).toKeep(isRefusedOrOpens(answer, tried));
  },
);

test(
  'a scope that is asked for twice is granted',
  { tag: ['@token', '@token.scope.repeated'] },
  async ({ askToken, readWith, place: { repository } }) => {
    const answer = await askToken({ scopes: [pullOf(repository), pullOf(repository)] });
    expect(answer).toKeep(opens(answer, await readWith(answer, repository)));
  },
);

test(
  'actions asked for in two scopes of one repository are both granted',
  { tag: ['@token', '@token.scope.split-actions'] },
  async ({ askToken, withToken, place: { repository } }) => {
    const scopes = [pullOf(repository), `repository:${repository.name}:push`];
    const answer = await askToken({ scopes });
    expect(answer).toHaveStatus(200);
    const granted = withToken(answer, repository.name);
    expect(await granted.manifests.head('v1')).toHaveStatus(200);
    expect(await granted.uploads.post()).toHaveStatus(202);
  },
);

test(
  'a scope may name a repository of several components',
  { tag: ['@token', '@token.scope.nested'] },
  async ({ askToken, pushWith, unusedRepo }) => {
    const nested = unusedRepo('one/two/three');
    const answer = await askToken({ scopes: [`repository:${nested.name}:pull,push`] });
    expect(answer).toKeep(opens(answer, await pushWith(answer, nested)));
  },
);

test(
  'a scope whose name starts with a host and port is parsed or refused',
  { tag: ['@token', '@token.scope.port'] },
  async ({ askToken, place: { repository } }) => {
    const answer = await askToken({ scopes: [`repository:localhost:5000/${repository.name}:pull`] });
    expect(answer).toKeep(isRefusedOrBringsToken(answer));
  },
);

test(
  'an action in upper case beside one that is known is left out, or refused with its scope',
  { tag: ['@token', '@token.scope.malformed'] },
  async ({ askToken, readWith, place: { repository } }) => {
    const answer = await askToken({ scopes: [`repository:${repository.name}:pull,PULL`] });
    expect(answer).toKeep(isRefusedOrOpens(answer, await readWith(answer, repository)));
  },
);

type PowerlessRule = 'token.scope.malformed' | 'token.scope.empty-actions' | 'token.scope.unknown-type';

const powerless: [what: string, rule: PowerlessRule, scopeOf: (name: string) => string][] = [
  ['a type alone', 'token.scope.malformed', () => 'repository'],
  ['no actions and no colon before them', 'token.scope.malformed', (name) => `repository:${name}`],
  ['a name alone', 'token.scope.malformed', (name) => name],
  ['an action before its name', 'token.scope.malformed', (name) => `repository:pull:${name}`],
  ['a fourth part', 'token.scope.malformed', (name) => `repository:${name}:pull:once`],
  ['colons alone', 'token.scope.malformed', () => ':::'],
  ['no actions', 'token.scope.empty-actions', (name) => `repository:${name}:`],
  ['commas for actions', 'token.scope.empty-actions', (name) => `repository:${name}:,,`],
  ['an unknown type', 'token.scope.unknown-type', (name) => `harbour:${name}:pull`],
];

for (const [what, rule, scopeOf] of powerless) {
  test(
    `a scope of ${what} is refused or opens nothing`,
    { tag: ['@token', `@${rule}`] },
    async ({ askToken, readWith, place: { repository }, target }) => {
      givenPrivate(target);
      const answer = await askToken({ scopes: [scopeOf(repository.name)] });
      const tried = await readWith(answer, repository);
      expect(answer).toKeep(isRefusedOrPowerless(answer, tried));
    },
  );
}

for (const name of ['Upper/Case', 'dockside/../etc', 'dockside//twice', 'a'.repeat(300)]) {
  test(
    // oxlint-disable-next-line cut/by-hand -- a name of our own
    `a scope of the name ${name.slice(0, 20)} is refused or grants nothing`,
    { tag: ['@token', '@token.scope.invalid-name'] },
    async ({ askToken }) => {
      const answer = await askToken({ scopes: [`repository:${name}:pull`] });
      const granted = grantsIn(claimsIn(answer)?.['access']).map(({ action }) => action);
      expect(answer).toKeep({
        ...isRefusedOrBringsToken(answer),
        kept: isRefusedOrBringsToken(answer).kept && granted.length === 0,
        expected: 'a 4xx, or a token without any action',
        received: `status ${answer.status}, actions: ${granted.join(', ') || 'none'}`,
      });
    },
  );
}

test(
  'the class of a resource is ignored, or refused',
  { tag: ['@token', '@token.scope.class'] },
  async ({ askToken, readWith, place: { repository } }) => {
    const answer = await askToken({ scopes: [`repository(plugin):${repository.name}:pull`] });
    const tried = await readWith(answer, repository);
    expect(answer).toKeep(isRefusedOrOpens(answer, tried));
  },
);

test(
  'who may delete is granted the action that deletion needs',
  { tag: ['@token', '@token.scope.delete'] },
  async ({ session, target, askToken, withToken, repo }) => {
    const { digest } = await pushManifest(repo, smallArtifact('to be deleted with a token of its own'));
    const url = `${repo.url}/manifests/${digest}`;
    // Which action that is, the challenge says, if it names one.
    const asked = askedOf(await session.send({ method: 'DELETE', url }), repo.name) ?? [
      'pull',
      'push',
      target.deleteAction,
    ];
    const answer = await askToken({ scopes: [repositoryScope(repo.name, asked)] });
    expect(answer).toHaveStatus(200);
    const deleted = await withToken(answer, repo.name).manifests.delete(digest);
    expect(deleted).toKeep(isLetThrough(deleted));
  },
);

test(
  'the action * is granted, narrowed or refused',
  { tag: ['@token', '@token.scope.star'] },
  async ({ askToken, place: { repository } }) => {
    const answer = await askToken({ scopes: [`repository:${repository.name}:*`] });
    expect(answer).toKeep(isRefusedOrBringsToken(answer));
  },
);

test(
  'the scope of the catalog brings a token, or is refused',
  { tag: ['@token', '@token.scope.catalog'] },
  async ({ askToken }) => {
    const answer = await askToken({ scopes: [catalogScope] });
    expect(answer).toKeep(isRefusedOrBringsToken(answer));
  },
);
