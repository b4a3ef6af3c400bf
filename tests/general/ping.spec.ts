import { expect, test } from '../../fixtures/index.ts';

test(
  'the root of the API welcomes a client that may enter',
  { tag: ['@smoke', '@ping.status'] },
  async ({ repo, target }) => {
    const answer = await repo.send({ method: 'GET', url: `${target.url}/v2/` });
    expect(answer).toHaveStatus(200);
  },
);

test(
  'the root of the API welcomes or challenges a client without credentials',
  { tag: '@ping.unauthorized' },
  async ({ session, target }) => {
    const answer = await session.send({ method: 'GET', url: `${target.url}/v2/` });
    expect(answer).toHaveStatus([200, 401]);
  },
);
