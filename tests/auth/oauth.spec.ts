import { expect, pullOf, test } from '../../fixtures/auth.ts';
import { given, givenPrivate, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { bringsNoToken, isForSame, opens, tokenAnswer } from '../../lib/checks/granted.ts';
import { memberOf, passwordGrant, refreshTokenOf } from '../../lib/registry/auth/token.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { blockedBy, unsupported } from '../../lib/run/skip-reason.ts';

test(
  'POST with the password grant brings a token, its life and its scope, and is not for caches',
  {
    tag: [
      '@token',
      '@token.post.password',
      '@token.post.access-token',
      '@token.post.expires-in',
      '@token.post.scope',
      '@token.post.cache',
    ],
  },
  async ({ postToken, identity, place }) => {
    const answer = await postToken({ ...passwordGrant(identity), scope: pullOf(place.repository) });
    expect(answer).toHaveStatus(200, 'token.post.password');
    expect.soft(answer).toKeep(hasMember(answer, 'access_token', 'string'), 'token.post.access-token');
    expect.soft(answer).toKeep(hasMember(answer, 'expires_in', 'number'), 'token.post.expires-in');
    expect.soft(answer).toKeep(hasMember(answer, 'scope', 'string'), 'token.post.scope');
    expect.soft(answer).toKeep(tokenAnswer(answer).uncached, 'token.post.cache');
  },
);

test(
  'a token of the password grant opens what was asked',
  { tag: ['@token', '@token.post.password'] },
  async ({ postToken, readWith, identity, place: { repository } }) => {
    const answer = await postToken({ ...passwordGrant(identity), scope: pullOf(repository) });
    expect(answer).toKeep(opens(answer, await readWith(answer, repository)));
  },
);

test(
  'POST grants several scopes joined by a space',
  { tag: ['@token', '@token.post.space-scopes'] },
  async ({ postToken, readWith, identity, place: { repository }, repo }) => {
    await pushManifest(repo, smallArtifact('beside a repository in one form'), 'v1');
    const scope = `${pullOf(repository)} ${pullOf(repo)}`;
    const answer = await postToken({ ...passwordGrant(identity), scope });
    expect(answer).toKeep(opens(answer, await readWith(answer, repository, repo)));
  },
);

test(
  'POST with a wrong password brings no token',
  { tag: ['@token', '@token.post.wrong-password'] },
  async ({ postToken, wrongPassword, place }) => {
    const answer = await postToken({ ...passwordGrant(wrongPassword), scope: pullOf(place.repository) });
    expect(answer).toKeep(bringsNoToken(answer));
  },
);

for (const [what, grant] of [
  ['without a grant type', {}],
  ['with an unknown grant type', { grant_type: 'charm' }],
] as const) {
  test(
    `POST ${what} is refused with 400`,
    { tag: ['@token', '@token.post.grant-type'] },
    async ({ postToken, wrongPassword: { username, password }, place }) => {
      const form = { ...grant, username, password, scope: pullOf(place.repository) };
      expect(await postToken(form)).toHaveStatus(400);
    },
  );
}

test(
  'POST without a service is refused',
  { tag: ['@token', '@token.post.missing-service'] },
  async ({ postToken, identity, place, tokenService: { realm } }) => {
    const form = { ...passwordGrant(identity), scope: pullOf(place.repository) };
    const answer = await postToken(form, { realm, service: undefined });
    expect(answer).toBeRefused();
  },
);

test(
  'asking for an offline token brings a refresh token',
  { tag: ['@token', '@token.refresh.offered'] },
  async ({ askToken, place }) => {
    const params = [['offline_token', 'true']] as const;
    const answer = await askToken({ scopes: [pullOf(place.repository)], params });
    expect(answer).toKeep(hasMember(answer, 'refresh_token', 'string'));
  },
);

test(
  'POST for offline access brings a refresh token',
  { tag: ['@token', '@token.refresh.offered', '@token.post.password'] },
  async ({ postToken, identity, place }) => {
    const form = { ...passwordGrant(identity), scope: pullOf(place.repository), access_type: 'offline' };
    const answer = await postToken(form);
    expect(answer).toHaveStatus(200, 'token.post.password');
    expect(answer).toKeep(hasMember(answer, 'refresh_token', 'string'), 'token.refresh.offered');
  },
);

test(
  'no refresh token comes unasked',
  { tag: ['@token', '@token.refresh.unasked'] },
  async ({ askToken, place }) => {
    const answer = given(await askToken({ scopes: [pullOf(place.repository)] }), 200, 'token.get.status');
    const unasked = refreshTokenOf(answer) === undefined;
    expect(answer).toKeep({
      kept: unasked,
      expected: 'no refresh_token',
      received: unasked ? 'none' : 'a refresh_token',
    });
  },
);

test(
  'a refresh token brings a token that opens what was asked',
  { tag: ['@token', '@token.refresh.grant'] },
  async ({ askToken, postToken, readWith, place: { repository } }) => {
    const form = refreshGrant(await offline(askToken));
    const answer = await postToken({ ...form, scope: pullOf(repository) });
    expect(answer).toKeep(opens(answer, await readWith(answer, repository)));
  },
);

test(
  'a refresh token brings nothing for another service',
  { tag: ['@token', '@token.refresh.service'] },
  async ({ askToken, postToken, place: { repository }, tokenService: { realm } }) => {
    const form = { ...refreshGrant(await offline(askToken)), scope: pullOf(repository) };
    const answer = await postToken(form, { realm, service: 'dockside.invalid' });
    const isSame = isForSame(answer, await askToken({ scopes: [pullOf(repository)] }));
    test.skip(
      isSame,
      unsupported('tokens for another service', 'asked for one, it gave one that says the same'),
    );
    expect(answer).toKeep(bringsNoToken(answer));
  },
);

test(
  'an unknown refresh token brings no token',
  { tag: ['@token', '@token.refresh.unknown'] },
  async ({ postToken, place }) => {
    const form = refreshGrant('dockside-never-issued');
    const answer = await postToken({ ...form, scope: pullOf(place.repository) });
    expect(answer).toKeep(bringsNoToken(answer));
  },
);

test(
  'a refresh token does not open the registry itself',
  { tag: ['@token', '@token.refresh.at-registry'] },
  async ({ askToken, attempt, target }) => {
    givenPrivate(target);
    const value = `Bearer ${await offline(askToken)}`;
    const answer = await attempt({ method: 'GET', url: `${target.url}/v2/` }, value);
    expect(answer).toBeRefused();
  },
);

type Ask = (request: { params: [string, string][] }) => Promise<Answer>;

async function offline(askToken: Ask): Promise<string> {
  const answer = await askToken({ params: [['offline_token', 'true']] });
  const token = refreshTokenOf(answer);
  test.skip(
    token === undefined,
    blockedBy('token.refresh.offered', `GET answered ${answer.status} without one`),
  );
  return token ?? '';
}

function refreshGrant(token: string): Record<string, string> {
  return { grant_type: 'refresh_token', refresh_token: token };
}

function hasMember(answer: Answer, name: string, type: 'string' | 'number') {
  const value = memberOf(answer, name);
  return {
    kept: typeof value === type && value !== '',
    expected: `${name} that is a ${type}`,
    received: `${name} that is ${value === '' ? 'empty' : value === undefined ? 'missing' : `a ${typeof value}`}`,
  };
}
