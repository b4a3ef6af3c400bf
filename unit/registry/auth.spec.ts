import { createPrivateKey } from 'node:crypto';
import { expect } from '@playwright/test';
import { x5cOf } from '../../lib/registry/auth/certificate.ts';
import { parseChallenges } from '../../lib/registry/auth/challenge.ts';
import { signJwt } from '../../lib/registry/auth/jwt.ts';
import { createIssuer } from '../../tools/registry/issuer.ts';
import type { RunningRegistry } from '../../tools/registry/registry.ts';
import { as, bytesOf, codesOf, jsonIn, jsonOf, pushBlob, send, startUpload, test } from './client.ts';
import type { IssuerKey, Credentials } from '../../lib/types.ts';

async function tokenFor(
  registry: RunningRegistry,
  scopes: string[],
  credentials?: Credentials,
  more: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const url = new URL(String(registry.realm));
  for (const [name, value] of Object.entries({ service: String(registry.service), ...more }))
    url.searchParams.set(name, value);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const headers = credentials === undefined ? {} : as(credentials);
  return jsonOf(await send(registry, 'GET', url.href, { headers }));
}

async function bearerFor(...args: Parameters<typeof tokenFor>): Promise<Record<string, string>> {
  const { token } = await tokenFor(...args);
  return { Authorization: `Bearer ${String(token)}` };
}

function accessOf(token: unknown): unknown {
  const claims = String(token).split('.')[1] ?? '';
  return jsonIn(Buffer.from(claims, 'base64url').toString())['access'];
}

function entry(name: string, actions: string[]): object {
  return { type: 'repository', name, actions };
}

test('Basic takes right passwords, and no others for anybody', async ({ basic, repository }) => {
  const { reader, writer } = basic.users;
  const ping = async (headers: Record<string, string>) =>
    (await send(basic, 'GET', '/v2/', { headers })).status;
  expect(await ping(as(reader))).toBe(200);
  expect(await ping({})).toBe(401);
  expect(await ping(as({ ...writer, password: 'wrong' }))).toBe(401);
  expect(await ping({ Authorization: 'Basic !' })).toBe(401);
  expect(await ping({ Authorization: 'Basic d3JpdGVy' })).toBe(401);
  const path = `/v2/public/${repository}/tags/list`;
  expect((await send(basic, 'GET', path)).status).toBe(404);
  expect((await send(basic, 'GET', path, { headers: as({ ...writer, password: 'wrong' }) })).status).toBe(
    401,
  );
});

test('Basic tells who is nobody from who may not', async ({ basic, repository }) => {
  const path = `/v2/${repository}/blobs/uploads/`;
  const nobody = await send(basic, 'POST', path);
  expect(parseChallenges([String(nobody.headers.get('www-authenticate'))])).toEqual([
    { scheme: 'Basic', params: { realm: 'dockside', charset: 'UTF-8' } },
  ]);
  for (const credentials of [basic.users.reader, basic.users.other]) {
    const reply = await send(basic, 'POST', path, { headers: as(credentials) });
    expect([reply.status, codesOf(reply)]).toEqual([403, ['DENIED']]);
  }
});

test('an upload is known to the user who began it alone', async ({ bearer, repository }) => {
  const { issuer, service } = bearer;
  const now = Math.floor(Date.now() / 1000);
  const pusher = async (sub: string) => {
    const access = [entry(repository, ['push'])];
    const claims = { iss: 'dockside', sub, aud: String(service), exp: now + 60, nbf: now, iat: now, access };
    return { Authorization: `Bearer ${await issuer?.sign(claims)}` };
  };
  const location = await startUpload(bearer, repository, await pusher('one'));
  expect((await send(bearer, 'GET', location, { headers: await pusher('one') })).status).toBe(204);
  const stranger = await send(bearer, 'GET', location, { headers: await pusher('two') });
  expect([stranger.status, codesOf(stranger)]).toEqual([404, ['BLOB_UPLOAD_UNKNOWN']]);
});

test('a mount from a repository the caller may not pull opens an upload', async ({ basic, repository }) => {
  const { writer, other } = basic.users;
  const digest = await pushBlob(basic, `other/${repository}`, bytesOf(repository), { headers: as(other) });
  const path = `/v2/${repository}/blobs/uploads/?mount=${digest}`;
  for (const query of [`&from=other/${repository}`, '']) {
    expect((await send(basic, 'POST', path + query, { headers: as(writer) })).status).toBe(202);
  }
});

test('the Bearer challenge asks for what the request needs', async ({ bearer, repository }) => {
  const { realm, service } = bearer;
  const scopeOf = async (method: string, path: string) => {
    const reply = await send(bearer, method, path);
    return parseChallenges([String(reply.headers.get('www-authenticate'))])[0]?.params;
  };
  const own = `repository:${repository}`;
  const uploads = `/v2/${repository}/blobs/uploads/`;
  expect(await scopeOf('GET', '/v2/')).toEqual({ realm, service });
  expect(await scopeOf('GET', '/v2/_catalog')).toMatchObject({ scope: 'registry:catalog:*' });
  expect(await scopeOf('GET', `/v2/${repository}/tags/list`)).toMatchObject({ scope: `${own}:pull` });
  expect(await scopeOf('DELETE', `/v2/${repository}/manifests/a`)).toMatchObject({ scope: `${own}:delete` });
  expect(await scopeOf('POST', `${uploads}?mount=sha256:a&from=b`)).toMatchObject({
    scope: `${own}:pull,push repository:b:pull`,
  });
});

test('a token opens what it names and nothing else', async ({ bearer, repository }) => {
  const { writer } = bearer.users;
  const pull = await bearerFor(bearer, [`repository:${repository}:pull`], writer);
  const path = `/v2/${repository}/tags/list`;
  expect((await send(bearer, 'GET', path, { headers: pull })).status).toBe(404);
  const refused = async (method: string, where: string) => {
    const reply = await send(bearer, method, where, { headers: pull });
    return [
      reply.status,
      parseChallenges([String(reply.headers.get('www-authenticate'))])[0]?.params['error'],
    ];
  };
  expect(await refused('POST', `/v2/${repository}/blobs/uploads/`)).toEqual([401, 'insufficient_scope']);
  expect(await refused('GET', `/v2/${repository}/b/tags/list`)).toEqual([401, 'insufficient_scope']);
  expect((await send(bearer, 'GET', path, { headers: as(writer) })).status).toBe(401);
});

test('a token may bring the certificate of its key, where a chain leads to the root', async ({ bearer }) => {
  const { issuer, service } = bearer;
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'dockside', sub: 'one', aud: service, exp: now + 60, nbf: now, iat: now };
  const stranger = await createIssuer(String(service), bearer.users);
  const statusOf = async (key: IssuerKey | undefined, x5c: string[]) => {
    const token = await signJwt({ alg: 'ES256', x5c }, claims, createPrivateKey(key?.privateKey ?? ''));
    return (await send(bearer, 'GET', '/v2/', { headers: { Authorization: `Bearer ${token}` } })).status;
  };
  const trusted = x5cOf(issuer?.key.certificates ?? '');
  const foreign = x5cOf(stranger.key.certificates ?? '');
  const root = issuer?.root.raw.toString('base64') ?? '';
  expect(await statusOf(issuer?.key, trusted)).toBe(200);
  expect(await statusOf(issuer?.key, [...trusted, root])).toBe(200);
  expect(await statusOf(stranger.key, foreign)).toBe(401);
  expect(await statusOf(stranger.key, [...foreign, ...trusted])).toBe(401);
  expect(await statusOf(stranger.key, trusted)).toBe(401);
  expect(await statusOf(issuer?.key, [])).toBe(401);
  expect(await statusOf(issuer?.key, ['AAAA'])).toBe(401);
});

test('a token holds what was asked and may be had', async ({ bearer, repository }) => {
  const { writer, reader } = bearer.users;
  const scope = `repository:${repository}:pull,push,delete`;
  const { token, access_token, expires_in } = await tokenFor(bearer, [scope], writer);
  expect(access_token).toBe(token);
  expect(expires_in).toBeGreaterThanOrEqual(60);
  expect(accessOf(token)).toEqual([entry(repository, ['pull', 'push', 'delete'])]);
  const narrow = await tokenFor(bearer, [`${scope} repository:other/x:pull`], reader);
  expect(accessOf(narrow['token'])).toEqual([entry(repository, ['pull']), entry('other/x', [])]);
  const anonymous = await tokenFor(bearer, ['repository:a/public:pull,push', scope]);
  expect(accessOf(anonymous['token'])).toEqual([entry('a/public', ['pull']), entry(repository, [])]);
});

test('the issuer refuses wrong passwords, services and scopes', async ({ bearer }) => {
  const { writer } = bearer.users;
  const statusOf = async (query: string, headers: Record<string, string>) =>
    (await send(bearer, 'GET', `${bearer.realm}?${query}`, { headers })).status;
  const service = `service=${bearer.service}`;
  expect(await statusOf(service, as(writer))).toBe(200);
  expect(await statusOf(service, as({ ...writer, password: 'wrong' }))).toBe(401);
  expect(await statusOf(service, { Authorization: 'Basic x' })).toBe(401);
  expect(await statusOf(`${service}&account=reader`, as(writer))).toBe(401);
  expect(await statusOf('service=elsewhere', as(writer))).toBe(400);
  expect(await statusOf(`${service}&scope=repository`, as(writer))).toBe(400);
});

test('a refresh token brings further tokens of its user', async ({ bearer, repository }) => {
  const { writer } = bearer.users;
  const { refresh_token } = await tokenFor(bearer, [], writer, { offline_token: 'true' });
  const post = async (form: Record<string, string>) =>
    await send(bearer, 'POST', String(bearer.realm), {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ service: String(bearer.service), client_id: 'unit', ...form }).toString(),
    });
  const scope = `repository:${repository}:push`;
  const refreshed = await post({ grant_type: 'refresh_token', refresh_token: String(refresh_token), scope });
  expect(jsonOf(refreshed)).toMatchObject({ scope });
  expect((await post({ grant_type: 'password', ...writer })).status).toBe(200);
  expect((await post({ grant_type: 'password', ...writer, password: 'wrong' })).status).toBe(401);
  expect((await post({ grant_type: 'refresh_token', refresh_token: 'wrong' })).status).toBe(401);
});

test('tokens that are not quite right are invalid', async ({ bearer }) => {
  const { issuer, service } = bearer;
  const now = Math.floor(Date.now() / 1000);
  const right = {
    iss: 'dockside',
    sub: 'writer',
    aud: service,
    exp: now + 60,
    nbf: now,
    iat: now,
    access: [],
  };
  const statusOf = async (claims: object, header?: { kid: string }) => {
    const token = await issuer?.sign({ ...claims }, header);
    return (await send(bearer, 'GET', '/v2/', { headers: { Authorization: `Bearer ${token}` } })).status;
  };
  expect(await statusOf(right)).toBe(200);
  expect(await statusOf({ ...right, exp: now - 20 })).toBe(200);
  const { exp: _exp, ...endless } = right;
  const { nbf: _nbf, ...unbegun } = right;
  const wrong: object[] = [
    { ...right, exp: now - 40 },
    { ...right, nbf: now + 40 },
    { ...right, iat: now + 40 },
    { ...right, iss: 'another' },
    { ...right, aud: 'another' },
    { ...right, access: [{ type: 'repository', name: 'a' }] },
    endless,
    unbegun,
  ];
  for (const claims of wrong) expect(await statusOf(claims), JSON.stringify(claims)).toBe(401);
  expect(await statusOf(right, { kid: 'another' })).toBe(401);
  const unsigned = [{ alg: 'none' }, right].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const headers = { Authorization: `Bearer ${unsigned.join('.')}.` };
  expect((await send(bearer, 'GET', '/v2/', { headers })).status).toBe(401);
});

test('quay-2018 answers as the seed expects', async ({ quay, repository }) => {
  const { writer, reader } = quay.users;
  const statusOf = async (scope: string, headers: Record<string, string>) =>
    (await send(quay, 'GET', `${quay.realm}?service=${quay.service}&scope=${scope}`, { headers })).status;
  expect(await statusOf(`repository:${repository}:pull`, {})).toBe(401);
  expect(await statusOf(`repository:${repository}:push`, as(reader))).toBe(403);
  expect(await statusOf('repository:Bad/name:pull', as(writer))).toBe(400);
  expect(await statusOf('repository:a/app-b:pull', as(writer))).toBe(405);

  const headers = await bearerFor(quay, [`repository:${repository}:push,pull`], writer);
  const location = await startUpload(quay, repository, headers);
  expect(location).toContain(quay.url);
  const chunk = { headers: { ...headers, Range: 'bytes=0-5' }, body: 'hello' };
  expect((await send(quay, 'PATCH', location, chunk)).status).toBe(204);
  expect((await send(quay, 'GET', location, { headers })).headers.get('range')).toBe('bytes=0-5');
});
