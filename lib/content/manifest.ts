import { isDigest } from './digest.ts';
import type { Image } from './image.ts';

export type Platform = { architecture: string; os: string; variant?: string };

/** image-spec descriptor.md. `size` is in bytes. */
export type Descriptor = {
  mediaType: string;
  digest: string;
  size: number;
  urls?: string[];
  annotations?: Record<string, string>;
  artifactType?: string;
  platform?: Platform;
  data?: string;
};

export type Blob = { bytes: Buffer; digest: string };

/** A manifest or index, and in upload order the blobs a client must push before it. */
export type Manifest = { mediaType: string; bytes: Buffer; digest: string; blobs: Blob[] };

export type ParsedManifest = {
  mediaType: string;
  digest: string;
  /** Base first. */
  layers: { digest: string; size?: number; urls?: string[] }[];
  config?: Descriptor;
  subject?: Descriptor;
  artifactType?: string;
  annotations?: Record<string, string>;
};

export type ParsedIndex = {
  mediaType: string;
  digest: string;
  manifests: Descriptor[];
  subject?: Descriptor;
  artifactType?: string;
  annotations?: Record<string, string>;
};

export type BuildOptions = {
  /** Layers are named by a digest that nobody pushed. */
  invalidBlobReferences?: boolean;
  /** Every character beyond ASCII as \uXXXX. */
  asciiOnly?: boolean;
  /** The config has no history. */
  brokenConfig?: boolean;
};

/** One generation of manifests: how an image becomes one, and what one says. */
export type ManifestFormat = {
  name: 'schema1' | 'schema2' | 'oci';
  /** The media types that count as this generation's own. */
  manifestTypes: readonly string[];
  /** What a pull of this generation accepts. */
  accept: readonly string[];
  build(
    content: { repository: string; tag: string; images: Image[] },
    options?: BuildOptions,
  ): Promise<Manifest>;
  /** @throws ManifestError */
  parse(bytes: Buffer, mediaType: string): ParsedManifest;
};

/** Says in one line what is wrong with a document. */
export class ManifestError extends Error {
  override name = 'ManifestError';
}

export type Json = Record<string, unknown>;

/** The document as an object. @throws ManifestError unless it is UTF-8 and JSON and an object */
export function readDocument(bytes: Buffer): Json {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw new ManifestError(`is no JSON in UTF-8: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw new ManifestError('is no JSON object');
  return value;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Checks version and type, and that the document is not a manifest and an index at once (CVE-2021-41190). */
export function checkKind(
  document: Json,
  mediaType: string,
  kind: 'layers' | 'manifests',
  typeRequired: boolean,
): void {
  if (document['schemaVersion'] !== 2) throw new ManifestError('schemaVersion is not 2');
  const stated = document['mediaType'];
  if (stated === undefined ? typeRequired : stated !== mediaType) {
    throw new ManifestError(`mediaType is ${String(stated)}, but it came as ${mediaType}`);
  }
  const other = kind === 'layers' ? 'manifests' : 'layers';
  if (document[other] !== undefined) throw new ManifestError(`has ${kind} and ${other}`);
  if (!Array.isArray(document[kind])) throw new ManifestError(`${kind} is no list`);
}

export function readDescriptors(value: unknown, where: string): Descriptor[] {
  if (!Array.isArray(value)) throw new ManifestError(`${where} is no list`);
  return value.map((item, at) => readDescriptor(item, `${where}[${at}]`));
}

export function readDescriptor(value: unknown, where: string): Descriptor {
  if (!isObject(value)) throw new ManifestError(`${where} is no descriptor`);
  const { mediaType, digest, size, urls, annotations } = value;
  if (!isText(mediaType) || mediaType === '') throw new ManifestError(`${where}.mediaType is missing`);
  if (!isText(digest) || !isDigest(digest)) throw new ManifestError(`${where}.digest is no digest`);
  if (!Number.isSafeInteger(size) || (size as number) < 0)
    throw new ManifestError(`${where}.size is no size`);
  if (urls !== undefined && !(Array.isArray(urls) && urls.every(isText))) {
    throw new ManifestError(`${where}.urls is no list of texts`);
  }
  readAnnotations(annotations, where);
  return value as Descriptor;
}

export function readAnnotations(value: unknown, where: string): Record<string, string> | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value) || !Object.values(value).every(isText)) {
    throw new ManifestError(`${where}.annotations is no map of texts`);
  }
  return value as Record<string, string>;
}

/** The JSON of a document, indented by three as Docker and Quay write it. */
export function writeDocument(document: object, asciiOnly = false): Buffer {
  const text = JSON.stringify(document, null, 3);
  return Buffer.from(asciiOnly ? escapeBeyondAscii(text) : text, 'utf8');
}

function escapeBeyondAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Each blob once, in order of first mention. */
export function distinct(blobs: readonly Blob[]): Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}
