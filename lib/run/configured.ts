import { readFileSync } from 'node:fs';
import { mediaTypes } from '../content/media-types.ts';
import { troubles } from '../http/retries.ts';
import { pemLines, secretsAround } from '../secrets/redact.ts';
import { catalogue } from '../rules/catalogue.ts';
import { capabilities } from '../rules/rule.ts';
import type { Settings } from './settings.ts';
import { scriptWords } from '../text/script.ts';
import { foldLetters } from '../secrets/forms.ts';
import { leastForm } from '../secrets/search.ts';
import type { Credentials } from '../types.ts';

/** The credentials in the settings, each under the name of what holds the password. */
function passwordsIn({ identity, reader, stranger, proxy }: Settings): [setting: string, Credentials][] {
  const named: [string, Credentials | undefined][] = [
    ['REGISTRY_PASSWORD', identity],
    ['REGISTRY_READER_PASSWORD', reader],
    ['REGISTRY_OTHER_PASSWORD', stranger],
    ['the password in REGISTRY_PROXY', proxy?.login],
  ];
  return named.flatMap(([name, credentials]) => (credentials === undefined ? [] : [[name, credentials]]));
}

/** All that is secret in the settings: passwords, the values of RFC 7617 that hold them, the lines of private keys. */
export function secretsIn(settings: Settings): string[] {
  const { issuer, clientCertificate } = settings;
  const keys = [
    issuer?.privateKey,
    clientCertificate && readFileSync(clientCertificate.keyFile, 'utf8'),
  ].filter((key) => key !== undefined);
  return [
    ...secretsAround(passwordsIn(settings).map(([, credentials]) => credentials)),
    ...keys.flatMap(pemLines),
  ];
}

/** A line for each password that reports may show, as it is none that could be told from other words. */
export function weakSecrets(settings: Settings): string[] {
  const words = publicWords(settings);
  const unmasked = 'so reports mask only its longer forms, as Basic and Base64';
  return passwordsIn(settings).flatMap(([name, { password }]) => {
    if (password.length < leastForm) return [`${name}: has fewer than ${leastForm} characters, ${unmasked}`];
    return words.has(password) ? [`${name}: is a word that stands in every report, ${unmasked}`] : [];
  });
}

/** Tells what would be seen of secrets in the output of others. */
export function tellingVariables({
  DEBUG = '',
  DEBUG_FILE,
  NODE_DEBUG,
  PWDEBUG,
}: NodeJS.ProcessEnv): string[] {
  const tells = /pw:|\*/.test(DEBUG);
  return [
    ...(tells
      ? [`DEBUG=${DEBUG}: prints every request with its headers; what is secret there is masked`]
      : []),
    ...(tells && DEBUG_FILE
      ? [`DEBUG_FILE=${DEBUG_FILE}: holds every request with its headers, and nothing is masked`]
      : []),
    ...(PWDEBUG ? [`PWDEBUG=${PWDEBUG}: no test ends for its time, and requests are printed, masked`] : []),
    ...(NODE_DEBUG
      ? [`NODE_DEBUG=${NODE_DEBUG}: may print every request with its headers, and nothing is masked`]
      : []),
  ];
}

const protocol =
  'dockside authorization basic bearer password username account service scope repository registry catalog ' +
  'access_token refresh_token client_id grant_type offline_token manifests referrers blobs uploads digest sha256 sha512 ' +
  'docker-content-digest docker-distribution-api-version www-authenticate content-length content-type location ' +
  'conformance anonymous schema1 schema2 localhost';

// What a run says of itself, and to a runner of GitHub.
const said = [
  'blocked by ',
  'blocked: network: budget: ',
  '  network  ',
  'unsupported: ',
  'not in ',
  'not come to its end',
  '::stop-commands::',
  '::error title=,file=,line=::',
  ...troubles,
];

export type Words = {
  /** Whether it stands in one of them, as masking compares. */
  has: (value: string) => boolean;
};

/** What anybody may read: the names that a run goes by, our own words, those of the protocol. */
export function publicWords(settings: Settings): Words {
  const { url = '', namespace, otherNamespace = '', repositories = [], references = [], profile } = settings;
  const users = passwordsIn(settings).map(([, { username }]) => username);
  const ours = Object.entries(catalogue).flatMap(([id, { title, source, url: page }]) => [
    id,
    title,
    source,
    page,
  ]);
  const names = [
    url,
    namespace,
    otherNamespace,
    profile,
    settings.proxy?.server ?? '',
    ...users,
    ...repositories,
  ];
  const read = references.flatMap(({ repository, reference }) => [repository, reference]);
  const text = [
    ...names,
    ...read,
    protocol,
    ...said,
    ...scriptWords,
    ...ours,
    ...capabilities,
    ...Object.values(mediaTypes),
  ];
  const folded = foldLetters(text.join('\n'));
  return { has: (value) => folded.includes(foldLetters(value)) };
}
