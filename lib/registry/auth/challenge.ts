import { Scanner } from '../../http/scanner.ts';

/** One challenge of a `WWW-Authenticate` header: its scheme as sent, its parameters by lower-case name. */
export type Challenge = {
  scheme: string;
  params: Record<string, string>;
  token68?: string;
  /** The parameters that stand there more than once. */
  repeated?: string[];
};

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const token68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
const equals = /[ \t]*=[ \t]*/y;
const space = /[ \t]+/y;
const separators = /[ \t,]+/y;

/**
 * Every challenge in the values of `WWW-Authenticate`, in order. One value may hold several challenges, and
 * commas inside quotes part nothing (RFC 9110 sections 11.3 and 11.6.1).
 * @throws Error that names the first place it cannot read
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return values.flatMap(parseValue);
}

function parseValue(text: string): Challenge[] {
  const rest = new Scanner(text);
  const challenges: Challenge[] = [];
  for (rest.take(separators); !rest.isAtEnd; rest.take(separators)) {
    const word = rest.take(token);
    if (word === undefined) throw new Error(`WWW-Authenticate: no challenge can be read at "${rest.ahead}"`);
    const current = challenges.at(-1);
    if (current !== undefined && rest.take(/[ \t]*=[ \t]*(?!=|,|$)/y) !== undefined) {
      // Some registries leave URLs unquoted, which is no token; a value then ends at a comma or a space.
      const value = rest.takeQuoted() ?? rest.take(/[^\s,"]+/y);
      if (value === undefined)
        throw new Error(`WWW-Authenticate: a challenge has no value at "${rest.ahead}"`);
      const name = word.toLowerCase();
      if (Object.hasOwn(current.params, name)) (current.repeated ??= []).push(name);
      current.params[name] = value;
    } else {
      const single = rest.take(space) && rest.take(token68);
      challenges.push({ scheme: word, params: {}, ...(single && { token68: single }) });
    }
  }
  return challenges;
}

/** Whether a value is a list of challenges to the letter of RFC 9110 sections 11.3 and 11.6.1. */
export function isWellFormed(value: string): boolean {
  const rest = new Scanner(value);
  rest.take(separators);
  if (rest.isAtEnd) return false;
  let inParams: boolean | undefined = false;
  do {
    rest.take(space);
    inParams = takeElement(rest, inParams);
    rest.take(space);
  } while (inParams !== undefined && rest.take(/,/y) !== undefined);
  return inParams !== undefined && rest.isAtEnd;
}

/**
 * Reads what stands between two commas: one more parameter, a challenge, or nothing. Returns whether a parameter may
 * follow; undefined where it is none of these.
 */
function takeElement(rest: Scanner, inParams: boolean): boolean | undefined {
  if (rest.take(token) === undefined) return false;
  if (rest.take(equals) !== undefined) return inParams && takeValue(rest) ? true : undefined;
  if (rest.take(/ +/y) === undefined || rest.take(token68) !== undefined) return false;
  if (rest.take(token) === undefined) return false;
  return rest.take(equals) !== undefined && takeValue(rest) ? true : undefined;
}

function takeValue(rest: Scanner): boolean {
  return (rest.takeQuoted() ?? rest.take(token)) !== undefined;
}

export function findChallenge(challenges: readonly Challenge[], scheme: string): Challenge | undefined {
  return challenges.find((challenge) => challenge.scheme.toLowerCase() === scheme.toLowerCase());
}
