import { expect, test } from '../../fixtures/index.ts';
import {
  given,
  givenErrorCode,
  givenOffersOf,
  givenRefusal,
  openUpload,
  pushBlob,
  pushManifest,
  smallArtifact,
  uploadHolding,
} from '../../lib/arrange.ts';
import { artifact } from '../../lib/content/oci.ts';
import { digestOf } from '../../lib/content/digest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { isNoServerError } from '../../lib/checks/every-answer.ts';
import { errorBody } from '../../lib/checks/error-body.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';

type Cause = (
  repo: Repository,
  bytes: (length: number) => Buffer,
  unusedRepo: (suffix: string) => Repository,
) => Promise<Answer>;

/** How each comes about, and the rule that asks for a refusal there. */
const failures: [what: string, rule: RuleId, cause: Cause][] = [
  [
    'an unknown blob',
    'blob.get.missing',
    async (repo, bytes) => {
      await pushBlob(repo, bytes(10));
      return await repo.blobs.get(digestOf(bytes(10)));
    },
  ],
  [
    'an unknown tag',
    'manifest.get.missing',
    async (repo) => {
      await pushManifest(repo, smallArtifact('beside an unknown tag'), 'v1');
      return await repo.manifests.get('never-pushed');
    },
  ],
  [
    'an unknown manifest',
    'manifest.get.missing',
    async (repo, bytes) => {
      await pushManifest(repo, smallArtifact('beside an unknown manifest'));
      return await repo.manifests.get(digestOf(bytes(10)));
    },
  ],
  [
    'the tags of an unknown repository',
    'tag.list.unknown-repository',
    async (_repo, _bytes, unusedRepo) => await unusedRepo('never-pushed').tags.all(),
  ],
  [
    'an unknown upload',
    'upload.unknown.get',
    async (repo) => await repo.uploads.get(`${repo.url}/blobs/uploads/8e0f2b1c-5d3a-4c7e-9b6f-1a2b3c4d5e6f`),
  ],
  [
    'a malformed repository name',
    'name.separator-run',
    async (repo) => await repo.send({ method: 'GET', url: `${repo.url}/a___b/manifests/latest` }),
  ],
  [
    'a malformed digest of a blob',
    'digest.malformed-get',
    async (repo) => await repo.blobs.get('sha256:abc'),
  ],
  [
    'a malformed digest of a manifest',
    'reference.malformed-get',
    async (repo) => await repo.manifests.get('sha256:abc'),
  ],
  [
    'a blob that is not what its digest says',
    'upload.put.digest-mismatch',
    async (repo, bytes) => await repo.uploads.put(await openUpload(repo), digestOf(bytes(10)), bytes(10)),
  ],
  [
    'a chunk in the wrong place',
    'upload.patch.out-of-order',
    async (repo, bytes) =>
      await repo.uploads.patch(await uploadHolding(repo, bytes(10)), bytes(10), {
        'Content-Range': '30-39',
      }),
  ],
  [
    'a close in the wrong place',
    'upload.put.out-of-order',
    async (repo, bytes) =>
      await repo.uploads.put(await uploadHolding(repo, bytes(10)), digestOf(bytes(20)), bytes(10), {
        'Content-Range': '30-39',
      }),
  ],
  [
    'a manifest that is no JSON',
    'manifest.put.not-json',
    async (repo) =>
      await repo.manifests.put('v1', { bytes: Buffer.from('no JSON'), mediaType: mediaTypes.ociManifest }),
  ],
  [
    'a manifest that is not what its digest says',
    'manifest.put.digest-mismatch',
    async (repo, bytes) =>
      await repo.manifests.put(digestOf(bytes(10)), smallArtifact('under a false digest')),
  ],
  [
    'a manifest whose blobs are missing',
    'manifest.missing-blob.status',
    async (repo, bytes) => {
      const missing = bytes(10);
      const layer = { mediaType: mediaTypes.ociLayer, bytes: missing, digest: digestOf(missing) };
      return await repo.manifests.put('v1', artifact({ config: layer, layers: [layer] }));
    },
  ],
  [
    'the deletion of an unknown manifest',
    'delete.manifest.missing',
    async (repo, bytes) => {
      await pushManifest(repo, smallArtifact('beside a manifest to delete'));
      return await repo.manifests.delete(digestOf(bytes(10)));
    },
  ],
  ['a method that is not offered', 'http.method.refused', async (repo) => await patchTag(repo)],
];

for (const [what, rule, cause] of failures) {
  test(
    `the refusal of ${what} has an error body in the format of the specification`,
    {
      tag: [
        '@error.server',
        '@error.json',
        '@error.format',
        '@error.code.characters',
        '@error.code.listed',
        '@error.message',
        '@error.content-type',
      ],
    },
    async ({ repo, bytes, unusedRepo }) => {
      const answer = await cause(repo, bytes, unusedRepo);
      expect(answer).toKeep(isNoServerError(answer), 'error.server');
      givenOffersOf(rule);
      const body = errorBody(givenRefusal(answer, rule));
      expect.soft(answer).toKeep(body.json, 'error.json');
      expect.soft(answer).toKeep(body.format, 'error.format');
      expect.soft(answer).toKeep(body.characters, 'error.code.characters');
      expect.soft(answer).toKeep(body.listed, 'error.code.listed');
      expect.soft(answer).toKeep(body.message, 'error.message');
      expect.soft(answer).toKeep(body.contentType, 'error.content-type');
    },
  );
}

test(
  'no code of schema1 tells of an unknown blob',
  { tag: '@error.legacy-codes' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, bytes(10));
    const answer = await repo.blobs.get(digestOf(bytes(10)));
    expect(answer).toKeep(errorBody(answer).withoutLegacy);
  },
);

test(
  'a method that is not offered is refused as UNSUPPORTED',
  { tag: ['@smoke', '@error.code.unsupported'] },
  async ({ repo }) => {
    const answer = given(await patchTag(repo), 405, 'http.method.refused');
    expect(givenErrorCode(answer, 'http.method.refused')).toHaveErrorCode('UNSUPPORTED');
  },
);

async function patchTag(repo: Repository): Promise<Answer> {
  await pushManifest(repo, smallArtifact(repo.name), 'latest');
  return await repo.send({ method: 'PATCH', url: `${repo.url}/manifests/latest` });
}
