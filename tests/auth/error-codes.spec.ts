import { expect, test } from '../../fixtures/index.ts';
import { given, givenErrorCode } from '../../lib/arrange.ts';
import { authorized } from '../../lib/registry/auth/authorized.ts';
import { repositoryScope } from '../../lib/http/scope.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

test(
  'a client without credentials is refused as UNAUTHORIZED',
  { tag: ['@credentials', '@error.code.unauthorized'] },
  async ({ session, repo }) => {
    const answer = await session.send({ method: 'POST', url: `${repo.url}/blobs/uploads/` });
    expect(givenErrorCode(given(answer, 401, 'challenge.status'), 'challenge.status')).toHaveErrorCode(
      'UNAUTHORIZED',
    );
  },
);

test(
  'a push by who may only pull is refused as DENIED',
  { tag: ['@credentials', '@error.code.denied'] },
  async ({ session, target, tokens, reader, repo }) => {
    const scopes = [repositoryScope(repo.name, ['pull', 'push'])];
    const send = authorized(session.send, target, tokens, { credentials: reader, scopes });
    const answer = await send({ method: 'POST', url: `${repo.url}/blobs/uploads/` });
    const told = `${answer.status} to who lacks a right`;
    test.skip([400, 401, 404].includes(answer.status), unsupported('403', told));
    expect(
      givenErrorCode(given(answer, 403, 'scope.refused-status'), 'access.reader.upload'),
    ).toHaveErrorCode('DENIED');
  },
);
