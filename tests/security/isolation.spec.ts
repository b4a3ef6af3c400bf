import { expect, test, type Stocked } from '../../fixtures/identities.ts';
import {
  blobOf,
  givenKept,
  givenRefusal,
  openUpload,
  pushBlob,
  pushManifest,
  smallArtifact,
  uploadHolding,
} from '../../lib/arrange.ts';
import { Catalog } from '../../lib/registry/catalog.ts';
import { artifact, ociIndex } from '../../lib/content/oci.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { areAlike, hidesName, isShut, isShutList } from '../../lib/checks/disclosure.ts';
import { withQuery, type Answer, type Send } from '../../lib/http/exchange.ts';
import { referrersIn, repositoriesIn } from '../../lib/registry/lists.ts';
import { joinsTo, walk } from '../../lib/registry/paging.ts';
import { placed, type Repository } from '../../lib/registry/repository.ts';
import { currentRun, runSettings } from '../../lib/run/run.ts';
import { bringsNothing, broughtBy, leavesAlone, throughRepository } from '../../lib/uploads.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

// A digest is a name that anyone may guess or have read somewhere. What it names is another matter: here a stranger
// who knows the digests of a private repository tries them in a repository of his own.

test.describe('what a private repository holds', { tag: '@credentials' }, () => {
  test(
    'cannot be read as a blob of another repository',
    { tag: ['@smoke', '@isolation.blob.read'] },
    async ({ stocked: { blob, secrets }, theirs }) => {
      const answer = await theirs.blobs.get(blob.digest);
      expect(answer).toKeep(isShut(answer, secrets));
    },
  );

  test(
    'is not told by HEAD on another repository',
    { tag: '@isolation.blob.head' },
    async ({ stocked: { blob, secrets }, theirs }) => {
      const answer = await theirs.blobs.head(blob.digest);
      expect(answer).toKeep(isShut(answer, secrets));
    },
  );

  test(
    'cannot be mounted by who may not read it',
    { tag: '@isolation.blob.mount' },
    async ({ stocked: { blob, repository }, theirs }) => {
      const mount = await theirs.uploads.post([
        ['mount', blob.digest],
        ['from', repository.name],
      ]);
      const brought = await broughtBy(mount, theirs, blob.digest);
      expect(brought).toKeep(bringsNothing(brought, blob.bytes));
    },
  );

  test(
    'cannot be mounted without naming where it is',
    { tag: '@isolation.blob.mount-anonymous' },
    async ({ stocked: { blob }, theirs }) => {
      const mount = await theirs.uploads.post([['mount', blob.digest]]);
      const brought = await broughtBy(mount, theirs, blob.digest);
      expect(brought).toKeep(bringsNothing(brought, blob.bytes));
    },
  );

  test(
    'is not made readable by a manifest that names it',
    { tag: '@isolation.blob.manifest' },
    async ({ stocked: { blob, secrets }, theirs }) => {
      givenRefusal(await theirs.blobs.get(blob.digest), 'isolation.blob.read');
      const config = await pushBlob(theirs, Buffer.from('{}'));
      const manifest = artifact({
        config: { mediaType: mediaTypes.ociEmpty, ...config },
        layers: [{ mediaType: mediaTypes.octetStream, ...blob }],
      });
      await theirs.manifests.put('claimed', manifest);
      const answer = await theirs.blobs.get(blob.digest);
      expect(answer).toKeep(isShut(answer, secrets));
    },
  );

  test(
    'is not made readable by an upload that claims its digest',
    { tag: '@isolation.blob.upload' },
    async ({ stocked: { blob, secrets }, theirs, bytes }) => {
      givenRefusal(await theirs.blobs.get(blob.digest), 'isolation.blob.read');
      await theirs.uploads.put(await openUpload(theirs), blob.digest, bytes(10));
      const answer = await theirs.blobs.get(blob.digest);
      expect(answer).toKeep(isShut(answer, secrets));
    },
  );

  test(
    'is not made readable by an empty upload that claims its digest',
    { tag: '@isolation.blob.upload' },
    async ({ stocked: { blob, secrets }, theirs }) => {
      givenRefusal(await theirs.blobs.get(blob.digest), 'isolation.blob.read');
      await theirs.uploads.put(await openUpload(theirs), blob.digest);
      const answer = await theirs.blobs.get(blob.digest);
      expect(answer).toKeep(isShut(answer, secrets));
    },
  );

  test(
    'is not made readable by a single POST that claims its digest',
    { tag: '@isolation.blob.upload' },
    async ({ stocked: { blob, secrets }, theirs, bytes }) => {
      givenRefusal(await theirs.blobs.get(blob.digest), 'isolation.blob.read');
      await theirs.uploads.post([['digest', blob.digest]], bytes(10));
      const answer = await theirs.blobs.get(blob.digest);
      expect(answer).toKeep(isShut(answer, secrets));
    },
  );

  test(
    'cannot be read as a manifest of another repository',
    { tag: '@isolation.manifest.read' },
    async ({ stocked: { manifest, secrets }, theirs }) => {
      const answer = await theirs.manifests.get(manifest.digest);
      expect(answer).toKeep(isShut(answer, secrets));
    },
  );

  test(
    'is not made readable by an index that names it',
    { tag: '@isolation.manifest.index' },
    async ({ stocked: { manifest, secrets }, theirs }) => {
      givenRefusal(await theirs.manifests.get(manifest.digest), 'isolation.manifest.read');
      await theirs.manifests.put('claimed', ociIndex([{ manifest }]));
      const answer = await theirs.manifests.get(manifest.digest);
      expect(answer).toKeep(isShut(answer, secrets));
    },
  );

  test(
    'is not told by the referrers of another repository',
    { tag: '@isolation.referrers' },
    async ({ stocked: { manifest }, theirs }) => {
      const answer = await theirs.referrers.list(manifest.digest);
      const found = {
        kept: referrersIn(answer).length === 0,
        expected: 'no referrers',
        received: answer.text,
      };
      expect(answer).toKeep(found);
    },
  );
});

const ofAnother = { tag: ['@credentials', '@isolation.upload.user'] };

test(
  "another user's upload takes no chunk through a repository of one's own",
  ofAnother,
  async ({ repo, theirs, bytes }) => {
    const upload = await openUpload(repo);
    const chunk = bytes(10);
    const before = await repo.uploads.get(upload);
    const through = await throughRepository(upload, repo, theirs);
    const answer = await theirs.uploads.patch(through, chunk, placed(0, chunk));
    const after = await repo.uploads.get(upload);
    expect(answer).toKeep(leavesAlone(answer, before, after), 'isolation.upload.user');
  },
);

test(
  "another user's upload cannot be closed through a repository of one's own",
  ofAnother,
  async ({ repo, theirs, bytes }) => {
    const blob = blobOf(bytes(10));
    const upload = await uploadHolding(repo, blob.bytes);
    const before = await repo.uploads.get(upload);
    const answer = await theirs.uploads.put(await throughRepository(upload, repo, theirs), blob.digest);
    const after = await repo.uploads.get(upload);
    expect(answer).toKeep(leavesAlone(answer, before, after), 'isolation.upload.user');
    const pulled = await theirs.blobs.get(blob.digest);
    expect(pulled).toKeep(bringsNothing(pulled, blob.bytes), 'isolation.upload.user');
  },
);

test(
  "another user's upload cannot be cancelled through a repository of one's own",
  ofAnother,
  async ({ repo, theirs, bytes }) => {
    const blob = blobOf(bytes(10));
    const upload = await uploadHolding(repo, blob.bytes);
    const before = await repo.uploads.get(upload);
    const answer = await theirs.uploads.delete(await throughRepository(upload, repo, theirs));
    const after = await repo.uploads.get(upload);
    expect(answer).toKeep(leavesAlone(answer, before, after), 'isolation.upload.user');
  },
);

test(
  'the catalog shows no repository to who may not read it',
  { tag: ['@credentials', '@isolation.catalog'] },
  async ({ stocked: { repository }, catalogMetBy, stranger }) => {
    const answer = await catalogMetBy(stranger).list(justBefore(repository, 100));
    expect(answer).toKeep(hidesName([answer], repository.name));
  },
);

test(
  'the catalog shows no private repository without credentials',
  { tag: ['@credentials', '@access.anonymous.catalog'] },
  async ({ stocked: { repository }, session, target }) => {
    const answer = await new Catalog(session.send, target.url).list(justBefore(repository, 100));
    expect(answer).toKeep(hidesName([answer], repository.name));
  },
);

test(
  'the catalog shows no private repository with an anonymous token',
  { tag: ['@token', '@access.anonymous.catalog'] },
  async ({ stocked: { repository }, catalogMetBy }) => {
    const answer = await catalogMetBy(undefined).list(justBefore(repository, 100));
    expect(answer).toKeep(hidesName([answer], repository.name));
  },
);

test(
  'the pages of the catalog hide what one may not read, and for that nothing else',
  { tag: ['@credentials', '@isolation.catalog-paging', '@catalog.hidden-complete'] },
  async ({ stocked: { repository }, theirs, metBy, catalogMetBy, stranger }) => {
    const names = ['a', 'b', 'c'].map((suffix) => `${theirs.name}/listed/${suffix}`);
    for (const name of names) await pushManifest(metBy(stranger, { name }), smallArtifact(name), 'latest');
    const { send, url, list } = catalogMetBy(stranger);
    const cut = await list(justBefore(repository, 1));
    const start = { method: 'GET', url: withQuery(url, justBefore(repository, 20)) } as const;
    const pages: Answer[] = [];
    const keeping: Send = async (request) => {
      const page = await send(request);
      pages.push(page);
      return page;
    };
    const read = await walk(keeping, start, repositoriesIn, { most: 10, byLink: true, until: names.at(-1) });
    test.skip(read.first.status >= 400, unsupported('catalog', 'it is refused to this user'));
    const shown = repositoriesIn(read.first);
    const shut = { kept: !shown.includes(repository.name), expected: 'it hidden', received: 'it shown' };
    givenKept(shut, 'isolation.catalog');
    const ours = `${runSettings().namespace}/${currentRun().id}/`;
    expect(read.last).toKeep(hidesName([cut, ...pages], ours), 'isolation.catalog-paging');
    const begins = {
      kept: read.items.length > 0,
      expected: 'a name after one that is none',
      received: 'none',
    };
    givenKept(begins, 'catalog.last-absent');
    const whole = joinsTo(read.items, names, `${theirs.name}/listed/`);
    // A catalog of thousands is not read to its end.
    const kept = whole.kept || read.stopped !== undefined;
    expect(read.last).toKeep({ ...whole, kept }, 'catalog.hidden-complete');
  },
);

/** A page that would begin with this repository. */
function justBefore({ name }: Repository, n: number): [string, string][] {
  return [
    ['n', String(n)],
    ['last', name.slice(0, -1)],
  ];
}

type Hidden = {
  ask: (repo: Repository, stocked: Stocked) => Promise<Answer>;
  /** That nothing is shown, another test sees to. */
  given: (answer: Answer, stocked: Stocked) => void;
};

const unread = (answer: Answer): unknown => givenRefusal(answer, 'access.other-user.read');

const hidden: Record<string, Hidden> = {
  'a pull by tag': { ask: async (repo, { tag }) => await repo.manifests.get(tag), given: unread },
  'a pull of a blob': { ask: async (repo, { blob }) => await repo.blobs.get(blob.digest), given: unread },
  'a tag list': {
    ask: async (repo) => await repo.tags.all(),
    given: (answer, { secrets }) => givenKept(isShutList(answer, secrets), 'isolation.tag-list'),
  },
  'an upload': {
    ask: async (repo) => await repo.uploads.post(),
    given: (answer) => givenRefusal(answer, 'access.other-user.write'),
  },
};
for (const [what, { ask, given }] of Object.entries(hidden)) {
  test(
    `${what} is refused for another user's repository as for one that is not there`,
    { tag: ['@credentials', '@access.hidden'] },
    async ({ stocked, unusedRepo, metBy, stranger }) => {
      const { repository } = stocked;
      const absent = unusedRepo('absent');
      const answer = await ask(metBy(stranger, repository), stocked);
      given(answer, stocked);
      const other = await ask(metBy(stranger, absent), stocked);
      expect(answer).toKeep(areAlike(answer, repository.name, other, absent.name));
    },
  );
}
