import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, openUpload, uploadHolding } from '../../lib/arrange.ts';
import { placed } from '../../lib/registry/repository.ts';
import { cancelledUpload } from '../../lib/uploads.ts';

test(
  'an upload without bytes can be cancelled',
  { tag: ['@smoke', '@upload.cancel.status'] },
  async ({ repo }) => {
    const answer = await repo.uploads.delete(await openUpload(repo));
    expect(answer).toHaveStatus(204);
  },
);

test(
  'an upload that holds bytes can be cancelled',
  { tag: '@upload.cancel.status' },
  async ({ repo, bytes }) => {
    const answer = await repo.uploads.delete(await uploadHolding(repo, bytes(10)));
    expect(answer).toHaveStatus(204);
  },
);

test('a cancelled upload has no status', { tag: '@upload.cancel.gone' }, async ({ repo }) => {
  const answer = await repo.uploads.get(await cancelledUpload(repo));
  expect(answer).toHaveStatus(404);
});

test('a cancelled upload takes no chunk', { tag: '@upload.cancel.patch' }, async ({ repo, bytes }) => {
  const chunk = bytes(10);
  const answer = await repo.uploads.patch(await cancelledUpload(repo), chunk, placed(0, chunk));
  expect(answer).toBeRefused();
});

test('a cancelled upload cannot be closed', { tag: '@upload.cancel.put' }, async ({ repo, bytes }) => {
  const blob = blobOf(bytes(10));
  const answer = await repo.uploads.put(await cancelledUpload(repo), blob.digest, blob.bytes);
  expect(answer).toBeRefused();
});

test('an upload cannot be cancelled twice', { tag: '@upload.cancel.twice' }, async ({ repo }) => {
  const answer = await repo.uploads.delete(await cancelledUpload(repo));
  expect(answer).toHaveStatus(404);
});

test(
  'an upload goes on though another of its repository was cancelled',
  { tag: '@upload.cancel.others-stay' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(10));
    const stays = await openUpload(repo);
    given(await repo.uploads.delete(await openUpload(repo)), 204, 'upload.cancel.status');
    const answer = await repo.uploads.put(stays, blob.digest, blob.bytes);
    expect(answer).toHaveStatus(201);
  },
);
