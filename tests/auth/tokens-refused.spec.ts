import { accept, expect, test } from '../../fixtures/guarded.ts';
import { givenPrivate, givenRefusal } from '../../lib/arrange.ts';
import { writeJwt, type Claims } from '../../lib/registry/auth/jwt.ts';
import { withQuery } from '../../lib/http/exchange.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';
import { runSettings } from '../../lib/run/run.ts';

const hour = 3600;

/** Seconds, as a token counts. */
function fromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

const claimed: [what: string, rule: RuleId, claims: (repository: string) => Claims][] = [
  [
    'that ended an hour ago',
    'jwt.expired',
    () => ({ iat: fromNow(-2 * hour), nbf: fromNow(-2 * hour), exp: fromNow(-hour) }),
  ],
  [
    'that begins in half an hour',
    'jwt.not-yet-valid',
    () => ({ nbf: fromNow(hour / 2), exp: fromNow(hour) }),
  ],
  ['without exp', 'jwt.no-expiry', () => ({ exp: undefined })],
  ['whose exp is a word', 'jwt.text-expiry', () => ({ exp: 'never' })],
  [
    'that is issued in half an hour',
    'jwt.future-issue',
    () => ({ iat: fromNow(hour / 2), exp: fromNow(hour) }),
  ],
  ['without iat', 'jwt.no-issue-time', () => ({ iat: undefined })],
  ['for another audience', 'jwt.wrong-audience', () => ({ aud: 'registry.example' })],
  ['for several other audiences', 'jwt.wrong-audience', () => ({ aud: ['a.example', 'b.example'] })],
  ['without aud', 'jwt.no-audience', () => ({ aud: undefined })],
  ['of another issuer', 'jwt.wrong-issuer', () => ({ iss: 'issuer.example' })],
  ['without iss', 'jwt.no-issuer', () => ({ iss: undefined })],
  ['without access', 'jwt.no-access', () => ({ access: undefined })],
  [
    'whose access is an entry in place of a list',
    'jwt.misshapen-access',
    (name) => ({ access: { type: 'repository', name, actions: ['pull'] } }),
  ],
  [
    'whose access is a scope in words',
    'jwt.misshapen-access',
    (name) => ({ access: [`repository:${name}:pull`] }),
  ],
  [
    'whose actions are a text in place of a list',
    'jwt.misshapen-access',
    (name) => ({ access: [{ type: 'repository', name, actions: 'pull' }] }),
  ],
];

for (const [what, rule, claims] of claimed) {
  test(`a token ${what} is refused`, { tag: ['@token', `@${rule}`] }, async ({ guarded, signed }) => {
    const answer = await guarded.read(`Bearer ${await signed(claims(guarded.name))}`);
    expect(answer).toBeRefused();
  });
}

test(
  'a token that grants nothing opens no repository',
  { tag: ['@token', '@jwt.empty-access'] },
  async ({ guarded, tokenFor }) => {
    const answer = await guarded.read(`Bearer ${await tokenFor(guarded.name, [])}`);
    expect(answer).toBeRefused();
  },
);

test(
  'a token with a critical header that nobody knows is refused',
  { tag: ['@token', '@jwt.critical-header'] },
  async ({ guarded, signed }) => {
    const header = { crit: ['dev.dockside.unknown'], 'dev.dockside.unknown': true };
    const answer = await guarded.read(`Bearer ${await signed({}, header)}`);
    expect(answer).toBeRefused();
  },
);

test(
  'a token whose claims were altered is refused',
  { tag: ['@token', '@jwt.altered-payload'] },
  async ({ guarded, jwt: { header, claims, signature } }) => {
    const altered = writeJwt(header, { ...claims, jti: 'altered' }, signature);
    const answer = await guarded.read(`Bearer ${altered}`);
    expect(answer).toBeRefused();
  },
);

test(
  'a token whose signature was altered is refused',
  { tag: ['@token', '@jwt.altered-signature'] },
  async ({ guarded, jwt: { header, claims, signature } }) => {
    const altered = writeJwt(
      header,
      claims,
      Buffer.from(signature.map((byte, at) => (at === signature.length - 1 ? byte ^ 1 : byte))),
    );
    const answer = await guarded.read(`Bearer ${altered}`);
    expect(answer).toBeRefused();
  },
);

for (const [what, cut] of [
  ['was cut off', (token: string) => token.slice(0, token.lastIndexOf('.') + 1)],
  ['was cut off with its dot', (token: string) => token.slice(0, token.lastIndexOf('.'))],
] as const) {
  test(
    `a token whose signature ${what} is refused`,
    { tag: ['@token', '@jwt.no-signature'] },
    async ({ guarded, jwt: _ }) => {
      const answer = await guarded.read(`Bearer ${cut(guarded.token)}`);
      expect(answer).toBeRefused();
    },
  );
}

const credentials: [what: string, rule: RuleId, authorization: (token: string) => string][] = [
  ['a word in place of a token', 'jwt.garbage', () => 'Bearer dockside'],
  ['three words with dots between in place of a token', 'jwt.garbage', () => 'Bearer dock.side.token'],
  ['an empty token', 'jwt.empty', () => 'Bearer '],
  ['a token of 64 KiB', 'jwt.oversized', () => `Bearer ${'a'.repeat(65_536)}`],
  ['a good token after "Bearer:"', 'jwt.scheme-colon', (token) => `Bearer: ${token}`],
  ['a good token after "Token"', 'jwt.other-scheme', (token) => `Token ${token}`],
];

for (const [what, rule, authorization] of credentials) {
  test(`${what} is refused`, { tag: ['@token', `@${rule}`] }, async ({ guarded }) => {
    const answer = await guarded.read(authorization(guarded.token));
    expect(answer).toBeRefused();
  });
}

test(
  'a token that is none is answered with 401',
  { tag: ['@token', '@jwt.refusal-status'] },
  async ({ guarded }) => {
    const answer = givenRefusal(await guarded.read('Bearer dockside'), 'jwt.garbage');
    expect(answer).toHaveStatus(401);
  },
);

for (const parameter of ['access_token', 'token']) {
  test(
    `a good token in the parameter ${parameter} opens nothing`,
    { tag: ['@token', '@jwt.query-parameter'] },
    async ({ guarded, session, target }) => {
      givenPrivate(target);
      const open = await session.send({ method: 'GET', url: guarded.url, headers: accept });
      givenRefusal(open, 'access.anonymous.read');
      const url = withQuery(guarded.url, [[parameter, guarded.token]]);
      const answer = await session.send({ method: 'GET', url, headers: accept });
      expect(answer).toBeRefused();
    },
  );
}

test(
  'a good token in a second Authorization header opens nothing',
  { tag: ['@token', '@jwt.two-headers'] },
  async ({ guarded, session }) => {
    givenRefusal(await guarded.read('Bearer dockside'), 'jwt.garbage');
    const { origin, pathname } = new URL(guarded.url);
    const headers = { ...accept, Authorization: ['Bearer dockside', `Bearer ${guarded.token}`] };
    const answer = await session.sendRaw({ method: 'GET', origin, path: pathname, headers }, runSettings());
    expect(answer).toBeRefused();
  },
);
