import { expect, test } from '../../fixtures/index.ts';
import {
  blobOf,
  given,
  givenKept,
  givenOwnBlob,
  pushBlob,
  pushManifest,
  smallArtifact,
} from '../../lib/arrange.ts';
import {
  anotherTag,
  areDistinct,
  entityTag,
  givenStill,
  givenStrongTag,
  givenTag,
  otherStrength,
} from '../../lib/checks/entity-tags.ts';
import { hasBytes } from '../../lib/checks/checks.ts';
import type { Manifest } from '../../lib/content/manifest.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import type { Repository } from '../../lib/registry/repository.ts';

test('a blob carries an ETag', { tag: '@etag.blob' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(100));
  const answer = givenOwnBlob(repo, await repo.blobs.get(blob.digest));
  expect(answer).toHaveHeader('etag', /./);
});

test('a manifest carries an ETag', { tag: '@etag.manifest' }, async ({ repo }) => {
  const manifest = await pushManifest(repo, smallArtifact(repo.name));
  expect(await repo.manifests.get(manifest.digest)).toHaveHeader('etag', /./);
});

test('the ETag of a blob is an entity tag', { tag: '@etag.format' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(100));
  const answer = givenOwnBlob(repo, await repo.blobs.get(blob.digest));
  givenTag(answer);
  expect(answer).toHaveHeader('etag', entityTag);
});

test('the ETag of a manifest is an entity tag', { tag: '@etag.format' }, async ({ repo }) => {
  const manifest = await pushManifest(repo, smallArtifact(repo.name));
  const answer = await repo.manifests.get(manifest.digest);
  givenTag(answer);
  expect(answer).toHaveHeader('etag', entityTag);
});

test('the ETag of a blob stays the same', { tag: '@etag.stable' }, async ({ repo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(100));
  const etag = givenTag(await repo.blobs.get(digest));
  const answer = await repo.blobs.get(digest);
  expect(answer).toHaveHeader('etag', etag);
});

test('the ETag of a tag stays the same', { tag: '@etag.stable' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact(repo.name), 'latest');
  const etag = givenTag(await repo.manifests.get('latest'));
  const answer = await repo.manifests.get('latest');
  expect(answer).toHaveHeader('etag', etag);
});

test('the ETag of a tag changes as the tag moves', { tag: '@etag.changes' }, async ({ repo }) => {
  // Of one length, so that only what they say tells them apart.
  await pushManifest(repo, smallArtifact(`${repo.name} 1`), 'latest');
  const before = givenTag(await repo.manifests.get('latest'));
  await pushManifest(repo, smallArtifact(`${repo.name} 2`), 'latest');
  const answer = await repo.manifests.get('latest');
  const after = givenTag(answer);
  expect(answer).toKeep({
    kept: after !== before,
    expected: `an ETag other than ${before}`,
    received: `ETag: ${after}`,
  });
});

test(
  'a blob that comes packed to who asks for it has another ETag',
  { tag: '@etag.distinct' },
  async ({ repo, raw, bytes }) => {
    const text = Buffer.from(bytes(32).toString('hex').repeat(100));
    const { digest } = await pushBlob(repo, text);
    const request = { method: 'GET', path: new URL(`${repo.url}/blobs/${digest}`).pathname } as const;
    const plain = givenOwnBlob(repo, await raw(repo, request));
    const packed = await raw(repo, { ...request, headers: { 'Accept-Encoding': 'gzip' } });
    expect(packed).toKeep(areDistinct(plain, packed));
  },
);

test(
  'a blob that has not changed is not sent again',
  { tag: '@if-none-match.blob' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(100));
    const etag = givenTag(givenOwnBlob(repo, await repo.blobs.get(digest)));
    const answer = await repo.blobs.get(digest, { 'If-None-Match': etag });
    expect(givenStill(etag, answer)).toHaveStatus(304);
  },
);

test(
  'a manifest that has not changed is not sent again',
  { tag: '@if-none-match.manifest' },
  async ({ repo }) => {
    const { digest } = await pushManifest(repo, smallArtifact(repo.name));
    const etag = givenTag(await repo.manifests.get(digest));
    const answer = await repo.manifests.get(digest, { 'If-None-Match': etag });
    expect(givenStill(etag, answer)).toHaveStatus(304);
  },
);

test(
  'HEAD on a blob that has not changed says so',
  { tag: '@if-none-match.head' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(100));
    // Where GET alone is sent on, its ETag is that of another resource.
    const etag = givenTag(givenOwnBlob(repo, await repo.blobs.head(digest)));
    const answer = await repo.blobs.head(digest, { 'If-None-Match': etag });
    expect(givenStill(etag, answer)).toHaveStatus(304);
  },
);

test('HEAD on a tag that has not moved says so', { tag: '@if-none-match.head' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact(repo.name), 'latest');
  const etag = givenTag(await repo.manifests.get('latest'));
  const answer = await repo.manifests.head('latest', { 'If-None-Match': etag });
  expect(givenStill(etag, answer)).toHaveStatus(304);
});

test('a blob with another ETag is sent', { tag: '@if-none-match.other' }, async ({ repo, bytes }) => {
  const blob = await pushBlob(repo, bytes(100));
  const answer = givenOwnBlob(repo, await repo.blobs.get(blob.digest, { 'If-None-Match': anotherTag }));
  expect(answer).toHaveStatus(200);
  expect(answer).toHaveBytes(blob.bytes);
});

test('a manifest with another ETag is sent', { tag: '@if-none-match.other' }, async ({ repo }) => {
  const manifest = await pushManifest(repo, smallArtifact(repo.name));
  const answer = await repo.manifests.get(manifest.digest, { 'If-None-Match': anotherTag });
  expect(answer).toHaveStatus(200);
  expect(answer).toHaveBytes(manifest.bytes);
});

test('a tag that moved is sent', { tag: '@if-none-match.other' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact(`${repo.name} before`), 'latest');
  const before = givenTag(await repo.manifests.get('latest'));
  const moved = await pushManifest(repo, smallArtifact(`${repo.name} after`), 'latest');
  givenKept(hasBytes(await repo.manifests.get('latest'), moved.bytes), 'fresh.manifest');
  const answer = await repo.manifests.get('latest', { 'If-None-Match': before });
  expect(answer).toHaveStatus(200);
  expect(answer).toHaveBytes(moved.bytes);
});

const matching = [
  ['among others', 'if-none-match.list', (etag: string) => `${anotherTag}, ${etag}, "dockside, third"`],
  ['as a star', 'if-none-match.any', () => '*'],
  ['in its other strength', 'if-none-match.weak', otherStrength],
] as const;

for (const [name, rule, written] of matching) {
  test(`If-None-Match holds the ETag ${name}`, { tag: `@${rule}` }, async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(100));
    const etag = givenTag(givenOwnBlob(repo, await repo.blobs.get(digest)));
    const answer = await repo.blobs.get(digest, { 'If-None-Match': written(etag) });
    expect(givenStill(etag, answer)).toHaveStatus(304);
  });
}

for (const tag of ['*', anotherTag]) {
  test(
    `a missing blob is not found with If-None-Match: ${tag}`,
    { tag: '@if-none-match.missing' },
    async ({ repo, bytes }) => {
      await pushBlob(repo, bytes(10));
      const answer = await repo.blobs.get(blobOf(bytes(32)).digest, { 'If-None-Match': tag });
      expect(answer).toHaveStatus(404);
    },
  );
}

test('the 304 of a blob has no body', { tag: '@not-modified.body' }, async ({ repo, raw, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(100));
  const etag = givenTag(givenOwnBlob(repo, await repo.blobs.get(digest)));
  const answer = given(
    givenStill(
      etag,
      await raw(repo, {
        method: 'GET',
        path: `/v2/${repo.name}/blobs/${digest}`,
        headers: { 'If-None-Match': etag },
        toTheEnd: true,
      }),
    ),
    304,
    'if-none-match.blob',
  );
  expect(answer).toHaveBytes(Buffer.alloc(0));
});

test('the 304 of a blob repeats its ETag', { tag: '@not-modified.etag' }, async ({ repo, bytes }) => {
  const { digest } = await pushBlob(repo, bytes(100));
  const etag = givenTag(givenOwnBlob(repo, await repo.blobs.get(digest)));
  const answer = given(
    givenStill(etag, await repo.blobs.get(digest, { 'If-None-Match': etag })),
    304,
    'if-none-match.blob',
  );
  expect(answer).toHaveHeader('etag', etag);
});

test('the 304 of a manifest repeats its ETag', { tag: '@not-modified.etag' }, async ({ repo }) => {
  const { digest } = await pushManifest(repo, smallArtifact(repo.name));
  const etag = givenTag(await repo.manifests.get(digest));
  const answer = given(
    givenStill(etag, await repo.manifests.get(digest, { 'If-None-Match': etag })),
    304,
    'if-none-match.manifest',
  );
  expect(answer).toHaveHeader('etag', etag);
});

test(
  'the 304 of a blob states no other length than its 200',
  { tag: '@not-modified.length' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(100));
    const etag = givenTag(givenOwnBlob(repo, await repo.blobs.get(digest)));
    const answer = given(
      givenStill(etag, await repo.blobs.get(digest, { 'If-None-Match': etag })),
      304,
      'if-none-match.blob',
    );
    const length = answer.header('content-length');
    expect(answer).toKeep({
      kept: length === undefined || length === '100',
      expected: 'Content-Length: 100, or none',
      received: `Content-Length: ${length ?? '(none)'}`,
    });
  },
);

test(
  'a tag that moved is not overwritten',
  { tag: ['@if-match.put', '@refused.condition'] },
  async ({ repo }) => {
    const first = await pushManifest(repo, smallArtifact(`${repo.name} first`), 'latest');
    const stale = givenTag(await repo.manifests.get('latest'));
    const second = await pushManifest(repo, smallArtifact(`${repo.name} second`), 'latest');
    const before = await repo.manifests.get('latest');
    const answer = await pushOn(repo, first, { 'If-Match': stale });
    expect(answer).toHaveStatus(412, 'if-match.put');
    given(answer, 412, 'if-match.put');
    givenKept(hasBytes(before, second.bytes), 'fresh.manifest');
    expect(given(await repo.manifests.get('latest'))).toHaveBytes(second.bytes, 'refused.condition');
  },
);

test('a tag that did not move is overwritten', { tag: '@if-match.put-current' }, async ({ repo }) => {
  const first = await pushManifest(repo, smallArtifact(`${repo.name} first`));
  await pushManifest(repo, smallArtifact(`${repo.name} second`), 'latest');
  const current = givenStrongTag(await repo.manifests.get('latest'));
  const answer = await pushOn(repo, first, { 'If-Match': current });
  expect(answer).toHaveStatus(201);
});

test(
  'a tag that exists is not created again',
  { tag: ['@if-none-match.put', '@refused.condition'] },
  async ({ repo }) => {
    const first = await pushManifest(repo, smallArtifact(`${repo.name} first`));
    const second = await pushManifest(repo, smallArtifact(`${repo.name} second`), 'latest');
    const answer = await pushOn(repo, first, { 'If-None-Match': '*' });
    expect(answer).toHaveStatus(412, 'if-none-match.put');
    given(answer, 412, 'if-none-match.put');
    expect(given(await repo.manifests.get('latest'))).toHaveBytes(second.bytes, 'refused.condition');
  },
);

test('a tag that is not there is created', { tag: '@if-none-match.put-new' }, async ({ repo }) => {
  const manifest = await pushManifest(repo, smallArtifact(repo.name));
  const answer = await pushOn(repo, manifest, { 'If-None-Match': '*' });
  expect(answer).toHaveStatus(201);
});

/** Pushes the manifest as the tag `latest`, on a condition. */
async function pushOn(
  repository: Repository,
  { mediaType, bytes }: Manifest,
  condition: Record<string, string>,
): Promise<Answer> {
  return await repository.send({
    method: 'PUT',
    url: `${repository.url}/manifests/latest`,
    headers: { 'Content-Type': mediaType, ...condition },
    body: bytes,
  });
}
