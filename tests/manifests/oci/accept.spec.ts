import { expect, test } from '../../../fixtures/index.ts';
import { pushManifest, smallArtifact } from '../../../lib/arrange.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { ociIndex } from '../../../lib/content/oci.ts';

test(
  'an index asked for by digest has that digest, whatever is accepted',
  { tag: '@accept.digest' },
  async ({ repo }) => {
    const child = await pushManifest(repo, smallArtifact(repo.name));
    const { digest } = await pushManifest(
      repo,
      ociIndex([{ manifest: child, platform: { architecture: 'amd64', os: 'linux' } }]),
    );
    const answer = await repo.manifests.get(digest, { Accept: mediaTypes.ociManifest });
    const check = {
      kept: answer.status !== 200 || digestOf(answer.body) === digest,
      expected: `no manifest, or one with the digest ${digest}`,
      received: `status ${answer.status}, ${digestOf(answer.body)}`,
    };
    expect(answer).toKeep(check);
  },
);
