import type { Answer } from './exchange.ts';

/** The tags of a tag list; none where it has no such list. */
export function tagsIn(answer: Answer): string[] {
  return textsIn(answer, 'tags');
}

/** The repositories of a catalog page; none where it has no such list. */
export function repositoriesIn(answer: Answer): string[] {
  return textsIn(answer, 'repositories');
}

/** The digests of a list of referrers; none where it has no such list. */
export function referrersIn(answer: Answer): string[] {
  return listIn(answer, 'manifests').flatMap((item) =>
    typeof item === 'object' && item !== null && 'digest' in item && typeof item.digest === 'string'
      ? [item.digest]
      : [],
  );
}

function textsIn(answer: Answer, member: string): string[] {
  return listIn(answer, member).filter((item): item is string => typeof item === 'string');
}

function listIn({ json }: Answer, member: string): unknown[] {
  const list = typeof json === 'object' && json !== null && (json as Record<string, unknown>)[member];
  return Array.isArray(list) ? (list as unknown[]) : [];
}
