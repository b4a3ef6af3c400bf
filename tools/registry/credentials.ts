import type { Credentials } from '../../lib/types.ts';

/** The scheme of an Authorization header in lower case, and what follows it. */
export function readAuthorization(header: string): { scheme: string; value: string } {
  const [scheme = '', value = ''] = header.split(/ +(.*)/s, 2);
  return { scheme: scheme.toLowerCase(), value };
}

/** The user and password of `Basic` (RFC 7617), undefined where they are malformed. A password may hold colons. */
export function readBasic(value: string): Credentials | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'base64'));
    const colon = text.indexOf(':');
    return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Whether a request comes without credentials. skopeo and Go clients without any send an empty user and password. */
export function isAnonymous(authorization: string | undefined): authorization is undefined {
  return authorization === undefined || authorization.toLowerCase() === 'basic og==';
}
