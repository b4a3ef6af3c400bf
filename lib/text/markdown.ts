import { templateOf, trusted, type Safe, type Value } from './safe.ts';
import { visible } from './visible.ts';

/** Part of a Markdown document, as GitHub reads it. Text is one line that shows as it is, in a cell of a table too. */
export type Markdown = Safe<'markdown'>;
export const markdown = templateOf('markdown', (text) =>
  visible(text)
    .replaceAll(/[\\`*_[\]<>|&#~$@]/g, String.raw`\$&`)
    // What GitHub makes a link of.
    .replaceAll('://', String.raw`\://`)
    .replaceAll(/www(?=\.)/gi, '$&\\')
    // What begins a list or underlines a heading.
    .replace(/^(?:[-+=]+|\d{1,9}[.)])(?= |$)/, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`)
    .replaceAll(/^\s|\s$/g, (space) => `&#${space.charCodeAt(0)};`),
);

/** A link to a page of the web; the words alone where the address leads to none. */
export function link(address: string, words: Value<'markdown'>): Markdown {
  if (!/^https?:\/\//i.test(address)) return markdown`${words}`;
  const target = address.replaceAll(/[^\w\-.~:/?#@!$'*+,;=%]/gu, (one) =>
    one === '&' ? '&amp;' : percentEncoded(one),
  );
  return markdown`[${words}](${trusted('markdown', target)})`;
}

/** A table, its head first. */
export function table(
  columns: readonly Value<'markdown'>[],
  rows: readonly (readonly Value<'markdown'>[])[],
): Markdown {
  return markdown.lines([row(columns), row(columns.map(() => markdown`---`)), ...rows.map(row)]);
}

/** Cut at a line, so that with the note at its end it has so many bytes at most. */
export function cutAtLine(text: Markdown, most: number, note: Markdown): Markdown {
  const whole = Buffer.from(text.toString());
  if (whole.length <= most) return text;
  const room = whole.subarray(0, Math.max(most - Buffer.byteLength(note.toString()), 0)).toString('utf8');
  return trusted('markdown', room.slice(0, room.lastIndexOf('\n') + 1) + note.toString());
}

function row(cells: readonly Value<'markdown'>[]): Markdown {
  return markdown`|${cells.map((cell) => markdown` ${cell} |`)}`;
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
