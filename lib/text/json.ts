import { trusted, type Safe } from './safe.ts';
import { commandInLine, unseen } from './visible.ts';

/** Escaped further than JSON asks: nothing in it moves a cursor, hides, or is a command to a CI runner. */
export type Json = Safe<'json'>;

/** The value in one line. */
export function json(value: unknown): Json {
  return trusted('json', escaped(JSON.stringify(value)));
}

/** Each value in a line. */
export function jsonLines(values: readonly unknown[]): Json {
  return trusted('json', values.map((value) => `${json(value).toString()}\n`).join(''));
}

/** The same for people, a member a line. */
export function prettyJson(value: unknown): Json {
  return trusted('json', escaped(JSON.stringify(value, null, 2)));
}

/** What is matched stands in strings alone, where JSON has an escape for each UTF-16 unit; only line feeds lay it out. */
function escaped(text: string): string {
  return text
    .replaceAll(unseen, (one) => (one === '\n' ? one : one.split('').map(unitEscape).join('')))
    .replaceAll(commandInLine, `#${unitEscape('#')}`);
}

function unitEscape(unit: string): string {
  return String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
