import {
  blobOf,
  given,
  givenRefusal,
  openUpload,
  pushBlob,
  pushManifest,
  smallArtifact,
  uploadHolding,
} from '../../lib/arrange.ts';
import { digestOf } from '../../lib/content/digest.ts';
import type { Manifest } from '../../lib/content/manifest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { artifact, descriptorOf } from '../../lib/content/oci.ts';
import { expect, test } from '../../fixtures/catalog.ts';
import { referrersIn, repositoriesIn, tagsIn } from '../../lib/registry/lists.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';
import { isSameList } from '../../lib/checks/twice.ts';
import { sameStatus } from '../../lib/uploads.ts';

type Bytes = (length: number) => Buffer;
type Wrong = (bytes: Bytes) => Pick<Manifest, 'bytes' | 'mediaType' | 'digest'>;

const wrongManifests: [what: string, wrong: Wrong, rule: RuleId][] = [
  ['that is no JSON', (bytes) => document(bytes(40).toString('hex')), 'manifest.put.not-json'],
  ['that is no object', (bytes) => document(`["${bytes(8).toString('hex')}"]`), 'manifest.put.invalid'],
  [
    'that is cut short',
    (bytes) => cutShort(smallArtifact(bytes(8).toString('hex'))),
    'manifest.put.not-json',
  ],
  ['whose layer is missing', (bytes) => withLayer(bytes(10)), 'manifest.missing-blob.status'],
];

for (const [what, wrong, rule] of wrongManifests) {
  test(
    `a refused manifest ${what} moves no tag and is not stored`,
    { tag: ['@refused.manifest.tag', '@refused.manifest.digest'] },
    async ({ repo, bytes }) => {
      const before = await pushManifest(repo, smallArtifact(`in place before one ${what}`), 'v1');
      const refused = wrong(bytes);
      givenRefusal(await repo.manifests.put('v1', refused), rule);
      expect.soft(await repo.manifests.get('v1')).toHaveBytes(before.bytes, 'refused.manifest.tag');
      expect.soft(await repo.manifests.get(refused.digest)).toHaveStatus(404, 'refused.manifest.digest');
    },
  );
}

test(
  'a manifest refused for a false digest is stored under neither digest',
  { tag: '@refused.manifest.digest' },
  async ({ repo, bytes }) => {
    const manifest = smallArtifact('under a false digest');
    for (const blob of manifest.blobs) await pushBlob(repo, blob.bytes);
    const claimed = digestOf(bytes(10));
    givenRefusal(await repo.manifests.put(claimed, manifest), 'manifest.put.digest-mismatch');
    expect.soft(await repo.manifests.get(manifest.digest)).toHaveStatus(404);
    expect.soft(await repo.manifests.get(claimed)).toHaveStatus(404);
  },
);

test(
  'a refused manifest adds no tag to the list',
  { tag: '@refused.manifest.tag-list' },
  async ({ repo }) => {
    await pushManifest(repo, smallArtifact('listed before the refusal'), 'v1');
    const before = given(await repo.tags.all());
    givenRefusal(await repo.manifests.put('v2', document('no JSON')), 'manifest.put.not-json');
    const after = await repo.tags.all();
    expect(after).toKeep(isSameList(before, after, tagsIn));
  },
);

test(
  'a refused manifest adds no repository to the catalog',
  { tag: '@refused.manifest.catalog' },
  async ({ unusedRepo, repositories }) => {
    const repo = unusedRepo('refused');
    givenRefusal(await repo.manifests.put('v1', document('no JSON')), 'manifest.put.not-json');
    const answer = await repositories.list([
      ['n', '10'],
      ['last', repo.name.slice(0, -1)],
    ]);
    const listed = repositoriesIn(given(answer));
    expect(answer).toKeep({
      kept: !listed.includes(repo.name),
      expected: `a catalog without ${repo.name}`,
      received: listed.join(', '),
    });
  },
);

test(
  'a refused manifest adds no referrer to its subject',
  { tag: '@refused.manifest.referrers' },
  async ({ repo, bytes }) => {
    const subject = await pushManifest(repo, smallArtifact('the subject of a refused manifest'));
    const before = given(await repo.referrers.list(subject.digest));
    const referrer = artifact({
      artifactType: 'application/vnd.dockside.refused',
      subject: descriptorOf(subject),
    });
    const claimed = digestOf(bytes(10));
    givenRefusal(await repo.manifests.put(claimed, referrer), 'manifest.put.digest-mismatch');
    const after = await repo.referrers.list(subject.digest);
    expect(after).toKeep(isSameList(before, after, referrersIn));
  },
);

test(
  'an upload refused for a false digest leaves no blob under either digest',
  { tag: '@refused.blob' },
  async ({ repo, bytes }) => {
    const sent = blobOf(bytes(100));
    const claimed = blobOf(bytes(100));
    const refused = await repo.uploads.put(await openUpload(repo), claimed.digest, sent.bytes);
    givenRefusal(refused, 'upload.put.digest-mismatch');
    expect.soft(await repo.blobs.head(sent.digest)).toHaveStatus(404);
    expect.soft(await repo.blobs.head(claimed.digest)).toHaveStatus(404);
  },
);

test(
  'a chunked upload refused for a false digest leaves no blob under either digest',
  { tag: '@refused.blob' },
  async ({ repo, bytes }) => {
    const sent = blobOf(bytes(100));
    const claimed = blobOf(bytes(100));
    const refused = await repo.uploads.put(await uploadHolding(repo, sent.bytes), claimed.digest);
    givenRefusal(refused, 'upload.put.digest-mismatch');
    expect.soft(await repo.blobs.head(sent.digest)).toHaveStatus(404);
    expect.soft(await repo.blobs.head(claimed.digest)).toHaveStatus(404);
  },
);

test('a refused chunk leaves the upload where it was', { tag: '@refused.chunk' }, async ({ repo, bytes }) => {
  const location = await uploadHolding(repo, bytes(10));
  const before = await repo.uploads.get(location);
  const refused = await repo.uploads.patch(location, bytes(10), { 'Content-Range': '30-39' });
  givenRefusal(refused, 'upload.patch.out-of-order');
  const answer = await repo.uploads.get(refused.location ?? location);
  expect(answer).toKeep(sameStatus(before, answer));
});

for (const [what, reference, rule] of [
  ['an unknown tag', 'never-pushed', 'delete.tag.missing'],
  ['an unknown digest', digestOf(Buffer.from('never pushed')), 'delete.manifest.missing'],
  ['a malformed digest', 'sha256:abc', 'delete.manifest.malformed'],
] as const) {
  test(
    `the refused deletion of ${what} leaves the manifest, its tag and its blob`,
    { tag: '@refused.delete' },
    async ({ repo }) => {
      const manifest = await pushManifest(repo, smallArtifact(`beside ${what}`), 'v1');
      givenRefusal(await repo.manifests.delete(reference), rule);
      await keepsImage(repo, manifest, 'refused.delete');
    },
  );
}

test(
  'a deletion refused as disabled leaves the manifest, its tag and its blob',
  { tag: '@refused.delete-disabled' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('not to be deleted'), 'v1');
    const refused = await repo.manifests.delete(manifest.digest, { 'Dockside-Policy': 'no-delete' });
    givenRefusal(refused, 'delete.manifest.disabled');
    await keepsImage(repo, manifest, 'refused.delete-disabled');
  },
);

async function keepsImage(repo: Repository, { bytes, blobs }: Manifest, rule: RuleId): Promise<void> {
  expect.soft(await repo.manifests.get('v1')).toHaveBytes(bytes, rule);
  expect.soft(await repo.blobs.head(blobs[0]?.digest ?? '')).toHaveStatus(200, rule);
}

function document(text: string): Pick<Manifest, 'bytes' | 'mediaType' | 'digest'> {
  const bytes = Buffer.from(text);
  return { bytes, mediaType: mediaTypes.ociManifest, digest: digestOf(bytes) };
}

function cutShort({ bytes }: Manifest) {
  return document(bytes.subarray(0, -10).toString());
}

function withLayer(bytes: Buffer): Manifest {
  return artifact({
    artifactType: 'application/vnd.dockside.test',
    layers: [{ mediaType: mediaTypes.ociLayer, bytes, digest: digestOf(bytes) }],
  });
}
