import { expect, test } from '../../../fixtures/index.ts';
import { givenOffered, givenRefusal, pushBlob, pushImage } from '../../../lib/arrange.ts';
import { hasMediaType, servedOrRefused } from '../../../lib/checks/checks.ts';
import { readDocument, type Manifest } from '../../../lib/content/manifest.ts';
import type { Image } from '../../../lib/content/image.ts';
import { emptyLayer } from '../../../lib/content/layer.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { schema2 } from '../../../lib/content/schema2.ts';
import { withFields, writtenAs } from '../../../lib/content/variant.ts';
import type { Repository } from '../../../lib/registry/repository.ts';

/** A schema2 image whose blobs are pushed, but not itself. */
async function readyImage(repository: Repository, images: Image[]): Promise<Manifest> {
  const image = await schema2.build({ repository: repository.name, tag: 'latest', images });
  for (const { bytes } of image.blobs) await pushBlob(repository, bytes);
  return image;
}

test(
  'a schema2 image manifest is stored and served as pushed',
  { tag: ['@smoke', '@schema2.accepted'] },
  async ({ repo, images }) => {
    const image = await readyImage(repo, await images.basic());
    expect(await repo.manifests.put('latest', image)).toBeAccepted();
    const answer = await repo.manifests.get('latest', { Accept: mediaTypes.schema2 });
    expect(answer).toHaveBytes(image.bytes);
  },
);

test(
  'a schema2 image manifest in one line is stored byte for byte',
  { tag: '@manifest.put.exact-bytes' },
  async ({ repo, images }) => {
    const image = await readyImage(repo, await images.basic());
    const written = writtenAs(image, JSON.stringify(readDocument(image.bytes)));
    expect(await repo.manifests.put('latest', written)).toBeAccepted();
    expect(await repo.manifests.get('latest')).toHaveBytes(written.bytes);
  },
);

test(
  'a schema2 image manifest comes back typed as one',
  { tag: '@manifest.get.content-type' },
  async ({ repo, images }) => {
    const image = await pushImage(repo, schema2, await images.basic());
    const answer = await repo.manifests.get('latest', { Accept: mediaTypes.schema2 });
    expect(answer).toKeep(hasMediaType(answer, image.mediaType));
  },
);

test(
  'a schema2 image manifest without mediaType is refused',
  { tag: '@schema2.media-type' },
  async ({ repo, images }) => {
    const image = await readyImage(repo, await images.basic());
    const answer = await repo.manifests.put('latest', withFields(image, { mediaType: undefined }));
    expect(answer).toBeRefused();
  },
);

test(
  'a schema2 image manifest sent as an OCI one is refused',
  { tag: '@manifest.put.media-type-mismatch' },
  async ({ repo, images }) => {
    const { bytes } = await readyImage(repo, await images.basic());
    const answer = await repo.manifests.put('latest', { bytes, mediaType: mediaTypes.ociManifest });
    expect(answer).toBeRefused();
  },
);

test(
  'a schema2 image manifest whose config was never pushed is refused',
  { tag: '@schema2.config-unknown' },
  async ({ repo, images }) => {
    const image = await schema2.build({ repository: repo.name, tag: 'latest', images: await images.basic() });
    for (const { bytes } of image.blobs.slice(0, -1)) await pushBlob(repo, bytes);
    expect(await repo.manifests.put('latest', image)).toBeRefused();
  },
);

test(
  'a schema2 image manifest whose layer was never pushed is refused with MANIFEST_BLOB_UNKNOWN',
  { tag: '@manifest.missing-blob.code' },
  async ({ repo, images }) => {
    const image = await schema2.build({ repository: repo.name, tag: 'latest', images: await images.basic() });
    for (const { bytes } of image.blobs.slice(1)) await pushBlob(repo, bytes);
    const answer = await repo.manifests.put('latest', image);
    givenOffered(answer, answer.status >= 300, 'reference-check');
    givenRefusal(answer, 'manifest.missing-blob.code');
    expect(answer).toHaveErrorCode('MANIFEST_BLOB_UNKNOWN');
  },
);

test(
  'a schema2 image manifest may name foreign layers that were never pushed',
  { tag: ['@foreign', '@schema2.foreign-layer'] },
  async ({ repo, images }) => {
    const image = await readyImage(repo, await images.remote());
    expect(await repo.manifests.put('latest', image)).toBeAccepted();
  },
);

test(
  'a schema2 image manifest may name the well-known empty layer',
  { tag: '@schema2.empty-layer' },
  async ({ repo, images }) => {
    const withEmpty = [...(await images.basic()), { id: 'emptyid', layer: emptyLayer }];
    const image = await readyImage(repo, withEmpty);
    expect(await repo.manifests.put('latest', image)).toBeAccepted();
  },
);

test(
  'a schema2 image manifest without layers is stored and served as pushed, or refused with a 4xx',
  { tag: '@schema2.no-layers' },
  async ({ repo, images }) => {
    const image = withFields(await readyImage(repo, await images.basic()), { layers: [] });
    const pushed = await repo.manifests.put('latest', image);
    const answer = await repo.manifests.get('latest', { Accept: mediaTypes.schema2 });
    expect(answer).toKeep(servedOrRefused(pushed, answer));
  },
);

test(
  'a schema2 image manifest without layers is stored',
  { tag: '@schema2.no-layers-taken' },
  async ({ repo, images }) => {
    const image = withFields(await readyImage(repo, await images.basic()), { layers: [] });
    expect(await repo.manifests.put('latest', image)).toBeAccepted();
  },
);

test(
  'a schema2 image may have a config whose labels are null',
  { tag: '@schema2.config-null' },
  async ({ repo, images }) => {
    const image = await readyImage(repo, await images.basic());
    const config = image.blobs.at(-1)!;
    const document = { ...readDocument(config.bytes), config: { Labels: null } };
    const { digest, bytes } = await pushBlob(repo, Buffer.from(JSON.stringify(document)));
    const descriptor = { mediaType: mediaTypes.dockerConfig, digest, size: bytes.length };
    const labelled = withFields(image, { config: descriptor });
    expect(await repo.manifests.put('latest', labelled)).toBeAccepted();
  },
);
