import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { readJwt } from './auth/jwt.ts';
import { memberOf } from './auth/token.ts';
import { curlArguments, isShort, quote, wrongPassword, type Identity, type Variable } from './curl.ts';
import type { Answer, Request } from './exchange.ts';
import { redact } from './redact.ts';

/** A request as it was sent; no answer where none came. */
export type Sent = { request: Request; answer?: Answer | undefined };

export type Course = {
  /** What stands at the head of the script, line by line. */
  about: readonly string[];
  /** In order; the last is the request that it is all about. */
  sent: readonly Sent[];
  /** What a user may want to set: the registry's origin, the realm of its tokens, the test's own repository. */
  places: readonly Variable[];
  identities: readonly Identity[];
  /** Options that each curl needs to reach the registry. */
  options: string;
  secrets: readonly string[];
};

// More would not be read, and the report has to hold it.
const longestBody = 64 * 1024;

/** What an answer hands on to later requests, and the shell expression that takes it out of the answer. */
type Handed = Variable & { taken: string };

const functions = `header() { awk -v name="$2:" 'index(tolower($0), name) == 1 { sub(/^[^:]*: */, ""); sub(/\\r$/, ""); value = $0 } END { print value }' "$1.head"; }
location() { case $(header "$1" location) in /*) printf '%s%s' "$2" "$(header "$1" location)" ;; *) header "$1" location ;; esac; }
member() { sed -n "s/.*\\"$2\\" *: *\\"\\([^\\"]*\\)\\".*/\\1/p" "$1.body"; }`;

/**
 * A shell script that sends what a test sent, up to its last request, whose answer it prints whole. What a request has
 * from an earlier answer (the place of an upload, a token) it takes from the answer that comes now.
 */
export function repeatScript({ about, sent, places, identities, options, secrets }: Course): string {
  const handed: Handed[] = [];
  const escaped = places
    .filter(({ name }) => name === 'REPO')
    .map(({ value }) => ({ name: 'REPO_ESCAPED', value: encodeURIComponent(value) }));
  const files = new Map<string, string>();
  const lines: string[] = [];
  for (const [at, { request, answer }] of sent.entries()) {
    const number = at + 1;
    const isLast = number === sent.length;
    const bodyFile = (body: Buffer): string => {
      const digest = sha256(body);
      const known = files.get(digest);
      if (known !== undefined) return known;
      const file = `sent-${number}`;
      files.set(digest, file);
      lines.push(...writeBody(body, digest, file));
      return file;
    };
    lines.push('', `# ${number}. ${nameOf(request, places)}${isLast ? ', the request in question' : ''}`);
    const token = tokenOf(request, handed);
    if (token !== undefined) lines.push(...explainToken(token, `TOKEN_${number}`, secrets));
    const variables = [...handed, ...places, ...escaped].toSorted((a, b) => b.value.length - a.value.length);
    const shell = { variables, identities, secrets, token: `TOKEN_${number}`, bodyFile };
    const args = curlArguments(request, shell);
    const output = isLast ? '-i' : `-D ${number}.head -o ${number}.body`;
    const goesOn = answer === undefined && !isLast ? ' || true' : '';
    lines.push([`curl ${output}`, ...args].join(' \\\n  ') + goesOn);
    if (answer !== undefined) lines.push(...toldOf(answer, number, isLast));
    if (isLast || answer === undefined) continue;
    const later = sent.slice(number).map((one) => one.request);
    const taken = handedOn(answer, number, places).filter(({ value }, place, all) => {
      const others = [...handed, ...all.slice(0, place)];
      return later.some((one) => uses(one, value, others));
    });
    handed.push(...taken);
    lines.push(...taken.map(({ name, taken: expression }) => `${name}=${expression}`));
  }
  const body = lines.join('\n');
  const needed = [...new Set(body.match(/(?<=\$\{?)(?:REGISTRY_\w+|REFRESH_TOKEN)/g))];
  return [
    '#!/bin/sh',
    ...about.map((line) => `# ${line}`.trimEnd()),
    '# What was sent up to there follows, in the order of the answers. It needs curl, awk and base64.',
    ...(needed.length === 0 ? [] : [`# To be set before: ${needed.join(', ')}.`]),
    'set -eu',
    ...needed.map((name) => `: "\${${name}:?}"`),
    ...(body.includes(`$${wrongPassword}`) ? [`${wrongPassword}=\${${wrongPassword}:-never-right}`] : []),
    ...places.map(({ name, value }) => `${name}=\${${name}:-${value}}`),
    ...(body.includes('{REPO_ESCAPED}') ? [`REPO_ESCAPED=$(printf %s "$REPO" | sed 's|/|%2F|g')`] : []),
    'cd "$(mktemp -d)"',
    `curl() { command curl -sS --max-time 60${options} "$@"; }`,
    functions,
    body,
    '',
  ].join('\n');
}

function nameOf({ method, url, title }: Request, places: readonly Variable[]): string {
  const short = places.reduce((text, { value }) => text.replace(value, '…'), url).replace(/^…\/v2\/…/, '…');
  const step = title === undefined || title.startsWith(method) ? '' : `${title.split(':', 1)[0]}: `;
  return `${step}${method} ${short}`;
}

function writeBody(body: Buffer, digest: string, file: string): string[] {
  if (body.length > longestBody) {
    const name = file.toUpperCase().replace('-', '_');
    return [
      `# ${body.length} bytes, too many to stand here; where their digest does not matter, any will do.`,
      `[ -n "\${${name}:-}" ] || { echo "${name}: set it to a file of ${body.length} bytes, sha256:${digest}" >&2; exit 1; }`,
      `cp "$${name}" ${file}`,
    ];
  }
  const text = body.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\n');
  return [`base64 -d > ${file} <<'END'`, text, 'END'];
}

function toldOf({ status }: Answer, number: number, isLast: boolean): string[] {
  const then = `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  return isLast
    ? ['echo', `echo 'The test got ${then}.' >&2`]
    : [`echo "${number}. $(head -n 1 ${number}.head | tr -d '\\r') (the test got ${then})" >&2`];
}

function handedOn(answer: Answer, number: number, places: readonly Variable[]): Handed[] {
  const { location, status, request } = answer;
  const origin = new URL(request.url).origin;
  const shownOrigin = places.some(({ value }) => value === origin) ? '"$REGISTRY"' : quote(origin);
  const leadsOn = status === 202 || (status >= 300 && status < 400);
  const members = ['token', 'access_token', 'refresh_token'].flatMap((member) => {
    const value = memberOf(answer, member);
    return typeof value === 'string' && value !== ''
      ? [{ name: `${member.toUpperCase()}_${number}`, value, taken: `$(member ${number} ${member})` }]
      : [];
  });
  const headers = ['docker-upload-uuid', 'etag'].flatMap((header) => {
    const value = answer.header(header) ?? '';
    const name = `${header.split('-').at(-1)?.toUpperCase()}_${number}`;
    return value.length < 8 ? [] : [{ name, value, taken: `$(header ${number} ${header})` }];
  });
  return [
    ...(leadsOn && location !== undefined
      ? [
          {
            name: `LOCATION_${number}`,
            value: location,
            taken: `$(location ${number} ${shownOrigin})`,
          },
        ]
      : []),
    ...members,
    ...headers,
  ];
}

/** Whether a request has the value where none of the others stands. */
function uses({ url, headers = {}, body }: Request, value: string, others: readonly Variable[]): boolean {
  const texts = [
    url,
    ...Object.values(headers),
    ...(body !== undefined && isShort(body) ? [body.toString('utf8')] : []),
  ];
  return texts.some((text) =>
    others
      .filter((other) => other.value.includes(value))
      .reduce((rest, other) => rest.replaceAll(other.value, ''), text)
      .includes(value),
  );
}

/** The bearer token that a request carries and no earlier answer handed out. */
function tokenOf({ headers = {} }: Request, handed: readonly Handed[]): string | undefined {
  const [, value = ''] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  if (value === '' || /^basic /i.test(value) || handed.some((one) => value.includes(one.value)))
    return undefined;
  return value.replace(/^\w+ +/, '');
}

function explainToken(token: string, name: string, secrets: readonly string[]): string[] {
  const read = readJwt(token);
  const claims =
    read === undefined
      ? ''
      : `, in the test one of ${redact(JSON.stringify([read.header, read.claims]), secrets)}`;
  return [`# ${name}: a token of the test's own${claims}`, `: "\${${name}:?}"`];
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
