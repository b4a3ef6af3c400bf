import { expect, test } from '../../fixtures/index.ts';
import { given, givenCapability, pushBlob, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { isRefusedOr } from '../../lib/checks/checks.ts';
import type { Manifest } from '../../lib/content/manifest.ts';
import { emptyBlob } from '../../lib/content/oci.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import type { Capability } from '../../lib/rules/rule.ts';
import { pull } from '../../lib/uploads.ts';

const notOffered = [
  ['PATCH', 'a blob', `blobs/${emptyBlob.digest}`],
  ['PUT', 'a blob', `blobs/${emptyBlob.digest}`],
  ['PATCH', 'the uploads', 'blobs/uploads/'],
  ['POST', 'a tag', 'manifests/latest'],
  ['PATCH', 'a tag', 'manifests/latest'],
  ['DELETE', 'the tag list', 'tags/list'],
  ['PUT', 'the tag list', 'tags/list'],
] as const;

function neededFor(path: string): Capability | undefined {
  return path === 'tags/list' ? 'tag-list' : undefined;
}

for (const [method, name, path] of notOffered) {
  test(`${method} on ${name} is refused`, { tag: '@http.method.refused' }, async ({ repo }) => {
    givenCapability(neededFor(path));
    await pushManifest(repo, smallArtifact(repo.name), 'latest');
    const answer = await repo.send({ method, url: `${repo.url}/${path}` });
    expect(answer).toHaveStatus(405);
  });
}

test('a method of no registry is refused', { tag: '@http.method.refused' }, async ({ repo, raw }) => {
  await pushManifest(repo, smallArtifact(repo.name), 'latest');
  const answer = await raw(repo, { method: 'PROPFIND', path: `/v2/${repo.name}/manifests/latest` });
  expect(answer).toHaveStatus([405, 501]);
});

const readable = [
  ['a blob', 'PATCH', `blobs/${emptyBlob.digest}`],
  ['a tag', 'PATCH', 'manifests/latest'],
  ['the tag list', 'DELETE', 'tags/list'],
] as const;

for (const [name, method, path] of readable) {
  test(`the 405 of ${name} says that it can be read`, { tag: '@http.method.allow' }, async ({ repo }) => {
    givenCapability(neededFor(path));
    await pushManifest(repo, smallArtifact(repo.name), 'latest');
    const answer = given(await repo.send({ method, url: `${repo.url}/${path}` }), 405, 'http.method.refused');
    expect(answer).toHaveHeader('allow', /\bGET\b/);
  });
}

test('what Allow lists of a tag list is offered', { tag: '@http.method.allow-true' }, async ({ repo }) => {
  givenCapability('tag-list');
  await pushManifest(repo, smallArtifact(repo.name), 'latest');
  const url = `${repo.url}/tags/list`;
  const refused = given(await repo.send({ method: 'DELETE', url }), 405, 'http.method.refused');
  const answers = await Promise.all(refused.allowed.map(async (method) => await repo.send({ method, url })));
  const lies = answers.filter(({ status }) => status === 405 || status === 501);
  expect(lies[0] ?? refused).toKeep({
    kept: lies.length === 0,
    expected: `an answer other than 405 or 501 to ${refused.allowed.join(', ') || 'no method at all'}`,
    received: lies.map(({ request, status }) => `${request.method} ${status}`).join(', ') || 'none',
  });
});

test('a path outside the API is not found', { tag: '@http.path.unknown' }, async ({ repo }) => {
  await pushManifest(repo, smallArtifact(repo.name), 'latest');
  const answer = await repo.send({ method: 'GET', url: `${repo.url}/dockside/latest` });
  expect(answer).toHaveStatus(404);
});

test(
  'a slash too many does not reach another manifest',
  { tag: '@http.path.trailing-slash' },
  async ({ repo }) => {
    const { digest, bytes } = await pushManifest(repo, smallArtifact(repo.name));
    const answer = await repo.manifests.get(`${digest}/`);
    expect(answer).toKeep(isRefusedOr(answer, bytes));
  },
);

test(
  'a slash too many does not make a push a pull',
  { tag: '@http.path.trailing-slash' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact(repo.name));
    const answer = await repo.send({
      method: 'PUT',
      url: `${repo.url}/manifests/${manifest.digest}/`,
      headers: { 'Content-Type': manifest.mediaType },
      body: manifest.bytes,
      isAboutRedirects: true,
    });
    expect(answer).toKeep({
      kept: [201, 307, 308].includes(answer.status) || (answer.status >= 400 && answer.status < 500),
      expected: 'status 201, 307, 308 or a 4xx',
      received: `status ${answer.status}`,
    });
  },
);

test(
  'a doubled slash does not reach another manifest',
  { tag: '@http.path.double-slash' },
  async ({ repo }) => {
    const { digest, bytes } = await pushManifest(repo, smallArtifact(repo.name));
    const answer = await repo.send({ method: 'GET', url: `${repo.url}//manifests/${digest}` });
    expect(answer).toKeep(isRefusedOr(answer, bytes));
  },
);

test('the words of a path are in lower case', { tag: '@http.path.case' }, async ({ repo }) => {
  const { digest, mediaType } = await pushManifest(repo, smallArtifact(repo.name));
  const url = `${repo.url}/MANIFESTS/${digest}`;
  const answer = await repo.send({ method: 'GET', url, headers: { Accept: mediaType } });
  expect(answer).toBeRefused();
});

test(
  'a query parameter that is unknown is ignored',
  { tag: '@http.query.unknown' },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(100));
    const answer = await pull(repo, `${repo.url}/blobs/${blob.digest}?dockside=1`);
    expect(answer).toHaveStatus(200);
    expect(answer).toHaveBytes(blob.bytes);
  },
);

function putOf({ name }: Repository, { digest, mediaType }: Manifest) {
  const headers = { 'Content-Type': mediaType };
  return { method: 'PUT', path: `/v2/${name}/manifests/${digest}`, headers } as const;
}

test(
  'a push that waits for 100 Continue is answered',
  { tag: '@http.expect-continue' },
  async ({ repo, raw }) => {
    const manifest = await pushManifest(repo, smallArtifact(repo.name));
    const answer = await raw(repo, { ...putOf(repo, manifest), body: manifest.bytes, awaitContinue: true });
    expect(answer).toKeep({
      kept: answer.status === 201 || (answer.status >= 400 && answer.status < 500),
      expected: 'status 201 or a 4xx',
      received: answer.status === 0 ? 'silence for 5 seconds' : `status ${answer.status}`,
    });
  },
);

test(
  'a manifest can be sent in transfer chunks',
  { tag: '@http.transfer-encoding' },
  async ({ repo, raw }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    const body = () => [manifest.bytes.subarray(0, 20), manifest.bytes.subarray(20)];
    const answer = await raw(repo, { ...putOf(repo, manifest), body });
    // RFC 9110 section 8.6 lets a server ask for a Content-Length.
    expect(answer).toHaveStatus([201, 411]);
  },
);
