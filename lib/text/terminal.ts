import type { Json } from './json.ts';
import type { Markdown } from './markdown.ts';
import { templateOf, type Safe } from './safe.ts';
import type { Shell } from './shell.ts';
import { isInActions, type Command } from './github.ts';
import { inert, visible } from './visible.ts';

/** What may be printed on a terminal or in a log: nothing in it moves a cursor or ends a line. */
export type Line = Safe<'line'>;
export const line = templateOf('line', visible);

type Printable = Line | Json | Markdown | Shell | Command;

/** Prints to stdout, each text on a line of its own. */
export function say(...texts: readonly Printable[]): void {
  for (const text of texts) console.log(printed(text));
}

/** Prints to stderr, each text on a line of its own. */
export function complain(...texts: readonly Printable[]): void {
  for (const text of texts) console.error(printed(text));
}

/** Puts a line on stderr in the place of the one that was put there before; `end`: a line feed for the last of them. */
export function overwrite(text: Line, end: '' | '\n' = ''): void {
  process.stderr.write(`\r${printed(text)}\u001B[K${end}`);
}

function printed(text: Printable): string {
  return isInActions() && text.kind !== 'command' ? inert(text.toString()) : text.toString();
}
