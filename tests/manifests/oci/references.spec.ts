import { expect, test } from '../../../fixtures/index.ts';
import {
  givenAccepted,
  givenOffered,
  givenRefusal,
  pushBlob,
  pushManifest,
  smallArtifact,
} from '../../../lib/arrange.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import type { Descriptor, Manifest } from '../../../lib/content/manifest.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { artifact, emptyBlob, ociIndex } from '../../../lib/content/oci.ts';
import { withFields } from '../../../lib/content/variant.ts';

const unchecked = { 'Dockside-Policy': 'sparse' };

const layerOf = (bytes: Buffer): Descriptor => ({
  mediaType: mediaTypes.ociLayerGzip,
  digest: digestOf(bytes),
  size: bytes.length,
});

/** A manifest whose subject would be these bytes, which nobody pushed. */
function referrerOf(bytes: Buffer): { referrer: Manifest; subject: Descriptor } {
  const subject = { ...layerOf(bytes), mediaType: mediaTypes.ociManifest };
  return { subject, referrer: artifact({ artifactType: 'application/vnd.dockside.test', subject }) };
}

test(
  'a manifest with a layer that nobody pushed is refused with 400 or 404 and MANIFEST_BLOB_UNKNOWN',
  { tag: ['@manifest.missing-blob.status', '@manifest.missing-blob.code'] },
  async ({ repo, bytes }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = withFields(smallArtifact(repo.name), { layers: [layerOf(bytes(32))] });
    const answer = await repo.manifests.put('latest', manifest);
    expect.soft(answer).toHaveStatus([400, 404], 'manifest.missing-blob.status');
    givenOffered(answer, answer.status >= 300, 'reference-check');
    givenRefusal(answer, 'manifest.missing-blob.status');
    expect.soft(answer).toHaveErrorCode('MANIFEST_BLOB_UNKNOWN', 'manifest.missing-blob.code');
  },
);

test(
  'a manifest with a config that nobody pushed is refused with 400 or 404 and MANIFEST_BLOB_UNKNOWN',
  { tag: ['@manifest.missing-blob.status', '@manifest.missing-blob.code'] },
  async ({ repo, bytes }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const config = { ...layerOf(bytes(32)), mediaType: 'application/vnd.dockside.config+json' };
    const answer = await repo.manifests.put('latest', withFields(smallArtifact(repo.name), { config }));
    expect.soft(answer).toHaveStatus([400, 404], 'manifest.missing-blob.status');
    givenOffered(answer, answer.status >= 300, 'reference-check');
    givenRefusal(answer, 'manifest.missing-blob.status');
    expect.soft(answer).toHaveErrorCode('MANIFEST_BLOB_UNKNOWN', 'manifest.missing-blob.code');
  },
);

test(
  'the refusal of a manifest with three unknown layers names each of them',
  { tag: '@manifest.missing-blob.count' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const layers = [bytes(32), bytes(32), bytes(32)].map(layerOf);
    const answer = await repo.manifests.put('latest', withFields(smallArtifact(repo.name), { layers }));
    const unnamed = layers.filter(({ digest }) => !answer.text.includes(digest));
    const check = {
      kept: unnamed.length === 0,
      expected: 'each of the three digests in the error body',
      received: `status ${answer.status} without ${unnamed.map(({ digest }) => digest).join(', ')}`,
    };
    expect(answer).toKeep(check);
  },
);

test(
  'a layer that only another repository holds is unknown to a manifest',
  { tag: '@manifest.missing-blob.other-repository' },
  async ({ repo, anotherRepo, bytes }) => {
    const layer = await pushBlob(anotherRepo('other'), bytes(32));
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = withFields(smallArtifact(repo.name), { layers: [layerOf(layer.bytes)] });
    const answer = await repo.manifests.put('latest', manifest);
    expect(answer).toBeRefused();
  },
);

test(
  'a manifest with a layer that nobody pushed, once taken, is served as pushed',
  { tag: '@manifest.missing-blob.accepted' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = withFields(smallArtifact(repo.name), { layers: [layerOf(bytes(32))] });
    const pushed = await repo.manifests.put('latest', manifest, [], unchecked);
    givenOffered(pushed, pushed.status === 201, 'sparse');
    const answer = await repo.manifests.get('latest');
    expect(answer).toHaveBytes(manifest.bytes);
  },
);

test(
  'an index with a manifest that nobody pushed, once taken, is served as pushed',
  { tag: '@manifest.missing-blob.accepted' },
  async ({ repo }) => {
    const known = await pushManifest(repo, smallArtifact(repo.name));
    const index = ociIndex([{ manifest: known }, { manifest: smallArtifact(`${repo.name} unknown`) }]);
    const pushed = await repo.manifests.put('latest', index, [], unchecked);
    givenOffered(pushed, pushed.status === 201, 'sparse');
    const answer = await repo.manifests.get('latest');
    expect(answer).toHaveBytes(index.bytes);
  },
);

test(
  'an index with a manifest that nobody pushed is refused with MANIFEST_BLOB_UNKNOWN',
  { tag: '@manifest.missing-child.code' },
  async ({ repo }) => {
    const known = await pushManifest(repo, smallArtifact(repo.name));
    const index = ociIndex([{ manifest: known }, { manifest: smallArtifact(`${repo.name} unknown`) }]);
    const answer = await repo.manifests.put('latest', index);
    givenOffered(answer, answer.status >= 300, 'reference-check');
    givenRefusal(answer, 'manifest.missing-child.code');
    expect(answer).toHaveErrorCode('MANIFEST_BLOB_UNKNOWN');
  },
);

test(
  'a refused manifest with an unknown layer leaves its tag where it was',
  { tag: '@refused.manifest.tag' },
  async ({ repo, bytes }) => {
    const before = await pushManifest(repo, smallArtifact(`${repo.name} before`), 'latest');
    const spoilt = withFields(smallArtifact(repo.name), { layers: [layerOf(bytes(32))] });
    givenRefusal(await repo.manifests.put('latest', spoilt), 'manifest.missing-blob.status');
    expect(await repo.manifests.get('latest')).toServe(before);
  },
);

test(
  'a manifest whose subject does not exist is accepted',
  { tag: '@manifest.missing-subject' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const { referrer } = referrerOf(bytes(32));
    expect(await repo.manifests.put('latest', referrer)).toBeAccepted();
  },
);

test(
  'a manifest whose subject does not exist is stored byte for byte',
  { tag: '@manifest.put.exact-bytes' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const { referrer } = referrerOf(bytes(32));
    givenAccepted(await repo.manifests.put('latest', referrer), 'manifest.missing-subject');
    expect(await repo.manifests.get('latest')).toHaveBytes(referrer.bytes);
  },
);

test(
  'a push to a tag of a manifest whose subject does not exist is answered with that subject',
  { tag: '@manifest.subject-header' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const { referrer, subject } = referrerOf(bytes(32));
    const answer = givenAccepted(await repo.manifests.put('latest', referrer), 'manifest.missing-subject');
    expect(answer).toHaveHeader('OCI-Subject', subject.digest);
  },
);

test(
  'a push of an image manifest with a subject is answered with that subject',
  { tag: '@manifest.subject-header' },
  async ({ repo }) => {
    const { mediaType, digest, bytes } = await pushManifest(repo, smallArtifact(repo.name));
    const subject = { mediaType, digest, size: bytes.length };
    const referrer = artifact({ artifactType: 'application/vnd.dockside.test', subject });
    const answer = await repo.manifests.put(referrer.digest, referrer);
    expect(answer).toHaveHeader('OCI-Subject', digest);
  },
);

test(
  'a push of an index with a subject is answered with that subject',
  { tag: '@manifest.subject-header-index' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact(repo.name));
    const { mediaType, digest, bytes } = manifest;
    const index = ociIndex([{ manifest }], { subject: { mediaType, digest, size: bytes.length } });
    const answer = await repo.manifests.put(index.digest, index);
    expect(answer).toHaveHeader('OCI-Subject', digest);
  },
);

test(
  'a push of a manifest without a subject is answered without one',
  { tag: '@manifest.subject-header-absent' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const answer = await repo.manifests.put('latest', smallArtifact(repo.name));
    expect(answer).toHaveHeader('OCI-Subject', null);
  },
);
