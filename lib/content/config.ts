import { digestOf } from './digest.ts';
import type { Image } from './image.ts';
import { writeDocument, type Blob, type BuildOptions } from './manifest.ts';

const created = '1970-01-01T00:00:00Z';

/** The config of an image (image-spec config.md; Docker's is the same in what stands here). */
export function configOf(
  images: readonly Image[],
  { asciiOnly = true, brokenConfig = false }: BuildOptions,
): Blob {
  const history = images.map(({ id, empty }) => ({
    created,
    created_by: `/bin/sh -c #(nop) ${id}`,
    ...(empty === true ? { empty_layer: true } : {}),
  }));
  const document = {
    architecture: 'amd64',
    os: 'linux',
    created,
    config: images.at(-1)?.config ?? {},
    rootfs: {
      type: 'layers',
      diff_ids: images.filter((image) => image.empty !== true).map((image) => image.layer.diffId),
    },
    ...(brokenConfig ? {} : { history }),
  };
  const bytes = writeDocument(document, asciiOnly);
  return { bytes, digest: digestOf(bytes) };
}
