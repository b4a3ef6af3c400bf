import { templateOf, trusted, type Safe } from './safe.ts';
import { visible, visibleLines } from './visible.ts';

/** Part of a shell script, for sh and bash alike. Text is one quoted word. */
export type Shell = Safe<'shell'>;
export const shell = templateOf('shell', quoted);

/** A value that stands in a shell text as the variable of that name. */
export type Variable = { name: string; value: string };

/** One word of texts and variables. */
export function word(parts: readonly (string | Pick<Variable, 'name'>)[]): Shell {
  const texts = parts.filter((part) => typeof part === 'string');
  if (texts.length === parts.length) return shell`${texts.join('')}`;
  const isPlain = texts.every((text) => !/["$`\\!]/.test(text) && visible(text) === text);
  const inside = parts.map((part) => (typeof part === 'string' ? part : `\${${nameOf(part)}}`)).join('');
  return isPlain
    ? trusted('shell', `"${inside}"`)
    : shell`${parts.map((part) => (typeof part === 'string' ? part : trusted('shell', `"$${nameOf(part)}"`)))}`;
}

/** The name of a variable, as it stands in an assignment. */
export function named(variable: string): Shell {
  return trusted('shell', nameOf({ name: variable }));
}

/** Each line of the text as a comment. */
export function comment(text: string): Shell {
  const lines = visibleLines(text).split('\n');
  return shell.lines(lines.map((one) => trusted('shell', `# ${one}`.trimEnd())));
}

function nameOf({ name }: Pick<Variable, 'name'>): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`${visible(name)} is no name of a shell variable`);
  return name;
}

/** The text as one word. No argument can hold NUL or a lone surrogate: U+FFFD stands for either. */
function quoted(text: string): string {
  const held = Buffer.from(text).toString('utf8').replaceAll('\0', '\uFFFD');
  if (visible(held) === held) return `'${held.replaceAll("'", String.raw`'\''`)}'`;
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
