import { readJwt } from './jwt.ts';
import { BoundMet } from '../../http/bounds.ts';
import type { Answer } from '../../http/exchange.ts';
import type { TokenService } from '../../types.ts';
import { learn } from '../../secrets/learned.ts';

const members = ['token', 'access_token', 'refresh_token', 'id_token'];
// RFC 6750 section 2.1, and no word or option of a command line: masked there, another could let out what a quote holds.
const isToken = /^(?=.*[0-9A-Z])[\w.~+/-]+=*$/;

// As `TOKEN_3=` begins a line of a script: behind a mask, what the server said would be the command.
const isOfScript = /^[a-z_]{0,13}_\d{1,4}=*$/i;

// What is shorter stands in any text.
const leastLength = 8;
/** Of an answer of a token service. Clients write tokens of some KiB. */
const mostOfAnswer = 2 ** 20;

/**
 * Takes note of the tokens in an answer of one of these token services: what anybody else answers is no secret of ours,
 * nor is a word that the request for it said openly, as the name of a repository. Of a JWT the signature says enough, as the whole is known by its looks.
 * @throws BoundMet where it is more than any client takes
 */
export function learnTokens(answer: Answer, services: readonly (TokenService | undefined)[]): void {
  const place = placeOf(answer.request.url);
  const isOfService = services.some((service) => service !== undefined && placeOf(service.realm) === place);
  if (!isOfService) return;
  if (answer.body.length > mostOfAnswer)
    throw new BoundMet('token', `more than ${mostOfAnswer / 2 ** 20} MiB came from the token service`);
  const said = [...new URL(answer.request.url).searchParams.values()].join(' ');
  const body = Object(answer.json) as Record<string, unknown>;
  for (const value of members.map((name) => body[name])) {
    if (
      typeof value !== 'string' ||
      !isToken.test(value) ||
      value.length < leastLength ||
      isOfScript.test(value)
    )
      continue;
    if (said.includes(value)) continue;
    const secret = readJwt(value) === undefined ? value : signatureOf(value);
    learn(secret);
  }
}

function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function signatureOf(jwt: string): string {
  return jwt.slice(jwt.lastIndexOf('.') + 1);
}
