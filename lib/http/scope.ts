/** A resource scope of the distribution token documents: `type:name:action,action`. */
export type Scope = { type: string; name: string; actions: string[] };

/** `repository:<name>:<actions>`, each action once. */
export function repositoryScope(name: string, actions: readonly string[]): string {
  return `repository:${name}:${[...new Set(actions)].join(',')}`;
}

export const catalogScope = 'registry:catalog:*';

/** Splits a scope at its first and last colon, since a name may carry a port. Undefined if it has no two. */
export function parseScope(text: string): Scope | undefined {
  const first = text.indexOf(':');
  const last = text.lastIndexOf(':');
  if (first <= 0 || last === first) return undefined;
  return {
    type: text.slice(0, first),
    name: text.slice(first + 1, last),
    actions: text
      .slice(last + 1)
      .split(',')
      .filter((action) => action !== ''),
  };
}
