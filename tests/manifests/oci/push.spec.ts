import { expect, test } from '../../../fixtures/index.ts';
import {
  given,
  givenAccepted,
  givenErrorCode,
  givenLocation,
  pushBlob,
  pushManifest,
  smallArtifact,
  smallIndex,
  smallManifest,
} from '../../../lib/arrange.ts';
import { hasErrorCode, hasMediaType, servedOrRefused, statesAtMost } from '../../../lib/checks/checks.ts';
import type { Manifest } from '../../../lib/content/manifest.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { emptyBlob, ociIndex } from '../../../lib/content/oci.ts';
import { writtenAs } from '../../../lib/content/variant.ts';
import { followed } from '../../../lib/http/redirect.ts';

test(
  'an image manifest pushed to a tag is stored and says where',
  { tag: ['@smoke', '@manifest.put.status', '@manifest.put.location'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const answer = await repo.manifests.put('latest', smallArtifact(repo.name));
    expect.soft(answer).toHaveStatus(201, 'manifest.put.status');
    expect.soft(answer).toHaveLocation('manifest.put.location');
  },
);

test('a push by digest moves no tag', { tag: '@manifest.get.bytes' }, async ({ repo }) => {
  const tagged = await pushManifest(repo, smallArtifact(`${repo.name} tagged`), 'latest');
  await pushManifest(repo, smallArtifact(`${repo.name} by digest`));
  expect(given(await repo.manifests.get('latest'))).toHaveBytes(tagged.bytes);
});

test('a push to a tag moves none that begins like it', { tag: '@manifest.get.bytes' }, async ({ repo }) => {
  const longer = await pushManifest(repo, smallArtifact(`${repo.name} longer`), 'v1.0');
  await pushManifest(repo, smallArtifact(`${repo.name} shorter`), 'v1');
  expect(given(await repo.manifests.get('v1.0'))).toHaveBytes(longer.bytes);
});

test(
  'an index pushed to a tag is stored and says where',
  { tag: ['@manifest.put.status', '@manifest.put.location'] },
  async ({ repo }) => {
    const children = ['amd64', 'arm64'].map((architecture) => ({
      manifest: smallArtifact(`${repo.name} ${architecture}`),
      platform: { architecture, os: 'linux' },
    }));
    for (const { manifest } of children) await pushManifest(repo, manifest);
    const answer = await repo.manifests.put('latest', ociIndex(children));
    expect.soft(answer).toHaveStatus(201, 'manifest.put.status');
    expect.soft(answer).toHaveLocation('manifest.put.location');
  },
);

for (const [what, build] of [
  ['a manifest', smallManifest],
  ['an index', smallIndex],
] as const) {
  test(
    `${what} pushed by its digest is stored and says where`,
    { tag: ['@manifest.put.status', '@manifest.put.location'] },
    async ({ repo }) => {
      const manifest = await build(repo);
      const answer = await repo.manifests.put(manifest.digest, manifest);
      expect.soft(answer).toHaveStatus(201, 'manifest.put.status');
      expect.soft(answer).toHaveLocation('manifest.put.location');
    },
  );
}

for (const [what, kind, build, referenceOf] of [
  ['a manifest', 'tag', smallManifest, () => 'latest'],
  ['a manifest', 'digest', smallManifest, ({ digest }: Manifest) => digest],
  ['an index', 'tag', smallIndex, () => 'latest'],
  ['an index', 'digest', smallIndex, ({ digest }: Manifest) => digest],
] as const) {
  test(
    `the Location of ${what} pushed by ${kind} leads to its bytes, typed and measured`,
    { tag: ['@manifest.put.pullable', '@manifest.get.content-type', '@manifest.get.length'] },
    async ({ repo }) => {
      const manifest = await build(repo);
      const { bytes, mediaType } = manifest;
      const pushed = given(await repo.manifests.put(referenceOf(manifest), manifest));
      const url = givenLocation(pushed, 'manifest.put.location');
      const answer = await followed(repo.send, { method: 'GET', url, headers: { Accept: mediaType } });
      expect(answer).toHaveStatus(200, 'manifest.put.pullable');
      expect(answer).toHaveBytes(bytes, 'manifest.put.pullable');
      expect.soft(answer).toKeep(hasMediaType(answer, mediaType), 'manifest.get.content-type');
      expect.soft(answer).toHaveHeader('Content-Length', String(bytes.length), 'manifest.get.length');
    },
  );
}

test('a manifest pushed by its digest needs no tag', { tag: '@manifest.put.by-digest' }, async ({ repo }) => {
  await pushBlob(repo, emptyBlob.bytes);
  const manifest = smallArtifact(repo.name);
  const pushed = await repo.manifests.put(manifest.digest, manifest);
  expect(pushed).toBeAccepted();
  const answer = await repo.manifests.get(manifest.digest);
  expect(answer).toServe(manifest);
});

test(
  'the push of a manifest by digest is answered with that digest',
  { tag: ['@manifest.put.digest-header', '@docker.manifest-put-digest-header'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    const answer = givenAccepted(
      await repo.manifests.put(manifest.digest, manifest),
      'manifest.put.by-digest',
    );
    expect.soft(answer).toKeep(statesAtMost(answer, manifest.digest), 'manifest.put.digest-header');
    expect.soft(answer).toHaveHeader('Docker-Content-Digest', /./, 'docker.manifest-put-digest-header');
  },
);

test(
  'a parameter of the Content-Type does not keep a manifest from being stored',
  { tag: '@manifest.put.content-type-parameters' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const { bytes, mediaType } = smallArtifact(repo.name);
    const answer = await repo.manifests.put('latest', { bytes, mediaType: `${mediaType}; charset=utf-8` });
    expect(answer).toBeAccepted();
  },
);

test(
  'a parameter of the Content-Type of a push is no part of the media type',
  { tag: '@manifest.put.content-type-parameters' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const { bytes, mediaType } = smallArtifact(repo.name);
    const typed = { bytes, mediaType: `${mediaType}; dockside=1` };
    givenAccepted(await repo.manifests.put('latest', typed), 'manifest.put.content-type-parameters');
    const answer = await repo.manifests.get('latest');
    expect(answer).toKeep(hasMediaType(answer, mediaType));
  },
);

test(
  'a manifest without a Content-Type is refused or typed by its mediaType',
  { tag: '@manifest.put.no-content-type' },
  async ({ repo, raw }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const { bytes } = smallArtifact(repo.name);
    const pushed = await raw(repo, { method: 'PUT', path: `/v2/${repo.name}/manifests/latest`, body: bytes });
    const answer = await repo.manifests.get('latest');
    expect(answer).toKeep(servedOrRefused(pushed, answer));
  },
);

test(
  'a manifest of a foreign media type is refused with 400 or 415 or served as pushed',
  { tag: '@manifest.put.unknown-type' },
  async ({ repo }) => {
    const foreign = {
      bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, text: repo.name })),
      mediaType: 'application/vnd.dockside.unknown.v1+json',
    };
    const pushed = await repo.manifests.put('latest', foreign);
    expect(pushed).toHaveStatus([201, 400, 415]);
    const answer = await repo.manifests.get('latest', { Accept: foreign.mediaType });
    expect(answer).toKeep(servedOrRefused(pushed, answer));
  },
);

for (const [name, change] of [
  ['of another document', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('\n')])],
  ['of the same document in another layout', (bytes: Buffer) => JSON.stringify(JSON.parse(bytes.toString()))],
] as const) {
  test(
    `a manifest pushed under the digest ${name} is refused with 400 and DIGEST_INVALID or MANIFEST_INVALID`,
    {
      tag: [
        '@manifest.put.digest-mismatch',
        '@manifest.put.digest-mismatch-status',
        '@manifest.put.digest-mismatch-code',
      ],
    },
    async ({ repo }) => {
      await pushBlob(repo, emptyBlob.bytes);
      const manifest = smallArtifact(repo.name);
      const answer = await repo.manifests.put(manifest.digest, writtenAs(manifest, change(manifest.bytes)));
      expect(answer).toBeRefused('manifest.put.digest-mismatch');
      expect.soft(answer).toHaveStatus(400, 'manifest.put.digest-mismatch-status');
      givenErrorCode(answer, 'manifest.put.digest-mismatch');
      expect
        .soft(answer)
        .toKeep(
          hasErrorCode(answer, ['DIGEST_INVALID', 'MANIFEST_INVALID']),
          'manifest.put.digest-mismatch-code',
        );
    },
  );
}

test(
  'a tag that is pushed again leads to the new manifest',
  { tag: '@manifest.put.tag-moved' },
  async ({ repo }) => {
    await pushManifest(repo, smallArtifact(`${repo.name} old`), 'latest');
    const moved = smallArtifact(`${repo.name} new`);
    const pushed = await repo.manifests.put('latest', moved);
    expect(pushed).toBeAccepted();
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(moved);
  },
);

test(
  'a tag can go back to a manifest that it led to before',
  { tag: '@manifest.put.tag-moved' },
  async ({ repo }) => {
    const first = await pushManifest(repo, smallArtifact(`${repo.name} first`), 'latest');
    await pushManifest(repo, smallArtifact(`${repo.name} second`), 'latest');
    const pushed = await repo.manifests.put('latest', first);
    expect(pushed).toBeAccepted();
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(first);
  },
);

test(
  'a manifest that lost its tag can still be pulled by digest',
  { tag: '@manifest.put.old-digest' },
  async ({ repo }) => {
    const old = await pushManifest(repo, smallArtifact(`${repo.name} old`), 'latest');
    await pushManifest(repo, smallArtifact(`${repo.name} new`), 'latest');
    const answer = await repo.manifests.get(old.digest);
    expect(answer).toServe(old);
  },
);

test(
  'a child of an index that lost its tag can still be pulled by digest',
  { tag: '@manifest.put.old-digest' },
  async ({ repo }) => {
    const child = await pushManifest(repo, smallArtifact(`${repo.name} child`));
    await pushManifest(repo, ociIndex([{ manifest: child }]), 'latest');
    await pushManifest(repo, smallArtifact(`${repo.name} new`), 'latest');
    const answer = await repo.manifests.get(child.digest);
    expect(answer).toServe(child);
  },
);

test(
  'a second tag leads to the same manifest as the first',
  { tag: '@manifest.put.second-tag' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact(repo.name), 'first');
    const pushed = await repo.manifests.put('second', manifest);
    expect(pushed).toBeAccepted();
    expect(await repo.manifests.get('second')).toServe(manifest);
    expect(await repo.manifests.get('first')).toServe(manifest);
  },
);

test(
  'a tag may move from an image manifest to an index',
  { tag: '@manifest.put.tag-type' },
  async ({ repo }) => {
    const child = await pushManifest(repo, smallArtifact(repo.name), 'latest');
    const index = ociIndex([{ manifest: child }]);
    const pushed = await repo.manifests.put('latest', index);
    expect(pushed).toBeAccepted();
    const answer = await repo.manifests.get('latest', { Accept: mediaTypes.ociIndex });
    expect(answer).toServe(index);
  },
);

test(
  'a tag may move from an index to an image manifest',
  { tag: '@manifest.put.tag-type' },
  async ({ repo }) => {
    const child = await pushManifest(repo, smallArtifact(repo.name));
    await pushManifest(repo, ociIndex([{ manifest: child }]), 'latest');
    const pushed = await repo.manifests.put('latest', child);
    expect(pushed).toBeAccepted();
    const answer = await repo.manifests.get('latest', { Accept: mediaTypes.ociManifest });
    expect(answer).toServe(child);
  },
);

test(
  'a manifest that is pushed again is answered as the first time and its tag stays',
  { tag: '@repeated.manifest-push' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact(repo.name), 'latest');
    const again = await repo.manifests.put('latest', manifest);
    expect(again).toHaveStatus(201);
    expect(await repo.manifests.get('latest')).toServe(manifest);
  },
);
