import { expect, test } from '../../../fixtures/index.ts';
import { givenAccepted, pushBlob, pushManifest, smallArtifact, givenServed } from '../../../lib/arrange.ts';
import { hasBytes, servedOrRefused } from '../../../lib/checks.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import { readDocument, type Json } from '../../../lib/content/manifest.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { artifact, emptyBlob, oci, ociIndex } from '../../../lib/content/oci.ts';
import { paddedTo, withFields, writtenAs } from '../../../lib/content/variant.ts';

const layouts: [name: string, write: (document: Json) => string][] = [
  ['in one line', (document) => JSON.stringify(document)],
  ['indented by tabs', (document) => JSON.stringify(document, null, '\t')],
  [
    'with CRLF and an empty line at its end',
    (document) => `${JSON.stringify(document, null, 2)}\n\n`.replaceAll('\n', '\r\n'),
  ],
  ['with white space around it', (document) => ` \n\t${JSON.stringify(document)}  \n`],
  [
    'with its fields in reverse order',
    (document) => JSON.stringify(Object.fromEntries(Object.entries(document).toReversed())),
  ],
  ['with escaped slashes', (document) => JSON.stringify(document).replaceAll('/', String.raw`\/`)],
  [
    'with escaped letters',
    (document) => JSON.stringify(document).replaceAll('dockside', String.raw`\u0064ockside`),
  ],
  [
    'with HTML characters unescaped',
    (document) => JSON.stringify({ ...document, annotations: { 'dev.dockside.text': '<&>' } }),
  ],
];

for (const [name, write] of layouts) {
  test(
    `a manifest ${name} is stored byte for byte`,
    { tag: '@manifest.put.exact-bytes' },
    async ({ repo }) => {
      await pushBlob(repo, emptyBlob.bytes);
      const manifest = smallArtifact(repo.name);
      const written = writtenAs(manifest, write(readDocument(manifest.bytes)));
      expect(await repo.manifests.put('latest', written)).toBeAccepted('manifest.put.exact-bytes');
      expect(await repo.manifests.get('latest')).toHaveBytes(written.bytes, 'manifest.put.exact-bytes');
    },
  );
}

for (const [what, indent] of [
  ['in one line', undefined],
  ['indented by tabs', '\t'],
] as const) {
  test(`an index ${what} is stored byte for byte`, { tag: '@manifest.put.exact-bytes' }, async ({ repo }) => {
    const index = ociIndex([{ manifest: await pushManifest(repo, smallArtifact(repo.name)) }]);
    const written = writtenAs(index, JSON.stringify(readDocument(index.bytes), null, indent));
    expect(await repo.manifests.put('latest', written)).toBeAccepted('manifest.put.exact-bytes');
    expect(await repo.manifests.get('latest')).toHaveBytes(written.bytes, 'manifest.put.exact-bytes');
  });
}

for (const set of ['basic', 'uncompressed'] as const) {
  test(
    `the manifest of the image set ${set} is stored byte for byte`,
    { tag: '@manifest.put.exact-bytes' },
    async ({ repo, images }) => {
      const image = await oci.build({ repository: repo.name, tag: 'latest', images: await images[set]() });
      for (const { bytes } of image.blobs) await pushBlob(repo, bytes);
      expect(await repo.manifests.put('latest', image)).toBeAccepted('manifest.put.exact-bytes');
      expect(await repo.manifests.get('latest')).toHaveBytes(image.bytes, 'manifest.put.exact-bytes');
    },
  );
}

const emptyDescriptor = {
  mediaType: emptyBlob.mediaType,
  digest: emptyBlob.digest,
  size: emptyBlob.bytes.length,
};
const unknown = { 'dev.dockside.unknown': { nested: ['text', 1, null, true] } };

test(
  'an image manifest with unknown fields is stored',
  { tag: ['@manifest.put.unknown-fields', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = withFields(smallArtifact(repo.name), unknown);
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted('manifest.put.unknown-fields');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(manifest, 'manifest.put.unknown-fields');
    const served = givenServed(answer, manifest, 'manifest.put.unknown-fields');
    expect(served).toHaveBytes(manifest.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'an index with unknown fields is stored',
  { tag: ['@manifest.put.unknown-fields', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    const child = await pushManifest(repo, smallArtifact(repo.name));
    const index = withFields(ociIndex([{ manifest: child }]), unknown);
    expect(await repo.manifests.put('latest', index)).toBeAccepted('manifest.put.unknown-fields');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(index, 'manifest.put.unknown-fields');
    const served = givenServed(answer, index, 'manifest.put.unknown-fields');
    expect(served).toHaveBytes(index.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'a descriptor with unknown fields is stored',
  { tag: ['@manifest.put.unknown-fields', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = withFields(smallArtifact(repo.name), {
      config: { ...emptyDescriptor, ...unknown },
      layers: [{ ...emptyDescriptor, ...unknown }],
    });
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted('manifest.put.unknown-fields');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(manifest, 'manifest.put.unknown-fields');
    const served = givenServed(answer, manifest, 'manifest.put.unknown-fields');
    expect(served).toHaveBytes(manifest.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'a config with unknown fields is a config',
  { tag: ['@manifest.put.unknown-fields', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    const bytes = Buffer.from(
      JSON.stringify({ architecture: 'amd64', os: 'linux', ...unknown, repository: repo.name }),
    );
    const config = { bytes, digest: digestOf(bytes), mediaType: mediaTypes.ociConfig };
    const image = artifact({ config });
    for (const blob of image.blobs) await pushBlob(repo, blob.bytes);
    expect(await repo.manifests.put('latest', image)).toBeAccepted('manifest.put.unknown-fields');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(image, 'manifest.put.unknown-fields');
    const served = givenServed(answer, image, 'manifest.put.unknown-fields');
    expect(served).toHaveBytes(image.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'a manifest whose descriptors embed their data is stored',
  { tag: ['@manifest.put.data-field', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const embedded = { ...emptyDescriptor, data: emptyBlob.bytes.toString('base64') };
    const manifest = withFields(smallArtifact(repo.name), { config: embedded, layers: [embedded] });
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted('manifest.put.data-field');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(manifest, 'manifest.put.data-field');
    const served = givenServed(answer, manifest, 'manifest.put.data-field');
    expect(served).toHaveBytes(manifest.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'a manifest with two non-distributable layers that were never pushed is stored',
  { tag: ['@manifest.put.foreign-layer', '@manifest.put.exact-bytes'] },
  async ({ repo, bytes }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const layers = [bytes(32), bytes(33)].map((layer) => ({
      mediaType: mediaTypes.ociNondistributableGzip,
      digest: digestOf(layer),
      size: layer.length,
      urls: [`https://layers.example/${digestOf(layer)}`],
    }));
    const manifest = withFields(smallArtifact(repo.name), { layers });
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted('manifest.put.foreign-layer');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(manifest, 'manifest.put.foreign-layer');
    const served = givenServed(answer, manifest, 'manifest.put.foreign-layer');
    expect(served).toHaveBytes(manifest.bytes, 'manifest.put.exact-bytes');
  },
);

test('a manifest may name one layer twice', { tag: '@manifest.put.shared-layer' }, async ({ repo }) => {
  await pushBlob(repo, emptyBlob.bytes);
  const manifest = withFields(smallArtifact(repo.name), { layers: [emptyDescriptor, emptyDescriptor] });
  expect(await repo.manifests.put('latest', manifest)).toBeAccepted('manifest.put.shared-layer');
  expect(await repo.manifests.get('latest')).toServe(manifest, 'manifest.put.shared-layer');
});

for (const [name, text] of [
  ['accents', 'Sômé guy Paweł Kamiński'],
  ['an emoji', '😱'],
  ['Chinese and Arabic letters', '容器 حاوية'],
] as const) {
  test(
    `a manifest with ${name} in its annotations is stored as it is`,
    { tag: '@manifest.put.unicode' },
    async ({ repo }) => {
      await pushBlob(repo, emptyBlob.bytes);
      const manifest = smallArtifact(`${repo.name} ${text}`);
      expect(await repo.manifests.put('latest', manifest)).toBeAccepted('manifest.put.unicode');
      expect(await repo.manifests.get('latest')).toHaveBytes(manifest.bytes, 'manifest.put.unicode');
    },
  );
}

test(
  'an artifact with an empty config and a layer of its own is stored',
  { tag: ['@manifest.put.artifact', '@manifest.put.exact-bytes'] },
  async ({ repo, bytes }) => {
    const layer = { mediaType: 'text/plain', ...(await pushBlob(repo, bytes(64))) };
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = artifact({ artifactType: 'application/vnd.dockside.test', layers: [layer] });
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted('manifest.put.artifact');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(manifest, 'manifest.put.artifact');
    const served = givenServed(answer, manifest, 'manifest.put.artifact');
    expect(served).toHaveBytes(manifest.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'an artifact whose only layer is the empty one is stored',
  { tag: ['@manifest.put.artifact', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted('manifest.put.artifact');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(manifest, 'manifest.put.artifact');
    const served = givenServed(answer, manifest, 'manifest.put.artifact');
    expect(served).toHaveBytes(manifest.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'an index with an artifactType is stored',
  { tag: ['@manifest.put.artifact', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    const children = ['one', 'two'].map((text) => ({ manifest: smallArtifact(`${repo.name} ${text}`) }));
    for (const { manifest } of children) await pushManifest(repo, manifest);
    const index = ociIndex(children, { artifactType: 'application/vnd.dockside.test' });
    expect(await repo.manifests.put('latest', index)).toBeAccepted('manifest.put.artifact');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(index, 'manifest.put.artifact');
    const served = givenServed(answer, index, 'manifest.put.artifact');
    expect(served).toHaveBytes(index.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'an image manifest without layers, once taken, is served as pushed',
  { tag: '@manifest.put.empty-layers' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const pushed = await repo.manifests.put('latest', withFields(smallArtifact(repo.name), { layers: [] }));
    const answer = await repo.manifests.get('latest');
    expect(answer).toKeep(servedOrRefused(pushed, answer), 'manifest.put.empty-layers');
  },
);

test(
  'an index without manifests, once taken, is served as pushed',
  { tag: '@manifest.put.empty-index' },
  async ({ repo }) => {
    const index = ociIndex([], { annotations: { 'dev.dockside.text': repo.name } });
    const pushed = await repo.manifests.put('latest', index);
    const answer = await repo.manifests.get('latest');
    expect(answer).toKeep(servedOrRefused(pushed, answer), 'manifest.put.empty-index');
  },
);

test(
  'an image manifest without layers is stored',
  { tag: '@manifest.put.empty-layers-taken' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = withFields(smallArtifact(repo.name), { layers: [] });
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted('manifest.put.empty-layers-taken');
  },
);

test('an index without manifests is stored', { tag: '@manifest.put.empty-index-taken' }, async ({ repo }) => {
  const index = ociIndex([], { annotations: { 'dev.dockside.text': repo.name } });
  expect(await repo.manifests.put('latest', index)).toBeAccepted('manifest.put.empty-index-taken');
});

test(
  'an artifact whose config is a policy and not that of an image is stored by its digest',
  { tag: ['@manifest.put.artifact', '@manifest.put.exact-bytes'] },
  async ({ repo, bytes }) => {
    const text = Buffer.from(JSON.stringify({ policy: bytes(8).toString('hex') }));
    const config = {
      bytes: text,
      digest: digestOf(text),
      mediaType: 'application/vnd.cncf.openpolicyagent.config.v1+json',
    };
    const policy = artifact({ config });
    for (const blob of policy.blobs) await pushBlob(repo, blob.bytes);
    expect(await repo.manifests.put(policy.digest, policy)).toBeAccepted('manifest.put.artifact');
    const answer = await repo.manifests.get(policy.digest);
    expect(answer).toServe(policy, 'manifest.put.artifact');
    const served = givenServed(answer, policy, 'manifest.put.artifact');
    expect(served).toHaveBytes(policy.bytes, 'manifest.put.exact-bytes');
  },
);

test(
  'an index of indexes is stored',
  { tag: ['@manifest.put.nested-index', '@manifest.put.exact-bytes'] },
  async ({ repo }) => {
    const leaf = await pushManifest(repo, smallArtifact(repo.name));
    const inner = ['one', 'two'].map((text) =>
      ociIndex([{ manifest: leaf }], { annotations: { 'dev.dockside.text': text } }),
    );
    for (const index of inner) await pushManifest(repo, index);
    const outer = ociIndex(inner.map((manifest) => ({ manifest })));
    expect(await repo.manifests.put('latest', outer)).toBeAccepted('manifest.put.nested-index');
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(outer, 'manifest.put.nested-index');
    const served = givenServed(answer, outer, 'manifest.put.nested-index');
    expect(served).toHaveBytes(outer.bytes, 'manifest.put.exact-bytes');
  },
);

test('an index may name one manifest twice', { tag: '@manifest.put.duplicate-child' }, async ({ repo }) => {
  const manifest = await pushManifest(repo, smallArtifact(repo.name));
  const index = ociIndex(
    ['amd64', 'arm64'].map((architecture) => ({ manifest, platform: { architecture, os: 'linux' } })),
  );
  expect(await repo.manifests.put('latest', index)).toBeAccepted('manifest.put.duplicate-child');
  expect(await repo.manifests.get('latest')).toServe(index, 'manifest.put.duplicate-child');
});

test('a manifest of 4 megabytes is accepted', { tag: '@manifest.limit.four-megabytes' }, async ({ repo }) => {
  await pushBlob(repo, emptyBlob.bytes);
  const answer = await repo.manifests.put('latest', paddedTo(smallArtifact(repo.name), 4_000_000));
  expect(answer).toBeAccepted('manifest.limit.four-megabytes');
});

test(
  'a manifest of 4 megabytes is stored byte for byte',
  { tag: '@manifest.put.exact-bytes' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = paddedTo(smallArtifact(repo.name), 4_000_000);
    givenAccepted(await repo.manifests.put('latest', manifest), 'manifest.limit.four-megabytes');
    const answer = await repo.manifests.get('latest');
    expect(answer).toKeep(hasBytes(answer, manifest.bytes), 'manifest.put.exact-bytes');
  },
);
