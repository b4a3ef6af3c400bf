import { inspect } from 'node:util';
import { expect, test } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import {
  basicImages,
  emojiImages,
  imagesWithEmptyLayer,
  remoteImages,
  sameLayerTwice,
} from '../../lib/content/image.ts';
import { isObject, readDocument } from '../../lib/content/manifest.ts';
import {
  generateSigningKey,
  readSchema1,
  schema1,
  schema1Payload,
  verifySchema1,
} from '../../lib/content/schema1.ts';

const signed = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const unsigned = 'application/vnd.docker.distribution.manifest.v1+json';
const place = { repository: 'dockside/unit', tag: 'latest' };
const format = schema1(generateSigningKey());

const digest = digestOf(Buffer.alloc(0));
const good = {
  schemaVersion: 1,
  name: 'a/b',
  tag: 'latest',
  architecture: 'amd64',
  fsLayers: [{ blobSum: digest }],
  history: [{ v1Compatibility: '{"id":"x"}' }],
};

function parse(document: object, mediaType = unsigned): object {
  return format.parse(Buffer.from(JSON.stringify(document)), mediaType);
}

/** What stands in the history, leaf first. */
function compatibilitiesOf(bytes: Buffer): unknown[] {
  const { history } = readDocument(bytes);
  if (!Array.isArray(history)) throw new Error('The document has no history');
  return history.filter(isObject).map((entry): unknown => JSON.parse(String(entry['v1Compatibility'])));
}

test('names layers and history leaf first, and has the leaf uploaded first', async () => {
  const images = await basicImages('one');
  const { mediaType, bytes, blobs } = await format.build({ ...place, images });
  const [base, leaf] = images;
  const created = '1970-01-01T00:00:00Z';
  expect(mediaType).toBe(signed);
  expect(readDocument(schema1Payload(bytes))).toEqual({
    schemaVersion: 1,
    name: 'dockside/unit',
    tag: 'latest',
    architecture: 'amd64',
    fsLayers: [{ blobSum: leaf?.layer.digest }, { blobSum: base?.layer.digest }],
    history: [
      {
        v1Compatibility: JSON.stringify({
          id: 'someid',
          parent: 'parentid',
          created,
          Size: leaf?.layer.size,
        }),
      },
      { v1Compatibility: JSON.stringify({ id: 'parentid', created, Size: base?.layer.size }) },
    ],
  });
  expect(blobs.map((blob) => blob.digest)).toEqual([leaf?.layer.digest, base?.layer.digest]);
});

test('has the digest of its payload, not of its bytes', async () => {
  const built = await format.build({ ...place, images: await basicImages('one') });
  expect(built.digest).toBe(digestOf(schema1Payload(built.bytes)));
  expect(built.digest).not.toBe(digestOf(built.bytes));
  expect(verifySchema1(built.bytes).keyIds).toHaveLength(1);
});

test('has the same digest under another key', async () => {
  const images = await basicImages('one');
  const first = await format.build({ ...place, images });
  const second = await schema1(generateSigningKey('RS256')).build({ ...place, images });
  expect(second.digest).toBe(first.digest);
  expect(second.bytes.equals(first.bytes)).toBe(false);
});

test('is the same in every byte from the same images, where the signature has no chance in it', async () => {
  const own = schema1(generateSigningKey('RS256'));
  const first = await own.build({ ...place, images: await basicImages('one') });
  expect(await own.build({ ...place, images: await basicImages('one') })).toEqual(first);
});

test('keeps empty layers in, and has their blob uploaded once', async () => {
  const images = await imagesWithEmptyLayer('one');
  const { bytes, blobs } = await format.build({ ...place, images });
  expect(format.parse(bytes, signed).layers).toEqual(images.map(({ layer }) => ({ digest: layer.digest })));
  expect(blobs.map((blob) => blob.digest)).toEqual(
    [images[4], images[3], images[2], images[0]].map((image) => image?.layer.digest),
  );
});

test('has a layer uploaded once that it names twice', async () => {
  const { bytes, blobs } = await format.build({ ...place, images: await sameLayerTwice('one') });
  expect(format.parse(bytes, signed).layers).toHaveLength(2);
  expect(blobs).toHaveLength(1);
});

test('cannot be built of remote layers', async () => {
  const images = await remoteImages('one');
  await expect(format.build({ ...place, images })).rejects.toThrow(
    'cannot say that the layer of remoteid is elsewhere',
  );
});

test('cannot be read when built of nothing', async () => {
  const { bytes } = await format.build({ ...place, images: [] });
  expect(() => format.parse(bytes, signed)).toThrow('has no layers');
});

test('names layers nobody has, but has the real ones uploaded', async () => {
  const images = await basicImages('one');
  const { bytes, blobs } = await format.build({ ...place, images }, { invalidBlobReferences: true });
  const nobodys = { digest: digestOf(Buffer.from('notarealthing')) };
  expect(format.parse(bytes, signed).layers).toEqual([nobodys, nobodys]);
  expect(blobs[1]?.digest).toBe(images[0]?.layer.digest);
});

test('gives its labels to the leaf alone', async () => {
  const images = await emojiImages('one');
  const { bytes } = await format.build({ ...place, images }, { labels: { foo: 'bar' } });
  const [leaf, base] = compatibilitiesOf(bytes);
  expect(leaf).toMatchObject({
    config: { comment: '😱', author: 'Sômé guy', Labels: { foo: 'bar' } },
  });
  expect(base).not.toHaveProperty('config');
});

for (const asciiOnly of [true, false]) {
  test(`keeps an emoji in its history, asciiOnly ${asciiOnly}`, async () => {
    const { bytes } = await format.build({ ...place, images: await emojiImages('one') }, { asciiOnly });
    expect(bytes.every((byte) => byte < 0x80)).toBe(asciiOnly);
    expect(bytes.includes(Buffer.from([0xf0, 0x9f, 0x98, 0xb1]))).toBe(!asciiOnly);
    expect(verifySchema1(bytes).keyIds).toHaveLength(1);
    const [leaf] = compatibilitiesOf(bytes);
    expect(leaf).toMatchObject({ config: { comment: '😱' } });
  });
}

test('accepts both of its types, the signed one first', () => {
  expect(format.accept).toEqual([signed, unsigned]);
  expect(new Set(format.manifestTypes)).toEqual(new Set([signed, unsigned]));
});

test('is read unsigned, with the digest of all its bytes', () => {
  const bytes = Buffer.from(JSON.stringify(good));
  expect(format.parse(bytes, unsigned)).toEqual({
    mediaType: unsigned,
    digest: digestOf(bytes),
    layers: [{ digest }],
  });
});

test('is not read unsigned as the signed type', () => {
  expect(() => parse(good, signed)).toThrow('is not signed');
});

test('is read by none but its types', () => {
  expect(() => parse(good, 'application/json')).toThrow('is of type "application/json", not schema1');
});

test('is not read when it says another type itself', () => {
  expect(() => parse({ ...good, mediaType: signed })).toThrow(
    `mediaType is "${signed}", but it came as ${unsigned}`,
  );
  expect(parse({ ...good, mediaType: unsigned })).toMatchObject({ layers: [{ digest }] });
});

const bad: [fields: Record<string, unknown>, message: string][] = [
  [{ schemaVersion: 2 }, 'schemaVersion is not 1'],
  [{ schemaVersion: undefined }, 'schemaVersion is not 1'],
  [{ name: undefined }, 'name is no text'],
  [{ name: 1 }, 'name is no text'],
  [{ tag: undefined }, 'tag is no text'],
  [{ fsLayers: undefined }, 'fsLayers is no list'],
  [{ fsLayers: {} }, 'fsLayers is no list'],
  [{ history: undefined }, 'history is no list'],
  [{ fsLayers: [], history: [] }, 'has no layers'],
  [{ fsLayers: [{ blobSum: digest }, { blobSum: digest }] }, 'fsLayers and history differ in length'],
  [{ fsLayers: [{}] }, 'fsLayers holds something without a blobSum'],
  [{ fsLayers: [null] }, 'fsLayers holds something without a blobSum'],
  [{ fsLayers: [{ blobSum: digest.slice(1) }] }, 'fsLayers holds something without a blobSum'],
  [{ history: [{}] }, 'history holds something without v1Compatibility'],
  [{ history: [{ v1Compatibility: {} }] }, 'history holds something without v1Compatibility'],
];

for (const [fields, message] of bad) {
  test(`is not read with ${inspect(fields, { breakLength: Infinity })}`, () => {
    expect(() => parse({ ...good, ...fields })).toThrow(message);
    expect(() => readSchema1(Buffer.from(JSON.stringify({ ...good, ...fields })))).toThrow(message);
  });
}
