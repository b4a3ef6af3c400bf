import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { epoch, runtimeConfig } from './config.ts';
import { digestOf, isDigest } from './digest.ts';
import { base32, fromBase64url } from './encoding.ts';
import type { Image } from './image.ts';
import type { Layer } from './layer.ts';
import {
  distinct,
  isObject,
  isSize,
  isText,
  ManifestError,
  quote,
  readDocument,
  unknownDigest,
  writeDocument,
  writeJson,
  type BuildOptions,
  type Json,
  type ManifestFormat,
} from './manifest.ts';
import { mediaTypes } from './media-types.ts';

/** RFC 7518 section 3.1, those that libtrust clients use. Neither `none` nor a shared secret signs a manifest. */
type SignatureAlgorithm = 'RS256' | 'ES256';

export type SigningKey = { algorithm: SignatureAlgorithm; privateKey: KeyObject; publicKey: KeyObject };

/** RSA of 2048 bits, or P-256. */
export function generateSigningKey(algorithm: SignatureAlgorithm = 'ES256'): SigningKey {
  const keys =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { algorithm, ...keys };
}

let rsa: SigningKey | undefined;

/** The one of RSA that this process signs with: to make one takes as long as many requests. */
export function rsaSigningKey(): SigningKey {
  rsa ??= generateSigningKey('RS256');
  return rsa;
}

/** libtrust's key id: 240 bits of the SHA-256 over the key's DER, in base32, in twelve groups of four. */
export function libtrustKeyId(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const hash = createHash('sha256').update(der).digest().subarray(0, 30);
  return base32(hash).replace(/.{4}(?=.)/g, '$&:');
}

/**
 * Docker Image Manifest V2, Schema 1, signed with the key (distribution's manifest-v2-1.md). It has no word for a layer
 * that is elsewhere: to build one of images with urls throws ManifestError.
 */
export function schema1(key: SigningKey): ManifestFormat {
  return {
    name: 'schema1',
    manifestTypes: [mediaTypes.schema1, mediaTypes.schema1Signed],
    accept: [mediaTypes.schema1Signed, mediaTypes.schema1],
    build: async ({ repository, tag, images }, options = {}) => {
      const payload = writeSchema1(repository, tag, images, options);
      return {
        mediaType: mediaTypes.schema1Signed,
        bytes: signSchema1(payload, key),
        digest: digestOf(payload),
        blobs: distinct(images.map(({ layer }) => layer).toReversed()),
      };
    },
    parse: (bytes, mediaType) => {
      if (mediaType !== mediaTypes.schema1 && mediaType !== mediaTypes.schema1Signed) {
        throw new ManifestError(`is of type ${quote(mediaType)}, not schema1`);
      }
      const { payload, keyIds } = verifySchema1(bytes);
      if (mediaType === mediaTypes.schema1Signed && keyIds.length === 0)
        throw new ManifestError('is not signed');
      const stated = readDocument(bytes)['mediaType'];
      if (stated !== undefined && stated !== mediaType) {
        throw new ManifestError(`mediaType is ${quote(stated)}, but it came as ${mediaType}`);
      }
      const { fsLayers } = readSchema1(bytes);
      const layers = fsLayers.map(({ blobSum }) => ({ digest: blobSum })).toReversed();
      return { mediaType, digest: digestOf(payload), layers };
    },
  };
}

/** Leaf first. */
export type Schema1Document = { name: string; tag: string; fsLayers: { blobSum: string }[] };

/** What the document says of itself, checked for shape, not for signatures. @throws ManifestError */
export function readSchema1(bytes: Buffer): Schema1Document {
  const { schemaVersion, name, tag, fsLayers, history } = readDocument(bytes);
  if (schemaVersion !== 1) throw new ManifestError('schemaVersion is not 1');
  if (!isText(name)) throw new ManifestError('name is no text');
  if (!isText(tag)) throw new ManifestError('tag is no text');
  if (!Array.isArray(fsLayers)) throw new ManifestError('fsLayers is no list');
  if (!Array.isArray(history)) throw new ManifestError('history is no list');
  if (fsLayers.length === 0) throw new ManifestError('has no layers');
  if (fsLayers.length !== history.length) throw new ManifestError('fsLayers and history differ in length');
  if (!fsLayers.every(isFsLayer)) throw new ManifestError('fsLayers holds something without a blobSum');
  if (!history.every(isHistory)) throw new ManifestError('history holds something without v1Compatibility');
  return { name, tag, fsLayers };
}

function isFsLayer(entry: unknown): entry is { blobSum: string } {
  return isObject(entry) && isText(entry['blobSum']) && isDigest(entry['blobSum']);
}

function isHistory(entry: unknown): boolean {
  return isObject(entry) && isText(entry['v1Compatibility']);
}

/** An image of which schema1 needs the digest and size of the layer alone. */
export type Schema1Image = Omit<Image, 'layer'> & { layer: Pick<Layer, 'digest' | 'size'> };

/** The document without a signature. @throws ManifestError when a layer is elsewhere */
export function writeSchema1(
  repository: string,
  tag: string,
  images: readonly Schema1Image[],
  options: BuildOptions = {},
): Buffer {
  const { invalidBlobReferences = false, asciiOnly = true, labels } = options;
  const remote = images.find(({ urls }) => urls !== undefined);
  if (remote !== undefined) throw new ManifestError(`cannot say that the layer of ${remote.id} is elsewhere`);
  const leaf = images.at(-1);
  const leafFirst = images.toReversed();
  const document = {
    schemaVersion: 1,
    name: repository,
    tag,
    architecture: 'amd64',
    fsLayers: leafFirst.map(({ layer }) => ({
      blobSum: invalidBlobReferences ? unknownDigest : layer.digest,
    })),
    history: leafFirst.map((image) => ({
      v1Compatibility: writeJson(v1Compatibility(image, image === leaf ? labels : undefined), asciiOnly),
    })),
  };
  return writeDocument(document, asciiOnly);
}

/** The image's JSON of Docker's v1 image format, in the part that has readers still. */
function v1Compatibility(image: Schema1Image, labels: Record<string, string> | undefined): object {
  const { id, parent, created, layer, empty } = image;
  const config = runtimeConfig(image, labels);
  return {
    id,
    parent,
    created: created ?? epoch,
    ...(config === undefined ? {} : { config }),
    ...(empty === true ? { throwaway: true } : {}),
    Size: layer.size,
  };
}

/**
 * The document with a signature block of its own ("pretty JWS", distribution's spec/json.md and libtrust's jsonsign.go).
 * The payload must be an unsigned JSON object over several lines, indented by three.
 */
export function signSchema1(payload: Buffer, { algorithm, privateKey, publicKey }: SigningKey): Buffer {
  if (readDocument(payload)['signatures'] !== undefined) throw new ManifestError('is signed already');
  const formatLength = payload.lastIndexOf('\n}');
  if (formatLength < 0) throw new ManifestError('does not end in a brace on a line of its own');
  const formatTail = payload.subarray(formatLength).toString('base64url');
  const protectedHeader = Buffer.from(JSON.stringify({ formatLength, formatTail, time: epoch })).toString(
    'base64url',
  );
  const signature = sign('sha256', signingInput(protectedHeader, payload), encoded(privateKey));
  const block = {
    header: {
      jwk: { ...publicKey.export({ format: 'jwk' }), kid: libtrustKeyId(publicKey) },
      alg: algorithm,
    },
    signature: signature.toString('base64url'),
    protected: protectedHeader,
  };
  const signatures = JSON.stringify([block], null, 3).replaceAll('\n', '\n   ');
  return Buffer.concat([
    payload.subarray(0, formatLength),
    Buffer.from(`,\n   "signatures": ${signatures}`),
    payload.subarray(formatLength),
  ]);
}

/**
 * The bytes the digest covers: the document as it was signed, or the whole of an unsigned one. Nothing is verified.
 * @throws ManifestError when the first signature does not say what it signed
 */
export function schema1Payload(document: Buffer): Buffer {
  const [first] = readSignatures(document);
  return first === undefined ? document : payloadUnder(document, first, 0);
}

/**
 * Checks every signature of the document. A key id says who signed, not that anyone trusts them.
 * @returns the payload, and the libtrust id of each signature's key; none for an unsigned document
 * @throws ManifestError when one is bad, or they do not sign the same payload, or that is not what the document says
 */
export function verifySchema1(document: Buffer): { payload: Buffer; keyIds: string[] } {
  const blocks = readSignatures(document);
  const payload = schema1Payload(document);
  const keyIds = blocks.map((block, at) => {
    if (!payloadUnder(document, block, at).equals(payload)) {
      throw new ManifestError(`signature ${at} signs another payload`);
    }
    const key = readKey(block, at);
    if (!isSignedBy(block, payload, key, at)) throw new ManifestError(`signature ${at} does not verify`);
    return libtrustKeyId(key);
  });
  if (blocks.length > 0) checkSameContent(document, payload);
  return { payload, keyIds };
}

/** What parsers read must be what was signed: the document less its signatures. */
function checkSameContent(document: Buffer, payload: Buffer): void {
  const { signatures: _, ...content } = readDocument(document);
  if (JSON.stringify(content) !== JSON.stringify(readDocument(payload))) {
    throw new ManifestError('says something else than the payload that was signed');
  }
}

type SignatureBlock = { header: Json & { jwk: Json; alg: string }; signature: string; protected: string };

/** A registry may keep the signatures of each push. */
const mostSignatures = 100;

function readSignatures(document: Buffer): SignatureBlock[] {
  const { signatures } = readDocument(document);
  if (signatures === undefined) return [];
  if (!Array.isArray(signatures) || signatures.length === 0) {
    throw new ManifestError('signatures is no list of at least one');
  }
  if (signatures.length > mostSignatures)
    throw new ManifestError(`has more than ${mostSignatures} signatures`);
  return signatures.map((block: unknown, at) => {
    if (!isSignatureBlock(block)) {
      throw new ManifestError(`signature ${at} lacks its header, signature or protected part`);
    }
    return block;
  });
}

function isSignatureBlock(block: unknown): block is SignatureBlock {
  if (!isObject(block) || !isText(block['signature']) || !isText(block['protected'])) return false;
  const { header } = block;
  return isObject(header) && isObject(header['jwk']) && isText(header['alg']);
}

function payloadUnder(document: Buffer, block: SignatureBlock, at: number): Buffer {
  const bytes = fromBase64url(block.protected);
  if (bytes === undefined)
    throw new ManifestError(`signature ${at} has a protected part that is no base64url`);
  const fields = readDocument(bytes);
  checkHeaders(fields, block, at);
  const { formatLength, formatTail } = fields;
  if (!isSize(formatLength) || formatLength > document.length) {
    throw new ManifestError(`signature ${at} has no formatLength within the document`);
  }
  const tail = isText(formatTail) ? fromBase64url(formatTail) : undefined;
  if (tail === undefined) throw new ManifestError(`signature ${at} has no formatTail in base64url`);
  return Buffer.concat([document.subarray(0, formatLength), tail]);
}

/** RFC 7515: no name in both headers (section 7.2.1), and nothing critical that we do not know (section 4.1.11). */
function checkHeaders(protectedFields: Json, { header }: SignatureBlock, at: number): void {
  const twice = Object.keys(protectedFields).find((name) => Object.hasOwn(header, name));
  if (twice !== undefined) throw new ManifestError(`signature ${at} has ${quote(twice)} in both headers`);
  if (Object.hasOwn(protectedFields, 'crit') || Object.hasOwn(header, 'crit')) {
    throw new ManifestError(`signature ${at} has critical headers`);
  }
}

function readKey({ header: { jwk, alg } }: SignatureBlock, at: number): KeyObject {
  if (alg !== 'RS256' && alg !== 'ES256')
    throw new ManifestError(`signature ${at} is of algorithm ${quote(alg)}`);
  const key = importKey(jwk, at);
  if (!isKeyFor(alg, key)) throw new ManifestError(`signature ${at} is ${alg}, but its key is not`);
  if (jwk['kid'] !== undefined && jwk['kid'] !== libtrustKeyId(key)) {
    throw new ManifestError(`signature ${at} has a key id that is not its key's`);
  }
  return key;
}

function importKey(jwk: JsonWebKey, at: number): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new ManifestError(`signature ${at} has no usable key`, { cause });
  }
}

/** RFC 7518 section 3.4: ES256 is P-256 and no other curve. OpenSSL calls that prime256v1. */
function isKeyFor(algorithm: SignatureAlgorithm, key: KeyObject): boolean {
  if (algorithm === 'RS256') return key.asymmetricKeyType === 'rsa';
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

function isSignedBy(block: SignatureBlock, payload: Buffer, key: KeyObject, at: number): boolean {
  const signature = fromBase64url(block.signature);
  if (signature === undefined) throw new ManifestError(`signature ${at} is no base64url`);
  try {
    return verify('sha256', signingInput(block.protected, payload), encoded(key), signature);
  } catch (cause) {
    throw new ManifestError(`signature ${at} cannot be verified`, { cause });
  }
}

function signingInput(protectedHeader: string, payload: Buffer): Buffer {
  return Buffer.from(`${protectedHeader}.${payload.toString('base64url')}`);
}

/** JWS wants the two halves of an ECDSA signature plainly joined (RFC 7518 section 3.4); RSA ignores it. */
function encoded(key: KeyObject): { key: KeyObject; dsaEncoding: 'ieee-p1363' } {
  return { key, dsaEncoding: 'ieee-p1363' };
}
