import { expect, test } from '../../../fixtures/index.ts';
import { given, givenAccepted, givenCapability, pushBlob, pushImage } from '../../../lib/arrange.ts';
import { hasMediaType, servedOrRefused, signsTheSame, statesAtMost } from '../../../lib/checks/checks.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import { readDocument } from '../../../lib/content/manifest.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { generateSigningKey, rsaSigningKey, schema1, schema1Payload } from '../../../lib/content/schema1.ts';
import { manifestList } from '../../../lib/content/schema2.ts';
import { resigned, writtenAs } from '../../../lib/content/variant.ts';

// Not before a test asks for it: an RSA key takes as long to make as a dozen tests.
const format = () => schema1(rsaSigningKey());

test(
  'a signed schema1 manifest is stored, and what it signs is served as pushed',
  { tag: '@schema1.accepted' },
  async ({ repo, images }) => {
    const manifest = await format().build({
      repository: repo.name,
      tag: 'latest',
      images: await images.basic(),
    });
    for (const { bytes } of manifest.blobs) await pushBlob(repo, bytes);
    expect(await repo.manifests.put('latest', manifest)).toBeAccepted();
    const pulled = await repo.manifests.get('latest');
    expect(pulled).toKeep(signsTheSame(pulled, manifest));
  },
);

test(
  'a signed schema1 manifest comes back with its own media type',
  { tag: '@schema1.content-type' },
  async ({ repo, images }) => {
    const { mediaType } = await pushImage(repo, format(), await images.basic());
    const answer = await repo.manifests.get('latest', { Accept: mediaType });
    expect(answer).toKeep(hasMediaType(answer, mediaType));
  },
);

test(
  'a schema1 manifest sent as application/json is taken for what it is',
  { tag: '@schema1.json-type' },
  async ({ repo, images }) => {
    const { digest, bytes } = await pushImage(repo, format(), await images.basic());
    const answer = await repo.manifests.put('latest', { bytes, mediaType: 'application/json' });
    expect(answer).toBeAccepted();
    expect(answer).toKeep(statesAtMost(answer, digest));
  },
);

test(
  'the digest of a signed schema1 manifest is that of its payload',
  { tag: '@schema1.digest.payload' },
  async ({ repo, images }) => {
    const manifest = await pushImage(repo, format(), await images.basic());
    const answer = given(await repo.manifests.get('latest'));
    const digest = digestOf(schema1Payload(manifest.bytes));
    expect(answer).toHaveHeader('Docker-Content-Digest', digest);
  },
);

test(
  'signing a schema1 manifest anew does not change its digest',
  { tag: '@schema1.digest.resigned' },
  async ({ repo, images }) => {
    const manifest = await pushImage(repo, format(), await images.basic());
    const first = given(await repo.manifests.get('latest'));
    const anew = resigned(manifest, generateSigningKey());
    givenAccepted(await repo.manifests.put('latest', anew), 'schema1.accepted');
    const digest = first.header('docker-content-digest') ?? manifest.digest;
    const answer = await repo.manifests.get('latest');
    expect(answer).toHaveHeader('Docker-Content-Digest', digest);
  },
);

test(
  'a schema1 manifest can be pulled by the digest of its payload',
  { tag: '@schema1.by-digest' },
  async ({ repo, images }) => {
    const manifest = await pushImage(repo, format(), await images.basic());
    const answer = await repo.manifests.get(digestOf(schema1Payload(manifest.bytes)));
    expect(answer).toHaveStatus(200);
  },
);

test(
  'a manifest list that gives its schema1 image another platform is served as pushed or refused with a 4xx',
  { tag: '@list.other-platform' },
  async ({ repo, images }) => {
    givenCapability('manifest-list');
    const manifest = await pushImage(repo, format(), await images.basic(), 'amd64');
    const list = manifestList([{ manifest, platform: { architecture: 'arm64', os: 'linux' } }]);
    const pushed = await repo.manifests.put('list', list);
    const answer = await repo.manifests.get('list');
    expect(answer).toKeep(servedOrRefused(pushed, answer));
  },
);

test(
  'a schema1 manifest without signatures is refused or stored under the digest of its bytes',
  { tag: '@schema1.unsigned' },
  async ({ repo, images }) => {
    const signed = await pushImage(repo, format(), await images.basic());
    const document = { ...readDocument(schema1Payload(signed.bytes)), architecture: 'arm64' };
    const unsigned = writtenAs(signed, JSON.stringify(document));
    const pushed = await repo.manifests.put('latest', { ...unsigned, mediaType: mediaTypes.schema1 });
    const answer = await repo.manifests.get(unsigned.digest);
    expect(answer).toKeep(servedOrRefused(pushed, answer));
  },
);

test(
  'a schema1 manifest pushed to another tag than its own is refused',
  { tag: '@schema1.tag' },
  async ({ repo, images }) => {
    const manifest = await pushImage(repo, format(), await images.basic());
    expect(await repo.manifests.put('other', manifest)).toBeRefused();
  },
);

test(
  'a schema1 manifest pushed to another repository than its own is refused',
  { tag: '@schema1.name' },
  async ({ repo, anotherRepo, images }) => {
    const other = anotherRepo('other');
    const manifest = await pushImage(repo, format(), await images.basic());
    for (const { bytes } of manifest.blobs) await pushBlob(other, bytes);
    expect(await other.manifests.put('latest', manifest)).toBeRefused();
  },
);

test(
  'a schema1 manifest with fewer history entries than layers is refused',
  { tag: '@schema1.history-length' },
  async ({ repo, images }) => {
    const manifest = await pushImage(repo, format(), await images.basic());
    const spoilt = resigned(manifest, rsaSigningKey(), { history: [{ v1Compatibility: '{"id":"someid"}' }] });
    expect(await repo.manifests.put('latest', spoilt)).toBeRefused();
  },
);

test(
  'a schema1 manifest without layers is refused',
  { tag: '@schema1.no-layers' },
  async ({ repo, images }) => {
    const manifest = await pushImage(repo, format(), await images.basic());
    const spoilt = resigned(manifest, rsaSigningKey(), { fsLayers: [], history: [] });
    expect(await repo.manifests.put('latest', spoilt)).toBeRefused();
  },
);

test(
  'a schema1 manifest with a layer that nobody pushed is refused',
  { tag: '@schema1.missing-blob' },
  async ({ repo, images }) => {
    const content = { repository: repo.name, tag: 'latest', images: await images.basic() };
    const manifest = await format().build(content, { invalidBlobReferences: true });
    for (const { bytes } of manifest.blobs) await pushBlob(repo, bytes);
    expect(await repo.manifests.put('latest', manifest)).toBeRefused();
  },
);

for (const set of ['unicode', 'emoji'] as const) {
  test(
    `a schema1 manifest with the unescaped text of the image set ${set} keeps its payload and digest`,
    { tag: '@schema1.unicode' },
    async ({ repo, images }) => {
      const content = { repository: repo.name, tag: 'latest', images: await images[set]() };
      const manifest = await format().build(content, { asciiOnly: false });
      for (const { bytes } of manifest.blobs) await pushBlob(repo, bytes);
      const pushed = await repo.manifests.put('latest', manifest);
      expect(pushed).toBeAccepted();
      expect(pushed).toKeep(statesAtMost(pushed, manifest.digest));
      const pulled = await repo.manifests.get('latest');
      expect(pulled).toKeep(signsTheSame(pulled, manifest));
    },
  );
}
