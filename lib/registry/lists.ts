import { isObject, isText } from '../content/manifest.ts';
import type { Answer } from '../http/exchange.ts';
import { excerpt } from '../text/cut.ts';
import type { Check } from '../types.ts';

/** The tags of a tag list; none where it has no such list. */
export function tagsIn(answer: Answer): string[] {
  return textsIn(answer, 'tags');
}

/** The repositories of a catalog page; none where it has no such list. */
export function repositoriesIn(answer: Answer): string[] {
  return textsIn(answer, 'repositories');
}

/** The items as a message shows them: the first ones, none of them long, and how many there are besides. */
export function someOf(items: readonly string[]): string[] {
  const [most, longest] = [50, 300];
  const shown = items.slice(0, most).map((item) => excerpt(item, longest));
  return items.length > most ? [...shown, `… and ${items.length - most} more`] : shown;
}

/** The digests of a list of referrers; none where it has no such list. */
export function referrersIn(answer: Answer): string[] {
  return listIn(answer, 'manifests').flatMap((item) =>
    typeof item === 'object' && item !== null && 'digest' in item && typeof item.digest === 'string'
      ? [item.digest]
      : [],
  );
}

function textsIn(answer: Answer, member: string): string[] {
  return listIn(answer, member).filter((item): item is string => typeof item === 'string');
}

/** The items of that member of a body; none where it has no such list. */
export function listIn({ json }: Answer, member: string): unknown[] {
  const list = isObject(json) ? json[member] : undefined;
  return Array.isArray(list) ? (list as unknown[]) : [];
}

/** Whether the body is a JSON object. */
export function hasObject({ json, text }: Answer): Check {
  return { kept: isObject(json), expected: 'a JSON object', received: excerpt(text) };
}

/** Whether that member of the body is an array of strings. */
export function hasTexts(answer: Answer, member: 'tags' | 'repositories'): Check {
  return {
    kept: isObject(answer.json) && Array.isArray(answer.json[member]) && answer.json[member].every(isText),
    expected: `"${member}", an array of strings`,
    received: excerpt(answer.text),
  };
}

/** Whether that member of the body is this text. */
export function hasText({ json, text }: Answer, member: string, value: string): Check {
  return {
    kept: isObject(json) && json[member] === value,
    expected: `"${member}": "${value}"`,
    received: excerpt(text),
  };
}

/** Whether a page has no items. */
export function isEmpty({ status }: Answer, items: readonly string[]): Check {
  return {
    kept: status === 200 && items.length === 0,
    expected: 'status 200 and no items',
    received: `status ${status} and ${JSON.stringify(someOf(items))}`,
  };
}

/** Whether a list holds all of these. */
export function holdsAll(listed: readonly string[], wanted: readonly string[]): Check {
  const held = new Set(listed);
  const missing = wanted.filter((one) => !held.has(one));
  return {
    kept: missing.length === 0,
    expected: `a list with ${wanted.length === 1 ? wanted[0] : `${wanted.length} entries from ${wanted[0]} to ${wanted.at(-1)}`}`,
    received: `${listed.length} entries, ${someOf(missing).join(', ')} missing`,
  };
}

/** Lexical order, as the distribution-spec has it: alphanumeric, without case. */
export function byLetter(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : Number(left > right);
}

/** The order of paths, where a separator comes before every other character: distribution's for repositories. */
export function byComponent(a: string, b: string): number {
  const [left, right] = [a.replaceAll('/', '\0'), b.replaceAll('/', '\0')];
  return left < right ? -1 : Number(left > right);
}
