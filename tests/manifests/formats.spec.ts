import { expect, test } from '../../fixtures/index.ts';
import { given, givenAccepted, givenRefusal, pushBlob, pushImage } from '../../lib/arrange.ts';
import { namesManifest } from '../../lib/checks/checks.ts';
import type { ManifestFormat } from '../../lib/content/manifest.ts';
import type { Image } from '../../lib/content/image.ts';

// What every generation of manifests must do. Bytes and types are judged by the rules of each generation.
const build = async (format: ManifestFormat, repository: string, images: Image[], tag = 'latest') =>
  await format.build({ repository, tag, images });

test(
  'an image can be pushed to a tag',
  { tag: ['@smoke', '@manifest.put.status', '@manifest.put.location'] },
  async ({ repo, format, images }) => {
    const manifest = await build(format, repo.name, await images.basic());
    for (const { bytes } of manifest.blobs) await pushBlob(repo, bytes);
    const answer = await repo.manifests.put('latest', manifest);
    expect(answer).toHaveStatus(201, 'manifest.put.status');
    expect(answer).toHaveLocation('manifest.put.location');
  },
);

test(
  'the push of an image to a tag, where it is answered with a digest, is answered with its own',
  { tag: '@manifest.put.digest-header' },
  async ({ repo, format, images }) => {
    const manifest = await build(format, repo.name, await images.basic());
    for (const { bytes } of manifest.blobs) await pushBlob(repo, bytes);
    const answer = givenAccepted(await repo.manifests.put('latest', manifest), 'manifest.put.status');
    expect(answer).toKeep(namesManifest(answer, manifest));
  },
);

test(
  'an image can be pushed by its digest alone',
  { tag: '@manifest.put.by-digest' },
  async ({ repo, format, images }) => {
    const manifest = await build(format, repo.name, await images.basic());
    for (const { bytes } of manifest.blobs) await pushBlob(repo, bytes);
    expect(await repo.manifests.put(manifest.digest, manifest)).toBeAccepted();
    expect(await repo.manifests.get(manifest.digest)).toServe(manifest);
  },
);

test(
  'an image is found by its tag',
  { tag: ['@smoke', '@manifest.get.status'] },
  async ({ repo, format, images }) => {
    await pushImage(repo, format, await images.basic());
    expect(await repo.manifests.get('latest')).toHaveStatus(200);
  },
);

test(
  'an image that was pushed to a tag is found by its digest',
  { tag: '@manifest.get.status' },
  async ({ repo, format, images }) => {
    const { digest } = await pushImage(repo, format, await images.basic());
    expect(await repo.manifests.get(digest)).toHaveStatus(200);
  },
);

test(
  'HEAD finds an image by its tag and tells the length of what GET brings',
  { tag: ['@manifest.head.status', '@manifest.head.length'] },
  async ({ repo, format, images }) => {
    await pushImage(repo, format, await images.basic());
    const { body } = given(await repo.manifests.get('latest'));
    const answer = await repo.manifests.head('latest');
    expect(answer).toHaveStatus(200, 'manifest.head.status');
    expect.soft(answer).toHaveHeader('Content-Length', String(body.length), 'manifest.head.length');
  },
);

test(
  'an image pushed under the digest of another is refused',
  { tag: ['@manifest.put.digest-mismatch', '@manifest.put.digest-mismatch-status'] },
  async ({ repo, format, images }) => {
    const manifest = await build(format, repo.name, await images.basic());
    const other = await build(format, repo.name, await images.different());
    for (const { bytes } of [...manifest.blobs, ...other.blobs]) await pushBlob(repo, bytes);
    const answer = await repo.manifests.put(other.digest, manifest);
    expect(answer).toBeRefused('manifest.put.digest-mismatch');
    expect.soft(answer).toHaveStatus(400, 'manifest.put.digest-mismatch-status');
  },
);

test(
  'a refused image leaves its tag where it was',
  { tag: '@refused.manifest.tag' },
  async ({ repo, format, images }) => {
    const before = await pushImage(repo, format, await images.basic());
    const missing = await build(format, repo.name, await images.different());
    givenRefusal(await repo.manifests.put('latest', missing), 'manifest.missing-blob.status');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(before);
  },
);

test(
  'a tag moves to the image that was pushed last',
  { tag: '@manifest.put.tag-moved' },
  async ({ repo, format, images }) => {
    await pushImage(repo, format, await images.basic());
    const moved = await pushImage(repo, format, await images.different());
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(moved);
  },
);

test(
  'an image that is pushed again is answered as the first time',
  { tag: '@repeated.manifest-push' },
  async ({ repo, format, images }) => {
    const manifest = await pushImage(repo, format, await images.basic());
    expect(await repo.manifests.put('latest', manifest)).toHaveStatus(201);
  },
);
