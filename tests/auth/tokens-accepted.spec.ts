import { expect, test } from '../../fixtures/guarded.ts';
import { x5cOf } from '../../lib/registry/auth/certificate.ts';

test(
  'a token that the issuer signed for this registry and this repository is accepted',
  { tag: ['@token', '@jwt.accepted'] },
  async ({ guarded, sign }) => {
    const answer = await guarded.read(`Bearer ${await sign()}`);
    expect(answer).toBeAccepted();
  },
);

test(
  'a token with a trusted certificate chain in place of a kid is accepted',
  { tag: ['@token', '@jwt.x5c'] },
  async ({ guarded, signed, target }) => {
    const x5c = x5cOf(target.issuer?.certificates ?? '');
    const answer = await guarded.read(`Bearer ${await signed({}, { kid: undefined, x5c })}`);
    expect(answer).toBeAccepted();
  },
);

for (const [what, shift] of [
  ['ended five seconds ago', { exp: -5 }],
  ['begins in five seconds', { iat: 5, nbf: 5 }],
] as const) {
  test(
    `a token that ${what} is still within the leeway for clocks`,
    { tag: ['@token', '@jwt.leeway'] },
    async ({ guarded, signed }) => {
      const now = Math.floor(Date.now() / 1000);
      const times = Object.entries(shift).map(([claim, seconds]) => [claim, now + seconds]);
      const answer = await guarded.read(`Bearer ${await signed(Object.fromEntries(times))}`);
      expect(answer).toBeAccepted();
    },
  );
}

for (const [place, audiences] of [
  ['first', (own: unknown) => [own, 'registry.example']],
  ['last', (own: unknown) => ['registry.example', own]],
] as const) {
  test(
    `a token for several audiences, of which this registry is the ${place}, is accepted`,
    { tag: ['@token', '@jwt.audiences'] },
    async ({ guarded, signed, jwt }) => {
      const answer = await guarded.read(`Bearer ${await signed({ aud: audiences(jwt.claims['aud']) })}`);
      expect(answer).toBeAccepted();
    },
  );
}

const elsewhere = { type: 'repository', name: 'dockside-elsewhere', actions: ['pull'] };

for (const [what, rule, actions, others] of [
  ['whose actions stand in another order', 'jwt.action-order', [['push', 'pull']], []],
  ['with more access than a pull needs', 'jwt.more-access', [['pull', 'push', 'delete']], []],
  ['that names another repository first', 'jwt.several-entries', [['pull']], [elsewhere]],
  ['that names the repository in two entries', 'jwt.several-entries', [['push'], ['pull']], []],
] as const) {
  test(`a token ${what} is accepted`, { tag: ['@token', `@${rule}`] }, async ({ guarded, signed }) => {
    const own = actions.map((some) => ({ type: 'repository', name: guarded.name, actions: some }));
    const answer = await guarded.read(`Bearer ${await signed({ access: [...others, ...own] })}`);
    expect(answer).toBeAccepted();
  });
}

for (const scheme of ['bearer', 'BEARER']) {
  test(
    `a token after ${scheme} is accepted`,
    { tag: ['@token', '@jwt.scheme-case'] },
    async ({ guarded }) => {
      const answer = await guarded.read(`${scheme} ${guarded.token}`);
      expect(answer).toBeAccepted();
    },
  );
}
