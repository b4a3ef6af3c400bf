import { basicAuthorization } from './auth/basic.ts';
import type { Credentials } from './settings.ts';

const mask = '***';

const secretHeader = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-.*(?:token|secret|key))$/i;
const secretField = /("(?:token|access_token|refresh_token|password|client_secret)"\s*:\s*")[^"]*/g;
const privateJwkMember = /("(?:d|p|q|dp|dq|qi|k)"\s*:\s*")[\w-]{22,}/g;
// A shell variable in the place of a secret is none.
const secretParameter =
  /((?:^|[?&\s"'])(?:token|access_token|refresh_token|password|client_secret|sig|signature|X-Amz-[A-Za-z-]+)=)(?!['"]*\$\{?(?:REGISTRY|TOKEN|ACCESS|REFRESH|WRONG)_?)[^&\s"']+/gi;
const authorization =
  /((?:authorization|cookie)["']?\s*[:=]\s*["']?(?!(?:\w+ +)?['"]*\$\{?(?:REGISTRY|TOKEN|ACCESS|REFRESH|WRONG)_?)(?:(?:basic|bearer)\s+)?)[^\s\x1b"'\\]+/gi;
const jwt = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;
const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g;

export function isSecretHeader(name: string): boolean {
  return secretHeader.test(name);
}

/** The forms in which credentials can stand in a text: as they are, URL-encoded, JSON-escaped, as Basic. */
export function secretsOf(credentials: readonly Credentials[]): string[] {
  const forms = credentials.flatMap(({ username, password }) => [
    password,
    encodeURIComponent(password),
    JSON.stringify(password).slice(1, -1),
    basicAuthorization({ username, password }).slice('Basic '.length),
  ]);
  return [...new Set(forms)].filter((form) => form !== '').toSorted((a, b) => b.length - a.length);
}

/** The lines of a private key in PEM, but a short last one, each a secret. */
export function pemLines(pemText: string): string[] {
  return pemText.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'));
}

/** The text with every known secret, and whatever looks like one, masked. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, mask);
  return clean
    .replace(authorization, `$1${mask}`)
    .replace(jwt, mask)
    .replace(pem, mask)
    .replace(secretField, `$1${mask}`)
    .replace(privateJwkMember, `$1${mask}`)
    .replace(secretParameter, `$1${mask}`);
}
