/** One challenge of a `WWW-Authenticate` header: its scheme as sent, its parameters by lower-case name. */
export type Challenge = { scheme: string; params: Record<string, string>; token68?: string };

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const token68 = /[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
// Some registries leave URLs unquoted, which is no token; a value then ends at a comma or a space.
const bare = /[^\s,"]+/y;
const equals = /[ \t]*=[ \t]*(?!=|,|$)/y;
const space = /[ \t]+/y;
const separators = /[ \t,]*/y;

/**
 * Every challenge in the values of `WWW-Authenticate`, in order. One value may hold several challenges, and
 * commas inside quotes part nothing (RFC 9110 sections 11.3 and 11.6.1).
 * @throws Error that names the first place it cannot read
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return values.flatMap(parseValue);
}

const name = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const param = `${name}[ \\t]*=[ \\t]*(?:${name}|"(?:[^"\\\\]|\\\\.)*")`;
const one = `${name}(?: +(?:${param}(?:[ \\t]*,[ \\t]*${param})*|[A-Za-z0-9._~+/-]+=*))?`;
const list = new RegExp(`^[ \\t,]*${one}(?:[ \\t]*,(?:[ \\t]*${one})?)*[ \\t]*$`);

/** Whether a value is a list of challenges to the letter of RFC 9110 sections 11.3 and 11.6.1. */
export function isWellFormed(value: string): boolean {
  return list.test(value);
}

export function findChallenge(challenges: readonly Challenge[], scheme: string): Challenge | undefined {
  return challenges.find((challenge) => challenge.scheme.toLowerCase() === scheme.toLowerCase());
}

function parseValue(text: string): Challenge[] {
  const challenges: Challenge[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    at += match[0].length;
    return match;
  };
  take(separators);
  while (at < text.length) {
    const start = at;
    const word = take(token)?.[0];
    if (word === undefined) throw new Error(`WWW-Authenticate: unreadable at "${text.slice(at)}"`);
    const current = challenges.at(-1);
    if (current !== undefined && take(equals) !== undefined) {
      current.params[word.toLowerCase()] = takeValue(take, text, at);
    } else if (take(space) !== undefined) {
      at = start + word.length;
      const challenge: Challenge = { scheme: word, params: {} };
      challenges.push(challenge);
      take(space);
      const single = take(token68)?.[0];
      if (single !== undefined) challenge.token68 = single;
    } else {
      challenges.push({ scheme: word, params: {} });
    }
    take(separators);
  }
  return challenges;
}

function takeValue(take: (pattern: RegExp) => RegExpExecArray | undefined, text: string, at: number): string {
  const inQuotes = take(quoted)?.[1];
  if (inQuotes !== undefined) return inQuotes.replace(/\\(.)/g, '$1');
  const value = take(bare)?.[0];
  if (value === undefined) throw new Error(`WWW-Authenticate: no value at "${text.slice(at)}"`);
  return value;
}
