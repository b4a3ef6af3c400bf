import { expect } from '@playwright/test';
import { digestOf } from '../../lib/content/digest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { generateSigningKey, signSchema1 } from '../../lib/content/schema1.ts';
import { accepts } from '../../tools/registry/accept.ts';
import {
  bytesOf,
  codesOf,
  jsonOf,
  listOf,
  pushBlob,
  pushManifest,
  putManifest,
  send,
  test,
} from './client.ts';

const { ociManifest, ociIndex, schema1Signed, schema2 } = mediaTypes;
const unknown = digestOf(Buffer.from('notarealthing'));
const layerOf = (digest: string, size: number, more: object = {}) => ({
  mediaType: mediaTypes.ociNondistributable,
  digest,
  size,
  ...more,
});

test('a manifest keeps its bytes and type, by tag and by digest', async ({ registry, repository }) => {
  const { reply, bytes, digest } = await pushManifest(registry, repository, 'v1', {
    annotations: { a: 'ł 😱' },
  });
  expect([reply.status, reply.headers.get('location')]).toEqual([
    201,
    `/v2/${repository}/manifests/${digest}`,
  ]);
  for (const reference of ['v1', digest]) {
    const get = await send(registry, 'GET', `/v2/${repository}/manifests/${reference}`);
    expect(get.bytes).toEqual(bytes);
    expect(get.headers.get('content-type')).toBe(ociManifest);
    expect(get.headers.get('docker-content-digest')).toBe(digest);
    const head = await send(registry, 'HEAD', `/v2/${repository}/manifests/${reference}`);
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
  }
});

test('every missing blob is named once, a layer with a URL elsewhere is not missed', async ({
  registry,
  repository,
}) => {
  const other = digestOf(Buffer.from('nor this'));
  const layers = [unknown, unknown, other].map((digest) => layerOf(digest, 1));
  const { reply } = await pushManifest(registry, repository, 'v1', { layers });
  expect(reply.status).toBe(400);
  expect(codesOf(reply)).toEqual(['MANIFEST_BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN']);
  const foreign = [layerOf(unknown, 1, { urls: ['https://elsewhere.example/layer'] })];
  expect((await pushManifest(registry, repository, 'v1', { layers: foreign })).reply.status).toBe(201);
});

test('documents that say something wrong are refused', async ({ registry, repository }) => {
  const blob = await pushBlob(registry, repository, bytesOf('layer', 10));
  const wrong: object[] = [
    { schemaVersion: 3 },
    { mediaType: schema2 },
    { manifests: [] },
    { layers: [layerOf(blob, -1)] },
    { layers: [layerOf(blob, 11)] },
    { layers: [layerOf('sha256:abc', 1)] },
    { layers: 'none' },
  ];
  for (const extra of wrong) {
    const { reply } = await pushManifest(registry, repository, 'v1', extra);
    expect([reply.status, codesOf(reply)], JSON.stringify(extra)).toEqual([400, ['MANIFEST_INVALID']]);
  }
  const noJson = await putManifest(registry, repository, 'v1', Buffer.from('{'), ociManifest);
  expect([noJson.status, codesOf(noJson)]).toEqual([400, ['MANIFEST_INVALID']]);
  const noType = await putManifest(registry, repository, 'v1', {}, 'application/vnd.example+json');
  expect(noType.status).toBe(415);
});

test('a digest that is not the document\u2019s, or none at all, is refused', async ({
  registry,
  repository,
}) => {
  const { bytes } = await pushManifest(registry, repository, 'v1');
  for (const reference of [unknown, 'sha256:abc']) {
    const reply = await putManifest(registry, repository, reference, bytes, ociManifest);
    expect([reply.status, codesOf(reply)]).toEqual([400, ['DIGEST_INVALID']]);
  }
  const sha512 = digestOf(bytes, 'sha512');
  const reply = await putManifest(registry, repository, sha512, bytes, `${ociManifest}; charset=utf-8`);
  expect([reply.status, reply.headers.get('docker-content-digest')]).toEqual([201, sha512]);
});

test('tag parameters are taken all or none', async ({ registry, repository }) => {
  const { bytes, digest } = await pushManifest(registry, repository, undefined);
  const put = async (query: string) =>
    await putManifest(registry, repository, `${digest}?${query}`, bytes, ociManifest);
  expect((await put('tag=a&tag=-b')).status).toBe(400);
  expect((await send(registry, 'GET', `/v2/${repository}/manifests/a`)).status).toBe(404);
  expect((await put('tag=a&tag=b')).headers.get('oci-tag')).toBe('a, b');
  expect((await send(registry, 'GET', `/v2/${repository}/manifests/b`)).bytes).toEqual(bytes);
  const many = Array.from({ length: 65 }, (_, at) => `tag=t${at}`);
  expect((await put(many.join('&'))).status).toBe(414);
});

test('an index needs its children, and a subject nothing', async ({ registry, repository }) => {
  const child = await pushManifest(registry, repository, undefined);
  const entry = { mediaType: ociManifest, digest: child.digest, size: child.bytes.length };
  const put = async (manifests: object[]) =>
    await putManifest(registry, repository, 'index', { schemaVersion: 2, manifests }, ociIndex);
  expect((await put([entry])).status).toBe(201);
  expect((await put([])).status).toBe(201);
  expect(codesOf(await put([{ ...entry, digest: unknown }]))).toEqual(['MANIFEST_BLOB_UNKNOWN']);
  expect(codesOf(await put([{ ...entry, mediaType: ociIndex }]))).toEqual(['MANIFEST_INVALID']);
  const subject = { mediaType: ociManifest, digest: unknown, size: 1 };
  const { reply } = await pushManifest(registry, repository, undefined, { subject });
  expect([reply.status, reply.headers.get('oci-subject')]).toEqual([201, unknown]);
});

test('manifests of 4 MiB fit, those above 8 MiB do not', async ({ registry, repository }) => {
  const sized = async (mebibytes: number) =>
    (await pushManifest(registry, repository, 'big', { padding: 'x'.repeat(mebibytes * 1024 * 1024) })).reply;
  expect((await sized(4)).status).toBe(201);
  expect((await sized(8)).status).toBe(413);
});

test('a schema1 manifest is for one name and tag, its signature true, its digest the payload\u2019s', async ({
  registry,
  repository,
}) => {
  const blobSum = await pushBlob(registry, repository, bytesOf('layer'));
  const document = {
    schemaVersion: 1,
    name: repository,
    tag: 'v1',
    fsLayers: [{ blobSum }],
    history: [{ v1Compatibility: '{"id":"a"}' }],
  };
  const payload = Buffer.from(JSON.stringify(document, null, 3));
  const signed = signSchema1(payload, generateSigningKey());
  const accepted = await putManifest(registry, repository, 'v1', signed, schema1Signed);
  expect([accepted.status, accepted.headers.get('docker-content-digest')]).toEqual([201, digestOf(payload)]);
  expect((await send(registry, 'GET', `/v2/${repository}/manifests/${digestOf(payload)}`)).bytes).toEqual(
    signed,
  );
  const tampered = Buffer.from(signed.toString().replace('"a', '"b').replace('\\"a', '\\"b'));
  expect(codesOf(await putManifest(registry, repository, 'v1', tampered, schema1Signed))).toEqual([
    'MANIFEST_INVALID',
  ]);
  expect(codesOf(await putManifest(registry, repository, 'v2', signed, schema1Signed))).toEqual([
    'MANIFEST_INVALID',
  ]);
});

const acceptable: [string | undefined, boolean][] = [
  [undefined, true],
  ['*/*', true],
  ['application/*', true],
  [`${schema2}, ${ociManifest.toUpperCase()};q=0.1`, true],
  [schema2, false],
  [`*/*, ${ociManifest};q=0`, false],
  ['text/*', false],
];
for (const [header, expected] of acceptable) {
  test(`Accept ${header} ${expected ? 'takes' : 'leaves'} an OCI manifest`, () => {
    expect(accepts(header, ociManifest)).toBe(expected);
  });
}

test('a manifest nobody accepts is not found', async ({ registry, repository }) => {
  await pushManifest(registry, repository, 'v1');
  const reply = await send(registry, 'GET', `/v2/${repository}/manifests/v1`, {
    headers: { Accept: schema2 },
  });
  expect([reply.status, codesOf(reply)]).toEqual([404, ['MANIFEST_UNKNOWN']]);
});

test('a tag moves only if it is still where the client saw it', async ({ registry, repository }) => {
  const { bytes, digest } = await pushManifest(registry, repository, 'v1');
  const path = `/v2/${repository}/manifests/v1`;
  const put = async (headers: Record<string, string>) =>
    (await send(registry, 'PUT', path, { headers: { 'Content-Type': ociManifest, ...headers }, body: bytes }))
      .status;
  expect(await put({ 'If-Match': '"x"' })).toBe(412);
  expect(await put({ 'If-None-Match': '*' })).toBe(412);
  expect(await put({ 'If-Match': `"${digest}"` })).toBe(201);
});

test('deleting a tag leaves the manifest, deleting the manifest takes its tags', async ({
  registry,
  repository,
}) => {
  const { digest } = await pushManifest(registry, repository, 'v1');
  await pushManifest(registry, repository, 'v2');
  const statusOf = async (method: string, reference: string) =>
    (await send(registry, method, `/v2/${repository}/manifests/${reference}`)).status;
  expect(await statusOf('DELETE', 'v1')).toBe(202);
  expect([await statusOf('GET', 'v1'), await statusOf('GET', 'v2'), await statusOf('GET', digest)]).toEqual([
    404, 200, 200,
  ]);
  expect(await statusOf('DELETE', digest)).toBe(202);
  expect([
    await statusOf('GET', 'v2'),
    await statusOf('GET', digest),
    await statusOf('DELETE', digest),
  ]).toEqual([404, 404, 404]);
  expect(jsonOf(await send(registry, 'GET', `/v2/${repository}/tags/list`))['tags']).toEqual([]);
  const nowhere = await send(registry, 'DELETE', `/v2/${repository}/none/manifests/${digest}`);
  expect([nowhere.status, codesOf(nowhere)]).toEqual([404, ['NAME_UNKNOWN']]);
});

test('referrers are those stored with the subject, described by themselves', async ({
  registry,
  repository,
}) => {
  const subject = { mediaType: ociManifest, digest: unknown, size: 1 };
  const plain = await pushManifest(registry, repository, undefined, { subject });
  const typed = await pushManifest(registry, repository, undefined, {
    subject,
    artifactType: 'application/vnd.example.sbom',
    annotations: { a: 'b' },
  });
  const index = { schemaVersion: 2, manifests: [], subject };
  await putManifest(registry, repository, 'index', index, ociIndex);
  const list = async (query = '', headers: Record<string, string> = {}) =>
    await send(registry, 'GET', `/v2/${repository}/referrers/${unknown}${query}`, { headers });

  const all = await list();
  expect(all.headers.get('content-type')).toBe(ociIndex);
  const manifests = listOf(all, 'manifests');
  const typeOf = (digest: string) => manifests.find((entry) => entry['digest'] === digest)?.['artifactType'];
  expect(typeOf(plain.digest)).toBe(mediaTypes.ociEmpty);
  expect(typeOf(typed.digest)).toBe('application/vnd.example.sbom');
  expect(manifests.filter(({ artifactType }) => artifactType === undefined)).toHaveLength(1);

  const filtered = await list('?artifactType=application/vnd.example.sbom');
  expect(filtered.headers.get('oci-filters-applied')).toBe('artifactType');
  expect(jsonOf(filtered)['manifests']).toEqual([
    expect.objectContaining({ digest: typed.digest, annotations: { a: 'b' } }),
  ]);
  const several = await list('?artifactType=application/vnd.example.sbom&annotation=b');
  expect(several.headers.get('oci-filters-applied')).toBe('artifactType,annotation');
  expect(jsonOf(several)['manifests']).toEqual([]);
  expect(jsonOf(await list('?annotation=a'))['manifests']).toEqual(jsonOf(filtered)['manifests']);
  const first = await list('', { 'Dockside-Policy': 'page-size=2' });
  const next = /<(.*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  expect(jsonOf(await send(registry, 'GET', next))['manifests']).toHaveLength(1);

  await send(registry, 'DELETE', `/v2/${repository}/manifests/${typed.digest}`);
  expect(jsonOf(await list())['manifests']).toHaveLength(2);
  expect((await send(registry, 'GET', `/v2/${repository}/referrers/sha256:abc`)).status).toBe(400);
  const nowhere = await send(registry, 'GET', `/v2/${repository}/none/referrers/${unknown}`);
  expect([nowhere.status, jsonOf(nowhere)['manifests']]).toEqual([200, []]);
});

test('a manifest from before the referrers API is listed like any other', async ({
  registry,
  repository,
}) => {
  const annotations = { a: 'b' };
  const subject = { mediaType: ociManifest, digest: unknown, size: 1 };
  const { bytes, digest } = await pushManifest(registry, repository, undefined, { subject, annotations });
  await send(registry, 'DELETE', `/v2/${repository}/manifests/${digest}`);
  const headers = { 'Content-Type': ociManifest, 'Dockside-Policy': 'no-referrers' };
  const path = `/v2/${repository}/manifests/${digest}`;
  const put = await send(registry, 'PUT', path, { headers, body: bytes });
  expect([put.status, put.headers.get('oci-subject')]).toEqual([201, null]);
  const list = `/v2/${repository}/referrers/${unknown}`;
  expect((await send(registry, 'GET', list, { headers })).status).toBe(404);
  const artifactType = mediaTypes.ociEmpty;
  expect(jsonOf(await send(registry, 'GET', list))['manifests']).toEqual([
    { mediaType: ociManifest, digest, size: bytes.length, artifactType, annotations },
  ]);
});
