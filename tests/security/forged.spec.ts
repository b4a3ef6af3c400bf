import { expect, test } from '../../fixtures/identities.ts';
import { openUpload, pushTags } from '../../lib/arrange.ts';
import { bringsNoScript, keepsOriginOut, leadsNotTo } from '../../lib/checks/disclosure.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import type { Repository } from '../../lib/registry/repository.ts';

for (const origin of ['https://page.invalid', 'null']) {
  test(
    `a page of the origin ${origin} gets no answer to a request with credentials`,
    { tag: '@cors.credentials' },
    async ({ stocked: { repository } }) => {
      const answer = await repository.send({
        method: 'GET',
        url: `${repository.url}/tags/list`,
        headers: { Origin: origin },
      });
      expect(answer).toKeep(keepsOriginOut(answer, origin));
    },
  );

  test(
    `a page of the origin ${origin} is not told that it may push with credentials`,
    { tag: '@cors.credentials' },
    async ({ session, stocked: { repository } }) => {
      const answer = await session.send({
        method: 'OPTIONS',
        url: `${repository.url}/blobs/uploads/`,
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'authorization',
        },
      });
      expect(answer).toKeep(keepsOriginOut(answer, origin));
    },
  );
}

const forgedHost = 'forged.invalid';
const forgeries: Record<string, Record<string, string>> = {
  'X-Forwarded-Host': { 'X-Forwarded-Host': forgedHost },
  Forwarded: { Forwarded: `host=${forgedHost}` },
};
const leading: Record<string, (repo: Repository, headers: Record<string, string>) => Promise<Answer>> = {
  'where an upload goes on': async (repo, headers) =>
    await repo.send({ method: 'POST', url: `${repo.url}/blobs/uploads/`, headers, isAboutRedirects: true }),
  'where more tags are': async (repo, headers) => {
    await pushTags(repo, ['a', 'b']);
    const url = `${repo.url}/tags/list?n=1`;
    return await repo.send({ method: 'GET', url, headers, isAboutRedirects: true });
  },
};
for (const [name, headers] of Object.entries(forgeries)) {
  for (const [what, ask] of Object.entries(leading)) {
    test(`a forged ${name} does not change ${what}`, { tag: '@host.reflected' }, async ({ repo }) => {
      const answer = await ask(repo, headers);
      expect(answer).toKeep(leadsNotTo(answer, forgedHost));
    });
  }

  test(
    `a forged ${name} does not change where tokens are`,
    { tag: ['@token', '@host.reflected'] },
    async ({ session, repo }) => {
      const url = `${repo.url}/tags/list`;
      const answer = await session.send({ method: 'GET', url, headers, isAboutRedirects: true });
      expect(answer).toKeep(leadsNotTo(answer, forgedHost));
    },
  );
}

const script = '<script>alert(1)</script>';
const escaped = encodeURIComponent(script);
const echoes: Record<string, (repo: Repository) => Promise<Answer>> = {
  'a path': async (repo) => await repo.send({ method: 'GET', url: `${repo.url}/${escaped}` }),
  'the name of a repository': async (repo) =>
    await repo.send({ method: 'GET', url: `${repo.url}/${escaped}/tags/list` }),
  'a tag': async (repo) => await repo.manifests.get(escaped),
  'a digest': async (repo) => await repo.blobs.get(escaped),
  'a page size': async (repo) => await repo.tags.list([['n', script]]),
  'a doubled slash': async (repo) => await repo.send({ method: 'GET', url: `${repo.url}//${escaped}` }),
  'the id of an upload': async (repo) => await repo.uploads.get(`${repo.url}/blobs/uploads/${escaped}`),
  'a digest to close with': async (repo) => await repo.uploads.put(await openUpload(repo), script),
  'a manifest': async (repo) =>
    await repo.manifests.put('v1', {
      bytes: Buffer.from(`{"schemaVersion":2,"mediaType":"${script}"}`),
      mediaType: 'application/json',
    }),
};
for (const [what, ask] of Object.entries(echoes)) {
  test(`a script in ${what} does not come back as HTML`, { tag: '@error.script' }, async ({ repo }) => {
    const answer = await ask(repo);
    expect(answer).toKeep(bringsNoScript(answer, script));
  });
}
