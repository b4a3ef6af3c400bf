import { expect, test } from '../../fixtures/index.ts';
import { given, givenLocation, pushBlob } from '../../lib/arrange.ts';

const policy = { 'Dockside-Policy': 'upload-timeout=1' };

test('an upload that is left alone ends some time', { tag: '@upload.timeout' }, async ({ repo, bytes }) => {
  const opened = given(await repo.uploads.post([], undefined, policy));
  const location = givenLocation(opened, 'upload.post.location');
  // Another upload, whole, takes longer than the one millisecond that this one has.
  await pushBlob(repo, bytes(32));
  expect(await repo.uploads.get(location)).toHaveStatus(404);
});
