import { expect, test } from '../../fixtures/index.ts';
import { pushBlob } from '../../lib/arrange.ts';

const redirecting = { 'Dockside-Policy': 'redirect' };

test('a redirect ends at the blob', { tag: '@redirect.content' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(100));
  const answer = await repo.send({
    method: 'GET',
    url: `${repo.url}/blobs/${blob.digest}`,
    headers: redirecting,
  });
  expect(answer).toHaveBytes(blob.bytes);
});

test('a redirected blob can be had in part', { tag: '@redirect.range' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(100));
  const answer = await repo.send({
    method: 'GET',
    url: `${repo.url}/blobs/${blob.digest}`,
    headers: { ...redirecting, Range: 'bytes=10-19' },
  });
  expect(answer).toHaveBytes(blob.bytes.subarray(10, 20));
});

test('HEAD can follow a redirect', { tag: '@redirect.head' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(100));
  const answer = await repo.send({
    method: 'HEAD',
    url: `${repo.url}/blobs/${blob.digest}`,
    headers: redirecting,
  });
  expect.soft(answer).toHaveStatus(200);
  expect.soft(answer).toHaveHeader('content-length', '100');
});
