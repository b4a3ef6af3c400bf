import { expect, test } from '../../fixtures/index.ts';
import { pushBlob } from '../../lib/arrange.ts';
import type { ManifestFormat } from '../../lib/content/manifest.ts';
import { oci } from '../../lib/content/oci.ts';
import { rsaSigningKey, schema1 } from '../../lib/content/schema1.ts';
import { schema2 } from '../../lib/content/schema2.ts';

// Whether a registry takes a format is its own choice; a failure is none.

const formats: Record<string, () => ManifestFormat> = {
  schema1: () => schema1(rsaSigningKey()),
  schema2: () => schema2,
  OCI: () => oci,
};

for (const [name, format] of Object.entries(formats)) {
  test(`an image of ${name} is taken or refused`, { tag: '@error.server' }, async ({ repo, images }) => {
    const content = { repository: repo.name, tag: 'latest', images: await images.single() };
    const manifest = await format().build(content);
    for (const { bytes } of manifest.blobs) await pushBlob(repo, bytes);
    const answer = await repo.manifests.put('latest', manifest);
    const kept = answer.status < 500;
    expect(answer).toKeep({ kept, expected: 'no 5xx status', received: `status ${answer.status}` });
  });
}
