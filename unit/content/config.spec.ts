import { expect, test } from '@playwright/test';
import { configOf } from '../../lib/content/config.ts';
import { digestOf } from '../../lib/content/digest.ts';
import { emojiImages, imagesWithEmptyLayer, unicodeImages } from '../../lib/content/image.ts';
import { readDocument } from '../../lib/content/manifest.ts';

test('tells every step, and the diffId of each that has a layer', async () => {
  const images = await imagesWithEmptyLayer('one');
  const { bytes, digest } = configOf(images);
  const [base, , middle, , leaf] = images;
  expect(digest).toBe(digestOf(bytes));
  expect(readDocument(bytes)).toEqual({
    architecture: 'amd64',
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: {},
    rootfs: { type: 'layers', diff_ids: [base?.layer.diffId, middle?.layer.diffId, leaf?.layer.diffId] },
    history: [
      { created: '1970-01-01T00:00:00Z', created_by: '/bin/sh -c #(nop) parentid' },
      { created: '1970-01-01T00:00:00Z', created_by: '/bin/sh -c #(nop) emptyid', empty_layer: true },
      { created: '1970-01-01T00:00:00Z', created_by: '/bin/sh -c #(nop) middleid' },
      { created: '1970-01-01T00:00:00Z', created_by: '/bin/sh -c #(nop) emptyid2', empty_layer: true },
      { created: '1970-01-01T00:00:00Z', created_by: '/bin/sh -c #(nop) someid' },
    ],
  });
});

test('keeps the time of each image', async () => {
  const images = (await unicodeImages('one')).map((image, at) => ({
    ...image,
    created: `200${at}-01-01T00:00:00Z`,
  }));
  expect(readDocument(configOf(images).bytes)).toMatchObject({
    created: '2001-01-01T00:00:00Z',
    history: [{ created: '2000-01-01T00:00:00Z' }, { created: '2001-01-01T00:00:00Z' }],
  });
});

test('has no history when broken, and all else', async () => {
  const images = await unicodeImages('one');
  const { history: _, ...rest } = readDocument(configOf(images).bytes);
  expect(readDocument(configOf(images, { brokenConfig: true }).bytes)).toEqual(rest);
});

test('takes labels beside what the leaf says', async () => {
  const { bytes } = configOf(await emojiImages('one'), { labels: { foo: 'bar', '': 'x' } });
  const expected = { comment: '😱', author: 'Sômé guy', Labels: { foo: 'bar', '': 'x' } };
  expect(readDocument(bytes)['config']).toEqual(expected);
});

test('writes an emoji as two escapes, or as its four bytes', async () => {
  const images = await emojiImages('one');
  const escaped = configOf(images).bytes;
  const raw = configOf(images, { asciiOnly: false }).bytes;
  expect(escaped.toString('latin1')).toContain(String.raw`"comment": "\ud83d\ude31"`);
  expect(escaped.every((byte) => byte < 0x80)).toBe(true);
  expect(raw.includes(Buffer.from([0xf0, 0x9f, 0x98, 0xb1]))).toBe(true);
  expect(readDocument(raw)).toEqual(readDocument(escaped));
});

test('is a config of no images too', () => {
  expect(readDocument(configOf([]).bytes)).toMatchObject({
    rootfs: { diff_ids: [] },
    history: [],
    config: {},
  });
});
