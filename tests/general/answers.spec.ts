import { test } from '../../fixtures/index.ts';
import { blobOf, given, openUpload, pushBlob, pushTags, smallArtifact } from '../../lib/arrange.ts';
import type { Manifest } from '../../lib/content/manifest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { artifact } from '../../lib/content/oci.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

// Nothing is judged here: what holds of every answer (lib/checks/every-answer.ts) is held against each of these.

test(
  'what comes from a push to a list can be read and held',
  { tag: ['@http.readable', '@http.bounded', '@http.location'] },
  async ({ repo }) => {
    await pushTags(repo, ['a', 'b']);
    given(await repo.manifests.get('a'));
    given(await repo.tags.list());
  },
);

test('the Link of a page can be read', { tag: '@http.link' }, async ({ repo }) => {
  await pushTags(repo, ['a', 'b']);
  const page = given(await repo.tags.list([['n', '1']]));
  test.skip(page.header('link') === undefined, unsupported('Link', 'none came with one of two tags'));
});

type Wrong = (repo: Repository) => Promise<Answer>;

/** What registries failed at, or told of themselves for. */
const stumbles: Record<string, Wrong> = {
  'an annotation that is a number': async (repo) =>
    await repo.manifests.put(
      'v1',
      altered((manifest) => ({ ...manifest, annotations: { number: 1 } })),
    ),
  'an annotation with a NUL': async (repo) =>
    await repo.manifests.put(
      'v1',
      altered((manifest) => ({ ...manifest, annotations: { nul: '\0' } })),
    ),
  'a size that is a text': async (repo) =>
    await repo.manifests.put(
      'v1',
      altered((manifest) => ({ ...manifest, layers: [{ size: 'many' }] })),
    ),
  'ten thousand brackets': async (repo) =>
    await repo.manifests.put('v1', { ...smallArtifact(''), bytes: Buffer.from('['.repeat(10_000)) }),
  'a manifest that says it is packed': async (repo) =>
    await repo.manifests.put('v1', smallArtifact('not packed'), [], { 'Content-Encoding': 'gzip' }),
  'a config without rootfs': async (repo) => {
    const config = {
      mediaType: mediaTypes.ociConfig,
      ...(await pushBlob(repo, Buffer.from('{"os":"linux"}'))),
    };
    return await repo.manifests.put('v1', artifact({ config }));
  },
  'a config without a byte': async (repo) => {
    const config = { mediaType: mediaTypes.ociConfig, ...(await pushBlob(repo, Buffer.alloc(0))) };
    return await repo.manifests.put('v1', artifact({ config }));
  },
  'a NUL for the id of an upload': async (repo) => await repo.uploads.get(`${repo.url}/blobs/uploads/%00`),
  'a tag with a NUL': async (repo) => await repo.manifests.get('a%00b'),
  'a false digest to close an upload with': async (repo) =>
    await repo.uploads.put(await openUpload(repo), blobOf(Buffer.from('another')).digest, Buffer.from('one')),
};

for (const [what, ask] of Object.entries(stumbles)) {
  test(
    `no answer to ${what} is a failure, or tells how the server is made`,
    { tag: ['@error.server', '@leak.error', '@error.format', '@http.date', '@http.coding-unasked'] },
    async ({ repo }) => {
      await ask(repo);
    },
  );
}

test('a client is never asked to wait for a day', { tag: '@http.retry-after' }, async ({ repo }) => {
  const answer = await repo.send({
    method: 'GET',
    url: `${repo.url}/manifests/v1`,
    headers: { 'Dockside-Policy': 'rate-limit' },
    isAboutLimits: true,
  });
  test.skip(answer.header('retry-after') === undefined, unsupported('rate-limit', 'nothing shows it'));
});

function altered(
  change: (manifest: Record<string, unknown>) => unknown,
): Pick<Manifest, 'bytes' | 'mediaType'> {
  const { bytes, mediaType } = smallArtifact('altered');
  const manifest = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  return { bytes: Buffer.from(JSON.stringify(change(manifest))), mediaType };
}
