import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { digestOf } from './digest.ts';

/** A file system layer as a registry stores it. `diffId` is the digest of its tar, uncompressed (image-spec config.md). */
export type Layer = {
  bytes: Buffer;
  digest: string;
  /** In bytes, as stored. */
  size: number;
  diffId: string;
  compression: 'gzip' | 'none';
};

// RFC 1952 section 2.3: the tenth byte of the header, which zlib fills with what it was built for.
const operatingSystemByte = 9;
const unknownOperatingSystem = 255;

/** The same files give the same bytes: sorted, owned by root, without time, and so is the gzip around them. */
export async function layer(
  files: Record<string, string | Buffer>,
  compression: Layer['compression'] = 'gzip',
): Promise<Layer> {
  // Its fifteen modules are for who makes layers.
  const { pack } = await import('tar-stream');
  const archive = pack();
  for (const [name, content] of Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    archive.entry({ name, mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 }, content);
  }
  archive.finalize();
  return layerOf(await buffer(archive), compression);
}

function layerOf(tar: Buffer, compression: Layer['compression']): Layer {
  const bytes = compression === 'gzip' ? gzip(tar) : tar;
  return { bytes, digest: digestOf(bytes), size: bytes.length, diffId: digestOf(tar), compression };
}

function gzip(tar: Buffer): Buffer {
  const bytes = gzipSync(tar);
  bytes[operatingSystemByte] = unknownOperatingSystem;
  return bytes;
}

const emptyBytes = Buffer.from('H4sIAAAJbogA/2IYBaNgFIxYAAgAAP//Lq+17wAEAAA=', 'base64');

/** The layer of an empty tar that Docker writes for steps which change no file. */
export const emptyLayer: Layer = {
  bytes: emptyBytes,
  digest: digestOf(emptyBytes),
  size: emptyBytes.length,
  diffId: digestOf(gunzipSync(emptyBytes)),
  compression: 'gzip',
};
