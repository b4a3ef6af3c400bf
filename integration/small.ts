import { artifact } from '../lib/content/oci.ts';
import type { Manifest } from '../lib/content/manifest.ts';
import { rawSend } from '../lib/http/raw.ts';
import { Repository } from '../lib/registry/repository.ts';

/** An artifact with its blobs under the tag v1, as somebody else has pushed it. */
export async function pushSmall(url: string, name: string): Promise<Manifest> {
  const repository = new Repository(rawSend({ caFile: undefined, insecureTls: false }), url, name);
  const manifest = artifact({ artifactType: 'application/vnd.example' });
  for (const { bytes, digest } of manifest.blobs) {
    const { location = '' } = await repository.uploads.post();
    await repository.uploads.put(location, digest, bytes);
  }
  await repository.manifests.put('v1', manifest);
  return manifest;
}
