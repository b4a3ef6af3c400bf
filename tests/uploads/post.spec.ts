import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, openUpload } from '../../lib/arrange.ts';
import { fitsRequestLine, keepsOrigin, namesSession, pullBlob } from '../../lib/uploads.ts';

test(
  'POST opens an upload and says where it goes on',
  {
    tag: [
      '@smoke',
      '@upload.post.status',
      '@upload.post.location',
      '@upload.session.id',
      '@upload.location.origin',
      '@upload.location.length',
    ],
  },
  async ({ repo }) => {
    const answer = await repo.uploads.post();
    expect(answer).toHaveStatus(202, 'upload.post.status');
    expect(answer).toHaveLocation('upload.post.location');
    expect.soft(answer).toKeep(namesSession(answer), 'upload.session.id');
    expect.soft(answer).toKeep(keepsOrigin(answer), 'upload.location.origin');
    expect.soft(answer).toKeep(fitsRequestLine(answer), 'upload.location.length');
  },
);

test('POST of no bytes opens an upload', { tag: '@upload.post.empty' }, async ({ repo, raw }) => {
  const answer = await raw(repo, {
    method: 'POST',
    path: `/v2/${repo.name}/blobs/uploads/`,
    headers: { 'Content-Length': '0' },
  });
  expect(answer).toHaveStatus(202);
});

test('every POST opens an upload of its own', { tag: '@upload.session.unique' }, async ({ repo }) => {
  const first = await openUpload(repo);
  const answer = given(await repo.uploads.post());
  expect(answer).toKeep({
    kept: answer.location !== first,
    expected: `a Location other than ${first}`,
    received: `Location: ${answer.location ?? '(none)'}`,
  });
});

test(
  'two uploads side by side become two blobs',
  { tag: '@upload.session.isolated' },
  async ({ repo, bytes }) => {
    const [one, other] = [blobOf(bytes(100)), blobOf(bytes(100))];
    const [first, second] = [await openUpload(repo), await openUpload(repo)];
    given(await repo.uploads.put(first, one.digest, one.bytes));
    expect(await repo.uploads.put(second, other.digest, other.bytes)).toBeAccepted();
    expect(await pullBlob(repo, other)).toHaveBytes(other.bytes);
  },
);

test(
  'an upload location leads to the upload, with the digest added to whatever query it has',
  { tag: ['@upload.location.resolvable', '@upload.location.query'] },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(100));
    const answer = await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes);
    const received = `status ${answer.status}`;
    expect
      .soft(answer)
      .toKeep(
        { kept: answer.status !== 404, expected: 'an upload, no 404', received },
        'upload.location.resolvable',
      );
    expect
      .soft(answer)
      .toKeep(
        { kept: answer.status !== 400, expected: 'the digest understood, no 400', received },
        'upload.location.query',
      );
  },
);

test(
  'POST that names a digest algorithm opens an upload for such a digest',
  { tag: '@upload.algorithm.accepted' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(100), 'sha512');
    const opened = await repo.uploads.post([['digest-algorithm', 'sha512']]);
    expect(opened).toHaveStatus(202);
    expect(opened).toHaveLocation();
    const answer = await repo.uploads.put(opened.location ?? '', blob.digest, blob.bytes);
    expect(answer).toHaveStatus(201);
  },
);

test(
  'POST that names an unknown digest algorithm is refused',
  { tag: '@upload.algorithm.unsupported' },
  async ({ repo }) => {
    const answer = await repo.uploads.post([['digest-algorithm', 'dockside']]);
    expect(answer).toHaveStatus(400);
  },
);
