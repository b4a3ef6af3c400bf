import { isDigest } from '../content/digest.ts';
import { isObject } from '../content/manifest.ts';
import type { Answer } from '../http/exchange.ts';

/** `isForeign`: it need not be in the registry, as it is had elsewhere. Size in bytes; undefined in schema1, which states none. */
export type Named = { digest: string; size: number | undefined; isForeign: boolean };

/** What a manifest names by digests, of any generation: the manifests of an index, the config and the layers of an image. */
export function namedIn({ json }: Answer): { manifests: Named[]; blobs: Named[] } {
  const document = isObject(json) ? json : {};
  const { config, layers, fsLayers, manifests } = document;
  return {
    manifests: listed(manifests),
    blobs: [...listed([config]), ...listed(layers), ...listed(fsLayers, 'blobSum')],
  };
}

function listed(list: unknown, member = 'digest'): Named[] {
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).flatMap((item) => {
    if (!isObject(item)) return [];
    const { [member]: digest, size, urls, mediaType } = item;
    const isForeign =
      (Array.isArray(urls) && urls.length > 0) || /\.(?:foreign|nondistributable)\./.test(String(mediaType));
    return typeof digest === 'string' && isDigest(digest)
      ? [{ digest, size: typeof size === 'number' ? size : undefined, isForeign }]
      : [];
  });
}
