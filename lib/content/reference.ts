// Both as distribution-spec has them under "Pulling manifests".
const name = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tag = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * A repository name, without a host. The grammar sets no length; the 255 characters that clients allow host, slash and
 * name together are more than any name alone can have (distribution-spec, the note below the grammar).
 */
export function isName(text: string): boolean {
  return text.length <= 255 && name.test(text);
}

/** A tag: 1 to 128 characters. A digest is none, for its colon. */
export function isTag(text: string): boolean {
  return tag.test(text);
}
