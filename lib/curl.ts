import { createHash } from 'node:crypto';
import type { Request } from './exchange.ts';
import { redact } from './redact.ts';
import type { Credentials } from './settings.ts';

/** A value that stands in a shell text as the variable of that name. */
export type Variable = { name: string; value: string };

/** Credentials that a user has in `<prefix>_USERNAME` and `<prefix>_PASSWORD`. */
export type Identity = { prefix: string; credentials: Credentials };

export type Shell = {
  /** Values that stand as variables, in URLs, headers and forms alike. */
  variables?: readonly Variable[];
  identities?: readonly Identity[];
  /** What may not be seen, where no variable stands for it. */
  secrets: readonly string[];
  /** The variable of a bearer token that none of `variables` is. */
  token?: string;
  /** The shell word of a body that is too long or no text. */
  bodyFile?: (body: Buffer) => string;
};

/** Of a password that no identity has. */
export const wrongPassword = 'WRONG_PASSWORD';

const longestText = 4_000;
const form = 'application/x-www-form-urlencoded';
const isBodied = /^(?:POST|PUT|PATCH)$/;

/** A shell line that repeats the request, an argument a line; what is secret stands in it as a variable to be set. */
export function curl(request: Request, shell: Shell): string {
  return ['curl -i', ...curlArguments(request, shell)].join(' \\\n  ');
}

/** What follows `curl`: method, headers, body, and the URL at the end. */
export function curlArguments(request: Request, shell: Shell): string[] {
  const headers = Object.entries(request.headers ?? {});
  return [
    ...methodArguments(request),
    ...headers.map(([name, value]) => headerArgument(name, value, shell)),
    ...bodyArguments(request, shell),
    ...(/\/\.{1,2}(?:[/?]|$)/.test(request.url) ? ['--path-as-is'] : []),
    ...(/[[\]{}]/.test(request.url) ? ['--globoff'] : []),
    word(request.url, shell),
  ];
}

/** The text as one shell word, variables in the place of their values. */
export function word(
  text: string,
  { variables = [], secrets }: Pick<Shell, 'variables' | 'secrets'>,
): string {
  const parts = partsOf(text, variables).map((part) =>
    typeof part === 'string' ? redact(part, secrets) : part,
  );
  if (parts.every((part) => typeof part === 'string')) return quote(parts.join(''));
  const isPlain = parts.every((part) => typeof part !== 'string' || !/["$`\\!]/.test(part));
  if (!isPlain)
    return parts.map((part) => (typeof part === 'string' ? quote(part) : `"$${part.name}"`)).join('');
  return `"${parts.map((part) => (typeof part === 'string' ? part : `\${${part.name}}`)).join('')}"`;
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
  const text = body.toString('utf8');
  return body.length <= longestText && !/[\0\r]|^@/.test(text) && Buffer.from(text, 'utf8').equals(body);
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function methodArguments({ method }: Request): string[] {
  if (method === 'GET') return [];
  return method === 'HEAD' ? ['-I'] : [`-X ${method}`];
}

function headerArgument(name: string, value: string, shell: Shell): string {
  // curl sends a header without a value only where a semicolon stands for the colon.
  if (value === '') return `-H ${quote(`${name};`)}`;
  if (name.toLowerCase() !== 'authorization') return `-H ${word(`${name}: ${value}`, shell)}`;
  if (/^basic /i.test(value)) return `-u ${credentials(value, shell)}`;
  const [, scheme = '', token = ''] = /^(\w+ +)?(.*)$/s.exec(value) ?? [];
  const isKnown = shell.variables?.some((one) => token.includes(one.value)) === true;
  return isKnown
    ? `-H '${name}: ${scheme}'${word(token, shell)}`
    : `-H "${name}: ${scheme}$${shell.token ?? 'TOKEN'}"`;
}

function credentials(value: string, { identities = [], secrets }: Shell): string {
  const [, username = '', password = ''] =
    /^(.*?):(.*)$/s.exec(Buffer.from(value.replace(/^\w+ +/, ''), 'base64').toString('utf8')) ?? [];
  const user = identities.find((one) => one.credentials.username === username);
  const known = [user, ...identities].find((one) => one?.credentials.password === password);
  const shownPassword = known === undefined ? wrongPassword : `${known.prefix}_PASSWORD`;
  return user === undefined
    ? `${quote(`${redact(username, secrets)}:`)}"$${shownPassword}"`
    : `"$${user.prefix}_USERNAME:$${shownPassword}"`;
}

function bodyArguments({ method, headers = {}, body }: Request, shell: Shell): string[] {
  // Without a body curl states no length, where the client did.
  if (body === undefined) return isBodied.test(method) ? ["-H 'Content-Length: 0'"] : [];
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const untyped = type === undefined ? ["-H 'Content-Type:'"] : [];
  if (body.length === 0) return [...untyped, "--data-binary ''"];
  if (type === form && isShort(body)) return formArguments(body, shell);
  const data = isShort(body)
    ? word(body.toString('utf8'), { secrets: shell.secrets })
    : `@${(shell.bodyFile ?? fileName)(body)}`;
  return [...untyped, `--data-binary ${data}`];
}

function formArguments(body: Buffer, shell: Shell): string[] {
  return [...new URLSearchParams(body.toString('utf8'))].map(([name, value]) => {
    if (name === 'password') return `--data-urlencode "password=$${passwordVariable(value, shell)}"`;
    const isToken = name === 'refresh_token' && !shell.variables?.some((one) => value.includes(one.value));
    return isToken
      ? `--data-urlencode "${name}=$REFRESH_TOKEN"`
      : `--data-urlencode ${quote(`${name}=`)}${word(value, shell)}`;
  });
}

function passwordVariable(password: string, { identities = [] }: Shell): string {
  const known = identities.find((one) => one.credentials.password === password);
  return known === undefined ? wrongPassword : `${known.prefix}_PASSWORD`;
}

function fileName(body: Buffer): string {
  return `body-${createHash('sha256').update(body).digest('hex').slice(0, 12)}`;
}
