import { expect, test } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import {
  basicImages,
  imagesWithEmptyLayer,
  remoteImages,
  sameLayerTwice,
  uncompressedImages,
} from '../../lib/content/image.ts';
import { emptyLayer } from '../../lib/content/layer.ts';
import { readDocument } from '../../lib/content/manifest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { oci } from '../../lib/content/oci.ts';
import { schema2 } from '../../lib/content/schema2.ts';

const place = { repository: 'dockside/unit', tag: 'latest' };

const formats = [
  {
    format: schema2,
    config: 'application/vnd.docker.container.image.v1+json',
    own: 'application/vnd.docker.distribution.manifest.v2+json',
    gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    plain: 'application/vnd.docker.image.rootfs.diff.tar',
    foreign: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  },
  {
    format: oci,
    config: 'application/vnd.oci.image.config.v1+json',
    own: 'application/vnd.oci.image.manifest.v1+json',
    gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
    plain: 'application/vnd.oci.image.layer.v1.tar',
    foreign: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  },
];

for (const { format, own, config, gzip, plain, foreign } of formats) {
  test.describe(format.name, () => {
    test('names config and layers, base first, and has them uploaded in that order', async () => {
      const images = await basicImages('one');
      const { mediaType, bytes, digest, blobs } = await format.build({ ...place, images });
      const layers = images.map(({ layer }) => ({ mediaType: gzip, digest: layer.digest, size: layer.size }));
      const configBlob = blobs.at(-1);
      expect(mediaType).toBe(own);
      expect(digest).toBe(digestOf(bytes));
      expect(readDocument(bytes)).toEqual({
        schemaVersion: 2,
        mediaType: own,
        config: { mediaType: config, digest: configBlob?.digest, size: configBlob?.bytes.length },
        layers,
      });
      expect(blobs.map((blob) => blob.digest)).toEqual([
        ...layers.map((layer) => layer.digest),
        configBlob?.digest,
      ]);
      expect(blobs.map((blob) => digestOf(blob.bytes))).toEqual(blobs.map((blob) => blob.digest));
    });

    test('is the same from the same images', async () => {
      const first = await format.build({ ...place, images: await basicImages('one') });
      expect(await format.build({ ...place, images: await basicImages('one') })).toEqual(first);
    });

    test('leaves empty layers out, but has their blob uploaded once', async () => {
      const images = await imagesWithEmptyLayer('one');
      const { bytes, blobs } = await format.build({ ...place, images });
      const layers = format.parse(bytes, own).layers.map(({ digest }) => digest);
      expect(layers).toEqual([images[0], images[2], images[4]].map((image) => image?.layer.digest));
      expect(blobs.map(({ digest }) => digest).slice(0, -1)).toEqual(
        [images[0], images[1], images[2], images[4]].map((image) => image?.layer.digest),
      );
      expect(blobs[1]?.digest).toBe(emptyLayer.digest);
    });

    test('names a remote layer, but has it not uploaded', async () => {
      const images = await remoteImages('one');
      const { bytes, blobs } = await format.build({ ...place, images });
      const remote = images[0]?.layer.digest;
      const [first, second] = format.parse(bytes, own).layers;
      expect(first).toEqual({
        mediaType: foreign,
        digest: remote,
        size: images[0]?.layer.size,
        urls: images[0]?.urls,
      });
      expect(second).toMatchObject({ mediaType: gzip });
      expect(second).not.toHaveProperty('urls');
      expect(blobs.map(({ digest }) => digest)).not.toContain(remote);
      expect(blobs).toHaveLength(3);
    });

    test('names a layer twice, but has it uploaded once', async () => {
      const images = await sameLayerTwice('one');
      const { bytes, blobs } = await format.build({ ...place, images });
      expect(format.parse(bytes, own).layers).toHaveLength(2);
      expect(blobs).toHaveLength(2);
    });

    test('tells plain tars from zipped ones', async () => {
      const { bytes } = await format.build({ ...place, images: await uncompressedImages('one') });
      expect(readDocument(bytes)).toMatchObject({ layers: [{ mediaType: plain }, { mediaType: plain }] });
    });

    test('names layers nobody has, but has the real ones uploaded', async () => {
      const images = await basicImages('one');
      const { bytes, blobs } = await format.build({ ...place, images }, { invalidBlobReferences: true });
      const nobodys = 'sha256:9ca9681b433830ce5f31777a331c062ea4c310e801a94b9f498ec365a13849fd';
      expect(format.parse(bytes, own).layers.map(({ digest }) => digest)).toEqual([nobodys, nobodys]);
      expect(blobs[0]?.digest).toBe(images[0]?.layer.digest);
    });

    test('hands labels and breakage to its config', async () => {
      const images = await basicImages('one');
      const { blobs } = await format.build(
        { ...place, images },
        { labels: { foo: 'bar' }, brokenConfig: true },
      );
      const written = readDocument(blobs.at(-1)?.bytes ?? Buffer.alloc(0));
      expect(written).toMatchObject({ config: { Labels: { foo: 'bar' } } });
      expect(written).not.toHaveProperty('history');
    });

    test('can be of no layers', async () => {
      const { bytes, blobs } = await format.build({ ...place, images: [] });
      expect(format.parse(bytes, own).layers).toEqual([]);
      expect(blobs).toHaveLength(1);
    });

    test('reads what it wrote', async () => {
      const { bytes, digest, blobs } = await format.build({ ...place, images: await basicImages('one') });
      const { layers, config: read, ...rest } = format.parse(bytes, own);
      expect(rest).toEqual({ mediaType: own, digest });
      expect([...layers, read].map((descriptor) => descriptor?.digest)).toEqual(
        blobs.map((blob) => blob.digest),
      );
    });

    test('takes what a config other than an image has', () => {
      const descriptor = { mediaType: 'application/x.chart', digest: digestOf(Buffer.alloc(0)), size: 0 };
      const document = { schemaVersion: 2, mediaType: own, config: descriptor, layers: [] };
      expect(format.parse(Buffer.from(JSON.stringify(document)), own).config).toEqual(descriptor);
    });
  });
}

test('the formats accept themselves and their indexes', () => {
  expect(schema2.accept).toEqual([mediaTypes.schema2, mediaTypes.list]);
  expect(oci.accept).toEqual([mediaTypes.ociManifest, mediaTypes.ociIndex]);
});
