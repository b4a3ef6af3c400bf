// distribution-spec, "Pulling manifests".
const name = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tag = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** A repository name. Clients commonly hold it, with the host before it, to 255 characters. */
export function isName(text: string): boolean {
  return text.length <= 255 && name.test(text);
}

export function isTag(text: string): boolean {
  return tag.test(text);
}
