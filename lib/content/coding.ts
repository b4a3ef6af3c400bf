import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';
import { BoundMet, mostBytes, Unreadable } from '../http/bounds.ts';
import { excerpt } from '../text/cut.ts';

const readers: Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer> = {
  gzip: (bytes, options) => gunzipSync(bytes, { ...options, finishFlush: constants.Z_SYNC_FLUSH }),
  deflate: (bytes, options) => inflateSync(bytes, { ...options, finishFlush: constants.Z_SYNC_FLUSH }),
  br: brotliDecompressSync,
};

/**
 * A body without its content coding (RFC 9110 section 8.4); as it is where the coding is not known.
 * @throws BoundMet where it is more than a client can hold
 * @throws Unreadable where it does not have that coding
 */
export function unpacked(bytes: Buffer, coding = ''): Buffer {
  const read = readers[coding.trim().toLowerCase().replace(/^x-/, '')];
  if (read === undefined || bytes.length === 0) return bytes;
  try {
    return read(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE')
      throw new Unreadable(
        `a body that is not ${excerpt(coding, 20)}, as its Content-Encoding says, came`,
        bytes,
      );
    throw new BoundMet(
      'unpacked',
      `${bytes.length} bytes of ${coding} unpack to more than ${mostBytes / 2 ** 20} MiB`,
    );
  }
}
