import { digestOf } from './digest.ts';
import type { Image } from './image.ts';
import { writeDocument, type Blob, type BuildOptions } from './manifest.ts';

/** When an image was created that does not say so. */
export const epoch = '1970-01-01T00:00:00Z';

/**
 * The config of an image (image-spec config.md; Docker's is the same in what stands here): every image in the history,
 * and the diffId of each that has a layer. A broken one has no history.
 */
export function configOf(images: readonly Image[], options: BuildOptions = {}): Blob {
  const { asciiOnly = true, brokenConfig = false, labels } = options;
  const leaf = images.at(-1);
  const history = images.map(({ id, empty, created }) => ({
    created: created ?? epoch,
    created_by: `/bin/sh -c #(nop) ${id}`,
    ...(empty === true ? { empty_layer: true } : {}),
  }));
  const document = {
    architecture: 'amd64',
    os: 'linux',
    created: leaf?.created ?? epoch,
    config: runtimeConfig(leaf, labels) ?? {},
    rootfs: {
      type: 'layers',
      diff_ids: images.filter((image) => image.empty !== true).map((image) => image.layer.diffId),
    },
    ...(brokenConfig ? {} : { history }),
  };
  const bytes = writeDocument(document, asciiOnly);
  return { bytes, digest: digestOf(bytes) };
}

/** What the image says of its running, with the labels under `Labels`. */
export function runtimeConfig(
  image: Pick<Image, 'config'> | undefined,
  labels: Record<string, string> | undefined,
): Record<string, unknown> | undefined {
  return labels === undefined ? image?.config : { ...image?.config, Labels: labels };
}
