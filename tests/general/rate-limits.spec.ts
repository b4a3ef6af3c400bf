import { expect, test } from '../../fixtures/index.ts';
import { given, givenErrorCode } from '../../lib/arrange.ts';
import type { Request } from '../../lib/http/exchange.ts';
import { retryDelay, waitAsAsked } from '../../lib/http/retry-after.ts';

/** A request over the limit of a client. */
const tooMany = (url: string): Request => ({
  method: 'GET',
  url,
  headers: { 'Dockside-Policy': 'rate-limit' },
  isAboutLimits: true,
});

test('a client over its limit is told by 429', { tag: '@rate.status' }, async ({ repo }) => {
  const answer = await repo.send(tooMany(`${repo.url}/manifests/v1`));
  expect(answer).toHaveStatus(429);
});

test('a 429 says when to come back', { tag: '@rate.retry-after' }, async ({ repo }) => {
  const answer = given(await repo.send(tooMany(`${repo.url}/manifests/v1`)), 429, 'rate.status');
  expect(answer).toHaveHeader('Retry-After', /./);
});

test(
  'a Retry-After is a date to come or a number of seconds',
  { tag: '@rate.retry-after-value' },
  async ({ repo }) => {
    const answer = given(await repo.send(tooMany(`${repo.url}/manifests/v1`)), 429, 'rate.status');
    const value = answer.header('retry-after');
    expect(answer).toKeep({
      kept: value === undefined || (retryDelay(answer) ?? 0) > 0,
      expected: 'a date to come or a number of seconds above zero, where there is a Retry-After',
      received: `Retry-After: ${value ?? '(none)'}`,
    });
  },
);

test('a 429 is told as TOOMANYREQUESTS', { tag: '@rate.code' }, async ({ repo }) => {
  const answer = given(await repo.send(tooMany(`${repo.url}/manifests/v1`)), 429, 'rate.status');
  expect(givenErrorCode(answer, 'rate.status')).toHaveErrorCode('TOOMANYREQUESTS');
});

test('a client that waited as asked is served', { tag: '@rate.recovers' }, async ({ repo, target }) => {
  const limited = await repo.send(tooMany(`${target.url}/v2/`));
  await waitAsAsked(given(limited, 429, 'rate.status'));
  const answer = await repo.send({ method: 'GET', url: `${target.url}/v2/`, isAboutLimits: true });
  expect(answer).toHaveStatus(200);
});
