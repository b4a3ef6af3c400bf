import { expect, test } from '../../fixtures/index.ts';
import {
  blobOf,
  given,
  givenErrorCode,
  givenKept,
  givenLocation,
  openUpload,
  uploadHolding,
} from '../../lib/arrange.ts';
import { placeOf } from '../../lib/http/exchange.ts';
import { hasErrorCode } from '../../lib/checks/checks.ts';
import { placed } from '../../lib/registry/repository.ts';
import { chunkOf, countsBytes, givenSmallChunks, receivedBytes, settledStatus } from '../../lib/uploads.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

test(
  'a chunk is accepted, says how far the upload is, and where it goes on',
  { tag: ['@smoke', '@upload.patch.status', '@upload.patch.range', '@upload.patch.location'] },
  async ({ repo, bytes }) => {
    const location = await openUpload(repo);
    const answer = await repo.uploads.patch(location, bytes(1024), { 'Content-Range': '0-1023' });
    expect(answer).toHaveStatus(202, 'upload.patch.status');
    expect.soft(answer).toHaveRange(0, 1023, 'upload.patch.range');
    expect.soft(answer).toHaveLocation('upload.patch.location');
  },
);

test('a chunk of one byte is accepted', { tag: '@upload.patch.one-byte' }, async ({ repo, bytes }) => {
  const least = chunkOf(1);
  test.skip(least > 1, unsupported('chunked in chunks of one byte', `a chunk has ${least} bytes at least`));
  const blob = blobOf(bytes(1));
  const location = await openUpload(repo);
  const answer = await repo.uploads.patch(location, blob.bytes, placed(0, blob.bytes));
  expect(answer).toHaveStatus(202);
  const close = await repo.uploads.put(answer.location ?? location, blob.digest);
  expect(close).toBeAccepted();
});

test(
  'the answer to a second chunk counts the bytes of both',
  { tag: ['@upload.patch.status', '@upload.patch.range', '@upload.patch.location'] },
  async ({ repo, bytes }) => {
    const [held, next] = [bytes(chunkOf(1024)), bytes(10)];
    const location = await uploadHolding(repo, held);
    const answer = await repo.uploads.patch(location, next, placed(held.length, next));
    expect(answer).toHaveStatus(202, 'upload.patch.status');
    expect.soft(answer).toHaveRange(0, held.length + 9, 'upload.patch.range');
    expect.soft(answer).toHaveLocation('upload.patch.location');
  },
);

test('an upload of eleven chunks can be closed', { tag: '@upload.close.status' }, async ({ repo, bytes }) => {
  const chunks = Array.from({ length: 11 }, () => bytes(10));
  givenSmallChunks(chunks.length);
  let location = await openUpload(repo);
  for (const [at, chunk] of chunks.entries()) {
    const taken = given(await repo.uploads.patch(location, chunk, placed(10 * at, chunk)));
    location = givenLocation(taken, 'upload.patch.location');
  }
  // Parts that are joined in the order of their names put the tenth before the second.
  expect(await repo.uploads.put(location, blobOf(Buffer.concat(chunks)).digest)).toHaveStatus(201);
});

for (const [name, rule, away] of [
  ['after the end of the upload', 'upload.patch.out-of-order', 1024],
  ['one byte after the end of the upload', 'upload.patch.out-of-order', 1],
  ['one byte before the end of the upload', 'upload.patch.overlap', -1],
  ['over bytes that the upload has', 'upload.patch.overlap', -512],
] as const) {
  test(`a chunk placed ${name} is refused`, { tag: `@${rule}` }, async ({ repo, bytes }) => {
    const [held, chunk] = [bytes(chunkOf(1024)), bytes(1024)];
    const location = await uploadHolding(repo, held);
    const answer = await repo.uploads.patch(location, chunk, placed(held.length + away, chunk));
    expect(answer).toHaveStatus(416);
  });
}

test(
  'a chunk that is sent a second time is refused',
  { tag: '@upload.patch.repeated' },
  async ({ repo, bytes }) => {
    const chunk = bytes(chunkOf(1024));
    const location = await uploadHolding(repo, chunk);
    const answer = await repo.uploads.patch(location, chunk, placed(0, chunk));
    expect(answer).toHaveStatus(416);
  },
);

test(
  'a first chunk that leaves out the start is refused',
  { tag: '@upload.patch.first' },
  async ({ repo, bytes }) => {
    const chunk = bytes(1024);
    const answer = await repo.uploads.patch(await openUpload(repo), chunk, placed(1, chunk));
    expect(answer).toHaveStatus(416);
  },
);

test(
  'the refusal of a chunk out of order says that the upload or a size is wrong',
  { tag: '@upload.range.code' },
  async ({ repo, bytes }) => {
    const [held, chunk] = [bytes(chunkOf(1024)), bytes(1024)];
    const location = await uploadHolding(repo, held);
    const answer = given(
      await repo.uploads.patch(location, chunk, placed(2 * held.length, chunk)),
      416,
      'upload.patch.out-of-order',
    );
    const codes = ['BLOB_UPLOAD_INVALID', 'BLOB_UPLOAD_UNKNOWN', 'SIZE_INVALID', 'RANGE_INVALID'];
    givenErrorCode(answer, 'upload.patch.out-of-order');
    expect(answer).toKeep(hasErrorCode(answer, codes));
  },
);

const huge = '9'.repeat(40);

for (const [name, rule, contentRange] of [
  ['longer than its bytes', 'upload.patch.range-length', (at: number) => `${at}-${at + 19}`],
  ['shorter than its bytes', 'upload.patch.range-length', (at: number) => `${at}-${at + 4}`],
  ['of one number', 'upload.patch.malformed-range', (at: number) => `${at}`],
  ['without an end', 'upload.patch.malformed-range', (at: number) => `${at}-`],
  ['without a start', 'upload.patch.malformed-range', (at: number) => `-${at + 9}`],
  ['of three numbers', 'upload.patch.malformed-range', (at: number) => `${at}-${at + 9}-${at + 19}`],
  ['of words', 'upload.patch.malformed-range', () => 'ten-nineteen'],
  ['that ends before it starts', 'upload.patch.inverted-range', (at: number) => `${at + 9}-${at}`],
  ['with an end beyond any integer', 'upload.patch.huge-range', (at: number) => `${at}-${huge}`],
  ['with a start beyond any integer', 'upload.patch.huge-range', () => `${huge}-${huge}`],
] as const) {
  test(`a chunk with a Content-Range ${name} is refused`, { tag: `@${rule}` }, async ({ repo, bytes }) => {
    const held = bytes(chunkOf(10));
    const location = await uploadHolding(repo, held);
    const answer = await repo.uploads.patch(location, bytes(10), {
      'Content-Range': contentRange(held.length),
    });
    expect(answer).toBeRefused();
  });
}

for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
  test(
    `a chunk of ${contentType} is taken or refused`,
    { tag: '@upload.patch.content-type' },
    async ({ repo, bytes }) => {
      const chunk = bytes(10);
      const headers = { ...placed(0, chunk), 'Content-Type': contentType };
      const answer = await repo.uploads.patch(await openUpload(repo), chunk, headers);
      expect(answer).toKeep({
        kept: answer.status === 202 || (answer.status >= 400 && answer.status < 500),
        expected: 'status 202 or a 4xx status',
        received: `status ${answer.status}`,
      });
    },
  );
}

test(
  'an upload goes on after a chunk of no bytes',
  { tag: '@upload.patch.empty' },
  async ({ repo, raw, bytes }) => {
    const [held, next] = [bytes(chunkOf(10)), bytes(10)];
    const location = await uploadHolding(repo, held);
    const empty = await raw(repo, {
      method: 'PATCH',
      ...placeOf(location),
      headers: { 'Content-Type': 'application/octet-stream' },
      body: bytes(0),
    });
    const answer = await repo.uploads.patch(empty.location ?? location, next, placed(held.length, next));
    expect(answer).toHaveStatus(202);
  },
);

test(
  'of two chunks sent at once for the same place one at most is taken',
  { tag: '@upload.patch.parallel' },
  async ({ repo, bytes }) => {
    const [one, other] = [bytes(1_048_576), bytes(1_048_576)];
    const location = await uploadHolding(repo, bytes(10));
    const answers = await Promise.all([
      repo.uploads.patch(location, one, placed(10, one)),
      repo.uploads.patch(location, other, placed(10, other)),
    ]);
    const taken = answers.filter(({ status }) => status === 202);
    expect(answers[1]).toKeep({
      kept: taken.length < 2,
      expected: 'one chunk taken at most',
      received: `${taken.length} taken`,
    });
  },
);

test(
  'after a broken-off chunk the upload goes on from where its status says',
  { tag: '@upload.patch.interrupted' },
  async ({ repo, raw, bytes }) => {
    const first = chunkOf(1024);
    const blob = blobOf(bytes(4 * first));
    const location = await uploadHolding(repo, blob.bytes.subarray(0, first));
    const before = given(await repo.uploads.get(location), 204, 'upload.status.status');
    givenKept(countsBytes(before, first), 'upload.status.range');
    const rest = blob.bytes.subarray(first);
    const headers = { 'Content-Type': 'application/octet-stream', ...placed(first, rest) };
    await Promise.allSettled([
      raw(repo, { method: 'PATCH', ...placeOf(location), headers, body: rest, cutAfter: 1024 }),
    ]);

    const status = await settledStatus(repo, location);
    const start = receivedBytes(status);
    const missing = blob.bytes.subarray(start);
    expect(status).toHaveStatus(204);
    const answer = await repo.uploads.patch(status.location ?? location, missing, placed(start, missing));
    expect(answer).toHaveStatus(202);
    const close = await repo.uploads.put(answer.location ?? location, blob.digest);
    expect(close).toBeAccepted();
  },
);

test(
  'a chunk is accepted after a chunk of one byte',
  { tag: '@upload.patch.status' },
  async ({ repo, bytes }) => {
    const [held, next] = [bytes(chunkOf(1)), bytes(10)];
    const location = await uploadHolding(repo, held);
    const answer = await repo.uploads.patch(location, next, placed(held.length, next));
    expect(answer).toHaveStatus(202);
  },
);
