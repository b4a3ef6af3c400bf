import { expect, test } from '../../fixtures/index.ts';
import {
  blobOf,
  given,
  givenLocation,
  givenOffered,
  givenOwnBlob,
  pushBlob,
  pushManifest,
  smallArtifact,
  uploadHolding,
} from '../../lib/arrange.ts';
import { agreesWith, hasBytes, isAsLongAsStated } from '../../lib/checks/checks.ts';
import { anotherTag, givenStill, givenStrongTag, givenTag } from '../../lib/checks/entity-tags.ts';
import { placed } from '../../lib/registry/repository.ts';
import { chunkOf } from '../../lib/uploads.ts';
import {
  areParts,
  arePartsInPlace,
  comesInParts,
  isIgnoredOr,
  isStatedPart,
  isWholeOrParts,
} from '../../lib/checks/ranges.ts';

const mebibyte = 1024 * 1024;
// RFC 9110 section 14.1.2: "Since there is no predefined limit to the length of content, recipients MUST anticipate
// potentially large decimal numerals and prevent parsing errors due to integer conversion overflows."
const huge = '99999999999999999999999999';

test(
  'a registry that does not serve ranges of a blob does not claim to',
  { tag: ['@range.supported', '@range.not-claimed'] },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.get(blob.digest, { Range: 'bytes=0-0' });
    const claimed = answer.header('accept-ranges');
    expect.soft(answer).toHaveStatus(206, 'range.supported');
    expect.soft(answer).toKeep(
      {
        kept: answer.status !== 200 || !/\bbytes\b/i.test(claimed ?? ''),
        expected: 'status 206, or no Accept-Ranges: bytes',
        received: `status ${answer.status} with Accept-Ranges: ${claimed ?? '(none)'}`,
      },
      'range.not-claimed',
    );
  },
);

test('a part of a blob has the ETag of the whole', { tag: '@range.etag' }, async ({ repo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(100));
  const etag = givenTag(givenOwnBlob(repo, await repo.blobs.get(digest)));
  givenStill(etag, await repo.blobs.get(digest));
  const answer = given(await repo.blobs.get(digest, { Range: 'bytes=10-19' }), 206, 'range.supported');
  expect(answer).toHaveHeader('etag', etag);
});

test(
  'a range over the border of two chunks brings what lies on both sides',
  { tag: '@range.closed' },
  async ({ repo, bytes }) => {
    const whole = blobOf(bytes(2 * chunkOf(100)));
    const border = whole.bytes.length / 2;
    const [first, second] = [whole.bytes.subarray(0, border), whole.bytes.subarray(border)];
    const location = await uploadHolding(repo, first);
    const taken = await repo.uploads.patch(location, second, placed(border, second));
    const place = givenLocation(given(taken), 'upload.patch.location');
    given(await repo.uploads.put(place, whole.digest), 201, 'upload.close.status');
    const answer = await repo.blobs.get(whole.digest, { Range: `bytes=${border - 10}-${border + 9}` });
    expect(answer).toHaveStatus(206);
    expect(answer).toKeep(hasBytes(answer, whole.bytes.subarray(border - 10, border + 10)));
  },
);

const satisfiable = [
  ['range.closed', 1, '0-0', 0, 1],
  ['range.closed', 2, '0-0', 0, 1],
  ['range.closed', 2, '1-1', 1, 2],
  ['range.closed', 10, '2-5', 2, 6],
  ['range.closed', 10, '9-9', 9, 10],
  ['range.closed', mebibyte, '524287-786432', 524287, 786433],
  ['range.open', 1, '0-', 0, 1],
  ['range.open', 2, '1-', 1, 2],
  ['range.open', 10, '4-', 4, 10],
  ['range.open', mebibyte, '1048575-', 1048575, mebibyte],
  ['range.suffix', 2, '-1', 1, 2],
  ['range.suffix', 10, '-3', 7, 10],
  ['range.suffix', mebibyte, '-1024', mebibyte - 1024, mebibyte],
  ['range.clamped', 2, '1-2', 1, 2],
  ['range.clamped', 10, '5-10', 5, 10],
  ['range.clamped', 10, '5-99', 5, 10],
  ['range.clamped', mebibyte, '1048575-9999999', 1048575, mebibyte],
  ['range.huge', 10, `5-${huge}`, 5, 10],
] as const;

for (const [rule, size, range, start, end] of satisfiable) {
  test(
    `the range ${range} of a blob of ${size} bytes brings ${end - start} of them`,
    { tag: `@${rule}` },
    async ({ repo, bytes }) => {
      const blob = await pushBlob(repo, bytes(size));
      const answer = await repo.blobs.get(blob.digest, { Range: `bytes=${range}` });
      expect(answer).toHaveStatus(206);
      expect(answer).toKeep(hasBytes(answer, blob.bytes.subarray(start, end)));
    },
  );
}

const longSuffixes = [
  [1, '-2'],
  [10, '-11'],
  [10, '-100'],
] as const;

for (const [size, range] of longSuffixes) {
  test(
    `the range ${range} of a blob of ${size} bytes brings all of it`,
    { tag: '@range.suffix-long' },
    async ({ repo, bytes }) => {
      const blob = await pushBlob(repo, bytes(size));
      const answer = await repo.blobs.get(blob.digest, { Range: `bytes=${range}` });
      expect(answer).toHaveStatus([200, 206]);
      expect(answer).toHaveBytes(blob.bytes);
    },
  );
}

for (const [rule, range] of [
  ['range.closed', '2-5'],
  ['range.open', '4-'],
  ['range.suffix', '-3'],
  ['range.clamped', '5-99'],
] as const) {
  test(
    `the part ${range} says where it is, how long it is, and of which blob`,
    { tag: ['@range.content-range', '@range.content-length', '@range.digest-header'] },
    async ({ repo, bytes }) => {
      const blob = await pushBlob(repo, bytes(10));
      const answer = given(await repo.blobs.get(blob.digest, { Range: `bytes=${range}` }), 206, rule);
      expect.soft(answer).toHaveHeader('content-length', `${answer.body.length}`, 'range.content-length');
      expect.soft(answer).toKeep(agreesWith(answer, blob.bytes), 'range.digest-header');
      givenOwnBlob(repo, answer);
      expect.soft(answer).toKeep(isStatedPart(answer, blob.bytes), 'range.content-range');
    },
  );
}

const beyond = [
  [1, '1-1'],
  [2, '2-'],
  [10, '10-20'],
  [mebibyte, `${mebibyte}-`],
] as const;

for (const [size, range] of beyond) {
  test(
    `the range ${range} starts past the end of a blob of ${size} bytes`,
    { tag: '@range.past-end' },
    async ({ repo, bytes }) => {
      const blob = await pushBlob(repo, bytes(size));
      const answer = await repo.blobs.get(blob.digest, { Range: `bytes=${range}` });
      expect(answer).toHaveStatus(416);
    },
  );
}

test(
  'the refusal of a range past the end comes whole and says how long the blob is',
  { tag: ['@range.past-end-size', '@range.refused-length'] },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(10));
    const answer = given(await repo.blobs.get(blob.digest, { Range: 'bytes=10-' }), 416, 'range.past-end');
    expect.soft(answer).toHaveHeader('content-range', /^bytes \*\/10$/i, 'range.past-end-size');
    givenOwnBlob(repo, answer);
    expect.soft(answer).toKeep(isAsLongAsStated(answer), 'range.refused-length');
  },
);

const dubious = [
  ['range.suffix-zero', 'bytes=-0', [416]],
  ['range.inverted', 'bytes=5-2', [400, 416]],
  ['range.inverted', 'bytes=20-15', [400, 416]],
  ['range.malformed', 'bytes=', [400, 416]],
  ['range.malformed', 'bytes=-', [400, 416]],
  ['range.malformed', 'bytes=abc', [400, 416]],
  ['range.malformed', 'bytes=3', [400, 416]],
  ['range.malformed', 'bytes=1-3-5', [400, 416]],
  ['range.malformed', 'bytes=--5', [400, 416]],
  ['range.malformed', 'bytes=0x1-0x3', [400, 416]],
  ['range.malformed', '0-3', [400, 416]],
  ['range.malformed', 'bytes 0-3', [400, 416]],
] as const;

for (const [rule, range, refusals] of dubious) {
  test(`"Range: ${range}" is ignored or refused`, { tag: `@${rule}` }, async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.get(blob.digest, { Range: range });
    expect(answer).toKeep(isIgnoredOr(refusals, answer, blob.bytes));
  });
}

test('a range in an unknown unit is ignored', { tag: '@range.unknown-unit' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(10));
  const answer = givenOwnBlob(repo, await repo.blobs.get(blob.digest, { Range: 'lines=0-1' }));
  expect(answer).toHaveStatus(200);
  expect(answer).toHaveBytes(blob.bytes);
});

test(
  'two ranges far apart come as two parts, each with its place',
  { tag: ['@range.several', '@range.several-content-range'] },
  async ({ repo, bytes }) => {
    // Ranges that are near may be sent as one (RFC 9110 section 15.3.7.2).
    const { digest, bytes: whole } = await pushBlob(repo, bytes(mebibyte));
    const answer = await repo.blobs.get(digest, { Range: 'bytes=0-9,524288-524307' });
    expect(answer).toKeep(
      areParts(answer, [whole.subarray(0, 10), whole.subarray(524288, 524308)]),
      'range.several',
    );
    givenOwnBlob(repo, givenOffered(answer, comesInParts(answer), 'multi-range'));
    expect(answer).toKeep(arePartsInPlace(answer, whole), 'range.several-content-range');
  },
);

for (const range of ['0-1,4-5', '4-5,0-1', '0-5,3-9', '0-1,100-200', '0-0,-1', ' 0-1 , 4-5 ']) {
  test(
    `the ranges "${range}" bring the right bytes`,
    { tag: '@range.several-safe' },
    async ({ repo, bytes }) => {
      const blob = await pushBlob(repo, bytes(10));
      const answer = await repo.blobs.get(blob.digest, { Range: `bytes=${range}` });
      expect(answer).toKeep(isWholeOrParts(answer, blob.bytes));
    },
  );
}

for (const range of ['2-5', '10-20']) {
  test(`HEAD ignores the range ${range}`, { tag: '@range.head' }, async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(10));
    const answer = givenOwnBlob(repo, await repo.blobs.head(blob.digest, { Range: `bytes=${range}` }));
    expect(answer).toHaveStatus(200);
  });
}

test(
  'a blob says that it can be read in ranges',
  { tag: '@range.accept-ranges' },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.get(blob.digest);
    expect(answer).toHaveHeader('accept-ranges', /\bbytes\b/i);
  },
);

for (const range of ['0-0', '0-', '-1']) {
  test(
    `the range ${range} of a blob of no bytes is ignored or refused`,
    { tag: '@range.empty-blob' },
    async ({ repo, bytes }) => {
      const blob = await pushBlob(repo, bytes(0));
      const answer = await repo.blobs.get(blob.digest, { Range: `bytes=${range}` });
      expect(answer).toKeep(isIgnoredOr([416], answer, blob.bytes));
    },
  );
}

test('a range of a manifest is right or ignored', { tag: '@range.manifest' }, async ({ repo }) => {
  const manifest = await pushManifest(repo, smallArtifact(repo.name));
  const answer = await repo.manifests.get(manifest.digest, { Range: 'bytes=0-9' });
  expect(answer).toKeep(isWholeOrParts(answer, manifest.bytes));
});

test('a Range header on a push is ignored', { tag: '@range.put' }, async ({ repo }) => {
  const { digest, mediaType, bytes: body } = await pushManifest(repo, smallArtifact(repo.name));
  const answer = await repo.send({
    method: 'PUT',
    url: `${repo.url}/manifests/${digest}`,
    headers: { 'Content-Type': mediaType, Range: 'bytes=0-9' },
    body,
  });
  expect(answer).toHaveStatus(201);
});

test(
  'a range is sent when If-Range holds the ETag of the blob',
  { tag: '@range.if-range-match' },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(10));
    const etag = givenStrongTag(await repo.blobs.get(blob.digest));
    const answer = await repo.blobs.get(blob.digest, { Range: 'bytes=2-5', 'If-Range': etag });
    expect(givenStill(etag, answer)).toHaveStatus(206);
    expect(answer).toHaveBytes(blob.bytes.subarray(2, 6));
  },
);

test(
  'the whole blob is sent when If-Range holds another ETag',
  { tag: '@range.if-range-changed' },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(10));
    const condition = { Range: 'bytes=2-5', 'If-Range': anotherTag };
    const answer = givenOwnBlob(repo, await repo.blobs.get(blob.digest, condition));
    expect(answer).toHaveStatus(200);
    expect(answer).toHaveBytes(blob.bytes);
  },
);

test(
  'a range of a blob that has not changed is not sent again',
  { tag: '@range.if-none-match' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(10));
    const etag = givenTag(givenOwnBlob(repo, await repo.blobs.get(digest)));
    given(
      givenStill(etag, await repo.blobs.get(digest, { 'If-None-Match': etag })),
      304,
      'if-none-match.blob',
    );
    const answer = await repo.blobs.get(digest, { Range: 'bytes=2-5', 'If-None-Match': etag });
    expect(givenStill(etag, answer)).toHaveStatus(304);
  },
);
