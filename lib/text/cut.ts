import { redact } from '../secrets/redact.ts';
import { knownSecrets } from '../secrets/known.ts';
import { visible } from './visible.ts';

// No secret is longer, in any of the forms it is masked in.
const longestSecret = 8 * 1024;

/**
 * The beginning of a text, at most so many characters, secrets masked and shown by `show`; `rest` stands behind one
 * that was cut. A text of any length costs no more than one that is a little longer than what is shown, and a secret
 * across the cut does not leave its beginning.
 */
export function cut(
  text: string | Buffer,
  most: number,
  secrets: readonly string[],
  { show = visible, rest = `… (${text.length} characters in all)` } = {},
): string {
  const looked = most + 2 * longestSecret;
  // A character has three bytes at most for each of its UTF-16 units.
  const far = typeof text === 'string' ? text : text.subarray(0, 3 * looked).toString('utf8');
  const near = far.slice(0, looked);
  const isNear = near === far && (typeof text === 'string' || text.length <= 3 * looked);
  const all = redact(near, secrets);
  const masked = isNear ? all : all.slice(0, -longestSecret);
  const shown = show(beginning(masked, most));
  return isNear && masked.length <= most && shown.length <= most ? shown : `${beginning(shown, most)}${rest}`;
}

/** What a message says of a text from outside: its beginning in one line, secrets of the run masked. */
export function excerpt(text: string | Buffer, most = 200): string {
  return cut(text, most, knownSecrets());
}

/** Not between the halves of a surrogate pair. */
function beginning(text: string, most: number): string {
  return /[\uD800-\uDBFF]$/.test(text.slice(0, most)) ? text.slice(0, most - 1) : text.slice(0, most);
}
