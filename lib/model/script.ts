import type { Answer } from '../exchange.ts';
import { rule } from '../rules/catalogue.ts';
import { curl } from '../transcript.ts';
import { told } from './command.ts';
import type { Difference, Played, Stage } from './play.ts';

type Story = { difference: Difference; played: readonly Played[]; stage: Stage };

/**
 * A shell script that repeats a sequence in fresh repositories: a line for each request, in its order. An upload goes on
 * where the answers of that time lead.
 */
export function script({ difference, played, stage }: Story, secrets: readonly string[]): string {
  const { level, title, source, url } = rule(difference.rule);
  const [first] = stage.repositories;
  const { origin } = new URL(first!.url);
  const namespace = first!.name.replace(/\/[^/]+$/, '');
  const uploads = new Map<string, string>();
  const names = new Set<string>();
  const lines = stage.sent.map((answer) => {
    const { request } = answer;
    const [location, name] = [...uploads].find(([known]) => request.url.startsWith(known)) ?? [];
    const place =
      location === undefined || name === undefined
        ? `"${request.url.replace(`${origin}/v2/${namespace}/`, '$R/v2/$N/')}"`
        : withQuery(`$${name}`, request.url.slice(location.length));
    const line = curl(request, secrets);
    const start = line.slice('curl -i'.length, line.lastIndexOf(" '"));
    const next = remember(answer, name ?? `U${names.size + 1}`, uploads);
    if (next !== undefined) names.add(next);
    return `ask${start} ${place}${next === undefined ? '' : `; ${next}=$L`}`;
  });
  return [
    '#!/bin/sh',
    `# ${difference.rule} (${level}): ${title}`,
    `#   source    ${source} ${url}`,
    `#   expected  ${difference.expected}`,
    `#   received  ${difference.received}`,
    `# by ${played.map(({ command }) => told(command)).join('; ')}`,
    `R=\${REGISTRY_URL:-${origin}} N=${namespace.split('/', 1)[0]}/repeat-$$`,
    String.raw`ask() { echo "+ $*"; curl -s -i "$@" | tr -d '\r' | tee answer.txt; echo; L=$(sed -n 's/^[Ll]ocation: //p' answer.txt); case $L in /*) L=$R$L ;; esac; }`,
    ...lines,
    '',
  ].join('\n');
}

function withQuery(name: string, query: string): string {
  return query === ''
    ? `"${name}"`
    : `"${name}$(case ${name} in *\\?*) printf '&' ;; *) printf '?' ;; esac)${query.slice(1)}"`;
}

/** Where an upload goes on after this answer, under its name; undefined where it is none. */
function remember(
  { request, status, location }: Answer,
  name: string,
  uploads: Map<string, string>,
): string | undefined {
  const leadsOn = status < 300 && ['POST', 'PATCH', 'GET'].includes(request.method) && status !== 201;
  if (!leadsOn || location === undefined || !/\/blobs\/uploads\//.test(request.url + location))
    return undefined;
  for (const [known, its] of uploads) if (its === name) uploads.delete(known);
  uploads.set(location, name);
  return name;
}
