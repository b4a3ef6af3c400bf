import { digestOf } from './digest.ts';
import { readDocument, writeDocument, type Json, type Manifest } from './manifest.ts';
import { schema1Payload, signSchema1, type SigningKey } from './schema1.ts';

/** The manifest in other bytes; its blobs stay what a client must push before. */
export function writtenAs(manifest: Manifest, bytes: Buffer | string): Manifest {
  const written = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return { ...manifest, bytes: written, digest: digestOf(written) };
}

/** The manifest with other fields. A field that is undefined is left out. */
export function withFields(manifest: Manifest, fields: Json): Manifest {
  return writtenAs(manifest, writeDocument({ ...readDocument(manifest.bytes), ...fields }));
}

/** The manifest, padded by annotations until it has so many bytes. */
export function paddedTo(manifest: Manifest, size: number): Manifest {
  const padded = (count: number, rest: number): Manifest => {
    const names = Array.from({ length: count }, (_, at) => `dev.dockside.padding${1000 + at}`);
    const annotations = Object.fromEntries(names.map((name) => [name, 'x'.repeat(10_000)]));
    return withFields(manifest, { annotations: { ...annotations, 'dev.dockside.rest': 'x'.repeat(rest) } });
  };
  const bare = padded(0, 0).bytes.length;
  const piece = padded(1, 0).bytes.length - bare;
  return padded(Math.floor((size - bare) / piece), (size - bare) % piece);
}

/** The schema1 manifest with other fields, signed by the key. */
export function resigned(manifest: Manifest, key: SigningKey, fields: Json = {}): Manifest {
  const payload = writeDocument({ ...readDocument(schema1Payload(manifest.bytes)), ...fields });
  return { ...manifest, bytes: signSchema1(payload, key), digest: digestOf(payload) };
}

export type Signature = { header: Json; signature: string; protected: string };

/** The first signature block of a signed schema1 manifest. */
export function signatureOf({ bytes }: Manifest): Signature {
  const { signatures } = readDocument(bytes);
  return (signatures as [Signature])[0];
}

/** The payload of a schema1 manifest with these signature blocks, good or bad. */
export function withSignatures(manifest: Manifest, signatures: readonly unknown[]): Manifest {
  const payload = schema1Payload(manifest.bytes).toString();
  const end = payload.lastIndexOf('\n}');
  const block = `,\n   "signatures": ${JSON.stringify(signatures)}`;
  return { ...manifest, bytes: Buffer.from(payload.slice(0, end) + block + payload.slice(end)) };
}

/** A signature block with other fields in its protected header. */
export function withProtected(signature: Signature, fields: Json): Signature {
  const own = readDocument(Buffer.from(signature.protected, 'base64url'));
  return {
    ...signature,
    protected: Buffer.from(JSON.stringify({ ...own, ...fields })).toString('base64url'),
  };
}
