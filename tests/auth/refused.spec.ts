import { expect, test } from '../../fixtures/index.ts';
import { blobOf, givenRefusal, pushManifest, smallArtifact } from '../../lib/arrange.ts';

test(
  'a push without credentials, once refused, moves no tag',
  { tag: ['@credentials', '@refused.unauthorized'] },
  async ({ session, repo }) => {
    const { bytes, mediaType } = await pushManifest(repo, smallArtifact('in place before the push'), 'v1');
    const refused = await session.send({
      method: 'PUT',
      url: `${repo.url}/manifests/v1`,
      headers: { 'Content-Type': mediaType },
      body: smallArtifact('pushed without credentials').bytes,
    });
    givenRefusal(refused, 'access.anonymous.write');
    expect(await repo.manifests.get('v1')).toHaveBytes(bytes, 'refused.unauthorized');
  },
);

test(
  'a deletion without credentials, once refused, leaves the manifest and its tag',
  { tag: ['@credentials', '@refused.unauthorized'] },
  async ({ session, repo }) => {
    const { bytes, digest } = await pushManifest(repo, smallArtifact('in place before the deletion'), 'v1');
    const refused = await session.send({ method: 'DELETE', url: `${repo.url}/manifests/${digest}` });
    givenRefusal(refused, 'access.anonymous.delete');
    expect(await repo.manifests.get('v1')).toHaveBytes(bytes, 'refused.unauthorized');
  },
);

test(
  'a single POST without credentials, once refused, leaves no blob',
  { tag: ['@credentials', '@refused.unauthorized'] },
  async ({ session, repo, bytes }) => {
    const blob = blobOf(bytes(100));
    const refused = await session.send({
      method: 'POST',
      url: `${repo.url}/blobs/uploads/?digest=${blob.digest}`,
      headers: { 'Content-Type': 'application/octet-stream' },
      body: blob.bytes,
    });
    givenRefusal(refused, 'access.anonymous.write');
    expect(await repo.blobs.head(blob.digest)).toHaveStatus(404, 'refused.unauthorized');
  },
);
