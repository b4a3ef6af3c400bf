import { expect, givenNotOpen, givenRoute, routes, test } from '../../fixtures/auth.ts';
import { given } from '../../lib/arrange.ts';
import { basicAuthorization } from '../../lib/http/basic.ts';
import { challengesIn } from '../../lib/checks/challenged.ts';
import { findChallenge } from '../../lib/registry/auth/challenge.ts';
import type { Answer, Request, Send } from '../../lib/http/exchange.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import { nearPasswords } from '../../lib/secrets/near.ts';
import type { Credentials, Target } from '../../lib/types.ts';
import { blocked, unsupported } from '../../lib/run/skip-reason.ts';

test(
  'the right name and password are accepted',
  { tag: ['@credentials', '@basic.accepted'] },
  async ({ attempt, target, identity }) => {
    expect(await attempt(ping(target), identity)).toHaveStatus(200);
  },
);

test(
  'a Basic challenge names a realm',
  { tag: ['@credentials', '@basic.challenge'] },
  async ({ session, target, place }) => {
    const request = { method: 'POST', url: `${place.repository.url}/blobs/uploads/` } as const;
    const answer = given(await session.send(request), 401, 'challenge.status');
    const challenge = findChallenge(challengesIn(answer), target.auth);
    test.skip(challenge === undefined, unsupported('a Basic challenge to a push'));
    const realm = challenge?.params['realm'];
    const check = { kept: realm !== undefined, expected: 'a realm', received: `realm: ${realm ?? '(none)'}` };
    expect(answer).toKeep(check);
  },
);

for (const route of routes) {
  test(
    `${route.title} refuses wrong credentials`,
    { tag: ['@credentials', '@basic.wrong-password', '@basic.refusal-status'] },
    async ({ attempt, session, place, wrongPassword }) => {
      const answer = await attempt(givenRoute(route, place), wrongPassword);
      await givenProtected(session.send, answer);
      expect(answer).toBeRefused('basic.wrong-password');
      expect(answer).toHaveStatus(401, 'basic.refusal-status');
    },
  );
}

test(
  'a wrong password of a real user is refused',
  { tag: ['@credentials', '@basic.wrong-password', '@basic.refusal-status'] },
  async ({ attempt, target, spare, repo }) => {
    const answer = await attempt(entry(target, repo), { ...spare, password: 'never-right' });
    expect(answer).toBeRefused('basic.wrong-password');
    expect(answer).toHaveStatus(401, 'basic.refusal-status');
  },
);

test(
  'an unknown user is refused, even with a password that another has',
  { tag: ['@credentials', '@basic.unknown-user'] },
  async ({ attempt, target, identity, wrongPassword, repo }) => {
    const answer = await attempt(entry(target, repo), { ...identity, username: wrongPassword.username });
    expect(answer).toBeRefused();
  },
);

test(
  'an empty password is refused',
  { tag: ['@credentials', '@basic.empty-password'] },
  async ({ attempt, target, spare, repo }) => {
    const answer = await attempt(entry(target, repo), { ...spare, password: '' });
    expect(answer).toBeRefused();
  },
);

test(
  'an empty user is refused, even with a password that somebody has',
  { tag: ['@credentials', '@basic.empty-user'] },
  async ({ attempt, target, identity, repo }) => {
    const answer = await attempt(entry(target, repo), { ...identity, username: '' });
    expect(answer).toBeRefused();
  },
);

const nearly: [what: string, of: (password: string) => string][] = [
  ['a password without its last character', nearPasswords.withoutLast],
  ['a password with one character more', nearPasswords.withMore],
];

for (const [what, of] of nearly) {
  test(
    `${what} is refused`,
    { tag: ['@credentials', '@basic.prefix-password'] },
    async ({ attempt, target, spare, repo }) => {
      const answer = await attempt(entry(target, repo), { ...spare, password: of(spare.password) });
      expect(answer).toBeRefused();
    },
  );
}

test(
  'a password in other case is refused',
  { tag: ['@credentials', '@basic.password-case'] },
  async ({ attempt, target, spare, repo }) => {
    const password = nearPasswords.inOtherCase(spare.password);
    test.skip(password === spare.password, blocked(`the password of ${spare.username} has no letter`));
    expect(await attempt(entry(target, repo), { ...spare, password })).toBeRefused();
  },
);

const misshapen: [what: string, rule: 'basic.malformed' | 'basic.no-colon', value: string][] = [
  ['that are not base64', 'basic.malformed', 'Basic !not*base64!'],
  ['that are missing', 'basic.malformed', 'Basic'],
  ['that are not UTF-8', 'basic.malformed', `Basic ${Buffer.from([0xff, 0x3a, 0xfe]).toString('base64')}`],
  ['without a colon', 'basic.no-colon', `Basic ${Buffer.from('dockside-nobody').toString('base64')}`],
];

for (const [what, rule, value] of misshapen) {
  test(
    `Basic credentials ${what} are refused`,
    { tag: ['@credentials', `@${rule}`] },
    async ({ attempt, target, repo }) => {
      expect(await attempt(entry(target, repo), value)).toBeRefused();
    },
  );
}

test(
  'the word Basic is recognised in other case',
  { tag: ['@credentials', '@basic.scheme-case'] },
  async ({ attempt, target, identity }) => {
    given(await attempt(ping(target), identity), 200, 'basic.accepted');
    const value = basicAuthorization(identity).replace(/^Basic/, 'bASIC');
    expect(await attempt(ping(target), value)).toHaveStatus(200);
  },
);

test(
  'a password with a colon is accepted',
  { tag: ['@credentials', '@basic.colon'] },
  async ({ attempt, target }) => {
    const somebody = givenPassword(target, /:/, 'a colon');
    expect(await attempt(ping(target), somebody)).toHaveStatus(200);
  },
);

test(
  'a password with characters beyond ASCII is accepted',
  { tag: ['@credentials', '@basic.utf8'] },
  async ({ attempt, target }) => {
    const somebody = givenPassword(target, /[^\x20-\x7e]/, 'a character beyond ASCII');
    expect(await attempt(ping(target), somebody)).toHaveStatus(200);
  },
);

test(
  'Basic credentials under the scheme Bearer are refused',
  { tag: ['@credentials', '@basic.bearer-scheme'] },
  async ({ attempt, target, identity, repo }) => {
    const value = basicAuthorization(identity).replace(/^Basic/, 'Bearer');
    expect(await attempt(entry(target, repo), value)).toBeRefused();
  },
);

function ping({ url }: Target): Request {
  return { method: 'GET', url: `${url}/v2/` };
}

/** What only opens to credentials that are right. */
function entry(target: Target, { url }: Repository): Request {
  return target.openToRead ? { method: 'POST', url: `${url}/blobs/uploads/` } : ping(target);
}

/** RFC 9110 section 11.4: credentials are looked at "for a protected resource"; what is open to all is none. */
async function givenProtected(send: Send, { request, status }: Answer): Promise<void> {
  const { method, url } = request;
  if (!['GET', 'HEAD'].includes(method) || status >= 300) return;
  givenNotOpen(await send({ method, url }));
}

/** Somebody with such a password. */
function givenPassword({ identity, reader, stranger }: Target, pattern: RegExp, what: string): Credentials {
  const somebody = [identity, reader, stranger].find((one) => pattern.test(one?.password ?? ''));
  test.skip(
    somebody === undefined,
    blocked(`no REGISTRY_PASSWORD, REGISTRY_READER_PASSWORD or REGISTRY_OTHER_PASSWORD has ${what}`),
  );
  return somebody ?? { username: '', password: '' };
}
