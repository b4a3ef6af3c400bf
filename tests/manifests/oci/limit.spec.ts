import { expect, test } from '../../../fixtures/index.ts';
import { givenErrorCode, pushBlob, smallArtifact } from '../../../lib/arrange.ts';
import { hasErrorCode } from '../../../lib/checks/checks.ts';
import { emptyBlob } from '../../../lib/content/oci.ts';
import { paddedTo } from '../../../lib/content/variant.ts';

// Limits known in the field are 4 and 8 MiB; the specification names none.
const beyondAnyLimit = 16 * 1024 * 1024;

test('a manifest of 16 MiB is refused', { tag: '@manifest.limit.enforced' }, async ({ repo }) => {
  await pushBlob(repo, emptyBlob.bytes);
  const answer = await repo.manifests.put('latest', paddedTo(smallArtifact(repo.name), beyondAnyLimit));
  expect(answer).toBeRefused();
});

test(
  'a manifest beyond the limit is refused with 413 and MANIFEST_INVALID or SIZE_INVALID',
  { tag: ['@manifest.limit.status', '@manifest.limit.code'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const answer = await repo.manifests.put('latest', paddedTo(smallArtifact(repo.name), beyondAnyLimit));
    expect.soft(answer).toHaveStatus(413, 'manifest.limit.status');
    givenErrorCode(answer, 'manifest.limit.status');
    expect
      .soft(answer)
      .toKeep(hasErrorCode(answer, ['MANIFEST_INVALID', 'SIZE_INVALID']), 'manifest.limit.code');
  },
);
