import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { readJwt } from '../registry/auth/jwt.ts';
import { memberOf } from '../registry/auth/token.ts';
import { curlArguments, isShort, word, wrongPassword } from './curl.ts';
import type { Answer, Request } from '../http/exchange.ts';
import { redact } from '../secrets/redact.ts';
import { cut } from '../text/cut.ts';
import { asking, functions, inFolder } from '../text/script.ts';
import { base64, comment, named, shell, type Shell, type Variable } from '../text/shell.ts';
import type { Identity } from '../types.ts';

/** A request as it was sent; no answer where none came. */
export type Sent = { request: Request; answer?: Answer | undefined };

export type Course = {
  /** What stands at the head of the script, line by line. */
  about: readonly string[];
  /** In order; the last is the request that it is all about. */
  sent: readonly Sent[];
  /**
   * What a user may want to set: the registry's origin, the realm of its tokens, the test's own repository, and those that
   * earlier tests made for it.
   */
  places: readonly Variable[];
  identities: readonly Identity[];
  /** Options that each curl needs to reach the registry. */
  options: readonly Shell[];
  secrets: readonly string[];
};

// More would not be read, and the report has to hold it.
const longestBody = 64 * 1024;
const mostBodies = 128 * 1024;
// A shorter one may stand anywhere by chance.
const shortest = 8;

/** What an answer hands on to later requests, and the shell expression that takes it out of the answer. */
type Handed = Variable & { taken: Shell };

/**
 * A shell script that sends what a test sent, up to its last request, whose answer it prints whole. What a request has
 * from an earlier answer (the place of an upload, a token) it takes from the answer that comes now. It ends with 0 where
 * each answer has the status that the test got.
 */
export function repeatScript({ about, sent, places, identities, options, secrets }: Course): Shell {
  const handed: Handed[] = [];
  const repositories = places.filter(({ name }) => /^(?:REPO|SHARED)/.test(name));
  const escaped = repositories.map(({ name, value }) => ({
    name: `${name}_ESCAPED`,
    value: encodeURIComponent(value),
  }));
  const files = new Map<string, Shell>();
  const lines: Shell[] = [];
  let room = mostBodies;
  for (const [at, { request, answer }] of sent.entries()) {
    const number = at + 1;
    const isLast = number === sent.length;
    const bodyFile = (body: Buffer): Shell => {
      const digest = sha256(body);
      const known = files.get(digest);
      if (known !== undefined) return known;
      const file = named(`sent-${number}`);
      files.set(digest, file);
      const isWritten = body.length <= Math.min(longestBody, room);
      if (isWritten) room -= body.length;
      lines.push(isWritten ? writeBody(body, file) : askForBody(body, digest, number));
      return file;
    };
    const title = `${number}. ${nameOf(request, places)}${isLast ? ', the request in question' : ''}`;
    lines.push(shell``, comment(cut(title, 500, secrets)));
    const token = tokenOf(request, handed);
    if (token !== undefined) lines.push(explainToken(token, `TOKEN_${number}`, secrets));
    const variables = [...handed, ...places, ...escaped].toSorted((a, b) => b.value.length - a.value.length);
    const standing = { variables, identities, secrets, token: `TOKEN_${number}`, bodyFile };
    const args = curlArguments(request, standing);
    const address = args.at(-1) ?? shell``;
    if (carriesCredentials(args) && !isFixed.test(address.toString()))
      lines.push(shell`ours ${address} ${number}`);
    const output = isLast
      ? shell`-D ${`${number}.head`} -i -o answer`
      : shell`-D ${`${number}.head`} -o ${`${number}.body`}`;
    const call = shell`curl ${output}${args.map((one) => shell` \\\n  ${one}`)}`;
    if (answer === undefined && isLast) lines.push(unanswered(call));
    // An answer that breaks off is one as well.
    else lines.push(shell`${call} || ${answer === undefined ? shell`true` : shell`[ $? = 18 ]`}`);
    if (answer !== undefined && isLast) lines.push(shell`show answer`);
    if (answer !== undefined) lines.push(toldOf(answer, number, isLast));
    if (isLast || answer === undefined) continue;
    const later = sent.slice(number).map((one) => one.request);
    const taken = handedOn(answer, number, word(request.url, standing)).filter(({ value }, place, all) => {
      const others = [...handed, ...all.slice(0, place)];
      return later.some((one) => uses(one, value, others));
    });
    handed.push(...taken);
    for (const { name, taken: expression } of taken) {
      const lack = `Answer ${number} has nothing for ${name}, which a later request needs.`;
      lines.push(shell`${named(name)}=${expression}`, shell`[ -n "$${named(name)}" ] || fail ${lack}`);
    }
  }
  const body = shell.lines(lines);
  const needed = namesIn(
    body,
    /(?<=\$\{?)(?:REGISTRY(?:_READER|_OTHER)?_(?:USERNAME|PASSWORD)|REFRESH_TOKEN)\b/g,
  );
  const isWrong = namesIn(body, /(?<=\$\{?)WRONG_PASSWORD\b/g).length > 0;
  return shell.lines([
    shell`#!/bin/sh`,
    ...about.map((one) => comment(redact(one, secrets))),
    shell`# What was sent up to there follows, in the order of the answers. It needs curl, awk and base64.`,
    ...(needed.length === 0 ? [] : [comment(`To be set before: ${needed.join(', ')}.`)]),
    shell`set -eu`,
    ...needed.map((name) => shell`: "\${${named(name)}:?}"`),
    ...(isWrong ? [unlessSet({ name: wrongPassword, value: 'never-right' })] : []),
    ...places.map(unlessSet),
    ...repositories.map(
      ({ name }) => shell`${named(`${name}_ESCAPED`)}=$(printf %s "$${named(name)}" | sed 's|/|%2F|g')`,
    ),
    inFolder,
    asking(options),
    functions,
    body,
    shell``,
  ]);
}

/** Of a request that the test got no answer to. */
function unanswered(call: Shell): Shell {
  return shell.lines([
    shell`if ${call}; then`,
    shell`  show answer`,
    shell`  fail 'The test got no answer, and this is one.'`,
    shell`fi`,
    shell`printf '%s\\n' 'The test got no answer either.' >&2`,
  ]);
}

// An address that begins so leads to no other origin than what the user has set.
const isFixed = /^"\$\{(?:REGISTRY|REALM)\}(?:[/?]|"$)/;

/** Whether a name, a password or a token is sent along. */
function carriesCredentials(args: readonly Shell[]): boolean {
  return args.some((one) =>
    /^-u |^-H ["'](?:proxy-)?(?:authorization|cookie):|\$\{?\w*(?:_PASSWORD|_USERNAME|TOKEN)/i.test(
      one.toString(),
    ),
  );
}

function unlessSet({ name, value }: Variable): Shell {
  return shell`[ -n "\${${named(name)}:-}" ] || ${named(name)}=${value}`;
}

function namesIn(text: Shell, names: RegExp): string[] {
  return [...new Set(text.toString().match(names))];
}

function nameOf({ method, url, title }: Request, places: readonly Variable[]): string {
  const short = places.reduce((text, { value }) => text.replace(value, '…'), url).replace(/^…\/v2\/…/, '…');
  const step = title === undefined || title.startsWith(method) ? '' : `${title.split(':', 1)[0]}: `;
  return `${step}${method} ${short}`;
}

function writeBody(body: Buffer, file: Shell): Shell {
  return shell`base64 -d > ${file} <<'END'\n${base64(body)}\nEND`;
}

function askForBody(body: Buffer, digest: string, number: number): Shell {
  const name = named(`SENT_${number}`);
  const problem = `SENT_${number}: set it to a file of ${body.length} bytes, sha256:${digest}`;
  return shell.lines([
    shell`# ${body.length} bytes, too many to stand here; where their digest does not matter, any will do.`,
    shell`[ -n "\${${name}:-}" ] || fail ${problem}`,
    shell`cp -- "$${name}" sent-${number}`,
  ]);
}

function toldOf({ status }: Answer, number: number, isLast: boolean): Shell {
  const then = `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
  return isLast ? shell`echo\nsame ${number} ${then}` : shell`told ${number} ${then}`;
}

/** `address`: what was asked, as the script has it. */
function handedOn(answer: Answer, number: number, address: Shell): Handed[] {
  const { location, status } = answer;
  const leadsOn = status === 202 || (status >= 300 && status < 400);
  const members = ['token', 'access_token', 'refresh_token'].flatMap((member) => {
    const value = memberOf(answer, member);
    const name = `${member.toUpperCase()}_${number}`;
    return typeof value === 'string' && value.length >= shortest
      ? [{ name, value, taken: shell`$(member ${number} ${named(member)})` }]
      : [];
  });
  const headers = ['docker-upload-uuid', 'etag'].flatMap((header) => {
    const value = answer.header(header) ?? '';
    const name = `${header.split('-').at(-1)?.toUpperCase()}_${number}`;
    return value.length < shortest
      ? []
      : [{ name, value, taken: shell`$(header ${number} ${named(header)})` }];
  });
  return [
    ...(leadsOn && location !== undefined
      ? [
          {
            name: `LOCATION_${number}`,
            value: location,
            taken: shell`$(location ${number} ${address})`,
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

function explainToken(token: string, name: string, secrets: readonly string[]): Shell {
  const read = readJwt(token);
  const claims =
    read === undefined
      ? ''
      : `, in the test one of ${cut(JSON.stringify([read.header, read.claims]), 2_000, secrets)}`;
  return shell.lines([
    comment(`${name}: a token of the test's own${claims}`),
    shell`: "\${${named(name)}:?}"`,
  ]);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
