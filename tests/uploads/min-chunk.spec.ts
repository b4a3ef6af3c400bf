import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, givenKept, givenLocation } from '../../lib/arrange.ts';
import { leastChunk } from '../../lib/target/capabilities.ts';
import { placed, type Repository } from '../../lib/registry/repository.ts';
import { append, chunkOf } from '../../lib/uploads.ts';

const policy = { 'Dockside-Policy': 'chunk-min-length=1024' };

async function openWithLeastSize(repo: Repository): Promise<{ location: string; least: number }> {
  const answer = given(await repo.uploads.post([], undefined, policy));
  return { location: givenLocation(answer, 'upload.post.location'), least: chunkOf(leastChunk(answer)) };
}

test(
  'a registry with a least size for chunks states it when an upload opens',
  { tag: ['@upload.min-chunk.header', '@upload.min-chunk.value'] },
  async ({ repo }) => {
    const answer = await repo.uploads.post([], undefined, policy);
    expect(answer).toHaveHeader('OCI-Chunk-Min-Length', /./, 'upload.min-chunk.header');
    const isStated = answer.header('oci-chunk-min-length') !== undefined;
    givenKept({ kept: isStated, expected: 'a least size', received: 'none' }, 'upload.min-chunk.header');
    expect(answer).toHaveHeader('OCI-Chunk-Min-Length', /^\d+$/, 'upload.min-chunk.value');
  },
);

test(
  'a last chunk below the least size is taken by PATCH',
  { tag: '@upload.min-chunk.last' },
  async ({ repo, bytes }) => {
    const { location, least } = await openWithLeastSize(repo);
    const last = bytes(1);
    const next = await append(repo, location, 0, bytes(least));
    const answer = await repo.uploads.patch(next, last, placed(least, last));
    expect(answer).toHaveStatus(202);
  },
);

test(
  'a last chunk below the least size is taken by PUT',
  { tag: '@upload.min-chunk.last' },
  async ({ repo, bytes }) => {
    const { location, least } = await openWithLeastSize(repo);
    const [first, last] = [bytes(least), bytes(1)];
    const next = await append(repo, location, 0, first);
    const { digest } = blobOf(Buffer.concat([first, last]));
    const answer = await repo.uploads.put(next, digest, last, placed(least, last));
    expect(answer).toHaveStatus(201);
  },
);
