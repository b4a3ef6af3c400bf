import { isUtf8 } from 'node:buffer';
import { BoundMet } from '../http/bounds.ts';
import { excerpt } from '../text/cut.ts';
import { isObject, isText, type Json } from './shape.ts';
import { digestOf, isDigest } from './digest.ts';
import type { Image } from './image.ts';
import { parseJson } from '../http/json.ts';

export { isObject, isText, type Json };

export type Platform = { architecture: string; os: string; variant?: string };

/** image-spec descriptor.md. `size` is in bytes, `data` is base64. */
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
  /** Every character beyond ASCII as \uXXXX; so by default. */
  asciiOnly?: boolean;
  /** The config has no history. */
  brokenConfig?: boolean;
  /** The leaf's labels. */
  labels?: Record<string, string>;
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

/** A digest that nobody pushed. */
export const unknownDigest = digestOf(Buffer.from('notarealthing'));

/** The document as an object. @throws ManifestError unless it is UTF-8 without a BOM, and JSON, and an object */
export function readDocument(bytes: Buffer): Json {
  if (!isUtf8(bytes)) throw new ManifestError('is no UTF-8');
  const value = readJson(bytes);
  if (!isObject(value)) throw new ManifestError('is no JSON object');
  return value;
}

/** A BOM stays in the text, where JSON then stumbles over it (RFC 8259 section 8.1). */
function readJson(bytes: Buffer): unknown {
  try {
    return parseJson(bytes);
  } catch (cause) {
    throw new ManifestError(cause instanceof BoundMet ? `is too much: ${cause.message}` : 'is no JSON', {
      cause,
    });
  }
}

/** A length in bytes that a number holds exactly. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The value as it would stand in JSON, cut, so that an error with it stays on one short line. */
export function quote(value: unknown): string {
  return excerpt(JSON.stringify(value) ?? 'missing', 300);
}

/** @throws ManifestError unless the document came as the one type its reader knows */
export function checkType(mediaType: string, own: string): void {
  if (mediaType !== own) throw new ManifestError(`is of type ${quote(mediaType)}, not ${own}`);
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
    throw new ManifestError(`mediaType is ${quote(stated)}, but it came as ${mediaType}`);
  }
  const other = kind === 'layers' ? 'manifests' : 'layers';
  if (document[other] !== undefined) throw new ManifestError(`has ${kind} and ${other}`);
}

export function readDescriptors(value: unknown, where: string): Descriptor[] {
  if (!Array.isArray(value)) throw new ManifestError(`${where} is no list`);
  return value.map((item: unknown, at) => readDescriptor(item, `${where}[${at}]`));
}

/** The descriptor, with whatever it says beyond the spec. @throws ManifestError */
export function readDescriptor(value: unknown, where: string): Descriptor {
  checkDescriptor(value, where);
  return value;
}

function checkDescriptor(value: unknown, where: string): asserts value is Descriptor {
  if (!isObject(value)) throw new ManifestError(`${where} is no descriptor`);
  const { mediaType, digest, size, annotations, artifactType, platform } = value;
  if (!isText(mediaType) || mediaType === '') throw new ManifestError(`${where}.mediaType is no media type`);
  if (!isText(digest) || !isDigest(digest)) throw new ManifestError(`${where}.digest is no digest`);
  if (!isSize(size)) throw new ManifestError(`${where}.size is no size`);
  checkUrls(value, where);
  checkData(value, digest, size, where);
  readAnnotations(annotations, where);
  if (!isTextOrMissing(artifactType)) throw new ManifestError(`${where}.artifactType is no text`);
  if (platform !== undefined && !isPlatform(platform))
    throw new ManifestError(`${where}.platform is no platform`);
}

function checkUrls({ urls }: Json, where: string): void {
  if (urls !== undefined && !(Array.isArray(urls) && urls.every(isText))) {
    throw new ManifestError(`${where}.urls is no list of texts`);
  }
}

/** image-spec descriptor.md, "Embedded Content": the data must be what the digest and the size say. */
function checkData({ data }: Json, digest: string, size: number, where: string): void {
  if (data === undefined) return;
  const bytes = isText(data) ? Buffer.from(data, 'base64') : undefined;
  if (bytes?.toString('base64') !== data) throw new ManifestError(`${where}.data is no base64`);
  const algorithm = digest.startsWith('sha512:') ? 'sha512' : 'sha256';
  if (bytes.length !== size || digestOf(bytes, algorithm) !== digest) {
    throw new ManifestError(`${where}.data is not what its digest and size say`);
  }
}

function isPlatform(value: unknown): value is Platform {
  if (!isObject(value)) return false;
  const { architecture, os, variant } = value;
  return isText(architecture) && isText(os) && isTextOrMissing(variant);
}

export function isTextOrMissing(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}

export function readAnnotations(value: unknown, where: string): Record<string, string> | undefined {
  if (value === undefined) return undefined;
  if (!isTexts(value)) throw new ManifestError(`${where}.annotations is no map of texts`);
  return value;
}

function isTexts(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every(isText);
}

/** How an index or a subject names the manifest. */
export function descriptorOf({ mediaType, digest, bytes }: Manifest): Descriptor {
  return { mediaType, digest, size: bytes.length };
}

/** The JSON of a document, indented by three as Docker and Quay write it. */
export function writeDocument(document: object, asciiOnly = false): Buffer {
  return Buffer.from(writeJson(document, asciiOnly, 3), 'utf8');
}

/** JSON, with every character beyond ASCII as \uXXXX if asked for, an emoji as the two units of UTF-16. */
export function writeJson(value: object, asciiOnly: boolean, indent = 0): string {
  const text = JSON.stringify(value, null, indent);
  return asciiOnly ? text.replace(/[\u0080-\uffff]/g, escapeUnit) : text;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Each blob once, in order of first mention. */
export function distinct(blobs: readonly Blob[]): Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}
