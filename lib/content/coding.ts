import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';
import { BoundMet, mostBytes } from '../bounds.ts';

const readers: Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer> = {
  gzip: (bytes, options) => gunzipSync(bytes, { ...options, finishFlush: constants.Z_SYNC_FLUSH }),
  deflate: (bytes, options) => inflateSync(bytes, { ...options, finishFlush: constants.Z_SYNC_FLUSH }),
  br: brotliDecompressSync,
};

/**
 * A body without its content coding (RFC 9110 section 8.4); as it is where the coding is not known or not its own.
 * @throws BoundMet where it is more than a client can hold
 */
export function unpacked(bytes: Buffer, coding = ''): Buffer {
  const read = readers[coding.trim().toLowerCase().replace(/^x-/, '')];
  if (read === undefined || bytes.length === 0) return bytes;
  try {
    return read(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return bytes;
    throw new BoundMet(
      'unpacked',
      `${bytes.length} bytes of ${coding} unpack to more than ${mostBytes / 2 ** 20} MiB`,
    );
  }
}
