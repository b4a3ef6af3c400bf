import { digestOf } from './digest.ts';
import { readDocument, writeDocument, type Json, type Manifest } from './manifest.ts';

/** The manifest in other bytes; its blobs stay what a client must push before. */
export function writtenAs(manifest: Manifest, bytes: Buffer | string): Manifest {
  const written = Buffer.from(bytes);
  return { ...manifest, bytes: written, digest: digestOf(written) };
}

/** The manifest with other fields. A field that is undefined is left out. */
export function withFields(manifest: Manifest, fields: Json): Manifest {
  return writtenAs(manifest, writeDocument({ ...readDocument(manifest.bytes), ...fields }));
}

/** The manifest, padded by annotations until it has so many bytes. */
export function paddedTo(manifest: Manifest, size: number): Manifest {
  const most = 10_000;
  const names = Array.from(
    { length: Math.floor(size / (most + 100)) },
    (_, at) => `dev.dockside.padding${at}`,
  );
  const paddings = Object.fromEntries(names.map((name) => [name, 'x'.repeat(most)]));
  const almost = withFields(manifest, { annotations: { ...paddings, 'dev.dockside.rest': '' } });
  const rest = 'x'.repeat(size - almost.bytes.length);
  return withFields(manifest, { annotations: { ...paddings, 'dev.dockside.rest': rest } });
}
