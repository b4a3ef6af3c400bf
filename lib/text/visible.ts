// Controls, format characters (bidi marks, zero-width), lone surrogates, line and paragraph separators, noncharacters,
// and what else a font draws as nothing.
export const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gu;

// Nearly every text, and far quicker to tell.
const isSeen = /^[ -~]*$/;
const isSeenInLines = /^[\n\t -~]*$/;

const short: Record<string, string> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };

const longestMessage = 2 ** 17;
const lineStartCommand = /^([^\S\n\r\u2028\u2029]*):(?=:)/gm;
export const commandInLine = /##(?=\w*\[)/g;
const colour = /\x1b\[[\d;]*m/g;

/** The text in one line: whatever cannot be seen, or would end the line, stands there as an escape such as `\x1b`. */
export function visible(text: string): string {
  return inert(isSeen.test(text) ? text : text.replaceAll(unseen, escapeOf));
}

/** The same of a text of several lines: line feeds and tabs stay. */
export function visibleLines(text: string): string {
  if (isSeenInLines.test(text)) return inert(text);
  return inert(text.replaceAll(unseen, (one) => (one === '\n' || one === '\t' ? one : escapeOf(one))));
}

/** The same of a message of a test, without the colours that Playwright gives it, and no longer than anybody reads. */
export function plain(text: string): string {
  return visibleLines(uncoloured(text.slice(0, longestMessage)));
}

export function uncoloured(text: string): string {
  return text.replaceAll(colour, '');
}

/**
 * The text without a command to the runner of a CI job: GitHub takes one from the start of a line (`::name`), and as
 * Azure and TeamCity do from anywhere in it (`##[name]`).
 */
export function inert(text: string): string {
  if (!text.includes('::') && !text.includes('##')) return text;
  return text.replaceAll(lineStartCommand, String.raw`$1\x3a`).replaceAll(commandInLine, String.raw`#\x23`);
}

/** As JavaScript writes it in a string. */
function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return short[character] ?? String.raw`\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? String.raw`\u${hex.padStart(4, '0')}` : String.raw`\u{${hex}}`;
}
