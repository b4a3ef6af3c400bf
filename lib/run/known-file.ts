import { isObject, isText } from '../content/shape.ts';
import { parseYaml } from '../text/yaml.ts';
import { isRuleId, ruleIds, type RuleId } from '../rules/catalogue.ts';
import { authModes, protocols, type AuthMode, type Protocol } from '../types.ts';
import type { KnownDeviation } from '../profiles/profile.ts';

/** A break that whoever runs the tests knows of, as `docs/known.schema.json` describes it. */
export type KnownBreak = {
  rule: RuleId;
  reason: string;
  link?: string;
  owner?: string;
  /** Days, `2026-01-31`. From the one after `until` on, the break is red again. */
  since?: string;
  until?: string;
  /** The full titles of tests; everywhere without them. */
  tests?: string[];
  protocols?: Protocol[];
  auth?: AuthMode[];
  sometimes?: boolean;
};

const members = [
  'rule',
  'reason',
  'link',
  'owner',
  'since',
  'until',
  'tests',
  'protocols',
  'auth',
  'sometimes',
] as const satisfies (keyof KnownBreak)[];

/** The breaks that a text lists, which is YAML or JSON. @throws Error that says in a line what to change */
export function readKnown(text: string): KnownBreak[] {
  const read = parseYaml(text);
  if (read === null) return [];
  if (!Array.isArray(read)) throw new Error('must be a list, an entry for each break');
  const keys = new Map<string, number>();
  return read.map((entry, at) => {
    try {
      const found = breakIn(entry);
      const key = keyOf(found);
      const first = keys.get(key);
      if (first !== undefined) throw new Error(`${found.rule} stands in entry ${first} already`);
      keys.set(key, at + 1);
      return found;
    } catch (error) {
      throw new Error(`entry ${at + 1}: ${(error as Error).message}`, { cause: error });
    }
  });
}

/** The same for two entries that stand for the same break. */
export function keyOf({ rule, tests, protocols: formats, auth }: KnownBreak): string {
  return JSON.stringify(
    [rule, tests, formats, auth].map((one) => (Array.isArray(one) ? one.toSorted() : one)),
  );
}

/** What a run expects to be broken; what was to be mended by now is expected no more. `day`: today. */
export function deviationsOf(breaks: readonly KnownBreak[], file: string, day: string): KnownDeviation[] {
  return breaks
    .filter((one) => !isOver(one, day))
    .map(({ rule, reason, link, tests, protocols: formats, auth, sometimes }) => ({
      rule,
      reason,
      source: link ?? file,
      ...(tests && { tests }),
      ...(formats && { protocols: formats }),
      ...(auth && { auth }),
      ...(sometimes === true && { sometimes }),
    }));
}

export function isOver({ until }: KnownBreak, day: string): boolean {
  return until !== undefined && until < day;
}

/** `2026-01-31`, in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function breakIn(entry: unknown): KnownBreak {
  if (!isObject(entry)) throw new Error('must have a rule and a reason');
  const odd = Object.keys(entry).find((name) => !(members as readonly string[]).includes(name));
  if (odd !== undefined)
    throw new Error(`has no place for "${odd}"${nearest(odd, members)}; there are ${members.join(', ')}`);
  const { rule, sometimes } = entry;
  if (!isText(rule)) throw new Error('must name its rule');
  if (!isRuleId(rule)) throw new Error(`there is no rule "${rule}"${nearest(rule, ruleIds)}`);
  const { reason, link, owner } = entry;
  if (!isText(reason) || reason.trim() === '') throw new Error(`${rule} must have a reason`);
  for (const [name, value] of Object.entries({ link, owner }))
    if (value !== undefined && !isText(value)) throw new Error(`the ${name} of ${rule} must be text`);
  if (isText(link) && !/^https?:\/\/\S+$/.test(link))
    throw new Error(`the link of ${rule} must be an http:// or https:// URL`);
  if (sometimes !== undefined && typeof sometimes !== 'boolean')
    throw new Error(`sometimes of ${rule} must be true or false`);
  for (const name of ['since', 'until'] as const)
    if (entry[name] !== undefined && !isDay(entry[name]))
      throw new Error(`${name} of ${rule} must be a day, such as 2026-01-31`);
  checkList(entry, 'tests', undefined);
  checkList(entry, 'protocols', protocols);
  checkList(entry, 'auth', authModes);
  return entry as KnownBreak;
}

function checkList(
  entry: Record<string, unknown>,
  name: 'tests' | 'protocols' | 'auth',
  allowed: readonly string[] | undefined,
): void {
  const value = entry[name];
  if (value === undefined) return;
  const isMeant = (one: unknown): boolean => isText(one) && (allowed?.includes(one) ?? one !== '');
  if (!Array.isArray(value) || value.length === 0 || !value.every(isMeant))
    throw new Error(
      `${name} of ${String(entry['rule'])} must be a list of ${allowed?.join(', ') ?? 'titles'}`,
    );
}

function isDay(value: unknown): boolean {
  if (!isText(value) || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** `; did you mean "tag.list.n"?`, where one of them is not far away. */
function nearest(name: string, all: readonly string[]): string {
  const far = all.map((one) => ({ one, steps: stepsBetween(name.slice(0, 100), one) }));
  const best = far.reduce((one, other) => (other.steps < one.steps ? other : one));
  return best.steps > 1 + best.one.length / 3 ? '' : `; did you mean "${best.one}"?`;
}

/** How many letters have to be put in, taken out or changed (Levenshtein's distance). */
function stepsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of one.split('').entries()) {
    const next = [at + 1];
    for (const [column, wanted] of other.split('').entries())
      next.push(
        Math.min(
          (row[column + 1] ?? 0) + 1,
          (next[column] ?? 0) + 1,
          (row[column] ?? 0) + (letter === wanted ? 0 : 1),
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
