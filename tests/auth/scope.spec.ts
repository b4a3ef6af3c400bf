import { accept, expect, test } from '../../fixtures/guarded.ts';
import {
  givenAtHome,
  givenErrorCode,
  openUpload,
  pushBlob,
  pushManifest,
  pushReferrer,
  smallArtifact,
} from '../../lib/arrange.ts';
import { authorizedOrRefused } from '../../lib/registry/auth/authorized.ts';
import { findChallenge, parseChallenges } from '../../lib/registry/auth/challenge.ts';
import { catalogScope, parseScope, repositoryScope } from '../../lib/http/scope.ts';
import { isShutList } from '../../lib/checks/disclosure.ts';
import { hasErrorCode } from '../../lib/checks/checks.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';
import { runSettings } from '../../lib/run/run.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';
import { bringsNothing, broughtBy } from '../../lib/uploads.ts';

test(
  'a push by who may only pull is refused, with 401 or 403',
  { tag: ['@credentials', '@scope.refused', '@scope.refused-status'] },
  async ({ session, target, tokens, reader, repo }) => {
    const scopes = [repositoryScope(repo.name, ['pull', 'push'])];
    const send = authorizedOrRefused(session.send, target, tokens, { credentials: reader, scopes });
    const answer = await send({ method: 'POST', url: `${repo.url}/blobs/uploads/` });
    expect(answer).toBeRefused('scope.refused');
    expect(answer).toHaveStatus([401, 403], 'scope.refused-status');
  },
);

test(
  'a push by who may only pull is refused as DENIED or UNAUTHORIZED',
  { tag: ['@credentials', '@scope.code'] },
  async ({ session, target, tokens, reader, repo }) => {
    const scopes = [repositoryScope(repo.name, ['pull', 'push'])];
    const send = authorizedOrRefused(session.send, target, tokens, { credentials: reader, scopes });
    const answer = await send({ method: 'POST', url: `${repo.url}/blobs/uploads/` });
    givenErrorCode(answer, 'scope.refused');
    expect(answer).toKeep(hasErrorCode(answer, ['DENIED', 'UNAUTHORIZED']));
  },
);

test(
  'a token for another repository pulls no manifest',
  { tag: ['@token', '@scope.other-repository'] },
  async ({ guarded, tokenFor, repo, withToken }) => {
    const { digest } = await pushManifest(repo, smallArtifact(repo.name));
    const answer = await withToken(repo.name, await tokenFor(guarded.name, ['pull'])).manifests.get(digest);
    expect(answer).toBeRefused();
  },
);

for (const up of ['..', '%2e%2e']) {
  test(
    `a token for another repository pulls no manifest by a path that goes up by ${up}`,
    { tag: ['@token', '@scope.other-repository'] },
    async ({ guarded, tokenFor, repo, session }) => {
      const { bytes, digest } = await pushManifest(repo, smallArtifact(repo.name));
      const { origin } = new URL(guarded.url);
      const ups = guarded.name.split('/').fill(up).join('/');
      const path = `/v2/${guarded.name}/${ups}/${repo.name}/manifests/${digest}`;
      const headers = { ...accept, Authorization: `Bearer ${await tokenFor(guarded.name, ['pull'])}` };
      const answer = await session.sendRaw({ method: 'GET', origin, path, headers }, runSettings());
      expect(answer).toKeep(bringsNothing(answer, bytes));
    },
  );
}

test(
  'a token for another repository lists no tags',
  { tag: ['@token', '@scope.tag-list'] },
  async ({ guarded, tokenFor, repo, withToken }) => {
    await pushManifest(repo, smallArtifact(repo.name), 'latest');
    const answer = await withToken(repo.name, await tokenFor(guarded.name, ['pull'])).tags.all();
    expect(answer).toKeep(isShutList(answer, ['latest']));
  },
);

test(
  'a token for another repository lists no referrers',
  { tag: ['@token', '@scope.referrers'] },
  async ({ guarded, tokenFor, repo, withToken }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const { digest } = await pushReferrer(repo, subject);
    const answer = await withToken(repo.name, await tokenFor(guarded.name, ['pull'])).referrers.list(
      subject.digest,
    );
    expect(answer).toKeep(isShutList(answer, [digest]));
  },
);

test(
  'a token for a repository does not open the catalog',
  { tag: ['@token', '@scope.catalog'] },
  async ({ guarded, tokenFor, session, target }) => {
    const url = `${target.url}/v2/_catalog?n=1`;
    const challenged = await session.send({ method: 'GET', url });
    test.skip(
      !scopeOf(challenged).split(' ').includes(catalogScope),
      unsupported('challenge-scope', 'a challenge to the catalog asks for none of its own'),
    );
    const headers = { Authorization: `Bearer ${await tokenFor(guarded.name, ['pull'])}` };
    const answer = await session.send({ method: 'GET', url, headers });
    expect(answer).toBeRefused();
  },
);

test(
  'a token for pull opens no upload',
  { tag: ['@token', '@scope.pull-for-push'] },
  async ({ repo, tokenFor, withToken }) => {
    await pushManifest(repo, smallArtifact(repo.name));
    const puller = withToken(repo.name, await tokenFor(repo.name, ['pull']));
    expect(await puller.uploads.post()).toBeRefused();
  },
);

test(
  'a token to pull here and to push elsewhere opens no upload here',
  { tag: ['@token', '@scope.entries-apart'] },
  async ({ guarded, repo, signed, withToken }) => {
    await pushManifest(repo, smallArtifact(repo.name));
    const access = [
      { type: 'repository', name: repo.name, actions: ['pull'] },
      { type: 'repository', name: guarded.name, actions: ['pull', 'push'] },
    ];
    const answer = await withToken(repo.name, await signed({ access })).uploads.post();
    expect(answer).toBeRefused();
  },
);

test(
  'a token for pull sends no chunk into an upload',
  { tag: ['@token', '@scope.pull-for-push'] },
  async ({ repo, tokenFor, withToken, bytes }) => {
    await pushManifest(repo, smallArtifact(repo.name));
    const upload = givenAtHome(repo, await openUpload(repo));
    const puller = withToken(repo.name, await tokenFor(repo.name, ['pull']));
    const answer = await puller.uploads.patch(upload, bytes(10), { 'Content-Range': '0-9' });
    expect(answer).toBeRefused();
  },
);

test(
  'a token for pull puts no manifest under a tag',
  { tag: ['@token', '@scope.pull-for-push'] },
  async ({ repo, tokenFor, withToken }) => {
    const manifest = await pushManifest(repo, smallArtifact(repo.name));
    const puller = withToken(repo.name, await tokenFor(repo.name, ['pull']));
    expect(await puller.manifests.put('latest', manifest)).toBeRefused();
  },
);

test(
  'a token for pull deletes no manifest',
  { tag: ['@token', '@scope.pull-for-delete'] },
  async ({ repo, tokenFor, withToken }) => {
    const { digest } = await pushManifest(repo, smallArtifact(repo.name));
    const puller = withToken(repo.name, await tokenFor(repo.name, ['pull']));
    expect(await puller.manifests.delete(digest)).toBeRefused();
  },
);

test(
  'a token for pull and push deletes no manifest where deletion is a right of its own',
  { tag: ['@token', '@scope.push-for-delete'] },
  async ({ repo, session, tokenFor, withToken }) => {
    const { digest } = await pushManifest(repo, smallArtifact(repo.name));
    const challenged = await session.send({ method: 'DELETE', url: `${repo.url}/manifests/${digest}` });
    const asked = parseScope(scopeOf(challenged))?.actions ?? [];
    test.skip(
      asked.every((action) => ['pull', 'push'].includes(action)),
      unsupported(
        'challenge-scope',
        `a challenge to a deletion asks for ${asked.join(' and ') || 'no action'}`,
      ),
    );
    const pusher = withToken(repo.name, await tokenFor(repo.name, ['pull', 'push']));
    expect(await pusher.manifests.delete(digest)).toBeRefused();
  },
);

test(
  'a token for pull cancels no upload',
  { tag: ['@token', '@scope.pull-for-upload-cancel'] },
  async ({ repo, tokenFor, withToken }) => {
    await pushManifest(repo, smallArtifact(repo.name));
    const upload = givenAtHome(repo, await openUpload(repo));
    const puller = withToken(repo.name, await tokenFor(repo.name, ['pull']));
    const answer = await puller.uploads.delete(upload);
    expect(answer).toBeRefused();
  },
);

test(
  'a token without pull on the source of a mount does not mount from it',
  { tag: ['@token', '@scope.mount-source'] },
  async ({ repo, anotherRepo, tokenFor, withToken, bytes }) => {
    const source = anotherRepo('source');
    const blob = await pushBlob(source, bytes(100));
    const pusher = withToken(repo.name, await tokenFor(repo.name, ['pull', 'push']));
    const mount = await pusher.uploads.post([
      ['mount', blob.digest],
      ['from', source.name],
    ]);
    const brought = await broughtBy(mount, pusher, blob.digest);
    expect(brought).toKeep(bringsNothing(brought, blob.bytes));
  },
);

const grants: [what: string, rule: RuleId, entry: (name: string) => object][] = [
  ['for push alone', 'scope.push-for-pull', () => ({ actions: ['push'] })],
  [
    'for a repository whose name begins like this one',
    'scope.prefix',
    (name) => ({ name: name.slice(0, -1) }),
  ],
  [
    'for the repository above this one',
    'scope.child',
    (name) => ({ name: name.slice(0, name.lastIndexOf('/')) }),
  ],
  ['for the name in upper case', 'scope.case', (name) => ({ name: name.toUpperCase() })],
  ['for a name that leads here by dot segments', 'scope.dot-segments', (name) => ({ name: `${name}/x/..` })],
  ['for the name *', 'scope.wildcard-name', () => ({ name: '*' })],
  ['for a resource of another type', 'scope.type', () => ({ type: 'registry' })],
  ['for PULL', 'scope.action-case', () => ({ actions: ['PULL'] })],
];

for (const [what, rule, entry] of grants) {
  test(`a token ${what} pulls nothing`, { tag: ['@token', `@${rule}`] }, async ({ guarded, signed }) => {
    const own = { type: 'repository', name: guarded.name, actions: ['pull'] };
    const answer = await guarded.read(
      `Bearer ${await signed({ access: [{ ...own, ...entry(guarded.name) }] })}`,
    );
    expect(answer).toBeRefused();
  });
}

/** The scopes that a Bearer challenge asks for; empty where it asks for none. */
function scopeOf(answer: Answer): string {
  const challenge = findChallenge(parseChallenges(answer.values('www-authenticate')), 'bearer');
  return challenge?.params['scope'] ?? '';
}
