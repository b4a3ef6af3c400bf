import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { digestOf, isDigest } from './digest.ts';
import type { Image } from './image.ts';
import {
  distinct,
  isObject,
  isText,
  ManifestError,
  readDocument,
  writeDocument,
  type BuildOptions,
  type Json,
  type ManifestFormat,
} from './manifest.ts';
import { mediaTypes } from './media-types.ts';
import { unknownDigest } from './schema2.ts';

const signatureAlgorithms = { RS256: 'rsa', ES256: 'ec' } as const;
type SignatureAlgorithm = keyof typeof signatureAlgorithms;

export type SigningKey = { algorithm: SignatureAlgorithm; privateKey: KeyObject; publicKey: KeyObject };

export function generateSigningKey(algorithm: SignatureAlgorithm = 'ES256'): SigningKey {
  const keys =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { algorithm, ...keys };
}

/** libtrust's key id: 240 bits of the SHA-256 over the key's DER, in base32, in twelve groups of four. */
export function libtrustKeyId(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const hash = createHash('sha256').update(der).digest().subarray(0, 30);
  return base32(hash).replace(/.{4}(?=.)/g, '$&:');
}

/** Docker Image Manifest V2, Schema 1, signed with the key (distribution's manifest-v2-1.md). */
export function schema1(key: SigningKey): ManifestFormat {
  return {
    name: 'schema1',
    manifestTypes: [mediaTypes.schema1, mediaTypes.schema1Signed],
    accept: [mediaTypes.schema1Signed, mediaTypes.schema1],
    build: async ({ repository, tag, images }, options = {}) => {
      const payload = writePayload(repository, tag, images, options);
      const blobs = distinct(images.map(({ layer }) => layer).toReversed());
      return {
        mediaType: mediaTypes.schema1Signed,
        bytes: signSchema1(payload, key),
        digest: digestOf(payload),
        blobs,
      };
    },
    parse: (bytes, mediaType) => {
      if (mediaType !== mediaTypes.schema1 && mediaType !== mediaTypes.schema1Signed) {
        throw new ManifestError(`is of type ${mediaType}, not schema1`);
      }
      const { payload } = verifySchema1(bytes);
      if (mediaType === mediaTypes.schema1Signed && payload.equals(bytes))
        throw new ManifestError('is not signed');
      const layers = layersOf(readSchema1(bytes));
      return { mediaType, digest: digestOf(payload), layers };
    },
  };
}

export type Schema1Document = { name: string; tag: string; fsLayers: { blobSum: string }[] };

/** What the document says of itself, checked for shape. @throws ManifestError */
export function readSchema1(bytes: Buffer): Schema1Document {
  const document = readDocument(bytes);
  const { schemaVersion, name, tag, fsLayers, history } = document;
  if (schemaVersion !== 1) throw new ManifestError('schemaVersion is not 1');
  if (!isText(name) || !isText(tag)) throw new ManifestError('name or tag is missing');
  if (!Array.isArray(fsLayers) || !Array.isArray(history))
    throw new ManifestError('fsLayers or history is no list');
  if (fsLayers.length === 0) throw new ManifestError('has no layers');
  if (fsLayers.length !== history.length) throw new ManifestError('fsLayers and history differ in length');
  if (!fsLayers.every(isFsLayer)) throw new ManifestError('fsLayers holds something without a blobSum');
  if (!history.every((entry) => isObject(entry) && isText(entry['v1Compatibility']))) {
    throw new ManifestError('history holds something without v1Compatibility');
  }
  return { name, tag, fsLayers };
}

function isFsLayer(entry: unknown): entry is { blobSum: string } {
  return isObject(entry) && isText(entry['blobSum']) && isDigest(entry['blobSum']);
}

function layersOf({ fsLayers }: Schema1Document): { digest: string }[] {
  return fsLayers.map(({ blobSum }) => ({ digest: blobSum })).toReversed();
}

function writePayload(
  repository: string,
  tag: string,
  images: readonly Image[],
  options: BuildOptions,
): Buffer {
  const { invalidBlobReferences = false, asciiOnly = true } = options;
  const leafFirst = images.toReversed();
  const compatibility = ({ id, parent, config, layer }: Image): string =>
    JSON.stringify({
      id,
      parent,
      created: '1970-01-01T00:00:00Z',
      ...(config && { config }),
      Size: layer.size,
    });
  const document = {
    schemaVersion: 1,
    name: repository,
    tag,
    architecture: 'amd64',
    fsLayers: leafFirst.map(({ layer }) => ({
      blobSum: invalidBlobReferences ? unknownDigest : layer.digest,
    })),
    history: leafFirst.map((image) => ({ v1Compatibility: compatibility(image) })),
  };
  return writeDocument(document, asciiOnly);
}

/** The document with a signature block of its own ("pretty JWS"). The payload must be a JSON object over several lines. */
export function signSchema1(payload: Buffer, { algorithm, privateKey, publicKey }: SigningKey): Buffer {
  const formatLength = payload.lastIndexOf('\n}');
  if (formatLength < 0) throw new ManifestError('does not end in a line of its own brace');
  const formatTail = payload.subarray(formatLength).toString('base64url');
  const time = new Date(0).toISOString().replace('.000', '');
  const protectedHeader = Buffer.from(JSON.stringify({ formatLength, formatTail, time })).toString(
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
    Buffer.from(`,\n   "signatures": ${signatures}\n}`),
  ]);
}

/** The bytes the digest covers: the document as it was signed, or the whole of an unsigned one. */
export function schema1Payload(document: Buffer): Buffer {
  const [first] = readSignatures(document);
  return first === undefined ? document : payloadUnder(document, first);
}

/**
 * Checks every signature of the document.
 * @returns the payload, and the key id of each signature
 * @throws ManifestError when one is bad, or they do not sign the same payload
 */
export function verifySchema1(document: Buffer): { payload: Buffer; keyIds: string[] } {
  const blocks = readSignatures(document);
  const payload = schema1Payload(document);
  const keyIds = blocks.map((block, at) => {
    if (!payloadUnder(document, block).equals(payload))
      throw new ManifestError(`signature ${at} signs another payload`);
    const publicKey = readKey(block, at);
    const input = signingInput(block.protected, payload);
    if (!verify('sha256', input, encoded(publicKey), Buffer.from(block.signature, 'base64url'))) {
      throw new ManifestError(`signature ${at} does not verify`);
    }
    return libtrustKeyId(publicKey);
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

type SignatureBlock = { header: { jwk: Json; alg: string }; signature: string; protected: string };

function readSignatures(document: Buffer): SignatureBlock[] {
  const { signatures } = readDocument(document);
  if (signatures === undefined) return [];
  if (!Array.isArray(signatures) || signatures.length === 0)
    throw new ManifestError('signatures is no list of some');
  return signatures.map((block: unknown, at) => {
    const isBlock =
      isObject(block) &&
      isText(block['signature']) &&
      isText(block['protected']) &&
      isObject(block['header']) &&
      isObject(block['header']['jwk']) &&
      isText(block['header']['alg']);
    if (!isBlock) throw new ManifestError(`signature ${at} lacks its header, signature or protected part`);
    return block as SignatureBlock;
  });
}

function payloadUnder(document: Buffer, block: SignatureBlock): Buffer {
  const { formatLength, formatTail } = readDocument(Buffer.from(block.protected, 'base64url'));
  const isLength = Number.isSafeInteger(formatLength) && (formatLength as number) >= 0;
  if (!isLength || (formatLength as number) > document.length || !isText(formatTail)) {
    throw new ManifestError('formatLength or formatTail is missing or wrong');
  }
  return Buffer.concat([document.subarray(0, formatLength as number), Buffer.from(formatTail, 'base64url')]);
}

function readKey({ header: { jwk, alg } }: SignatureBlock, at: number): KeyObject {
  const type = signatureAlgorithms[alg as SignatureAlgorithm];
  if (type === undefined) throw new ManifestError(`signature ${at} is of algorithm ${alg}`);
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    throw new ManifestError(`signature ${at} has no usable key`);
  }
  if (key.asymmetricKeyType !== type)
    throw new ManifestError(`signature ${at} is ${alg}, but its key is not`);
  if (jwk['kid'] !== undefined && jwk['kid'] !== libtrustKeyId(key)) {
    throw new ManifestError(`signature ${at} has a key id that is not its key's`);
  }
  return key;
}

function signingInput(protectedHeader: string, payload: Buffer): Buffer {
  return Buffer.from(`${protectedHeader}.${payload.toString('base64url')}`);
}

/** JWS wants the two halves of an ECDSA signature plainly joined (RFC 7518 section 3.4); RSA ignores it. */
function encoded(key: KeyObject): { key: KeyObject; dsaEncoding: 'ieee-p1363' } {
  return { key, dsaEncoding: 'ieee-p1363' };
}

function base32(bytes: Buffer): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((group) => alphabet[Number.parseInt(group, 2)]).join('');
}
