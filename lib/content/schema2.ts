import { configOf } from './config.ts';
import { digestOf } from './digest.ts';
import type { Image } from './image.ts';
import {
  checkKind,
  checkType,
  descriptorOf,
  distinct,
  readDescriptor,
  readDescriptors,
  readDocument,
  unknownDigest,
  writeDocument,
  type BuildOptions,
  type Descriptor,
  type Manifest,
  type ManifestFormat,
  type ParsedIndex,
  type ParsedManifest,
  type Platform,
} from './manifest.ts';
import { mediaTypes } from './media-types.ts';

export type Child = { manifest: Manifest; platform: Platform };

type LayerTypes = { plain: string; gzip: string; foreign: string };

/** Docker Image Manifest V2, Schema 2 (distribution's manifest-v2-2.md). */
export const schema2: ManifestFormat = {
  name: 'schema2',
  manifestTypes: [mediaTypes.schema2],
  accept: [mediaTypes.schema2, mediaTypes.list],
  build: async ({ images }, options = {}) =>
    buildImage(images, options, mediaTypes.schema2, mediaTypes.dockerConfig, {
      plain: mediaTypes.dockerLayerTar,
      gzip: mediaTypes.dockerLayer,
      foreign: mediaTypes.dockerForeignLayer,
    }),
  // manifest-v2-2.md asks for Docker's config type no more than "generally": plugins and charts have their own.
  parse: (bytes, mediaType) => parseImage(bytes, mediaType, mediaTypes.schema2, true),
};

/** Both image formats differ in media types alone. */
export function buildImage(
  images: readonly Image[],
  options: BuildOptions,
  mediaType: string,
  configType: string,
  layerTypes: LayerTypes,
): Manifest {
  const config = configOf(images, options);
  const layers = images
    .filter((image) => image.empty !== true)
    .map(({ layer, urls }): Descriptor => {
      const type = layer.compression === 'gzip' ? layerTypes.gzip : layerTypes.plain;
      const digest = options.invalidBlobReferences === true ? unknownDigest : layer.digest;
      const place = { digest, size: layer.size };
      return urls === undefined
        ? { mediaType: type, ...place }
        : { mediaType: layerTypes.foreign, ...place, urls };
    });
  const bytes = writeDocument({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: configType, digest: config.digest, size: config.bytes.length },
    layers,
  });
  const local = images.filter((image) => image.urls === undefined).map(({ layer }) => layer);
  return { mediaType, bytes, digest: digestOf(bytes), blobs: distinct([...local, config]) };
}

/** What an image manifest says, of either kind. @throws ManifestError */
export function parseImage(
  bytes: Buffer,
  mediaType: string,
  own: string,
  typeRequired: boolean,
): ParsedManifest {
  checkType(mediaType, own);
  const document = readDocument(bytes);
  checkKind(document, own, 'layers', typeRequired);
  return {
    mediaType,
    digest: digestOf(bytes),
    layers: readDescriptors(document['layers'], 'layers'),
    config: readDescriptor(document['config'], 'config'),
  };
}

/** Docker's manifest list: an image a platform. */
export function manifestList(children: readonly Child[]): Manifest {
  const bytes = writeDocument({
    schemaVersion: 2,
    mediaType: mediaTypes.list,
    manifests: children.map(({ manifest, platform }) => ({ ...descriptorOf(manifest), platform })),
  });
  return { mediaType: mediaTypes.list, bytes, digest: digestOf(bytes), blobs: [] };
}

/** @throws ManifestError */
export function parseManifestList(bytes: Buffer, mediaType: string): ParsedIndex {
  return parseIndex(bytes, mediaType, mediaTypes.list, true);
}

/** What an index says, of either kind. @throws ManifestError */
export function parseIndex(
  bytes: Buffer,
  mediaType: string,
  own: string,
  typeRequired: boolean,
): ParsedIndex {
  checkType(mediaType, own);
  const document = readDocument(bytes);
  checkKind(document, own, 'manifests', typeRequired);
  return {
    mediaType,
    digest: digestOf(bytes),
    manifests: readDescriptors(document['manifests'], 'manifests'),
  };
}
