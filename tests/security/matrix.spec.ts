import { expect, test, type Stocked } from '../../fixtures/identities.ts';
import {
  blobOf,
  givenAtHome,
  givenCapability,
  givenPrivate,
  isOffered,
  openUpload,
  pushBlob,
  pushManifest,
  smallArtifact,
  uploadHolding,
} from '../../lib/arrange.ts';
import { basicAuthorization } from '../../lib/http/basic.ts';
import type { Manifest } from '../../lib/content/manifest.ts';
import { isShut, isShutList } from '../../lib/checks/disclosure.ts';
import type { Answer, Send } from '../../lib/http/exchange.ts';
import { placed, Repository } from '../../lib/registry/repository.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';
import type { Capability } from '../../lib/rules/rule.ts';
import { broughtBy, chunkOf, sameStatus } from '../../lib/uploads.ts';
import type { Check, Target } from '../../lib/types.ts';

// Every route that is about one repository meets every identity: a row names the rules that its cells are about. What
// tokens open that are for less than their identity may do, is in auth/.

type Read = {
  nobody: RuleId;
  stranger: RuleId;
  /** What a registry may leave out. */
  capability?: Capability;
  ask: (repo: Repository, stocked: Stocked) => Promise<Answer>;
  shut: typeof isShut;
};

const reading = {
  nobody: 'access.anonymous.read',
  stranger: 'access.other-user.read',
  shut: isShut,
} as const;

const reads: Record<string, Read> = {
  'GET of a blob': { ...reading, ask: async (repo, { blob }) => await repo.blobs.get(blob.digest) },
  'HEAD of a blob': { ...reading, ask: async (repo, { blob }) => await repo.blobs.head(blob.digest) },
  'GET of a manifest by tag': { ...reading, ask: async (repo, { tag }) => await repo.manifests.get(tag) },
  'HEAD of a manifest by tag': { ...reading, ask: async (repo, { tag }) => await repo.manifests.head(tag) },
  'GET of a manifest by digest': {
    ...reading,
    ask: async (repo, { manifest }) => await repo.manifests.get(manifest.digest),
  },
  'GET of the tags': {
    nobody: 'access.anonymous.lists',
    stranger: 'isolation.tag-list',
    capability: 'tag-list',
    ask: async (repo) => await repo.tags.all(),
    shut: isShutList,
  },
  'GET of the referrers': {
    nobody: 'access.anonymous.lists',
    stranger: 'isolation.referrers',
    capability: 'referrers',
    ask: async (repo, { manifest }) => await repo.referrers.list(manifest.digest),
    shut: isShutList,
  },
};

/** A request that would change something, and what its owner sees afterwards. */
type Attempt = {
  ask: (repo: Repository) => Promise<Answer>;
  look?: () => Promise<readonly [Answer, Check]>;
  /** What a mount reads. */
  source?: Repository;
};

type Write = {
  nobody: RuleId;
  /** Undefined where the right to pull may be enough. */
  reader?: RuleId;
  stranger: RuleId;
  /** Not every registry does it for its owner. */
  isOptional?: true;
  /** Where reading is open to all, it may be. */
  isRead?: true;
  /** What it takes to do it at all. */
  capability?: Capability;
  /** What a refusal leaves is looked at; else there is nothing to see. */
  looks?: true;
  arrange: (
    repo: Repository,
    bytes: (length: number) => Buffer,
    anotherRepo: (suffix: string) => Repository,
  ) => Promise<Attempt>;
};

const opening = { nobody: 'access.anonymous.upload', reader: 'access.reader.upload' } as const;
const continuing = { ...opening, stranger: 'isolation.upload.user', looks: true } as const;
const pushing = {
  nobody: 'access.anonymous.write',
  reader: 'access.reader.push',
  stranger: 'access.other-user.write',
  looks: true,
} as const;
const deleting = {
  nobody: 'access.anonymous.delete',
  reader: 'access.reader.delete',
  stranger: 'access.other-user.write',
  isOptional: true,
  looks: true,
} as const;

const writes: Record<string, Write> = {
  'POST that opens an upload': {
    ...opening,
    stranger: 'access.other-user.write',
    arrange: async () => ({ ask: async (repo) => await repo.uploads.post() }),
  },
  'GET of the status of an upload': {
    nobody: 'access.anonymous.upload',
    stranger: 'isolation.upload.user-status',
    isRead: true,
    arrange: async (own) => {
      const upload = givenAtHome(own, await openUpload(own));
      return { ask: async (repo) => await repo.uploads.get(upload) };
    },
  },
  'PATCH of an upload': {
    ...continuing,
    arrange: async (own, bytes) => {
      const size = chunkOf(10);
      const upload = givenAtHome(own, await uploadHolding(own, bytes(size)));
      const chunk = bytes(size);
      const before = await own.uploads.get(upload);
      return {
        ask: async (repo) => await repo.uploads.patch(upload, chunk, placed(size, chunk)),
        look: async () => await isAsItWas(own, upload, before),
      };
    },
  },
  'PUT that closes an upload': {
    ...continuing,
    arrange: async (own, bytes) => {
      const blob = blobOf(bytes(10));
      const upload = givenAtHome(own, await uploadHolding(own, blob.bytes));
      const before = await own.uploads.get(upload);
      return {
        ask: async (repo) => await repo.uploads.put(upload, blob.digest),
        look: async () => await isAsItWas(own, upload, before),
      };
    },
  },
  'DELETE of an upload': {
    ...continuing,
    isOptional: true,
    capability: 'upload-cancel',
    arrange: async (own, bytes) => {
      const upload = givenAtHome(own, await uploadHolding(own, bytes(10)));
      const before = await own.uploads.get(upload);
      return {
        ask: async (repo) => await repo.uploads.delete(upload),
        look: async () => await isAsItWas(own, upload, before),
      };
    },
  },
  'POST of a whole blob': {
    ...pushing,
    capability: 'single-post',
    arrange: async (own, bytes) => {
      const blob = blobOf(bytes(100));
      return {
        ask: async (repo) => await repo.uploads.post([['digest', blob.digest]], blob.bytes),
        look: async () => isAbsent(await own.blobs.head(blob.digest)),
      };
    },
  },
  'POST that mounts a blob': {
    ...pushing,
    reader: 'access.reader.mount',
    capability: 'mount',
    arrange: async (own, bytes, anotherRepo) => {
      const source = anotherRepo('source');
      const { digest } = await pushBlob(source, bytes(100));
      const before = await own.blobs.head(digest);
      return {
        source,
        ask: async (repo) => {
          const mount = await repo.uploads.post([
            ['mount', digest],
            ['from', source.name],
          ]);
          return await broughtBy(mount, own, digest);
        },
        look: async () => isAsBefore(await own.blobs.head(digest), before),
      };
    },
  },
  'PUT of a manifest by tag': {
    ...pushing,
    capability: 'tag-move',
    arrange: async (own) => {
      const old = await pushManifest(own, smallArtifact('in place before the push'), 'v1');
      return {
        ask: async (repo) => await repo.manifests.put('v1', smallArtifact('pushed by another')),
        look: async () => await stillServes(own, 'v1', old),
      };
    },
  },
  'PUT of a manifest by digest': {
    ...pushing,
    arrange: async (own) => {
      await pushManifest(own, smallArtifact('in place before the push'));
      const fresh = smallArtifact(`pushed by another to ${own.name}`);
      return {
        ask: async (repo) => await repo.manifests.put(fresh.digest, fresh),
        look: async () => isAbsent(await own.manifests.head(fresh.digest)),
      };
    },
  },
  'DELETE of a manifest': {
    ...deleting,
    capability: 'manifest-delete',
    arrange: async (own) => {
      const manifest = await pushManifest(own, smallArtifact('in place before the deletion'), 'v1');
      return {
        ask: async (repo) => await repo.manifests.delete(manifest.digest),
        look: async () => await stillServes(own, 'v1', manifest),
      };
    },
  },
  'DELETE of a tag': {
    ...deleting,
    capability: 'tag-delete',
    arrange: async (own) => {
      const manifest = await pushManifest(own, smallArtifact('in place before the deletion'), 'v1');
      return {
        ask: async (repo) => await repo.manifests.delete('v1'),
        look: async () => await stillServes(own, 'v1', manifest),
      };
    },
  },
  'DELETE of a blob': {
    ...deleting,
    capability: 'blob-delete',
    arrange: async (own, bytes) => {
      const { digest } = await pushBlob(own, bytes(100));
      return {
        ask: async (repo) => await repo.blobs.delete(digest),
        look: async () => isPresent(await own.blobs.head(digest)),
      };
    },
  },
};

/** However a registry spells it: what its status says afterwards is what it said before. */
async function isAsItWas(own: Repository, upload: string, before: Answer): Promise<readonly [Answer, Check]> {
  const after = await own.uploads.get(upload);
  return [after, sameStatus(before, after)];
}

async function stillServes(
  own: Repository,
  tag: string,
  { bytes }: Manifest,
): Promise<readonly [Answer, Check]> {
  const answer = await own.manifests.get(tag);
  const received = `status ${answer.status} with ${answer.body.length} bytes`;
  return [answer, { kept: answer.body.equals(bytes), expected: 'the manifest that was there', received }];
}

function isAbsent(answer: Answer): readonly [Answer, Check] {
  return [
    answer,
    // Where nothing is, some say 401 or 403.
    { kept: answer.status >= 400, expected: 'nothing there', received: `status ${answer.status}` },
  ];
}

function isAsBefore(answer: Answer, before: Answer): readonly [Answer, Check] {
  return [
    answer,
    {
      kept: answer.status < 300 === before.status < 300,
      expected: before.status < 300 ? 'it there, as before' : 'nothing there, as before',
      received: `status ${answer.status}`,
    },
  ];
}

function isPresent(answer: Answer): readonly [Answer, Check] {
  return [
    answer,
    { kept: answer.status === 200, expected: 'status 200', received: `status ${answer.status}` },
  ];
}

/** A refusal of what is not offered is no matter of rights, unless it says so by 401 or 403. */
function givenOfferedOrDenied(answer: Answer, capability: Capability | undefined): Answer {
  if (answer.status >= 400 && ![401, 403].includes(answer.status)) givenCapability(capability);
  return answer;
}

/** What nobody is offered needs no credentials. */
const withoutIt = [400, 401, 403, 404, 405, 409, 501];

const needless = [
  ['a needless user and password', basicAuthorization({ username: 'dockside-nobody', password: 'needless' })],
  ['a needless token', 'Bearer needless'],
] as const;

for (const [route, { nobody, stranger: notTheirs, capability, ask, shut }] of Object.entries(reads)) {
  test(
    `${route} is refused without credentials`,
    { tag: ['@credentials', `@${nobody}`, '@challenge.status'] },
    async ({ stocked, withoutCredentials }) => {
      givenCapability(capability);
      // What its owner has read may be in a cache.
      await ask(stocked.repository, stocked);
      const answer = await ask(withoutCredentials(stocked.repository), stocked);
      expect(answer).toKeep(shut(answer, stocked.secrets), nobody);
      expect.soft(answer).toHaveStatus(401, 'challenge.status');
    },
  );

  test(
    `${route} is refused with an anonymous token`,
    { tag: ['@token', `@${nobody}`] },
    async ({ stocked, metBy }) => {
      givenCapability(capability);
      const answer = await ask(metBy(undefined, stocked.repository), stocked);
      expect(answer).toKeep(shut(answer, stocked.secrets));
    },
  );

  test(
    `${route} is refused to another user`,
    { tag: ['@credentials', `@${notTheirs}`] },
    async ({ stocked, metBy, stranger }) => {
      const answer = await ask(metBy(stranger, stocked.repository), stocked);
      expect(answer).toKeep(shut(answer, stocked.secrets));
    },
  );

  test(
    `${route} is answered to who may only pull`,
    { tag: ['@credentials', '@access.reader.read'] },
    async ({ stocked, metBy, reader }) => {
      givenCapability(capability);
      const answer = await ask(metBy(reader, stocked.repository), stocked);
      expect(answer).toBeAccepted();
    },
  );

  test(
    `${route} is answered to who may push`,
    { tag: ['@credentials', '@access.writer'] },
    async ({ stocked }) => {
      givenCapability(capability);
      const answer = await ask(stocked.repository, stocked);
      expect(answer).toBeAccepted();
    },
  );

  test(
    `${route} is answered to everybody where all may enter`,
    { tag: ['@open', '@access.public-read'] },
    async ({ stocked, withoutCredentials }) => {
      givenCapability(capability);
      const answer = await ask(withoutCredentials(stocked.repository), stocked);
      expect(answer).toBeAccepted();
    },
  );

  for (const [which, authorization] of needless) {
    test(
      `${route} is answered to ${which} where all may enter`,
      { tag: ['@open', '@access.stray-credentials'] },
      async ({ stocked, session, target }) => {
        givenCapability(capability);
        const send: Send = async (request) =>
          await session.send({ ...request, headers: { ...request.headers, Authorization: authorization } });
        const answer = await ask(new Repository(send, target.url, stocked.repository.name), stocked);
        expect(answer).toBeAccepted();
      },
    );
  }
}

for (const [
  route,
  { nobody, reader: mayOnlyPull, stranger: notTheirs, isOptional, isRead, capability, looks, arrange },
] of Object.entries(writes)) {
  const unchanged = looks === true ? ['@refused.unauthorized'] : [];
  test(
    `${route} is refused without credentials`,
    { tag: ['@credentials', `@${nobody}`, '@challenge.status', ...unchanged] },
    async ({ repo, bytes, anotherRepo, withoutCredentials, target }) => {
      givenShut(target, isRead);
      const attempt = await arrange(repo, bytes, anotherRepo);
      const answer = await attempt.ask(withoutCredentials(repo));
      expect(answer).toBeRefused(nobody);
      expect.soft(answer).toHaveStatus(isOffered(capability) ? 401 : withoutIt, 'challenge.status');
      await expectNoChange(attempt);
    },
  );

  test(
    `${route} is refused with an anonymous token`,
    { tag: ['@token', `@${nobody}`, ...unchanged] },
    async ({ repo, bytes, anotherRepo, metBy, target }) => {
      givenShut(target, isRead);
      const attempt = await arrange(repo, bytes, anotherRepo);
      expect(await attempt.ask(metBy(undefined, repo, attempt.source))).toBeRefused(nobody);
      await expectNoChange(attempt);
    },
  );

  test(
    `${route} is refused to another user`,
    { tag: ['@credentials', `@${notTheirs}`, ...unchanged] },
    async ({ repo, bytes, anotherRepo, metBy, stranger, target }) => {
      givenShut(target, isRead);
      const attempt = await arrange(repo, bytes, anotherRepo);
      expect(await attempt.ask(metBy(stranger, repo, attempt.source))).toBeRefused(notTheirs);
      await expectNoChange(attempt);
    },
  );

  if (mayOnlyPull !== undefined) {
    test(
      `${route} is refused to who may only pull`,
      { tag: ['@credentials', `@${mayOnlyPull}`, ...unchanged] },
      async ({ repo, bytes, anotherRepo, metBy, reader }) => {
        const attempt = await arrange(repo, bytes, anotherRepo);
        expect(await attempt.ask(metBy(reader, repo, attempt.source))).toBeRefused(mayOnlyPull);
        await expectNoChange(attempt);
      },
    );
  }

  if (isOptional !== true) {
    test(
      `${route} is accepted from who may push`,
      { tag: ['@credentials', '@access.writer'] },
      async ({ repo, bytes, anotherRepo, metBy, target }) => {
        const attempt = await arrange(repo, bytes, anotherRepo);
        const answer = await attempt.ask(metBy(target.identity, repo, attempt.source));
        expect(givenOfferedOrDenied(answer, capability)).toBeAccepted();
      },
    );
  }
}

function givenShut(target: Target, isRead = false): void {
  if (isRead) givenPrivate(target);
}

async function expectNoChange({ look }: Attempt): Promise<void> {
  if (look === undefined) return;
  const [seen, check] = await look();
  expect(seen).toKeep(check, 'refused.unauthorized');
}
