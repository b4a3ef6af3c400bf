import { expect, test } from '../../fixtures/index.ts';
import { given, givenLocation, openUpload, uploadHolding } from '../../lib/arrange.ts';

test(
  'a chunk is accepted, says how far the upload is, and where it goes on',
  { tag: ['@smoke', '@upload.patch.status', '@upload.patch.range', '@upload.patch.location'] },
  async ({ repo, bytes }) => {
    const location = await openUpload(repo);
    const answer = await repo.uploads.patch(location, bytes(1024), { 'Content-Range': '0-1023' });
    expect.soft(answer).toHaveStatus(202, 'upload.patch.status');
    expect.soft(answer).toHaveRange(0, 1023, 'upload.patch.range');
    expect.soft(answer).toHaveLocation('upload.patch.location');
  },
);

test('a chunk beyond the end is refused', { tag: '@upload.patch.out-of-order' }, async ({ repo, bytes }) => {
  const location = await uploadHolding(repo, bytes(1024));
  const answer = await repo.uploads.patch(location, bytes(1024), { 'Content-Range': '2048-3071' });
  expect(answer).toHaveStatus(416, 'upload.patch.out-of-order');
});

test(
  'the status of an upload says how far it is',
  { tag: '@upload.status.range' },
  async ({ repo, bytes }) => {
    const location = await openUpload(repo);
    const patched = given(
      await repo.uploads.patch(location, bytes(10), { 'Content-Range': '0-9' }),
      202,
      'upload.patch.status',
    );
    const answer = await repo.uploads.get(givenLocation(patched, 'upload.patch.location'));
    expect(answer).toHaveRange(0, 9, 'upload.status.range');
  },
);
