import { expect } from '@playwright/test';
import { byAscii, pageOf, pageQuery } from '../../tools/registry/paging.ts';
import { as, codesOf, jsonOf, pushManifest, putManifest, send, test } from './client.ts';

const tags = ['B', '_x', 'a', 'b', 'c10', 'c9'].toSorted(byAscii);
const pages: [string, string[], string | undefined][] = [
  ['', ['B', '_x', 'a', 'b', 'c10', 'c9'], undefined],
  ['n=2', ['B', '_x'], '</tags?n=2&last=_x>; rel="next"'],
  ['n=6', ['B', '_x', 'a', 'b', 'c10', 'c9'], undefined],
  ['n=0', [], undefined],
  ['last=b', ['c10', 'c9'], undefined],
  ['n=1&last=aa', ['b'], '</tags?n=1&last=b>; rel="next"'],
  ['last=zzz', [], undefined],
  ['n=99999999999999999999', ['B', '_x', 'a', 'b', 'c10', 'c9'], undefined],
];
for (const [query, items, next] of pages) {
  test(`a page of "${query}"`, () => {
    const page = pageOf(tags, (tag) => tag, pageQuery(new URLSearchParams(query)), 100, '/tags');
    expect(page).toEqual({ items, next });
  });
}

test('tags are listed in order, page by page', async ({ registry, repository }) => {
  const { bytes } = await pushManifest(registry, repository, 'v10');
  for (const tag of ['v9', 'V1']) {
    await putManifest(registry, repository, tag, bytes, 'application/vnd.oci.image.manifest.v1+json');
  }
  const path = `/v2/${repository}/tags/list`;
  expect(jsonOf(await send(registry, 'GET', path))).toEqual({ name: repository, tags: ['V1', 'v10', 'v9'] });
  const first = await send(registry, 'GET', path, { headers: { 'Dockside-Policy': 'page-size=2' } });
  expect(jsonOf(first)['tags']).toEqual(['V1', 'v10']);
  const next = /<(.*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  expect(jsonOf(await send(registry, 'GET', next))['tags']).toEqual(['v9']);
  for (const n of ['-1', 'x', '']) {
    const refused = await send(registry, 'GET', `${path}?n=${n}`);
    expect([refused.status, codesOf(refused)]).toEqual([400, ['UNSUPPORTED']]);
  }
  expect((await send(registry, 'GET', `/v2/${repository}/none/tags/list`)).status).toBe(404);
});

test('the catalog shows what the caller may pull', async ({ basic, repository }) => {
  const { writer, other } = basic.users;
  const mine = `${repository}/a`;
  const theirs = `other/${repository}`;
  for (const [credentials, name] of [[writer, mine] as const, [other, theirs] as const]) {
    const path = `/v2/${name}/blobs/uploads/`;
    const started = await send(basic, 'POST', path, { headers: as(credentials) });
    const digest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
    const url = `${String(started.headers.get('location'))}?digest=${digest}`;
    await send(basic, 'PUT', url, { headers: as(credentials), body: 'hello' });
  }
  const seenBy = async (headers: Record<string, string>) =>
    jsonOf(await send(basic, 'GET', '/v2/_catalog', { headers }))['repositories'];
  expect(await seenBy(as(writer))).toEqual(expect.arrayContaining([mine]));
  expect(await seenBy(as(writer))).not.toContain(theirs);
  expect(await seenBy(as(other))).toContain(theirs);
  expect((await send(basic, 'GET', '/v2/_catalog')).status).toBe(401);
});
