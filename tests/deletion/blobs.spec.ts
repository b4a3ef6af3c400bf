import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, givenMounted, pushBlob } from '../../lib/arrange.ts';
import type { Blob } from '../../lib/content/manifest.ts';
import { emptyBlob } from '../../lib/content/oci.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import { givenPushed, postAndPut, waysToPush } from '../../lib/uploads.ts';

const shared = [
  ['a blob of no bytes', Buffer.alloc(0), 'blob.empty'],
  ['the empty JSON object', emptyBlob.bytes, 'upload.put.status'],
] as const;

test('a blob is deleted with 202', { tag: '@delete.blob.status' }, async ({ repo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(100));
  const answer = await repo.blobs.delete(digest);
  expect(answer).toHaveStatus(202);
});

test(
  'a blob that is deleted is gone',
  { tag: ['@delete.blob.gone', '@blob.head.missing'] },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(100));
    given(await repo.blobs.delete(digest));
    const answer = await repo.blobs.get(digest);
    expect(answer).toHaveStatus(404, 'delete.blob.gone');
    given(answer, 404, 'delete.blob.gone');
    expect(await repo.blobs.head(digest)).toHaveStatus(404, 'blob.head.missing');
  },
);

for (const { way, status, push } of waysToPush) {
  test(
    `a blob that came by ${way} is deleted with 202 and gone`,
    { tag: ['@delete.blob.status', '@delete.blob.gone', '@blob.head.missing'] },
    async ({ repo, bytes }) => {
      const blob = blobOf(bytes(1000));
      givenPushed(await push(repo, blob), status);
      const answer = await repo.blobs.delete(blob.digest);
      expect(answer).toHaveStatus(202, 'delete.blob.status');
      given(answer);
      const gone = await repo.blobs.get(blob.digest);
      expect(gone).toHaveStatus(404, 'delete.blob.gone');
      given(gone, 404, 'delete.blob.gone');
      expect(await repo.blobs.head(blob.digest)).toHaveStatus(404, 'blob.head.missing');
    },
  );
}

test(
  'a blob that came by a mount is deleted with 202 and gone',
  { tag: ['@delete.blob.status', '@delete.blob.gone', '@blob.head.missing'] },
  async ({ anotherRepo, bytes }) => {
    const source = anotherRepo('source');
    const copy = anotherRepo('copy', source);
    const { digest } = await pushBlob(source, bytes(1000));
    await pushBlob(copy, bytes(10));
    const before = await copy.blobs.head(digest);
    const mount = [
      ['mount', digest],
      ['from', source.name],
    ] as const;
    givenMounted(await copy.uploads.post(mount));
    const answer = await copy.blobs.delete(digest);
    expect(answer).toHaveStatus(202, 'delete.blob.status');
    given(answer);
    const gone = await copy.blobs.get(digest);
    expect(gone).toHaveStatus(404, 'delete.blob.gone');
    given(gone, 404, 'delete.blob.gone');
    // Where HEAD finds what its source still holds, it says nothing of the deletion.
    given(before, 404, 'blob.head.other-repository');
    expect(await copy.blobs.head(digest)).toHaveStatus(404, 'blob.head.missing');
  },
);

for (const [what, content, rule] of shared) {
  const push = async (repo: Repository): Promise<Blob> => {
    const blob = blobOf(content);
    given(await postAndPut.push(repo, blob), 201, rule);
    return blob;
  };

  test(`${what} is deleted with 202`, { tag: '@delete.blob.status' }, async ({ repo }) => {
    const { digest } = await push(repo);
    const answer = await repo.blobs.delete(digest);
    expect(answer).toHaveStatus(202);
  });

  test(
    `${what} that is deleted is gone`,
    { tag: ['@delete.blob.gone', '@blob.head.missing'] },
    async ({ repo, anotherRepo, bytes }) => {
      // Other tests push it at the same time: whether HEAD finds theirs is settled first.
      const { digest } = await push(anotherRepo('other'));
      await pushBlob(repo, bytes(10));
      const before = await repo.blobs.head(digest);
      await push(repo);
      given(await repo.blobs.delete(digest));
      const answer = await repo.blobs.get(digest);
      expect(answer).toHaveStatus(404, 'delete.blob.gone');
      given(answer, 404, 'delete.blob.gone');
      given(before, 404, 'blob.head.other-repository');
      expect(await repo.blobs.head(digest)).toHaveStatus(404, 'blob.head.missing');
    },
  );
}

test(
  'a blob that is not there cannot be deleted',
  { tag: '@delete.blob.missing' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, bytes(100));
    const answer = await repo.blobs.delete(blobOf(bytes(100)).digest);
    expect(answer).toHaveStatus(404);
  },
);

test(
  'a registry with blob deletion disabled refuses it with 400 or 405',
  { tag: '@delete.blob.disabled' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(100));
    const answer = await repo.blobs.delete(digest, { 'Dockside-Policy': 'no-delete' });
    expect(answer).toHaveStatus([400, 405]);
  },
);

test(
  'a deleted blob that is pushed again is back',
  { tag: '@delete.blob.repush' },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(100));
    given(await repo.blobs.delete(blob.digest));
    given(await repo.blobs.get(blob.digest), 404, 'delete.blob.gone');
    await pushBlob(repo, blob.bytes);
    const answer = await repo.blobs.get(blob.digest);
    expect(answer).toHaveBytes(blob.bytes);
  },
);

test(
  'a blob deleted in one repository stays in another',
  { tag: '@delete.blob.other-repository' },
  async ({ repo, anotherRepo, bytes }) => {
    const blob = await pushBlob(repo, bytes(100));
    const other = anotherRepo('other');
    await pushBlob(other, blob.bytes);
    given(await repo.blobs.delete(blob.digest));
    const answer = await other.blobs.get(blob.digest);
    expect(answer).toHaveBytes(blob.bytes);
  },
);
