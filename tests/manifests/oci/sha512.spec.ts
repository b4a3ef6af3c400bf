import { expect, test } from '../../../fixtures/index.ts';
import { blobOf, givenServed, pushBlob, smallArtifact } from '../../../lib/arrange.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import { artifact, emptyBlob, ociIndex } from '../../../lib/content/oci.ts';

test(
  'a manifest pushed by its sha512 digest can be pulled by it',
  { tag: ['@manifest.put.sha512', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    const digest = digestOf(manifest.bytes, 'sha512');
    expect(await repo.manifests.put(digest, manifest)).toBeAccepted('manifest.put.sha512');
    const answer = await repo.manifests.get(digest);
    expect(answer).toServe({ ...manifest, digest }, 'manifest.put.sha512');
    const served = givenServed(answer, { ...manifest, digest }, 'manifest.put.sha512');
    expect(served).toHaveBytes(manifest.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'an index whose every digest is sha512 can be pulled by its own',
  { tag: ['@manifest.put.sha512', '@manifest.put.exact-bytes'] },
  async ({ repo, bytes }) => {
    const content = blobOf(bytes(64), 'sha512');
    const blob = { mediaType: 'application/vnd.dockside.test', ...content };
    const child = artifact({ artifactType: 'application/vnd.dockside.test', config: blob, layers: [blob] });
    const manifest = { ...child, digest: digestOf(child.bytes, 'sha512') };
    const index = ociIndex([{ manifest }]);
    const digest = digestOf(index.bytes, 'sha512');
    await pushBlob(repo, content.bytes, 'sha512');
    expect(await repo.manifests.put(manifest.digest, manifest)).toBeAccepted('manifest.put.sha512');
    expect(await repo.manifests.put(digest, index)).toBeAccepted('manifest.put.sha512');
    const answer = await repo.manifests.get(digest);
    expect(answer).toServe({ ...index, digest }, 'manifest.put.sha512');
    const served = givenServed(answer, { ...index, digest }, 'manifest.put.sha512');
    expect(served).toHaveBytes(index.bytes, 'manifest.put.exact-bytes');
  },
);
