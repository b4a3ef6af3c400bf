import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, givenLocation } from '../../lib/arrange.ts';
import { agreesWith } from '../../lib/checks/checks.ts';
import { lookedFor, pull, pullBlob } from '../../lib/uploads.ts';

test(
  'POST with a digest and a body stores the blob or opens an upload',
  { tag: '@upload.single.offered' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(100));
    const answer = await repo.uploads.post([['digest', blob.digest]], blob.bytes);
    expect(answer).toHaveStatus([201, 202]);
  },
);

test(
  'a single POST stores the blob and says where it is',
  { tag: ['@upload.single.status', '@upload.single.location', '@upload.single.digest-header'] },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(100));
    const answer = await repo.uploads.post([['digest', blob.digest]], blob.bytes);
    expect(answer).toHaveStatus(201, 'upload.single.status');
    expect.soft(answer).toHaveLocation('upload.single.location');
    expect.soft(answer).toKeep(agreesWith(answer, blob.bytes), 'upload.single.digest-header');
  },
);

test(
  'the blob can be pulled from where a single POST says it is',
  { tag: '@upload.single.pullable' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(100));
    const post = given(
      await repo.uploads.post([['digest', blob.digest]], blob.bytes),
      201,
      'upload.single.status',
    );
    const answer = await pull(repo, givenLocation(post, 'upload.single.location'));
    expect(answer).toHaveStatus(200);
    expect(answer).toHaveBytes(blob.bytes);
  },
);

test(
  'a single POST that breaks off before its end stores nothing',
  { tag: '@upload.single.length' },
  async ({ repo, raw, bytes }) => {
    const body = bytes(4096);
    const { digest } = blobOf(body.subarray(0, 1024));
    const path = `/v2/${repo.name}/blobs/uploads/?digest=${digest}`;
    const headers = { 'Content-Type': 'application/octet-stream' };
    await Promise.allSettled([raw(repo, { method: 'POST', path, headers, body, cutAfter: 1024 })]);
    expect(await lookedFor(repo, digest)).toHaveStatus(404);
  },
);

test(
  'a single POST with a digest of other bytes is refused',
  { tag: ['@upload.single.digest-mismatch', '@upload.single.digest-mismatch-status'] },
  async ({ repo, bytes }) => {
    const { digest } = blobOf(bytes(100));
    const answer = await repo.uploads.post([['digest', digest]], bytes(100));
    expect(answer).toBeRefused('upload.single.digest-mismatch');
    expect.soft(answer).toHaveStatus(400, 'upload.single.digest-mismatch-status');
  },
);

const policy = { 'Dockside-Policy': 'no-single-post' };

test(
  'a registry without single POST opens an upload in its place',
  { tag: '@upload.single.unsupported' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(100));
    const answer = await repo.uploads.post([['digest', blob.digest]], blob.bytes, policy);
    expect(answer).toHaveStatus(202);
    expect(answer).toHaveLocation();
  },
);

test(
  'the upload that comes in place of a single POST takes the blob',
  { tag: '@upload.single.fallback' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(100));
    const post = await repo.uploads.post([['digest', blob.digest]], blob.bytes, policy);
    const location = givenLocation(
      given(post, 202, 'upload.single.unsupported'),
      'upload.single.unsupported',
    );
    const answer = await repo.uploads.put(location, blob.digest, blob.bytes);
    expect(answer).toHaveStatus(201);
    expect(await pullBlob(repo, blob)).toHaveBytes(blob.bytes);
  },
);
