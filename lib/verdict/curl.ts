import { createHash } from 'node:crypto';
import type { Request } from '../http/exchange.ts';
import { isSecretHeader, redact } from '../secrets/redact.ts';
import { named, shell, wordOf, type Shell, type Variable } from '../text/shell.ts';
import { visibleLines } from '../text/visible.ts';
import type { Identity } from '../types.ts';

/** What stands for what in a line. */
export type Standing = {
  /** Values that stand as variables, in URLs, headers and forms alike. */
  variables?: readonly Variable[];
  identities?: readonly Identity[];
  /** What may not be seen, where no variable stands for it. */
  secrets: readonly string[];
  /** The variable of a bearer token that none of `variables` is. */
  token?: string;
  /** The file of a body that is too long or no text. */
  bodyFile?: (body: Buffer) => Shell;
};

/** Of a password that no identity has. */
export const wrongPassword = 'WRONG_PASSWORD';

const longestText = 4_000;
const form = 'application/x-www-form-urlencoded';
const isBodied = /^(?:POST|PUT|PATCH)$/;
// curl would take for an option what begins with a hyphen, as another value of an answer may.
const isAddress = /^["'](?:https?:\/\/|\$\{?(?:REGISTRY|REALM|LOCATION_\d+)\b)/;

/** A shell line that repeats the request, an argument a line; what is secret stands in it as a variable to be set. */
export function curl(request: Request, standing: Standing): Shell {
  return shell`curl -i${curlArguments(request, standing).map((one) => shell` \\\n  ${one}`)}`;
}

/** What follows `curl`: method, headers, body, and the URL at the end. */
export function curlArguments(request: Request, standing: Standing): Shell[] {
  const { url } = request;
  const headers = Object.entries(request.headers ?? {});
  const address = word(url, standing);
  return [
    ...methodArguments(request),
    ...headers.map(([name, value]) => headerArgument(name, value, standing)),
    ...bodyArguments(request, standing),
    ...(/\/\.{1,2}(?:[/?]|$)/.test(url) ? [shell`--path-as-is`] : []),
    ...(/[[\]{}]/.test(url) ? [shell`--globoff`] : []),
    isAddress.test(address.toString()) ? address : shell`--url ${address}`,
  ];
}

/** The text as one shell word, variables in the place of their values. */
export function word(text: string, standing: Pick<Standing, 'variables' | 'secrets'>): Shell {
  return wordOf(maskedParts(text, standing));
}

/** Masked before it is quoted: a mask in the place of a quote would let out what that holds. */
function maskedParts(
  text: string,
  { variables = [], secrets }: Pick<Standing, 'variables' | 'secrets'>,
): (string | Variable)[] {
  return partsOf(text, variables).map((part) => (typeof part === 'string' ? redact(part, secrets) : part));
}

/** The text cut at the values of the variables, the first of them first. */
function partsOf(text: string, [variable, ...others]: readonly Variable[]): (string | Variable)[] {
  if (variable === undefined) return text === '' ? [] : [text];
  return text
    .split(variable.value)
    .flatMap((part, at) => [...(at === 0 ? [] : [variable]), ...partsOf(part, others)]);
}

/** Whether a body can stand in a command line as it is. */
export function isShort(body: Buffer): boolean {
  const text = body.length <= longestText ? body.toString('utf8') : '@';
  return !text.startsWith('@') && visibleLines(text) === text && Buffer.from(text, 'utf8').equals(body);
}

function methodArguments({ method }: Request): Shell[] {
  if (method === 'GET') return [];
  return method === 'HEAD' ? [shell`-I`] : [shell`-X ${named(method)}`];
}

function headerArgument(name: string, value: string, standing: Standing): Shell {
  // curl sends a header without a value only where a semicolon stands for the colon.
  if (value.trim() === '') return shell`-H ${`${name};`}`;
  if (name.toLowerCase() !== 'authorization') {
    const shown = isSecretHeader(name) ? ['***'] : maskedParts(value, standing);
    return shell`-H ${wordOf([`${name}: `, ...shown])}`;
  }
  if (/^basic /i.test(value)) return shell`-u ${credentials(value, standing)}`;
  const [, scheme = '', token = ''] = /^(\w+ +)?(.*)$/s.exec(value) ?? [];
  const isKnown = standing.variables?.some((one) => token.includes(one.value)) === true;
  return isKnown
    ? shell`-H ${`${name}: ${scheme}`}${word(token, standing)}`
    : shell`-H ${wordOf([`${name}: ${scheme}`, { name: standing.token ?? 'TOKEN' }])}`;
}

function credentials(value: string, { identities = [], secrets }: Standing): Shell {
  const [, username = '', password = ''] =
    /^(.*?):(.*)$/s.exec(Buffer.from(value.replace(/^\w+ +/, ''), 'base64').toString('utf8')) ?? [];
  const user = identities.find((one) => one.credentials.username === username);
  const known = [user, ...identities].find((one) => one?.credentials.password === password);
  const shownPassword = { name: known === undefined ? wrongPassword : `${known.prefix}_PASSWORD` };
  return user === undefined
    ? wordOf([`${redact(username, secrets)}:`, shownPassword])
    : wordOf([{ name: `${user.prefix}_USERNAME` }, ':', shownPassword]);
}

function bodyArguments({ method, headers = {}, body }: Request, standing: Standing): Shell[] {
  // Without a body curl states no length, where the client did.
  if (body === undefined) return isBodied.test(method) ? [shell`-H 'Content-Length: 0'`] : [];
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const untyped = type === undefined ? [shell`-H 'Content-Type:'`] : [];
  if (body.length === 0) return [...untyped, shell`--data-binary ''`];
  if (type === form && isShort(body)) return formArguments(body, standing);
  const data = isShort(body)
    ? word(body.toString('utf8'), { secrets: standing.secrets })
    : shell`@${(standing.bodyFile ?? fileName)(body)}`;
  return [...untyped, shell`--data-binary ${data}`];
}

function formArguments(body: Buffer, standing: Standing): Shell[] {
  return [...new URLSearchParams(body.toString('utf8'))].map(([name, value]) => {
    if (name === 'password')
      return shell`--data-urlencode ${wordOf(['password=', { name: passwordVariable(value, standing) }])}`;
    const isToken = name === 'refresh_token' && !standing.variables?.some((one) => value.includes(one.value));
    return isToken
      ? shell`--data-urlencode ${wordOf([`${name}=`, { name: 'REFRESH_TOKEN' }])}`
      : shell`--data-urlencode ${`${encodeURIComponent(name)}=`}${word(value, standing)}`;
  });
}

function passwordVariable(password: string, { identities = [] }: Standing): string {
  const known = identities.find((one) => one.credentials.password === password);
  return known === undefined ? wrongPassword : `${known.prefix}_PASSWORD`;
}

function fileName(body: Buffer): Shell {
  return named(`body-${createHash('sha256').update(body).digest('hex').slice(0, 12)}`);
}
