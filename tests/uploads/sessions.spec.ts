import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, givenErrorCode, openUpload, uploadHolding } from '../../lib/arrange.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { placed } from '../../lib/registry/repository.ts';
import {
  append,
  finishedUpload,
  leavesAlone,
  pullBlob,
  rightOrNothing,
  throughRepository,
  unknownUpload,
} from '../../lib/uploads.ts';
import type { Check } from '../../lib/types.ts';

test('an unknown upload has no status', { tag: '@upload.unknown.get' }, async ({ repo }) => {
  const answer = await repo.uploads.get(await unknownUpload(repo));
  expect(answer).toHaveStatus(404);
});

test('an unknown upload takes no chunk', { tag: '@upload.unknown.patch' }, async ({ repo, bytes }) => {
  const chunk = bytes(10);
  const answer = await repo.uploads.patch(await unknownUpload(repo), chunk, placed(0, chunk));
  expect(answer).toHaveStatus(404);
});

test('an unknown upload cannot be closed', { tag: '@upload.unknown.put' }, async ({ repo, bytes }) => {
  const blob = blobOf(bytes(10));
  const answer = await repo.uploads.put(await unknownUpload(repo), blob.digest, blob.bytes);
  expect(answer).toHaveStatus([404, 400]);
});

test('an unknown upload cannot be cancelled', { tag: '@upload.unknown.delete' }, async ({ repo }) => {
  const answer = await repo.uploads.delete(await unknownUpload(repo));
  expect(answer).toHaveStatus([404, 400]);
});

test(
  'the refusal of an unknown upload says that it is unknown',
  { tag: '@upload.unknown.code' },
  async ({ repo }) => {
    const answer = given(await repo.uploads.get(await unknownUpload(repo)), 404, 'upload.unknown.get');
    givenErrorCode(answer, 'upload.unknown.get');
    expect(answer).toHaveErrorCode('BLOB_UPLOAD_UNKNOWN');
  },
);

for (const [name, id] of [
  ['one letter', 'x'],
  ['a word', 'not-an-upload'],
  ['a UUID cut short', '3f2504e0-4f89-41d3-9a0c'],
  ['an escaped NUL', '%00'],
  ['an escaped quote', '%27%22'],
  ['bytes outside UTF-8', '%ff%fe'],
  ['500 letters', 'a'.repeat(500)],
] as const) {
  test(`${name} is no upload`, { tag: '@upload.malformed.id' }, async ({ repo, raw }) => {
    await openUpload(repo);
    const answer = await raw(repo, { method: 'GET', path: `/v2/${repo.name}/blobs/uploads/${id}` });
    expect(answer).toBeRefused();
  });
}

test('a finished upload has no status', { tag: '@upload.finished.get' }, async ({ repo, bytes }) => {
  const answer = await repo.uploads.get(await finishedUpload(repo, bytes(10)));
  expect(answer).toHaveStatus(404);
});

test('a finished upload takes no chunk', { tag: '@upload.finished.patch' }, async ({ repo, bytes }) => {
  const chunk = bytes(10);
  const answer = await repo.uploads.patch(await finishedUpload(repo, bytes(10)), chunk, placed(10, chunk));
  expect(answer).toBeRefused();
});

test(
  'a finished upload cannot be closed with other content',
  { tag: '@upload.finished.put' },
  async ({ repo, bytes }) => {
    const other = blobOf(bytes(10));
    const location = await finishedUpload(repo, bytes(10));
    const answer = await repo.uploads.put(location, other.digest, other.bytes);
    expect(answer).toBeRefused();
  },
);

test(
  'cancelling a finished upload leaves its blob',
  { tag: '@upload.finished.delete' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(10));
    await repo.uploads.delete(await finishedUpload(repo, blob.bytes));
    expect(await pullBlob(repo, blob)).toHaveBytes(blob.bytes);
  },
);

test(
  'the status of an upload is not told through another repository',
  { tag: '@upload.foreign.get' },
  async ({ repo, anotherRepo, bytes }) => {
    const other = anotherRepo('other');
    const location = await uploadHolding(repo, bytes(10));
    const own = await repo.uploads.get(location);
    const answer = await other.uploads.get(await throughRepository(location, repo, other));
    expect(answer).toKeep(tellsNothingOf(own, answer));
  },
);

test(
  'an upload takes no chunk through another repository',
  { tag: '@upload.foreign.patch' },
  async ({ repo, anotherRepo, bytes }) => {
    const other = anotherRepo('other');
    const chunk = bytes(10);
    const location = await openUpload(repo);
    const before = given(await repo.uploads.get(location), 204, 'upload.status.status');
    const through = await throughRepository(location, repo, other);
    const answer = await other.uploads.patch(through, chunk, placed(0, chunk));
    const after = await repo.uploads.get(location);
    expect(answer).toKeep(leavesAlone(answer, before, after));
  },
);

test(
  'an upload cannot be closed through another repository',
  { tag: '@upload.foreign.put' },
  async ({ repo, anotherRepo, bytes }) => {
    const other = anotherRepo('other');
    const blob = blobOf(bytes(10));
    const location = await openUpload(repo);
    const before = given(await repo.uploads.get(location), 204, 'upload.status.status');
    const through = await throughRepository(location, repo, other);
    const answer = await other.uploads.put(through, blob.digest, blob.bytes);
    const after = await repo.uploads.get(location);
    expect(answer).toKeep(leavesAlone(answer, before, after));
  },
);

test(
  'an upload can be closed after another repository tried to cancel it',
  { tag: '@upload.foreign.delete' },
  async ({ repo, anotherRepo, bytes }) => {
    const other = anotherRepo('other');
    const blob = blobOf(bytes(10));
    const location = await openUpload(repo);
    await other.uploads.delete(await throughRepository(location, repo, other));
    const answer = await repo.uploads.put(location, blob.digest, blob.bytes);
    expect(answer).toBeAccepted();
  },
);

test(
  'a chunk repeated at an older location never corrupts the blob',
  { tag: '@upload.stale.patch' },
  async ({ repo, bytes }) => {
    const [first, last, stray] = [bytes(10), bytes(10), bytes(10)];
    const blob = blobOf(Buffer.concat([first, last]));
    const opened = await openUpload(repo);
    const location = await append(repo, opened, 0, first);
    await repo.uploads.patch(opened, stray, placed(0, stray));
    await repo.uploads.put(location, blob.digest, last, placed(10, last));
    const answer = await pullBlob(repo, blob);
    expect(answer).toKeep(rightOrNothing(answer, blob.bytes));
  },
);

test(
  'a close at an older location stores the right blob or nothing',
  { tag: '@upload.stale.put' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(20));
    const opened = await openUpload(repo);
    await append(repo, opened, 0, blob.bytes);
    await repo.uploads.put(opened, blob.digest);
    const answer = await pullBlob(repo, blob);
    expect(answer).toKeep(rightOrNothing(answer, blob.bytes));
  },
);

/** Whether a status is refused, or does not say of an upload what it says itself. */
function tellsNothingOf(own: Answer, answer: Answer): Check {
  const range = (one: Answer): string => one.header('range') ?? '(none)';
  return {
    kept: answer.status >= 400 || range(answer) !== range(own),
    expected: `a refusal, or not the Range of that upload (${range(own)})`,
    received: `status ${answer.status} with Range ${range(answer)}`,
  };
}
