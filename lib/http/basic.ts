import type { Credentials } from '../types.ts';

/** The `Authorization` value of RFC 7617, user name and password in UTF-8. */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
