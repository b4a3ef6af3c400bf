import { digestOf } from './digest.ts';
import {
  descriptorOf,
  distinct,
  isTextOrMissing,
  ManifestError,
  readAnnotations,
  readDescriptor,
  readDocument,
  writeDocument,
  type Blob,
  type Descriptor,
  type Json,
  type Manifest,
  type ManifestFormat,
  type ParsedIndex,
} from './manifest.ts';
import { mediaTypes } from './media-types.ts';
import { buildImage, parseImage, parseIndex, type Child } from './schema2.ts';

/** image-spec manifest.md. */
export const oci: ManifestFormat = {
  name: 'oci',
  manifestTypes: [mediaTypes.ociManifest],
  accept: [mediaTypes.ociManifest, mediaTypes.ociIndex],
  build: async ({ images }, options = {}) =>
    buildImage(images, options, mediaTypes.ociManifest, mediaTypes.ociConfig, {
      plain: mediaTypes.ociLayer,
      gzip: mediaTypes.ociLayerGzip,
      foreign: mediaTypes.ociNondistributableGzip,
    }),
  parse: (bytes, mediaType) => ({
    ...parseImage(bytes, mediaType, mediaTypes.ociManifest, false),
    ...readReferral(readDocument(bytes)),
  }),
};

export { descriptorOf };

/** What makes a manifest or an index a referrer of another manifest. */
export type Referral = { subject?: Descriptor; artifactType?: string; annotations?: Record<string, string> };

/** image-spec image-index.md. */
export function ociIndex(
  children: readonly (Child | { manifest: Manifest })[],
  referral: Referral = {},
): Manifest {
  const bytes = writeDocument({
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: children.map((child) => ({
      ...descriptorOf(child.manifest),
      ...('platform' in child ? { platform: child.platform } : {}),
    })),
    ...referral,
  });
  return { mediaType: mediaTypes.ociIndex, bytes, digest: digestOf(bytes), blobs: [] };
}

/** @throws ManifestError */
export function parseOciIndex(bytes: Buffer, mediaType: string): ParsedIndex {
  return {
    ...parseIndex(bytes, mediaType, mediaTypes.ociIndex, false),
    ...readReferral(readDocument(bytes)),
  };
}

export type TypedBlob = Blob & { mediaType: string };

const emptyBytes = Buffer.from('{}');

/** image-spec manifest.md, "Guidance for an Empty Descriptor". */
export const emptyBlob: TypedBlob = {
  mediaType: mediaTypes.ociEmpty,
  bytes: emptyBytes,
  digest: digestOf(emptyBytes),
};

/**
 * An image manifest that carries something else than an image; config and layer are the empty ones if not given. With
 * the empty config it must have an artifactType (image-spec manifest.md); without one it is a manifest for tests.
 */
export function artifact({
  config = emptyBlob,
  layers = [emptyBlob],
  ...referral
}: Referral & { config?: TypedBlob; layers?: readonly TypedBlob[] }): Manifest {
  const describe = ({ mediaType, digest, bytes }: TypedBlob): Descriptor => ({
    mediaType,
    digest,
    size: bytes.length,
  });
  const bytes = writeDocument({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: describe(config),
    layers: layers.map(describe),
    ...referral,
  });
  return {
    mediaType: mediaTypes.ociManifest,
    bytes,
    digest: digestOf(bytes),
    blobs: distinct([...layers, config]),
  };
}

function readReferral(document: Json): Referral {
  const { subject, artifactType } = document;
  const annotations = readAnnotations(document['annotations'], 'document');
  if (!isTextOrMissing(artifactType)) throw new ManifestError('artifactType is no text');
  return {
    ...(subject === undefined ? {} : { subject: readDescriptor(subject, 'subject') }),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
