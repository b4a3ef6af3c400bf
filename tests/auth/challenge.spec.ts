import {
  expect,
  givenChallenged,
  givenNotOpen,
  givenRoute,
  givenUnauthorized,
  routes,
  test,
} from '../../fixtures/auth.ts';
import {
  given,
  givenCapability,
  givenKept,
  givenRefusal,
  pushManifest,
  smallArtifact,
} from '../../lib/arrange.ts';
import {
  areApart,
  asksFor,
  asksForNothingBut,
  askedOf,
  bearerParam,
  challenged,
  hasError,
  haveSameSchemes,
  scopesIn,
} from '../../lib/checks/challenged.ts';
import { parseScope } from '../../lib/http/scope.ts';
import { isLetThrough } from '../../lib/checks/granted.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

for (const route of routes) {
  test(
    `${route.title} without credentials is challenged`,
    {
      tag: [
        '@credentials',
        '@challenge.status',
        '@challenge.present',
        '@challenge.syntax',
        '@challenge.every-route',
        '@challenge.body',
      ],
    },
    async ({ session, target, place }) => {
      const answer = await session.send(givenRoute(route, place));
      expect(givenNotOpen(answer)).toHaveStatus(401, 'challenge.status');
      given(answer, 401, 'challenge.status');
      const challenge = challenged(answer, target);
      expect.soft(answer).toKeep(challenge.present, 'challenge.present');
      expect.soft(answer).toKeep(challenge.syntax, 'challenge.syntax');
      expect.soft(answer).toKeep(challenge.same, 'challenge.every-route');
      expect.soft(answer).toKeep(challenge.body, 'challenge.body');
    },
  );
}

test(
  'a challenge names each of its parameters once',
  { tag: ['@credentials', '@challenge.parameters'] },
  async ({ session, target, repo }) => {
    givenChallenged(await session.send({ method: 'GET', url: `${target.url}/v2/` }));
    givenChallenged(await session.send({ method: 'POST', url: `${repo.url}/blobs/uploads/` }));
  },
);

test(
  'several challenges can be told apart',
  { tag: ['@credentials', '@challenge.several'] },
  async ({ session, target }) => {
    const headers = { 'Dockside-Policy': 'several-challenges' };
    const answer = await session.send({ method: 'GET', url: `${target.url}/v2/`, headers });
    const { syntax } = challenged(givenChallenged(answer), target);
    givenKept(syntax, 'challenge.syntax');
    const schemes =
      answer
        .values('www-authenticate')
        .join(', ')
        .match(/\b(basic|bearer|digest|negotiate)\b/gi) ?? [];
    test.skip(schemes.length < 2, unsupported('several challenges', `GET /v2/ sends one, ${schemes.join()}`));
    expect(answer).toKeep(areApart(answer, target));
  },
);

for (const [what, authorization] of [
  ['wrong credentials', undefined],
  ['a bad token', 'Bearer dockside-never-issued'],
] as const) {
  test(
    `a request with ${what} is challenged as one without any`,
    { tag: ['@credentials', '@challenge.present', '@challenge.stable'] },
    async ({ session, target, attempt, wrongPassword }) => {
      const request = { method: 'GET', url: `${target.url}/v2/` } as const;
      const without = givenChallenged(await session.send(request));
      const answer = givenUnauthorized(await attempt(request, authorization ?? wrongPassword));
      expect(answer).toKeep(challenged(answer, target).present, 'challenge.present');
      expect(answer).toKeep(haveSameSchemes(without, answer), 'challenge.stable');
    },
  );
}

test(
  'the root challenges with a realm and a service, and without a scope or an error',
  {
    tag: [
      '@token',
      '@challenge.bearer.realm',
      '@challenge.bearer.service',
      '@challenge.scope.none',
      '@challenge.error.absent',
    ],
  },
  async ({ session, target }) => {
    const answer = givenChallenged(await session.send({ method: 'GET', url: `${target.url}/v2/` }));
    const realm = bearerParam(answer, 'realm') ?? '';
    expect.soft(answer).toKeep(
      {
        kept: URL.canParse(realm) && /^https?:$/.test(new URL(realm).protocol),
        expected: 'a realm that is an absolute http:// or https:// URL',
        received: `realm="${realm}"`,
      },
      'challenge.bearer.realm',
    );
    const service = bearerParam(answer, 'service');
    expect
      .soft(answer)
      .toKeep(
        { kept: Boolean(service), expected: 'a service', received: `service="${service}"` },
        'challenge.bearer.service',
      );
    expect.soft(answer).toKeep(asksForNothingBut(answer, undefined), 'challenge.scope.none');
    expect.soft(answer).toKeep(hasError(answer, undefined), 'challenge.error.absent');
  },
);

const wanted = {
  pull: { rule: 'challenge.scope.pull', actions: ['pull'] },
  push: { rule: 'challenge.scope.push', actions: ['push'] },
  any: { rule: 'challenge.bearer.scope', actions: [] },
} as const;

for (const route of routes) {
  if (route.action === undefined) continue;
  const { rule, actions } = wanted[route.action];
  test(
    `the challenge to ${route.title} names its repository and ${route.action === 'any' ? 'an action' : route.action}`,
    { tag: ['@token', ...new Set(['@challenge.bearer.scope', `@${rule}`])] },
    async ({ session, place }) => {
      const answer = givenChallenged(await session.send(givenRoute(route, place)));
      expect(answer).toKeep(asksFor(answer, place.repository.name), 'challenge.bearer.scope');
      expect(answer).toKeep(asksFor(answer, place.repository.name, actions), rule);
    },
  );
}

test(
  'the challenge to the tags of a repository that nobody pushed to names it and pull',
  { tag: ['@token', '@challenge.bearer.scope', '@challenge.scope.pull'] },
  async ({ session, repo: { url, name } }) => {
    const answer = givenUnauthorized(await session.send({ method: 'GET', url: `${url}/tags/list` }));
    expect(answer).toKeep(asksFor(answer, name), 'challenge.bearer.scope');
    expect(answer).toKeep(asksFor(answer, name, ['pull']), 'challenge.scope.pull');
  },
);

test(
  'a token for the scope of its challenge deletes a manifest',
  { tag: ['@token', '@challenge.scope.delete'] },
  async ({ session, repo, askToken, withToken }) => {
    const { digest } = await pushManifest(repo, smallArtifact('to be deleted as the challenge says'));
    const request = { method: 'DELETE', url: `${repo.url}/manifests/${digest}` } as const;
    const refused = givenChallenged(await session.send(request));
    givenKept(asksFor(refused, repo.name), 'challenge.bearer.scope');
    const answer = given(await askToken({ scopes: scopesIn(refused) }), 200, 'token.get.status');
    expect(await withToken(answer, repo.name).send(request)).toHaveStatus(202);
  },
);

test(
  'the challenge to a mount asks to push to its target and to pull from its source',
  { tag: ['@token', '@challenge.scope.mount'] },
  async ({ session, repo, place }) => {
    givenCapability('mount');
    const url = `${repo.url}/blobs/uploads/?mount=${place.blob.digest}&from=${place.repository.name}`;
    const answer = givenChallenged(await session.send({ method: 'POST', url }));
    const source = askedOf(answer, place.repository.name);
    expect(answer).toKeep(asksFor(answer, repo.name, ['push', '*']));
    expect(answer).toKeep({
      kept: source === undefined || source.includes('pull'),
      expected: 'pull on the source, where the scope names it',
      received: `scope="${scopesIn(answer).join(' ')}"`,
    });
  },
);

test(
  'the challenge to the catalog asks for the catalog, or says no scope',
  { tag: ['@token', '@challenge.scope.catalog'] },
  async ({ session, target }) => {
    const answer = givenChallenged(await session.send({ method: 'GET', url: `${target.url}/v2/_catalog` }));
    expect(answer).toKeep(asksForNothingBut(answer, 'registry:catalog:*'));
  },
);

for (const title of ['GET on a manifest', 'POST on the uploads', 'POST on a mount', 'GET on the catalog']) {
  const route = routes.find((one) => one.title === title);
  if (route === undefined) throw new Error(`There is no route ${title}`);
  test(
    `a token for the scope of the challenge to ${title} opens it`,
    { tag: ['@token', '@challenge.scope.sufficient'] },
    async ({ session, place, askToken, withToken }) => {
      const request = givenRoute(route, place);
      const refused = givenChallenged(await session.send(request));
      const scopes = scopesIn(refused).filter((scope) => parseScope(scope) !== undefined);
      test.skip(scopes.length === 0, unsupported('challenge-scope', `none in the challenge to ${title}`));
      const answer = given(await askToken({ scopes }), 200, 'token.get.status');
      const opened = await withToken(answer, place.repository.name).send(request);
      expect(opened).toKeep(isLetThrough(opened));
    },
  );
}

test(
  'the challenge to a bad token says so',
  { tag: ['@token', '@challenge.error.invalid-token'] },
  async ({ attempt, place }) => {
    const url = `${place.repository.url}/manifests/v1`;
    const answer = await attempt({ method: 'GET', url }, 'Bearer dockside-never-issued');
    expect(givenUnauthorized(answer)).toKeep(hasError(answer, 'invalid_token'));
  },
);

test(
  'the challenge to a token with too little access says so',
  { tag: ['@token', '@challenge.error.insufficient-scope'] },
  async ({ place, askToken, withToken }) => {
    const scopes = [`repository:${place.repository.name}:pull`];
    const token = given(await askToken({ scopes }), 200, 'token.get.status');
    const answer = await withToken(token, place.repository.name).uploads.post();
    expect(givenRefusal(answer, 'token.scope.no-more')).toKeep(hasError(answer, 'insufficient_scope'));
  },
);

test(
  'a token service on another origin gives tokens for the registry',
  { tag: ['@token', '@challenge.realm-origin'] },
  async ({ target, tokenService, place, askToken, withToken }) => {
    const { origin } = new URL(tokenService.realm);
    test.skip(
      origin === new URL(target.url).origin,
      unsupported('another origin', `the realm is on ${origin}`),
    );
    const scopes = [`repository:${place.repository.name}:pull`];
    const token = given(await askToken({ scopes }), 200, 'token.get.status');
    const answer = await withToken(token, place.repository.name).manifests.get('v1');
    expect(answer).toKeep(isLetThrough(answer));
  },
);

test(
  'a 401 on /v2/ names the version of the API',
  { tag: ['@credentials', '@docker.version-header-401'] },
  async ({ session, target }) => {
    const answer = given(
      await session.send({ method: 'GET', url: `${target.url}/v2/` }),
      401,
      'challenge.status',
    );
    expect(answer).toHaveHeader('Docker-Distribution-API-Version', 'registry/2.0');
  },
);
