import { writeSync } from 'node:fs';
import { printable } from '../secrets/output.ts';
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

/** Shows how far something is: on a terminal in the place of what was shown before, in a log the last line alone. */
export function progress(text: Line, isLast = false): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${printed(text)}\u001B[K${isLast ? '\n' : ''}`);
  else if (isLast) complain(text);
}

/** Prints to stderr before anything else happens, whether or not anybody reads it. */
export function complainNow(text: Line): void {
  try {
    writeSync(2, `${printable(printed(text))}\n`);
  } catch {
    // Nobody does.
  }
}

/** Is told when nobody reads any more what is printed. */
export function onUnread(tell: () => void): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', tell);
}

/** When all that was printed has left, or found nobody. */
export async function printedAll(): Promise<void> {
  await new Promise((resolve) => process.stdout.write('', resolve));
}

function printed(text: Printable): string {
  return isInActions() && text.kind !== 'command' ? inert(text.toString()) : text.toString();
}
