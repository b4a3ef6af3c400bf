import http from 'node:http';
import { smallArtifact } from '../../lib/arrange.ts';
import { tagsIn } from '../../lib/registry/lists.ts';
import { walk } from '../../lib/registry/paging.ts';
import { rawSend } from '../../lib/http/raw.ts';
import { Repository } from '../../lib/registry/repository.ts';
import { startRegistry } from '../registry/registry.ts';

const tries = 5;

/** How long a whole tag list takes, page by page where it has pages. */
export async function tagGrowth(counts: readonly number[]): Promise<{ count: number; ms: number }[]> {
  const registry = await startRegistry({ auth: 'anonymous' });
  const agent = new http.Agent({ keepAlive: true });
  const send = rawSend({ caFile: undefined, insecureTls: false }, { agent });
  const found: { count: number; ms: number }[] = [];
  for (const count of counts) {
    const repository = new Repository(send, registry.url, `dockside/tags-${count}`);
    const manifest = smallArtifact('under many tags');
    for (const { bytes, digest } of manifest.blobs) {
      const { location = '' } = await repository.uploads.post();
      await repository.uploads.put(location, digest, bytes);
    }
    for (let at = 0; at < count; at += 1) await repository.manifests.put(`tag-${at}`, manifest);
    const start = { method: 'GET', url: `${repository.url}/tags/list` } as const;
    const times: number[] = [];
    for (let at = 0; at < tries; at += 1) {
      const started = performance.now();
      const { items } = await walk(send, start, tagsIn, { most: count, byLink: true });
      times.push(performance.now() - started);
      if (items.length !== count) throw new Error(`${items.length} of ${count} tags are listed`);
    }
    found.push({ count, ms: times.toSorted((a, b) => a - b)[Math.floor(tries / 2)] ?? 0 });
  }
  agent.destroy();
  await registry.close();
  return found;
}
