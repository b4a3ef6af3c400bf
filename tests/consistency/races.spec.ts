import { expect, test } from '../../fixtures/index.ts';
import { given, pushBlob, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { artifact, descriptorOf } from '../../lib/content/oci.ts';
import { History } from '../../lib/checks/history/history.ts';
import { holdsAll, referrersIn, tagsIn } from '../../lib/registry/lists.ts';
import { isExplained, isWholeOrMissing, readFrom } from '../../lib/checks/races.ts';

const clients = [1, 2, 3, 4];

test(
  'pushes and pulls of one tag at once agree with some order of them',
  { tag: '@parallel.tag.order' },
  async ({ repo }, testInfo) => {
    const manifests = Array.from({ length: 8 }, (_, at) => smallArtifact(`${at + 1} of eight for one tag`));
    await pushManifest(repo, smallArtifact('whose blobs are those of the eight as well'));
    const history = new History();
    const writing = [0, 4].map(async (first) => {
      for (const [at, manifest] of manifests.slice(first, first + 4).entries()) {
        const push = async () => await repo.manifests.put('raced', manifest);
        await history.write(
          `writer ${first / 4 + 1}`,
          `manifest ${first + at + 1}`,
          push,
          ({ status }) => status === 201,
        );
      }
    });
    const reading = [1, 2].map(async (reader) => {
      for (let count = 0; count < 8; count += 1) {
        const pull = async () => await repo.manifests.get('raced');
        await history.read(`reader ${reader}`, pull, (answer) => readFrom(answer, manifests));
      }
    });
    await Promise.all([...writing, ...reading]);
    const last = await history.read(
      'reader 1',
      async () => await repo.manifests.get('raced'),
      (answer) => readFrom(answer, manifests),
    );
    expect(last).toKeep(await isExplained(history, testInfo));
  },
);

test(
  'tags pushed at once to one repository are all listed',
  { tag: ['@smoke', '@parallel.tags'] },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('under many tags at once'));
    const tags = Array.from({ length: 8 }, (_, at) => `at-once-${at}`);
    const pushes = await Promise.all(tags.map(async (tag) => await repo.manifests.put(tag, manifest)));
    for (const push of pushes) given(push);
    const answer = given(await repo.tags.all());
    expect(answer).toKeep(holdsAll(tagsIn(answer), tags));
  },
);

test(
  'a referrer is listed once its push was answered, while others are pushed',
  { tag: '@parallel.referrers' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact('the subject of many referrers at once'));
    const lists = await Promise.all(
      clients.map(async (client) => {
        const artifactType = `application/vnd.dockside.client-${client}`;
        const referrer = artifact({ artifactType, subject: descriptorOf(subject) });
        given(await repo.manifests.put(referrer.digest, referrer));
        const answer = given(await repo.referrers.list(subject.digest));
        return { answer, check: holdsAll(referrersIn(answer), [referrer.digest]) };
      }),
    );
    const { answer, check } = lists.find((list) => !list.check.kept) ?? lists[0]!;
    expect(answer).toKeep(check);
  },
);

test(
  'a blob that is pulled while it is deleted comes whole or not at all',
  { tag: '@parallel.blob-deleted' },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(200_000));
    const pulling = clients.map(async () => [
      await repo.blobs.get(blob.digest),
      await repo.blobs.get(blob.digest),
    ]);
    const deleted = repo.blobs.delete(blob.digest);
    const pulls = (await Promise.all(pulling)).flat();
    given(await deleted);
    const torn = pulls.find((pull) => !isWholeOrMissing(pull, blob.bytes).kept) ?? pulls[0]!;
    expect(torn).toKeep(isWholeOrMissing(torn, blob.bytes));
  },
);
