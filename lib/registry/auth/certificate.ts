import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';

type Certified = { certificate: X509Certificate; privateKey: KeyObject };

const hour = 3_600_000;

/**
 * A certificate of an EC or RSA key, good for a day: signed by a root that has a key of the same kind, or by itself, and
 * then a root.
 */
export async function certify(
  privateKey: KeyObject,
  commonName: string,
  root?: Certified,
): Promise<X509Certificate> {
  // It takes a third of a second to load, which most runs need not spend.
  const { generate } = await import('selfsigned');
  const publicKey = createPublicKey(privateKey);
  const { crv } = publicKey.export({ format: 'jwk' });
  const { cert } = await generate([{ name: 'commonName', value: commonName }], {
    keyPair: {
      privateKey: pemOf(privateKey),
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    ...(crv === undefined
      ? { keyType: 'rsa' }
      : { keyType: 'ec', curve: crv as 'P-256' | 'P-384' | 'P-521' }),
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - hour),
    notAfterDate: new Date(Date.now() + 24 * hour),
    extensions: [
      { name: 'basicConstraints', cA: root === undefined, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: root === undefined, critical: true },
    ],
    ...(root && { ca: { key: pemOf(root.privateKey), cert: root.certificate.toString() } }),
  });
  return new X509Certificate(cert);
}

/** The `x5c` of a token header (RFC 7515 section 4.1.6): the certificates of a PEM text, its own first. */
export function x5cOf(pem: string): string[] {
  const end = '-----END CERTIFICATE-----';
  const blocks = pem.split(end).slice(0, -1);
  return blocks.map((block) => new X509Certificate(block + end).raw.toString('base64'));
}

function pemOf(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
