import { test } from '../../../fixtures/index.ts';
import { givenSmallChunks } from '../../../lib/uploads.ts';
import type { Chunk } from '../../../lib/v2protocol.ts';

const chunkLists: Record<string, Chunk[]> = {
  'one chunk': [[0, undefined]],
  'two chunks': [
    [0, 100],
    [100, undefined],
  ],
  'three chunks of unlike size': [
    [0, 1],
    [1, 90],
    [90, undefined],
  ],
  'six chunks': [
    [0, 10],
    [10, 20],
    [20, 30],
    [30, 40],
    [40, 50],
    [50, undefined],
  ],
};

for (const [name, chunksForUpload] of Object.entries(chunkLists)) {
  test(`takes a layer in ${name}`, async ({ repository, images, push, pull }) => {
    givenSmallChunks(chunksForUpload.length);
    const pushed = await images.single();
    await push(repository, 'latest', pushed, { chunksForUpload, skipBlobPushChecks: true });
    await pull(repository, 'latest', pushed);
  });
}

test(
  'refuses a chunk beyond the end of the upload',
  { tag: '@chunk-order' },
  async ({ repository, images, push }) => {
    givenSmallChunks();
    await push(repository, 'latest', await images.single(), {
      chunksForUpload: [
        [0, 100],
        [101, undefined, 416],
      ],
    });
  },
);

test(
  'refuses a first chunk that leaves out the start',
  { tag: '@chunk-order' },
  async ({ repository, images, push }) => {
    await push(repository, 'latest', await images.single(), { chunksForUpload: [[10, undefined, 416]] });
  },
);

test(
  'forgets an upload that was cancelled',
  { tag: '@upload.cancel.status' },
  async ({ repository, images, push, target }) => {
    await push(repository, 'latest', await images.single(), {
      // Some registries take it for a deletion.
      scopes: ['push', 'pull', target.deleteAction],
      cancelBlobUpload: true,
    });
  },
);

test(
  'forgets a chunked upload that was cancelled',
  { tag: '@upload.cancel.status' },
  async ({ repository, images, push, target }) => {
    givenSmallChunks();
    await push(repository, 'latest', await images.single(), {
      chunksForUpload: [
        [0, 50],
        [50, 100],
      ],
      scopes: ['push', 'pull', target.deleteAction],
      cancelBlobUpload: true,
    });
  },
);
