import { expect, test } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import { basicImages, differentImages } from '../../lib/content/image.ts';
import { readDocument, type ManifestFormat } from '../../lib/content/manifest.ts';
import {
  artifact,
  descriptorOf,
  oci,
  ociIndex,
  parseOciIndex,
  type TypedBlob,
} from '../../lib/content/oci.ts';
import { manifestList, parseManifestList, schema2, type Child } from '../../lib/content/schema2.ts';

const listType = 'application/vnd.docker.distribution.manifest.list.v2+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const emptyType = 'application/vnd.oci.empty.v1+json';
// image-spec manifest.md, "Guidance for an Empty Descriptor".
const emptyDigest = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

async function childrenOf(format: ManifestFormat): Promise<Child[]> {
  const place = { repository: 'dockside/unit', tag: 'latest' };
  return [
    {
      manifest: await format.build({ ...place, images: await basicImages('one') }),
      platform: { architecture: 'amd64', os: 'linux' },
    },
    {
      manifest: await format.build({ ...place, images: await differentImages('one') }),
      platform: { architecture: 'arm', os: 'linux', variant: 'v7' },
    },
  ];
}

function described(children: Child[]): object[] {
  return children.map(({ manifest, platform }) => ({
    mediaType: manifest.mediaType,
    digest: manifest.digest,
    size: manifest.bytes.length,
    platform,
  }));
}

test('a list names its children with their platforms', async () => {
  const children = await childrenOf(schema2);
  const list = manifestList(children);
  expect(list).toMatchObject({ mediaType: listType, digest: digestOf(list.bytes), blobs: [] });
  expect(readDocument(list.bytes)).toEqual({
    schemaVersion: 2,
    mediaType: listType,
    manifests: described(children),
  });
  expect(parseManifestList(list.bytes, listType)).toEqual({
    mediaType: listType,
    digest: list.digest,
    manifests: described(children),
  });
});

test('an index names its children, its subject and its own type', async () => {
  const children = await childrenOf(oci);
  const subject = descriptorOf(artifact({ artifactType: 'application/x.subject' }));
  const referral = { subject, artifactType: 'application/x.index', annotations: { key: 'Sômé 😱' } };
  const index = ociIndex(children, referral);
  expect(index).toMatchObject({ mediaType: indexType, digest: digestOf(index.bytes), blobs: [] });
  expect(parseOciIndex(index.bytes, indexType)).toEqual({
    mediaType: indexType,
    digest: index.digest,
    manifests: described(children),
    ...referral,
  });
});

test('an index of no children, and without platforms, is one', async () => {
  const [child] = await childrenOf(oci);
  const inner = ociIndex(child === undefined ? [] : [{ manifest: child.manifest }]);
  expect(parseOciIndex(ociIndex([]).bytes, indexType).manifests).toEqual([]);
  expect(parseOciIndex(inner.bytes, indexType).manifests.map((item) => Object.keys(item))).toEqual([
    ['mediaType', 'digest', 'size'],
  ]);
});

test('an artifact is of the empty config and the empty layer by itself', () => {
  const { mediaType, bytes, digest, blobs } = artifact({ artifactType: 'application/x.test' });
  const empty = { mediaType: emptyType, digest: emptyDigest, size: 2 };
  expect(mediaType).toBe(manifestType);
  expect(digest).toBe(digestOf(bytes));
  expect(readDocument(bytes)).toEqual({
    schemaVersion: 2,
    mediaType: manifestType,
    config: empty,
    layers: [empty],
    artifactType: 'application/x.test',
  });
  expect(blobs.map((blob) => [blob.digest, blob.bytes.toString()])).toEqual([[emptyDigest, '{}']]);
});

function blobOf(text: string, mediaType: string): TypedBlob {
  const bytes = Buffer.from(text);
  return { bytes, digest: digestOf(bytes), mediaType };
}

test('an artifact takes its own config, layers, subject and annotations', () => {
  const config = blobOf('config', 'application/x.config');
  const layers = [blobOf('one', 'text/plain'), blobOf('two', 'text/plain')];
  const subject = descriptorOf(artifact({ artifactType: 'application/x.subject' }));
  const built = artifact({ config, layers, subject, annotations: { a: 'b' } });
  expect(built.blobs.map(({ digest }) => digest)).toEqual([...layers, config].map(({ digest }) => digest));
  expect(oci.parse(built.bytes, manifestType)).toEqual({
    mediaType: manifestType,
    digest: built.digest,
    config: { mediaType: 'application/x.config', digest: config.digest, size: 6 },
    layers: layers.map(({ digest }) => ({ mediaType: 'text/plain', digest, size: 3 })),
    subject,
    annotations: { a: 'b' },
  });
});

test('a descriptor says type, digest and length in bytes', () => {
  const manifest = artifact({ annotations: { key: '😱' } });
  const { bytes, digest } = manifest;
  expect(descriptorOf(manifest)).toEqual({ mediaType: manifestType, digest, size: bytes.length });
});
