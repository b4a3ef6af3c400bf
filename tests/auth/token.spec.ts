import { expect, pullOf, test } from '../../fixtures/auth.ts';
import { given, givenPrivate } from '../../lib/arrange.ts';
import {
  bringsNoToken,
  claimsIn,
  isForSame,
  isLetThrough,
  isRefusedOrOpens,
  isRefusedOrPowerless,
  livesAsStated,
  opens,
  tokenAnswer,
} from '../../lib/checks/granted.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { tokenRequest } from '../../lib/registry/auth/token.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

test(
  'a token comes in the fields of the documents, for a minute at least, and is not for caches',
  {
    tag: [
      '@token',
      '@smoke',
      '@token.get.status',
      '@token.get.json',
      '@token.get.token',
      '@token.get.equal',
      '@token.get.expires-in',
      '@token.get.issued-at',
      '@token.get.cache',
    ],
  },
  async ({ askToken, place }) => {
    const answer = await askToken({ scopes: [pullOf(place.repository)] });
    expect(answer).toHaveStatus(200, 'token.get.status');
    const token = tokenAnswer(answer);
    expect.soft(answer).toKeep(token.json, 'token.get.json');
    expect.soft(answer).toKeep(token.token, 'token.get.token');
    expect.soft(answer).toKeep(token.equal, 'token.get.equal');
    expect.soft(answer).toKeep(token.lifetime, 'token.get.expires-in');
    expect.soft(answer).toKeep(token.issuedAt, 'token.get.issued-at');
    expect.soft(answer).toKeep(token.uncached, 'token.get.cache');
  },
);

test(
  'a token is valid for as long as its answer says',
  { tag: ['@token', '@token.get.expires-in-true'] },
  async ({ askToken, place }) => {
    const answer = given(await askToken({ scopes: [pullOf(place.repository)] }), 200, 'token.get.status');
    const claims = claimsIn(answer) ?? {};
    test.skip(
      claims['iat'] === undefined,
      unsupported('JWT', 'the token is opaque, and does not say when it was issued'),
    );
    expect(answer).toKeep(livesAsStated(answer, claims));
  },
);

test(
  'a token asked for without credentials does not push',
  { tag: ['@token', '@token.get.anonymous'] },
  async ({ askToken, pushWith, place: { repository } }) => {
    const scopes = [`repository:${repository.name}:pull,push`];
    const answer = await askToken({ credentials: undefined, scopes });
    expect(answer).toHaveStatus([200, 401]);
    const pushed = await pushWith(answer, repository);
    expect(answer).toKeep(isRefusedOrPowerless(answer, pushed));
  },
);

test(
  'a token asked for without credentials and without a scope does not push',
  { tag: ['@token', '@token.get.anonymous'] },
  async ({ askToken, pushWith, place: { repository } }) => {
    const answer = await askToken({ credentials: undefined });
    expect(answer).toHaveStatus([200, 401]);
    const pushed = await pushWith(answer, repository);
    expect(answer).toKeep(isRefusedOrPowerless(answer, pushed));
  },
);

test(
  'a wrong password of a real user obtains a 401',
  { tag: ['@token', '@token.get.wrong-password'] },
  async ({ askToken, place, spare }) => {
    const credentials = { ...spare, password: 'never-right' };
    const answer = await askToken({ credentials, scopes: [pullOf(place.repository)] });
    expect(answer).toHaveStatus(401);
  },
);

test(
  'an unknown user obtains a 401, even with a password that another has',
  { tag: ['@token', '@token.get.unknown-user'] },
  async ({ askToken, place, identity, wrongPassword }) => {
    const credentials = { ...identity, username: wrongPassword.username };
    const answer = await askToken({ credentials, scopes: [pullOf(place.repository)] });
    expect(answer).toHaveStatus(401);
  },
);

for (const [what, scopesOf] of [
  ['for a repository', (name: string) => [`repository:${name}:pull`]],
  ['for nothing in particular', () => []],
] as const) {
  test(
    `wrong credentials bring no token ${what}, not even an anonymous one`,
    { tag: ['@token', '@token.get.no-fallthrough'] },
    async ({ askToken, place, wrongPassword }) => {
      const scopes = scopesOf(place.repository.name);
      const answer = await askToken({ credentials: wrongPassword, scopes });
      expect(answer).toKeep(bringsNoToken(answer));
    },
  );
}

test(
  'an empty password brings no token',
  { tag: ['@token', '@token.get.empty-password'] },
  async ({ askToken, place, spare }) => {
    const credentials = { ...spare, password: '' };
    const answer = await askToken({ credentials, scopes: [pullOf(place.repository)] });
    expect(answer).toKeep(bringsNoToken(answer));
  },
);

test(
  'credentials of nobody bring no token that reads',
  { tag: ['@token', '@token.get.powerless'] },
  async ({ askToken, readWith, place: { repository }, wrongPassword, target }) => {
    givenPrivate(target);
    const answer = await askToken({ credentials: wrongPassword, scopes: [pullOf(repository)] });
    expect(answer).toKeep(isRefusedOrPowerless(answer, await readWith(answer, repository)));
  },
);

test(
  'credentials of nobody bring no token that pushes',
  { tag: ['@token', '@token.get.powerless'] },
  async ({ askToken, pushWith, place: { repository }, wrongPassword }) => {
    const scopes = [`repository:${repository.name}:pull,push`];
    const answer = await askToken({ credentials: wrongPassword, scopes });
    expect(answer).toKeep(isRefusedOrPowerless(answer, await pushWith(answer, repository)));
  },
);

for (const [what, password] of [
  ['a wrong', 'never-right'],
  ['an empty', ''],
] as const) {
  test(
    `${what} password of a real user brings no token that reads`,
    { tag: ['@token', '@token.get.powerless'] },
    async ({ askToken, readWith, place: { repository }, reader, target }) => {
      givenPrivate(target);
      const credentials = { ...reader, password };
      const answer = await askToken({ credentials, scopes: [pullOf(repository)] });
      expect(answer).toKeep(isRefusedOrPowerless(answer, await readWith(answer, repository)));
    },
  );
}

const misshapen: [what: string, value: string][] = [
  ['that are not base64', 'Basic !not*base64!'],
  ['that are missing', 'Basic'],
  ['that are not UTF-8', `Basic ${Buffer.from([0xff, 0x3a, 0xfe]).toString('base64')}`],
  ['without a colon', `Basic ${Buffer.from('dockside-nobody').toString('base64')}`],
];

for (const [what, value] of misshapen) {
  test(
    `the token endpoint refuses Basic credentials ${what}`,
    { tag: ['@token', '@token.get.malformed-basic'] },
    async ({ attempt, tokenService, place }) => {
      const request = tokenRequest(tokenService, { scopes: [pullOf(place.repository)] });
      expect(await attempt(request, value)).toBeRefused();
    },
  );
}

test(
  'a 401 of the token endpoint carries a challenge',
  { tag: ['@token', '@token.get.challenge'] },
  async ({ askToken, place, wrongPassword }) => {
    const answer = await askToken({ credentials: wrongPassword, scopes: [pullOf(place.repository)] });
    test.skip(answer.status === 200, unsupported('401', 'wrong credentials are answered with 200'));
    expect(given(answer, 401, 'token.get.unknown-user')).toHaveHeader('WWW-Authenticate', /./);
  },
);

test(
  'a token for the service of the challenge opens the registry',
  { tag: ['@token', '@token.service.audience'] },
  async ({ askToken, withToken, place, target }) => {
    const answer = given(await askToken(), 200, 'token.scope.none');
    const root = await withToken(answer, place.repository.name).send({
      method: 'GET',
      url: `${target.url}/v2/`,
    });
    expect(root).toHaveStatus(200);
  },
);

test(
  'a token asked for without a service is refused, or good for the registry',
  { tag: ['@token', '@token.service.missing'] },
  async ({ askToken, readWith, place, tokenService: { realm } }) => {
    const answer = await askToken({ scopes: [pullOf(place.repository)] }, { realm, service: undefined });
    const tried = await readWith(answer, place.repository);
    expect(answer).toKeep(isRefusedOrOpens(answer, tried));
  },
);

test(
  'a token for another service does not open the registry',
  { tag: ['@token', '@token.service.wrong'] },
  async ({ askToken, readWith, place, tokenService: { realm } }) => {
    const scopes = [pullOf(place.repository)];
    const answer = await askToken({ scopes }, { realm, service: 'dockside.invalid' });
    const isSame = isForSame(answer, await askToken({ scopes }));
    test.skip(
      isSame,
      unsupported('tokens for another service', 'asked for one, it gave one that says the same'),
    );
    const tried = await readWith(answer, place.repository);
    expect(answer).toKeep(isRefusedOrPowerless(answer, tried));
  },
);

test(
  'the account parameter and the right credentials bring a token that opens what was asked',
  { tag: ['@token', '@token.account'] },
  async ({ attempt, readWith, place, identity, tokenService }) => {
    const params = [['account', identity.username]] as const;
    const request = tokenRequest(tokenService, { scopes: [pullOf(place.repository)], params });
    const answer = await attempt(request, identity);
    expect(answer).toKeep(opens(answer, await readWith(answer, place.repository)));
  },
);

test(
  'the account parameter without credentials obtains no rights of that account',
  { tag: ['@token', '@token.account-other'] },
  async ({ session, pushWith, place, identity, tokenService }) => {
    const { name } = place.repository;
    const params = [['account', identity.username]] as const;
    const answer = await session.send(
      tokenRequest(tokenService, { scopes: [`repository:${name}:pull,push`], params }),
    );
    const tried = await pushWith(answer, place.repository);
    expect(answer).toKeep(isRefusedOrPowerless(answer, tried));
  },
);

test(
  'the account parameter with the credentials of another user obtains no rights of that account',
  { tag: ['@token', '@token.account-other'] },
  async ({ attempt, pushWith, place, identity, spare, tokenService }) => {
    const { name } = place.repository;
    const params = [['account', identity.username]] as const;
    const request = tokenRequest(tokenService, { scopes: [`repository:${name}:pull,push`], params });
    const answer = await attempt(request, spare);
    const tried = await pushWith(answer, place.repository);
    expect(answer).toKeep(isRefusedOrPowerless(answer, tried));
  },
);

test(
  'a client_id that nobody registered does no harm',
  { tag: ['@token', '@token.client-id'] },
  async ({ askToken, readWith, place }) => {
    const params = [['client_id', 'dockside']] as const;
    const answer = await askToken({ scopes: [pullOf(place.repository)], params });
    expect(answer).toKeep(opens(answer, await readWith(answer, place.repository)));
  },
);

test(
  'asking for an offline token brings a token all the same',
  { tag: ['@token', '@token.get.status', '@token.scope.granted'] },
  async ({ askToken, withToken, place }) => {
    const params = [['offline_token', 'true']] as const;
    const answer = await askToken({ scopes: [pullOf(place.repository)], params });
    expect(answer).toHaveStatus(200, 'token.get.status');
    const read = await withToken(answer, place.repository.name).manifests.head('v1');
    expect(read).toKeep(isLetThrough(read), 'token.scope.granted');
  },
);

test(
  'a repository that a token to push was asked for is there no more than before',
  { tag: ['@token', '@token.changes-nothing'] },
  async ({ unusedRepo, askToken, withToken }) => {
    const listed = async (name: string, actions: string): Promise<Answer> => {
      const { name: repository } = unusedRepo(name);
      const token = await askToken({ scopes: [`repository:${repository}:${actions}`] });
      return await withToken(given(token, 200, 'token.get.status'), repository).tags.list();
    };
    const answer = await listed('asked-for', 'pull,push');
    const unknown = await ofUnknown(answer, async () => await listed('unknown', 'pull'));
    expect(answer).toHaveStatus(unknown.status);
  },
);

/** Where what is not there has an empty list, with 200: the list of a name that nobody asked to push to. */
async function ofUnknown(answer: Answer, askUnknown: () => Promise<Answer>): Promise<Answer> {
  return answer.status < 300 ? await askUnknown() : answer;
}
