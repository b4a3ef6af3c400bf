import { gunzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { extract, type Header } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../../lib/content/digest.ts';
import { emptyLayer, layer } from '../../lib/content/layer.ts';

const files = { b: 'second', a: Buffer.from([0, 255, 10]), 'dir/c': 'Sômé 😱', empty: '' };

type Entry = { header: Header; content: Buffer };

async function untar(tar: Buffer): Promise<Entry[]> {
  const entries: Entry[] = [];
  const archive = extract();
  archive.end(tar);
  for await (const entry of archive) entries.push({ header: entry.header, content: await buffer(entry) });
  return entries;
}

test('the empty layer is the well-known one', () => {
  expect(emptyLayer.size).toBe(32);
  expect(emptyLayer.bytes).toHaveLength(32);
  expect(emptyLayer.digest).toBe('sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4');
  expect(emptyLayer.diffId).toBe('sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef');
  expect(gunzipSync(emptyLayer.bytes)).toEqual(Buffer.alloc(1024));
});

test('holds its files, sorted', async () => {
  const { bytes } = await layer(files);
  const entries = await untar(gunzipSync(bytes));
  expect(entries.map(({ header, content }) => [header.name, content])).toEqual([
    ['a', files.a],
    ['b', Buffer.from(files.b)],
    ['dir/c', Buffer.from(files['dir/c'])],
    ['empty', Buffer.alloc(0)],
  ]);
});

test('holds nothing of its maker', async () => {
  const { bytes } = await layer(files, 'none');
  for (const { header } of await untar(bytes)) {
    expect(header).toMatchObject({ uid: 0, gid: 0, mode: 0o644, mtime: new Date(0), uname: '', gname: '' });
  }
});

test('has a gzip header without time and system (RFC 1952 section 2.3)', async () => {
  const { bytes } = await layer(files);
  expect(bytes.subarray(0, 10)).toEqual(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]));
});

test('names what is stored by digest and what it unpacks to by diffId', async () => {
  const zipped = await layer(files);
  const plain = await layer(files, 'none');
  expect(zipped).toMatchObject({
    compression: 'gzip',
    size: zipped.bytes.length,
    digest: digestOf(zipped.bytes),
  });
  expect(zipped.diffId).toBe(digestOf(gunzipSync(zipped.bytes)));
  expect(plain).toMatchObject({
    compression: 'none',
    size: plain.bytes.length,
    digest: digestOf(plain.bytes),
  });
  expect(plain.diffId).toBe(plain.digest);
  expect(zipped.diffId).toBe(plain.diffId);
  expect(zipped.digest).not.toBe(plain.digest);
});

test('is the same for the same files in any order', async () => {
  const reversed = Object.fromEntries(Object.entries(files).toReversed());
  expect((await layer(reversed)).bytes).toEqual((await layer(files)).bytes);
});

test('is another for other bytes, and for another name', async () => {
  const { digest } = await layer({ a: 'x' });
  expect((await layer({ a: 'y' })).digest).not.toBe(digest);
  expect((await layer({ b: 'x' })).digest).not.toBe(digest);
});

test('keeps a file of many blocks whole', async () => {
  const content = Buffer.alloc(300_001, 'dockside');
  const [entry] = await untar((await layer({ content }, 'none')).bytes);
  expect(entry?.content.equals(content)).toBe(true);
});
