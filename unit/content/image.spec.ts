import { gunzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import * as sets from '../../lib/content/image.ts';
import { emptyLayer } from '../../lib/content/layer.ts';

for (const [name, make] of Object.entries(sets)) {
  test(`${name}: the same salt, the same images`, async () => {
    expect(await make('one')).toEqual(await make('one'));
  });

  test(`${name}: another salt, no blob in common but the empty one`, async () => {
    const digests = new Set((await make('one')).map(({ layer }) => layer.digest));
    const others = (await make('two'))
      .map(({ layer }) => layer.digest)
      .filter((digest) => digests.has(digest));
    expect(others.filter((digest) => digest !== emptyLayer.digest)).toEqual([]);
  });

  test(`${name}: each is the parent of the next`, async () => {
    const images = await make('one');
    expect(images.length).toBeGreaterThanOrEqual(2);
    expect(images.map(({ parent }) => parent)).toEqual([
      undefined,
      ...images.slice(0, -1).map(({ id }) => id),
    ]);
    expect(new Set(images.map(({ id }) => id)).size).toBe(images.length);
  });
}

test('the two plain sets share no blob', async () => {
  const basic = (await sets.basicImages('one')).map(({ layer }) => layer.digest);
  const different = (await sets.differentImages('one')).map(({ layer }) => layer.digest);
  expect(new Set([...basic, ...different]).size).toBe(4);
});

test('has five layers of many', async () => {
  const images = await sets.multiLayerImages('one');
  expect(new Set(images.map(({ layer }) => layer.digest)).size).toBe(5);
  expect(images.at(0)?.config).toEqual({ internal_id: 'layer1' });
});

test('has the base elsewhere', async () => {
  const images = await sets.remoteImages('one');
  expect(images.map(({ urls }) => urls?.length)).toEqual([1, undefined, undefined]);
});

test('has the second and the fourth empty', async () => {
  const images = await sets.imagesWithEmptyLayer('one');
  expect(images.map(({ empty }) => empty === true)).toEqual([false, true, false, true, false]);
  expect(images.filter(({ empty }) => empty).map(({ layer }) => layer)).toEqual([emptyLayer, emptyLayer]);
});

test('has texts beyond ASCII', async () => {
  expect((await sets.unicodeImages('one')).at(-1)?.config).toEqual({
    comment: 'the Paweł Kamiński image',
    author: 'Sômé guy',
  });
  expect((await sets.emojiImages('one')).at(-1)?.config).toEqual({ comment: '😱', author: 'Sômé guy' });
});

test('has one layer twice', async () => {
  const [base, leaf] = await sets.sameLayerTwice('one');
  expect(base?.layer.digest).toBe(leaf?.layer.digest);
});

test('has plain tars', async () => {
  for (const { layer } of await sets.uncompressedImages('one')) {
    expect(layer.compression).toBe('none');
    expect(layer.diffId).toBe(layer.digest);
    expect(() => gunzipSync(layer.bytes)).toThrow('incorrect header check');
    expect(digestOf(layer.bytes)).toBe(layer.digest);
  }
});
