import { expect, test } from '../../../fixtures/index.ts';
import {
  blobOf,
  givenAccepted,
  givenServed,
  pushBlob,
  pushManifest,
  smallArtifact,
  smallIndex,
} from '../../../lib/arrange.ts';
import { hasBytes, hasMediaType, servedOrRefused } from '../../../lib/checks/checks.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import { readDocument, type Json, type Manifest } from '../../../lib/content/manifest.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { artifact, descriptorOf, emptyBlob, oci, ociIndex } from '../../../lib/content/oci.ts';
import { namedIn } from '../../../lib/registry/named.ts';
import { paddedTo, withFields, writtenAs } from '../../../lib/content/variant.ts';
import type { Repository } from '../../../lib/registry/repository.ts';
import type { RuleId } from '../../../lib/rules/catalogue.ts';

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
      expect(await repo.manifests.put('latest', written)).toBeAccepted();
      expect(await repo.manifests.get('latest')).toHaveBytes(written.bytes);
    },
  );
}

for (const [what, indent] of [
  ['in one line', undefined],
  ['indented by tabs', '\t'],
] as const) {
  test(`an index ${what} is stored byte for byte`, { tag: '@manifest.put.exact-bytes' }, async ({ repo }) => {
    const index = await smallIndex(repo);
    const written = writtenAs(index, JSON.stringify(readDocument(index.bytes), null, indent));
    expect(await repo.manifests.put('latest', written)).toBeAccepted();
    expect(await repo.manifests.get('latest')).toHaveBytes(written.bytes);
  });
}

for (const [set, takenBy] of [
  ['basic', 'manifest.put.status'],
  ['uncompressed', 'manifest.put.uncompressed'],
] as const) {
  test(
    `the manifest of the image set ${set} is stored byte for byte`,
    { tag: '@manifest.put.exact-bytes' },
    async ({ repo, images }) => {
      const image = await oci.build({ repository: repo.name, tag: 'latest', images: await images[set]() });
      for (const { bytes } of image.blobs) await pushBlob(repo, bytes);
      givenAccepted(await repo.manifests.put('latest', image), takenBy);
      expect(await repo.manifests.get('latest')).toHaveBytes(image.bytes);
    },
  );
}

const emptyDescriptor = {
  mediaType: emptyBlob.mediaType,
  digest: emptyBlob.digest,
  size: emptyBlob.bytes.length,
};
const unknown = { 'dev.dockside.unknown': { nested: ['text', 1, null, true] } };

type Build = (repo: Repository, bytes: (length: number) => Buffer) => Manifest | Promise<Manifest>;

const documents: readonly [title: string, rule: RuleId, build: Build][] = [
  [
    'an image manifest with unknown fields is stored',
    'manifest.put.unknown-fields',
    ({ name }) => withFields(smallArtifact(name), unknown),
  ],
  [
    'an index with unknown fields is stored',
    'manifest.put.unknown-fields',
    async (repo) => withFields(await smallIndex(repo), unknown),
  ],
  [
    'a descriptor with unknown fields is stored',
    'manifest.put.unknown-fields',
    ({ name }) => {
      const described = { ...emptyDescriptor, ...unknown };
      return withFields(smallArtifact(name), { config: described, layers: [described] });
    },
  ],
  [
    'a config with unknown fields is a config',
    'manifest.put.unknown-fields',
    ({ name: repository }) => {
      const text = JSON.stringify({ architecture: 'amd64', os: 'linux', ...unknown, repository });
      return artifact({ config: { ...blobOf(Buffer.from(text)), mediaType: mediaTypes.ociConfig } });
    },
  ],
  [
    'a manifest whose descriptors embed their data is stored',
    'manifest.put.data-field',
    ({ name }) => {
      const embedded = { ...emptyDescriptor, data: emptyBlob.bytes.toString('base64') };
      return withFields(smallArtifact(name), { config: embedded, layers: [embedded] });
    },
  ],
  [
    'a manifest with two non-distributable layers that were never pushed is stored',
    'manifest.put.foreign-layer',
    ({ name }, bytes) => {
      const layers = [bytes(32), bytes(33)].map((layer) => ({
        mediaType: mediaTypes.ociNondistributableGzip,
        digest: digestOf(layer),
        size: layer.length,
        urls: [`https://layers.example/${digestOf(layer)}`],
      }));
      return withFields(smallArtifact(name), { layers });
    },
  ],
  [
    'a manifest may name one layer twice',
    'manifest.put.shared-layer',
    ({ name }) => withFields(smallArtifact(name), { layers: [emptyDescriptor, emptyDescriptor] }),
  ],
  [
    'an artifact with an empty config and a layer of its own is stored',
    'manifest.put.artifact',
    (_, bytes) =>
      artifact({
        artifactType: 'application/vnd.dockside.test',
        layers: [{ mediaType: 'text/plain', ...blobOf(bytes(64)) }],
      }),
  ],
  [
    'an artifact whose only layer is the empty one is stored',
    'manifest.put.artifact',
    ({ name }) => smallArtifact(name),
  ],
  [
    'an index with an artifactType is stored',
    'manifest.put.artifact',
    async (repo) => {
      const children = ['one', 'two'].map((text) => ({ manifest: smallArtifact(`${repo.name} ${text}`) }));
      for (const { manifest } of children) await pushManifest(repo, manifest);
      return ociIndex(children, { artifactType: 'application/vnd.dockside.test' });
    },
  ],
  [
    'an index of indexes is stored',
    'manifest.put.nested-index',
    async (repo) => {
      const leaf = await pushManifest(repo, smallArtifact(repo.name));
      const inner = ['one', 'two'].map((text) =>
        ociIndex([{ manifest: leaf }], { annotations: { 'dev.dockside.text': text } }),
      );
      for (const index of inner) await pushManifest(repo, index);
      return ociIndex(inner.map((manifest) => ({ manifest })));
    },
  ],
  [
    'an index with an attestation for each platform is stored',
    'manifest.put.attestation',
    async (repo) => await builtIndex(repo),
  ],
  [
    'a manifest of 127 layers is stored',
    'manifest.put.many-layers',
    ({ name }) =>
      withFields(smallArtifact(name), { layers: Array.from({ length: 127 }, () => emptyDescriptor) }),
  ],
  [
    'a manifest with annotations on its config is stored',
    'manifest.put.config-annotations',
    ({ name }) =>
      withFields(smallArtifact(name), {
        config: { ...emptyDescriptor, annotations: { 'dev.dockside.text': name } },
      }),
  ],
  [
    'an index may name one manifest twice',
    'manifest.put.duplicate-child',
    async (repo) => {
      const manifest = await pushManifest(repo, smallArtifact(repo.name));
      return ociIndex(
        ['amd64', 'arm64'].map((architecture) => ({ manifest, platform: { architecture, os: 'linux' } })),
      );
    },
  ],
];

for (const [title, rule, build] of documents) {
  test(title, { tag: [`@${rule}`, '@manifest.put.exact-bytes'] }, async ({ repo, bytes }) => {
    const manifest = await build(repo, bytes);
    for (const blob of manifest.blobs) await pushBlob(repo, blob.bytes);
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted(rule);
    const answer = await repo.manifests.get('latest');
    expect(answer).toServe(manifest, rule);
    const served = givenServed(answer, manifest, rule);
    expect(served).toHaveBytes(manifest.bytes, 'manifest.put.exact-bytes');
  });
}

test(
  'each child of an index with attestations is found by its digest',
  { tag: '@manifest.put.attestation' },
  async ({ repo }) => {
    const index = await builtIndex(repo);
    givenAccepted(await repo.manifests.put('latest', index), 'manifest.put.attestation');
    for (const { digest } of namedIn(await repo.manifests.get('latest')).manifests)
      expect(await repo.manifests.get(digest)).toHaveStatus(200);
  },
);

test(
  'a manifest that lost its tag is served as the type it was pushed as',
  { tag: '@manifest.get.content-type' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact(`${repo.name}, before`), 'v1');
    await pushManifest(repo, smallArtifact(`${repo.name}, after`), 'v1');
    const answer = givenAccepted(await repo.manifests.get(manifest.digest), 'manifest.put.old-digest');
    expect(answer).toKeep(hasMediaType(answer, manifest.mediaType));
  },
);

test(
  'a manifest pushed again as another type is served as before',
  { tag: '@manifest.put.retyped' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact(repo.name), 'v1');
    await repo.manifests.put('v2', { ...manifest, mediaType: mediaTypes.schema2 });
    const answer = await repo.manifests.get(manifest.digest);
    expect(answer).toKeep(hasMediaType(answer, manifest.mediaType));
  },
);

/** As buildx writes it: a platform and, for it, a manifest of no platform that says how it was built. */
async function builtIndex(repo: Repository): Promise<Manifest> {
  const image = await pushManifest(repo, smallArtifact(`${repo.name}, built`));
  const attestation = await pushManifest(repo, smallArtifact(`${repo.name}, how it was built`));
  const reference = {
    'vnd.docker.reference.digest': image.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  };
  const manifests = [
    { ...descriptorOf(image), platform: { architecture: 'amd64', os: 'linux' } },
    {
      ...descriptorOf(attestation),
      annotations: reference,
      platform: { architecture: 'unknown', os: 'unknown' },
    },
  ];
  return withFields(ociIndex([{ manifest: image }]), { manifests });
}

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
      expect(await repo.manifests.put('latest', manifest)).toBeAccepted();
      expect(await repo.manifests.get('latest')).toHaveBytes(manifest.bytes);
    },
  );
}

test(
  'an image manifest without layers, once taken, is served as pushed',
  { tag: '@manifest.put.empty-layers' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const pushed = await repo.manifests.put('latest', withFields(smallArtifact(repo.name), { layers: [] }));
    const answer = await repo.manifests.get('latest');
    expect(answer).toKeep(servedOrRefused(pushed, answer));
  },
);

test(
  'an index without manifests, once taken, is served as pushed',
  { tag: '@manifest.put.empty-index' },
  async ({ repo }) => {
    const index = ociIndex([], { annotations: { 'dev.dockside.text': repo.name } });
    const pushed = await repo.manifests.put('latest', index);
    const answer = await repo.manifests.get('latest');
    expect(answer).toKeep(servedOrRefused(pushed, answer));
  },
);

test(
  'an image manifest without layers is stored',
  { tag: '@manifest.put.empty-layers-taken' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = withFields(smallArtifact(repo.name), { layers: [] });
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted();
  },
);

test('an index without manifests is stored', { tag: '@manifest.put.empty-index-taken' }, async ({ repo }) => {
  const index = ociIndex([], { annotations: { 'dev.dockside.text': repo.name } });
  expect(await repo.manifests.put('latest', index)).toBeAccepted();
});

test(
  'an artifact whose config is a policy and not that of an image is stored by its digest',
  { tag: ['@manifest.put.artifact', '@manifest.put.exact-bytes'] },
  async ({ repo, bytes }) => {
    const text = Buffer.from(JSON.stringify({ policy: bytes(8).toString('hex') }));
    const mediaType = 'application/vnd.cncf.openpolicyagent.config.v1+json';
    const config = { ...blobOf(text), mediaType };
    const policy = artifact({ config });
    for (const blob of policy.blobs) await pushBlob(repo, blob.bytes);
    expect(await repo.manifests.put(policy.digest, policy)).toBeAccepted('manifest.put.artifact');
    const answer = await repo.manifests.get(policy.digest);
    expect(answer).toServe(policy, 'manifest.put.artifact');
    const served = givenServed(answer, policy, 'manifest.put.artifact');
    expect(served).toHaveBytes(policy.bytes, 'manifest.put.exact-bytes');
  },
);

test('a manifest of 4 megabytes is accepted', { tag: '@manifest.limit.four-megabytes' }, async ({ repo }) => {
  await pushBlob(repo, emptyBlob.bytes);
  const answer = await repo.manifests.put('latest', paddedTo(smallArtifact(repo.name), 4_000_000));
  expect(answer).toBeAccepted();
});

test(
  'a manifest of 4 megabytes is stored byte for byte',
  { tag: '@manifest.put.exact-bytes' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = paddedTo(smallArtifact(repo.name), 4_000_000);
    givenAccepted(await repo.manifests.put('latest', manifest), 'manifest.limit.four-megabytes');
    const answer = await repo.manifests.get('latest');
    expect(answer).toKeep(hasBytes(answer, manifest.bytes));
  },
);
