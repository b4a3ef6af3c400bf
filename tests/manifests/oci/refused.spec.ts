import { expect, test } from '../../../fixtures/index.ts';
import { givenErrorCode, givenRefusal, pushBlob, pushManifest, smallArtifact } from '../../../lib/arrange.ts';
import { isNotCarriedOut } from '../../../lib/checks/checks.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import type { Json, Manifest } from '../../../lib/content/manifest.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { emptyBlob, ociIndex } from '../../../lib/content/oci.ts';
import { withFields, writtenAs } from '../../../lib/content/variant.ts';
import type { RuleId } from '../../../lib/rules/catalogue.ts';

const { mediaType, digest, bytes: emptyBytes } = emptyBlob;
const descriptor = { mediaType, digest, size: emptyBytes.length };

const brokenManifests: [name: string, fields: Json][] = [
  ['without schemaVersion', { schemaVersion: undefined }],
  ['of schemaVersion 3', { schemaVersion: 3 }],
  ['with its schemaVersion as a text', { schemaVersion: '2' }],
  ['without config', { config: undefined }],
  ['whose config is a text', { config: digest }],
  ['whose layers are no list', { layers: { 0: descriptor } }],
  ['with a layer that is no descriptor', { layers: [digest] }],
  ['with the size of a layer as a text', { layers: [{ ...descriptor, size: '2' }] }],
];

for (const [name, fields] of brokenManifests) {
  test(
    `an image manifest ${name} is refused with 400 and MANIFEST_INVALID`,
    { tag: ['@manifest.put.invalid', '@manifest.put.invalid-code'] },
    async ({ repo }) => {
      await pushBlob(repo, emptyBytes);
      const answer = await repo.manifests.put('latest', withFields(smallArtifact(repo.name), fields));
      expect(answer).toHaveStatus(400, 'manifest.put.invalid');
      givenErrorCode(answer, 'manifest.put.invalid');
      expect.soft(answer).toHaveErrorCode('MANIFEST_INVALID', 'manifest.put.invalid-code');
    },
  );
}

for (const [name, written] of [
  ['a JSON list', '[]'],
  ['a JSON null', 'null'],
  ['an empty JSON object', '{}'],
] as const) {
  test(
    `a manifest that is ${name} is refused with 400 and MANIFEST_INVALID`,
    { tag: ['@manifest.put.invalid', '@manifest.put.invalid-code'] },
    async ({ repo }) => {
      const answer = await repo.manifests.put('latest', writtenAs(smallArtifact(repo.name), written));
      expect(answer).toHaveStatus(400, 'manifest.put.invalid');
      givenErrorCode(answer, 'manifest.put.invalid');
      expect.soft(answer).toHaveErrorCode('MANIFEST_INVALID', 'manifest.put.invalid-code');
    },
  );
}

for (const [name, fields] of [
  ['without schemaVersion', { schemaVersion: undefined }],
  ['whose manifests are no list', { manifests: {} }],
  ['with a manifest that is no descriptor', { manifests: [digest] }],
] satisfies [string, Json][]) {
  test(
    `an index ${name} is refused with 400 and MANIFEST_INVALID`,
    { tag: ['@manifest.put.invalid', '@manifest.put.invalid-code'] },
    async ({ repo }) => {
      const child = await pushManifest(repo, smallArtifact(repo.name));
      const answer = await repo.manifests.put('latest', withFields(ociIndex([{ manifest: child }]), fields));
      expect(answer).toHaveStatus(400, 'manifest.put.invalid');
      givenErrorCode(answer, 'manifest.put.invalid');
      expect.soft(answer).toHaveErrorCode('MANIFEST_INVALID', 'manifest.put.invalid-code');
    },
  );
}

for (const [name, written] of [
  ['plain text', 'this is no JSON'],
  ['an XML document', '<manifest/>'],
  ['cut in the middle', '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.man'],
] as const) {
  test(`a manifest that is ${name} is refused`, { tag: '@manifest.put.not-json' }, async ({ repo }) => {
    const answer = await repo.manifests.put('latest', writtenAs(smallArtifact(repo.name), written));
    expect(answer).toBeRefused();
  });
}

test('a manifest of no bytes is refused', { tag: '@manifest.put.empty-body' }, async ({ repo, raw }) => {
  const answer = await raw(repo, {
    method: 'PUT',
    path: `/v2/${repo.name}/manifests/latest`,
    headers: { 'Content-Type': mediaTypes.ociManifest },
    body: Buffer.alloc(0),
  });
  expect(answer).toBeRefused();
});

test(
  'an index sent as an image manifest is refused',
  { tag: '@manifest.put.media-type-mismatch' },
  async ({ repo }) => {
    const { bytes } = ociIndex([{ manifest: await pushManifest(repo, smallArtifact(repo.name)) }]);
    const answer = await repo.manifests.put('latest', { bytes, mediaType: mediaTypes.ociManifest });
    expect(answer).toBeRefused();
  },
);

test(
  'an image manifest sent as an index is refused',
  { tag: '@manifest.put.media-type-mismatch' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBytes);
    const { bytes } = smallArtifact(repo.name);
    const answer = await repo.manifests.put('latest', { bytes, mediaType: mediaTypes.ociIndex });
    expect(answer).toBeRefused();
  },
);

test(
  'an image manifest whose mediaType is that of an index is refused',
  { tag: '@manifest.put.media-type-mismatch' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBytes);
    const manifest = withFields(smallArtifact(repo.name), { mediaType: mediaTypes.ociIndex });
    const answer = await repo.manifests.put('latest', manifest);
    expect(answer).toBeRefused();
  },
);

for (const sentAs of ['ociManifest', 'ociIndex'] as const) {
  test(
    `a document with layers and manifests, sent as ${mediaTypes[sentAs]}, is refused`,
    { tag: '@manifest.put.type-confusion' },
    async ({ repo }) => {
      const child = await pushManifest(repo, smallArtifact(repo.name));
      const manifests = [{ mediaType: child.mediaType, digest: child.digest, size: child.bytes.length }];
      const { bytes } = withFields(child, { mediaType: undefined, manifests });
      const answer = await repo.manifests.put('latest', { bytes, mediaType: mediaTypes[sentAs] });
      expect(answer).toKeep(isNotCarriedOut(answer));
    },
  );
}

for (const [name, rule, wrong] of [
  ['a config of another size than it has', 'wrong-size', { config: { ...descriptor, size: 3 } }],
  ['a layer of another size than it has', 'wrong-size', { layers: [{ ...descriptor, size: 1 }] }],
  ['a config of negative size', 'negative-size', { config: { ...descriptor, size: -1 } }],
  ['a layer of negative size', 'negative-size', { layers: [{ ...descriptor, size: -2 }] }],
  [
    'a digest that is too short',
    'malformed-descriptor',
    { layers: [{ ...descriptor, digest: 'sha256:44' }] },
  ],
  [
    'a digest without algorithm',
    'malformed-descriptor',
    { config: { ...descriptor, digest: digest.slice(7) } },
  ],
  ['a layer without digest', 'malformed-descriptor', { layers: [{ ...descriptor, digest: undefined }] }],
  [
    'a digest that climbs paths',
    'malformed-descriptor',
    { layers: [{ ...descriptor, digest: 'sha256:../../x' }] },
  ],
] as const) {
  test(`a manifest with ${name} is refused`, { tag: `@manifest.put.${rule}` }, async ({ repo }) => {
    await pushBlob(repo, emptyBytes);
    const answer = await repo.manifests.put('latest', withFields(smallArtifact(repo.name), wrong));
    expect(answer).toBeRefused();
  });
}

test(
  'an index with a manifest of another size than it has is refused',
  { tag: '@manifest.put.wrong-size' },
  async ({ repo }) => {
    const child = await pushManifest(repo, smallArtifact(repo.name));
    const manifests = [{ mediaType: child.mediaType, digest: child.digest, size: child.bytes.length + 1 }];
    const answer = await repo.manifests.put('latest', withFields(ociIndex([]), { manifests }));
    expect(answer).toBeRefused();
  },
);

/** Manifests that a registry refuses, and the rule it keeps by that. */
const refusals: [name: string, rule: RuleId, spoil: (manifest: Manifest) => Manifest][] = [
  ['is no JSON', 'manifest.put.not-json', (manifest) => writtenAs(manifest, 'this is no JSON')],
  ['has no valid layers', 'manifest.put.invalid', (manifest) => withFields(manifest, { layers: {} })],
  [
    'has another mediaType than its Content-Type',
    'manifest.put.media-type-mismatch',
    (manifest) => ({ ...manifest, mediaType: mediaTypes.ociIndex }),
  ],
  [
    'has a malformed digest',
    'manifest.put.malformed-descriptor',
    (manifest) => withFields(manifest, { config: { ...descriptor, digest: 'sha256:44' } }),
  ],
];

for (const [name, rule, spoil] of refusals) {
  test(
    `a refused manifest that ${name} leaves its tag where it was`,
    { tag: '@refused.manifest.tag' },
    async ({ repo }) => {
      const before = await pushManifest(repo, smallArtifact(`${repo.name} before`), 'latest');
      givenRefusal(await repo.manifests.put('latest', spoil(smallArtifact(repo.name))), rule);
      expect(await repo.manifests.get('latest')).toServe(before);
    },
  );

  test(
    `a refused manifest that ${name} cannot be pulled by its digest`,
    { tag: '@refused.manifest.digest' },
    async ({ repo }) => {
      await pushManifest(repo, smallArtifact(`${repo.name} before`), 'latest');
      const spoilt = spoil(smallArtifact(repo.name));
      givenRefusal(await repo.manifests.put('latest', spoilt), rule);
      const answer = await repo.manifests.get(digestOf(spoilt.bytes));
      expect(answer).toBeRefused();
    },
  );
}

test(
  'a manifest refused under a wrong digest can be pulled neither by that digest nor by its own',
  { tag: '@refused.manifest.digest' },
  async ({ repo }) => {
    await pushManifest(repo, smallArtifact(`${repo.name} before`), 'latest');
    const [claimed, sent] = [smallArtifact(`${repo.name} claimed`), smallArtifact(`${repo.name} sent`)];
    givenRefusal(await repo.manifests.put(claimed.digest, sent), 'manifest.put.digest-mismatch');
    expect(await repo.manifests.get(claimed.digest)).toBeRefused();
    expect(await repo.manifests.get(sent.digest)).toBeRefused();
  },
);
