import { expect } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import { basicImages, imagesWithEmptyLayer, remoteImages, type Image } from '../../lib/content/image.ts';
import { unknownDigest, type BuildOptions, type Manifest } from '../../lib/content/manifest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { readSchema1, verifySchema1 } from '../../lib/content/schema1.ts';
import { manifestList, schema2 } from '../../lib/content/schema2.ts';
import { codesOf, jsonIn, pushBlob, putManifest, send, test, type Reply } from './client.ts';

type Place = { registry: { url: string }; repository: string };

const tag = 'latest';

async function pushImage(place: Place, images: Image[], options: BuildOptions = {}): Promise<Manifest> {
  const { registry, repository } = place;
  const manifest = await schema2.build({ repository, tag, images }, options);
  for (const { bytes } of manifest.blobs) await pushBlob(registry, repository, bytes);
  await putManifest(registry, repository, tag, manifest.bytes, manifest.mediaType);
  return manifest;
}

async function pull({ registry, repository }: Place, accept: string, reference = tag): Promise<Reply> {
  const headers = { Accept: accept, 'Dockside-Policy': 'convert' };
  return await send(registry, 'GET', `/v2/${repository}/manifests/${reference}`, { headers });
}

test('schema2 becomes a signed schema1, by tag alone', async ({ registry, repository }) => {
  const place = { registry, repository };
  const images = await imagesWithEmptyLayer(repository);
  const { digest } = await pushImage(place, images, { labels: { a: 'ł' } });
  const reply = await pull(place, mediaTypes.schema1Signed);
  const { payload, keyIds } = verifySchema1(reply.bytes);
  expect(keyIds).toHaveLength(1);
  expect(reply.headers.get('content-type')).toBe(mediaTypes.schema1Signed);
  expect(reply.headers.get('docker-content-digest')).toBe(digestOf(payload));
  const { name, tag: stated, fsLayers } = readSchema1(payload);
  expect([name, stated]).toEqual([repository, tag]);
  expect(fsLayers.map(({ blobSum }) => blobSum)).toEqual(
    images.map(({ layer }) => layer.digest).toReversed(),
  );
  const { history } = jsonIn(payload.toString()) as { history: { v1Compatibility: string }[] };
  const steps = history.map(({ v1Compatibility }) => jsonIn(v1Compatibility));
  expect(steps.map(({ throwaway = false }) => throwaway)).toEqual([false, true, false, true, false]);
  expect(steps.map(({ parent }) => parent)).toEqual([...steps.slice(1).map(({ id }) => id), undefined]);
  expect(steps[0]?.['config']).toEqual({ Labels: { a: 'ł' } });

  expect((await pull(place, mediaTypes.schema1Signed)).bytes).toEqual(reply.bytes);
  expect((await pull(place, mediaTypes.schema1Signed, digest)).status).toBe(404);
  expect((await pull(place, mediaTypes.ociManifest)).status).toBe(404);
});

test('a list becomes its child for linux/amd64, and that a schema1', async ({ registry, repository }) => {
  const place = { registry, repository };
  const manifest = await pushImage(place, await basicImages(repository));
  const put = async (os: string) => {
    const list = manifestList([{ manifest, platform: { architecture: 'amd64', os } }]);
    await putManifest(registry, repository, tag, list.bytes, list.mediaType);
  };
  await put('linux');
  expect((await pull(place, mediaTypes.schema2)).bytes).toEqual(manifest.bytes);
  expect((await pull(place, mediaTypes.schema1Signed)).headers.get('content-type')).toBe(
    mediaTypes.schema1Signed,
  );
  await put('windows');
  expect((await pull(place, mediaTypes.schema2)).status).toBe(404);
});

test('an image that schema1 has no word for is not found', async ({ registry, repository }) => {
  const place = { registry, repository };
  const refused = async (images: Image[], options: BuildOptions = {}) => {
    await pushImage(place, images, options);
    const reply = await pull(place, mediaTypes.schema1Signed);
    expect([reply.status, codesOf(reply)]).toEqual([404, ['MANIFEST_UNKNOWN']]);
  };
  await refused(await remoteImages(repository));
  await refused(await basicImages(repository), { brokenConfig: true });
});

test('the policy sparse takes what names unknown content', async ({ registry, repository }) => {
  const layers = [{ mediaType: mediaTypes.dockerLayer, digest: unknownDigest, size: 1 }];
  const { bytes } = await schema2.build({ repository, tag, images: await basicImages(repository) });
  const body = Buffer.from(JSON.stringify({ ...jsonIn(bytes.toString()), layers }));
  const path = `/v2/${repository}/manifests/${tag}`;
  const headers = { 'Content-Type': mediaTypes.schema2 };
  const sparse = { ...headers, 'Dockside-Policy': 'sparse' };
  expect((await send(registry, 'PUT', path, { headers, body })).status).toBe(400);
  expect((await send(registry, 'PUT', path, { headers: sparse, body })).status).toBe(201);
  expect((await send(registry, 'GET', path)).bytes).toEqual(body);
});
