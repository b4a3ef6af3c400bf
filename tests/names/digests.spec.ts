import { expect, test } from '../../fixtures/index.ts';
import { blobOf, givenErrorCode, openUpload, pushBlob } from '../../lib/arrange.ts';

const malformed = [
  ['without hex', 'sha256:'],
  ['without an algorithm', `:${'0'.repeat(64)}`],
  ['without a colon', 'sha256'],
  ['with letters that are no hex', `sha256:${'g'.repeat(64)}`],
  ['one digit too short', `sha256:${'0'.repeat(63)}`],
  ['one digit too long', `sha256:${'0'.repeat(65)}`],
] as const;

for (const [what, digest] of malformed) {
  test(`no blob is found by a digest ${what}`, { tag: '@digest.malformed-get' }, async ({ repo, bytes }) => {
    await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.get(digest);
    expect(answer).toHaveStatus([400, 404]);
  });

  test(
    `no blob is deleted by a digest ${what}`,
    { tag: '@digest.malformed-delete' },
    async ({ repo, bytes }) => {
      await pushBlob(repo, bytes(10));
      const answer = await repo.blobs.delete(digest);
      expect(answer).toHaveStatus([400, 404, 405]);
    },
  );

  test(
    `an upload is not closed with a digest ${what}`,
    { tag: '@digest.malformed-put' },
    async ({ repo, bytes }) => {
      const answer = await repo.uploads.put(await openUpload(repo), digest, bytes(10));
      expect(answer).toHaveStatus(400);
    },
  );

  test(
    `a single POST with a digest ${what} is refused`,
    { tag: '@digest.malformed-post' },
    async ({ repo, bytes }) => {
      const answer = await repo.uploads.post([['digest', digest]], bytes(10));
      expect(answer).toHaveStatus(400);
    },
  );
}

test('a digest in upper-case hex finds nothing', { tag: '@digest.upper-case' }, async ({ repo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(10));
  const answer = await repo.blobs.get(digest.toUpperCase().replace('SHA256', 'sha256'));
  expect(answer).toBeRefused();
});

test(
  'a digest cut short finds nothing, not even the blob it starts like',
  { tag: '@digest.truncated' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.get(digest.slice(0, 'sha256:'.length + 32));
    expect(answer).toBeRefused();
  },
);

test(
  'an upload is not closed with a digest of an unknown algorithm',
  { tag: '@digest.unsupported-put' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(10));
    const answer = await repo.uploads.put(
      await openUpload(repo),
      blob.digest.replace('sha256', 'rot13'),
      blob.bytes,
    );
    expect(answer).toHaveStatus(400);
  },
);

test('a malformed digest is refused as DIGEST_INVALID', { tag: '@digest.code' }, async ({ repo, bytes }) => {
  const answer = await repo.uploads.put(await openUpload(repo), 'sha256:abc', bytes(10));
  expect(givenErrorCode(answer, 'digest.malformed-put')).toHaveErrorCode('DIGEST_INVALID');
});
