import type { Request } from './http/exchange.ts';
import type { RuleId } from './rules/catalogue.ts';

/** What a plain request of the API asks for: the status, and the rule that says so. */
type Step = { status: number; rule: RuleId };

const steps: readonly [request: RegExp, status: number, rule: RuleId][] = [
  [/^POST \S+\/blobs\/uploads\/$/, 202, 'upload.post.status'],
  [/^HEAD \S+\/blobs\/[^/]+$/, 200, 'blob.head.status'],
  [/^GET \S+\/blobs\/[^/]+$/, 200, 'blob.get.status'],
  [/^DELETE \S+\/blobs\/[^/]+$/, 202, 'delete.blob.status'],
  [/^PUT \S+\/manifests\/[^/]+$/, 201, 'manifest.put.status'],
  [/^HEAD \S+\/manifests\/[^/]+$/, 200, 'manifest.head.status'],
  [/^GET \S+\/manifests\/[^/]+$/, 200, 'manifest.get.status'],
  [/^DELETE \S+\/manifests\/[^/:]+$/, 202, 'delete.tag.status'],
  [/^DELETE \S+\/manifests\/[^/]+$/, 202, 'delete.manifest.status'],
  [/^PUT /, 201, 'upload.put.status'],
  [/^PATCH /, 202, 'upload.patch.status'],
  [/^GET \S+\/tags\/list$/, 200, 'tag.list.status'],
  [/^GET \S+\/referrers\/[^/]+$/, 200, 'referrers.status'],
  [/^GET \/v2\/_catalog$/, 200, 'catalog.status'],
];

/** @throws Error where the request is no step that stands for one rule. Where an upload goes on, no path tells, but what is sent there */
export function stepOf({ method, url, first = url }: Request): Step {
  const { pathname, searchParams } = new URL(first);
  const isPlain = method !== 'POST' || searchParams.size === 0;
  const found = steps.find(([request]) => isPlain && request.test(`${method} ${pathname}`));
  if (found === undefined) throw new Error(`${method} ${pathname} stands for no rule of its own: name it`);
  const [, status, rule] = found;
  return { status, rule };
}
