import { templateOf, trusted, type Safe } from './safe.ts';
import { visible, visibleLines } from './visible.ts';

/** Part of a shell script, for sh and bash alike. Text is one quoted word. */
export type Shell = Safe<'shell'>;
export const shell = templateOf('shell', quoted);

/** A value that stands in a shell text as the variable of that name. */
export type Variable = { name: string; value: string };

/** One word of texts and variables. */
export function wordOf(parts: readonly (string | Pick<Variable, 'name'>)[]): Shell {
  const texts = parts.filter((part) => typeof part === 'string');
  if (texts.length === parts.length) return shell`${texts.join('')}`;
  const isPlain = texts.every((text) => !/["$`\\!]/.test(text) && isShownAsItIs(text));
  const inside = parts
    .map((part) => (typeof part === 'string' ? part : `\${${named(part.name).toString()}}`))
    .join('');
  return isPlain
    ? trusted('shell', `"${inside}"`)
    : shell`${parts.map((part) => (typeof part === 'string' ? part : shell`"$${named(part.name)}"`))}`;
}

/** A name of our own, as of a variable, a method or a file, as it is. @throws Error for what is none */
export function named(name: string): Shell {
  if (!/^\w[\w.-]*$/.test(name)) throw new Error(`${visible(name)} is no name`);
  return trusted('shell', name);
}

/** Bytes in lines of base64, as a here-document holds them. */
export function base64(bytes: Buffer): Shell {
  return trusted('shell', bytes.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\n'));
}

/** Each line of the text as a comment. */
export function comment(text: string): Shell {
  const lines = visibleLines(text).split('\n');
  return shell.lines(lines.map((one) => trusted('shell', `# ${one}`.trimEnd())));
}

/** Nor does a line of it look like a command to a CI runner. */
function isShownAsItIs(text: string): boolean {
  return visibleLines(text) === text;
}

/** The text as one word. No argument can hold NUL or a lone surrogate: U+FFFD stands for either. */
function quoted(text: string): string {
  const held = Buffer.from(text).toString('utf8').replaceAll('\0', '\uFFFD');
  if (isShownAsItIs(held)) return `'${held.replaceAll("'", String.raw`'\''`)}'`;
  // The shell writes what cannot be seen. It takes line feeds away from the end of what a command wrote.
  let end = held.length;
  while (held[end - 1] === '\n') end -= 1;
  const [written, feeds] = [held.slice(0, end), held.slice(end)];
  return `"$(printf '${[...Buffer.from(written)].map(octal).join('')}')"${feeds && `'${feeds}'`}`;
}

function octal(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9 ./:,=_]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
}
