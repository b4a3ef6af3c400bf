import { expect, test, type Stocked } from '../../fixtures/identities.ts';
import {
  blobOf,
  given,
  givenLink,
  givenCapability,
  givenRefusal,
  openUpload,
  pushBlob,
  pushTags,
  smallArtifact,
  uploadHolding,
} from '../../lib/arrange.ts';
import { basicAuthorization } from '../../lib/http/basic.ts';
import { tokenRequest } from '../../lib/registry/auth/token.ts';
import { repeatsNoCredentials, invitesNoSharedCache, showsNoInternals } from '../../lib/checks/disclosure.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { placed, type Repository } from '../../lib/registry/repository.ts';

type Bytes = (length: number) => Buffer;

const locations: Record<string, (repo: Repository, bytes: Bytes) => Promise<Answer>> = {
  'an upload that opens': async (repo) => given(await repo.uploads.post()),
  'an upload that goes on': async (repo, bytes) => {
    const chunk = bytes(10);
    const answer = await repo.uploads.patch(await openUpload(repo), chunk, placed(0, chunk));
    return given(answer);
  },
  'the status of an upload': async (repo, bytes) => {
    const answer = await repo.uploads.get(await uploadHolding(repo, bytes(10)));
    return given(answer, 204, 'upload.status.status');
  },
  'a blob': async (repo, bytes) => {
    const blob = blobOf(bytes(10));
    const answer = await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes);
    return given(answer);
  },
  'a manifest': async (repo) => {
    await pushBlob(repo, Buffer.from('{}'));
    return given(await repo.manifests.put('v1', smallArtifact('pushed')));
  },
};
for (const [what, ask] of Object.entries(locations)) {
  test(
    `the Location of ${what} is free of credentials`,
    { tag: ['@credentials', '@leak.location'] },
    async ({ repo, bytes }) => {
      const answer = await ask(repo, bytes);
      expect(answer).toKeep(repeatsNoCredentials(answer, 'location'));
    },
  );
}

test(
  'a Link to more tags is free of credentials',
  { tag: ['@credentials', '@leak.link'] },
  async ({ repo }) => {
    givenCapability('tag-list');
    await pushTags(repo, ['a', 'b']);
    const answer = givenLink(await repo.tags.list([['n', '1']]));
    expect(answer).toKeep(repeatsNoCredentials(answer, 'link'));
  },
);

test(
  'a Link to more repositories is free of credentials',
  { tag: ['@credentials', '@leak.link'] },
  async ({ repo, anotherRepo, catalogMetBy, target }) => {
    givenCapability('catalog');
    await pushTags(repo, ['a']);
    await pushTags(anotherRepo('next'), ['a']);
    const answer = await catalogMetBy(target.identity).list([['n', '1']]);
    expect(givenLink(answer)).toKeep(repeatsNoCredentials(answer, 'link'));
  },
);

test(
  'a redirect is free of the credentials of the request',
  { tag: ['@credentials', '@leak.redirect'] },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(100));
    const answer = await repo.send({
      method: 'GET',
      url: `${repo.url}/blobs/${digest}`,
      headers: { 'Dockside-Policy': 'redirect=http://elsewhere.invalid' },
      isAboutRedirects: true,
    });
    expect(answer).toKeep(repeatsNoCredentials(answer, 'location'));
  },
);

/** Requests that a registry stumbles over. */
const stumbles: Record<string, (repo: Repository, bytes: Bytes) => Promise<Answer>> = {
  'a negative page size': async (repo) => {
    await pushTags(repo, ['a']);
    return await repo.tags.list([['n', '-1']]);
  },
  'a page after a quote': async (repo) => await repo.tags.list([['last', `'"`]]),
  'a page after a NUL': async (repo) => await repo.tags.list([['last', '\0']]),
  'a tag with a quote': async (repo) => await repo.manifests.get(encodeURIComponent(`v1'"--`)),
  'a tag that climbs paths': async (repo) =>
    await repo.manifests.get(encodeURIComponent('../../../../etc/passwd')),
  'a digest that climbs paths': async (repo) => await repo.blobs.get(`sha256:..%2F..%2F${'0'.repeat(58)}`),
  'a digest of an unknown algorithm': async (repo) => await repo.manifests.get(`md5:${'0'.repeat(32)}`),
  'an unknown digest': async (repo, bytes) => await repo.blobs.get(blobOf(bytes(10)).digest),
  'an upload that does not exist': async (repo) => await repo.uploads.get(`${repo.url}/blobs/uploads/x'"`),
  'a mount from no repository': async (repo, bytes) =>
    await repo.uploads.post([
      ['mount', blobOf(bytes(10)).digest],
      ['from', '../'],
    ]),
  'a manifest that is no JSON': async (repo) =>
    await repo.manifests.put('v1', { ...smallArtifact(''), bytes: Buffer.from('{"schemaVersion": 2') }),
  'a manifest nested a thousand times': async (repo) =>
    await repo.manifests.put('v1', { ...smallArtifact(''), bytes: Buffer.from('['.repeat(1000)) }),
  'a manifest of the wrong shape': async (repo) =>
    await repo.manifests.put('v1', {
      ...smallArtifact(''),
      bytes: Buffer.from('{"schemaVersion":2,"config":[],"layers":{"0":null}}'),
    }),
  'a Content-Range of letters': async (repo, bytes) =>
    await repo.uploads.patch(await openUpload(repo), bytes(10), { 'Content-Range': `'x'-y` }),
};
for (const [what, ask] of Object.entries(stumbles)) {
  test(
    `the answer to ${what} shows nothing of how the server is made`,
    { tag: '@leak.error' },
    async ({ repo, bytes }) => {
      const answer = await ask(repo, bytes);
      expect(answer).toKeep(showsNoInternals(answer));
    },
  );
}

test(
  'the refusal of a request with good credentials does not repeat them',
  { tag: ['@credentials', '@leak.echo'] },
  async ({ repo, bytes }) => {
    const answer = givenRefusal(await repo.blobs.get(blobOf(bytes(10)).digest), 'blob.get.missing');
    expect(answer).toKeep(repeatsNoCredentials(answer, 'body'));
  },
);

const bad = {
  'a wrong password': basicAuthorization({ username: 'dockside-nobody', password: 'never-right-1f9c' }),
  'a malformed token': 'Bearer never-right-1f9c.never-right-77ab.never-right-e2d0',
  'an unknown scheme': 'Dockside never-right-1f9c',
};
for (const [what, authorization] of Object.entries(bad)) {
  test(
    `the refusal of ${what} repeats it neither in its body nor in its challenge`,
    { tag: ['@credentials', '@leak.echo', '@leak.realm'] },
    async ({ session, repo }) => {
      const headers = { Authorization: authorization };
      const answer = await session.send({ method: 'GET', url: `${repo.url}/manifests/v1`, headers });
      givenRefusal(answer, 'access.anonymous.read');
      expect.soft(answer).toKeep(repeatsNoCredentials(answer, 'body'), 'leak.echo');
      expect.soft(answer).toKeep(repeatsNoCredentials(answer, 'www-authenticate'), 'leak.realm');
    },
  );
}

test(
  'the refusal of a wrong password by the token service does not repeat it',
  { tag: ['@token', '@leak.echo', '@leak.realm'] },
  async ({ session, target, wrongPassword }) => {
    const { tokenService = { realm: target.url, service: undefined } } = target;
    const answer = await session.send(tokenRequest(tokenService, { credentials: wrongPassword }));
    givenRefusal(answer, 'token.get.wrong-password');
    expect.soft(answer).toKeep(repeatsNoCredentials(answer, 'body'), 'leak.echo');
    expect.soft(answer).toKeep(repeatsNoCredentials(answer, 'www-authenticate'), 'leak.realm');
  },
);

const answers: Record<string, (stocked: Stocked) => Promise<Answer>> = {
  'a blob': async ({ repository, blob }) => await repository.blobs.get(blob.digest),
  'a manifest by tag': async ({ repository, tag }) => await repository.manifests.get(tag),
  'a manifest by digest': async ({ repository, manifest }) => await repository.manifests.get(manifest.digest),
  'the tags': async ({ repository }) => await repository.tags.all(),
};
for (const [what, ask] of Object.entries(answers)) {
  test(
    `no shared cache may keep ${what} for everyone`,
    { tag: ['@credentials', '@leak.cache'] },
    async ({ stocked }) => {
      const answer = await ask(stocked);
      expect(answer).toKeep(invitesNoSharedCache(answer));
    },
  );
}
