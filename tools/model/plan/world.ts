import { createHash } from 'node:crypto';
import { digestOf } from '../../../lib/content/digest.ts';
import type { Blob, Manifest } from '../../../lib/content/manifest.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { artifact, descriptorOf, emptyBlob, ociIndex, type TypedBlob } from '../../../lib/content/oci.ts';

/** What a sequence is about, by number: two repositories, a few blobs, manifests and tags. */
export type World = {
  blobs: readonly Blob[];
  manifests: readonly WorldManifest[];
  tags: readonly string[];
};

/** `blobs`, `children`, `subject`: by number. */
type WorldManifest = Manifest & {
  holds: readonly number[];
  children: readonly number[];
  subject: number | undefined;
};

export const parts = 3;

/** By blob. Some registries treat blobs of a kilobyte and more in another way. */
const partSizes = [20, 30, 500] as const;

export const counts = { repositories: 2, blobs: 3, manifests: 5, tags: 3 } as const;

/** Content that no other text has: a registry may share it between repositories. */
export function worldOf(text: string): World {
  const blobs = Array.from({ length: counts.blobs }, (_, at) => layer(`${text} ${at}`, partSizes[at]!));
  const [first, second, third] = blobs as [TypedBlob, TypedBlob, TypedBlob];
  const artifactType = 'application/vnd.dockside.model';
  const annotations = { 'dev.dockside.text': text };
  // Each blob is its own config as well, so that a manifest needs no blob that other tests delete.
  const one = artifact({ config: first, layers: [first], artifactType, annotations });
  const two = artifact({ config: second, layers: [second, third], artifactType, annotations });
  const referral = { subject: descriptorOf(one), annotations };
  const three = artifact({ config: first, layers: [third], artifactType, ...referral });
  const four = artifact({
    config: first,
    layers: [first],
    artifactType: `${artifactType}.other`,
    ...referral,
  });
  const index = ociIndex([{ manifest: one }, { manifest: two }], { annotations });
  return {
    blobs: [...blobs],
    manifests: [
      { ...one, holds: [0], children: [], subject: undefined },
      { ...two, holds: [1, 2], children: [], subject: undefined },
      { ...three, holds: [0, 2], children: [], subject: 0 },
      { ...four, holds: [0], children: [], subject: 0 },
      { ...index, holds: [], children: [0, 1], subject: undefined },
    ],
    tags: ['latest', 'v1', 'v2'],
  };
}

function layer(text: string, partSize: number): TypedBlob {
  const hash = createHash('shake256', { outputLength: (partSize * parts) / 2 }).update(text);
  const bytes = Buffer.from(hash.digest('hex'));
  return { ...emptyBlob, mediaType: mediaTypes.octetStream, bytes, digest: digestOf(bytes) };
}

/** Where a part of a blob starts. */
export function startOf(blob: number, part: number): number {
  return part * partSizes[blob]!;
}
