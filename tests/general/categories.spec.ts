import { expect, test } from '../../fixtures/index.ts';
import { blobOf, pushBlob, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { emptyBlob } from '../../lib/content/oci.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import { isUpTo } from '../../lib/rules/rule.ts';
import { runSettings } from '../../lib/run/run.ts';

// A category asks whether an endpoint is there at all: an answer of 405 or 501 says that it is not. How well it does
// its work is for the rules of that endpoint, so that a fault there is not red here as well.

test('content can be pulled by GET and by HEAD', { tag: '@general.pull' }, async ({ repo }) => {
  const { digest } = await pushManifest(repo, smallArtifact('to be pulled in every way'));
  const answers = [
    await repo.manifests.head(digest),
    await repo.manifests.get(digest),
    await repo.blobs.head(emptyBlob.digest),
    await repo.blobs.get(emptyBlob.digest),
  ];
  expect(answers.find(isAbsent) ?? last(answers)).toKeep({
    kept: !answers.some(isAbsent),
    expected: 'neither 405 nor 501',
    received: told(answers),
  });
});

test('blobs and manifests can be pushed', { tag: '@general.push' }, async ({ repo }) => {
  const opened = await repo.uploads.post();
  const manifest = await repo.manifests.put('v1', smallArtifact('pushed without its blobs'));
  const answers = [opened, manifest];
  expect(answers.find(isAbsent) ?? manifest).toKeep({
    kept: !answers.some(isAbsent),
    expected: 'neither 405 nor 501',
    received: told(answers),
  });
});

test(
  'a registry that takes a push by one endpoint takes it by each',
  { tag: '@general.categories' },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(10));
    const opened = await repo.uploads.post();
    const location = opened.location ?? `${repo.url}/blobs/uploads/none`;
    const patched = await repo.uploads.patch(location, blob.bytes, { 'Content-Range': '0-9' });
    const closed = await repo.uploads.put(patched.location ?? location, blob.digest);
    const manifest = await repo.manifests.put('v1', smallArtifact('pushed without its blobs'));
    const answers = [opened, patched, closed, manifest];
    const absent = answers.filter(isAbsent);
    // What takes nothing claims nothing.
    const takes = opened.status === 202 || manifest.status === 201;
    expect(absent[0] ?? manifest).toKeep({
      kept: absent.length === 0 || !takes,
      expected: '405 or 501 from no endpoint of the category push, or nothing taken at all',
      received: told(answers),
    });
  },
);

test('tags and referrers can be listed', { tag: '@general.discovery' }, async ({ repo }) => {
  const { digest } = await pushManifest(repo, smallArtifact('to be discovered'), 'v1');
  const answers = [await repo.tags.all(), ...(await referrersOf(repo, digest))];
  // Both lists exist as soon as the repository does, so a 404 says that the endpoint does not.
  const absent = answers.find((answer) => answer.status === 404 || isAbsent(answer));
  expect(absent ?? last(answers)).toKeep({
    kept: absent === undefined,
    expected: 'none of 404, 405 and 501',
    received: told(answers),
  });
});

test('tags, manifests or blobs can be deleted', { tag: '@general.management' }, async ({ repo, bytes }) => {
  const { digest } = await pushManifest(repo, smallArtifact('to be deleted in every way'), 'v1');
  const blob = await pushBlob(repo, bytes(10));
  const answers = [
    await repo.manifests.delete('v1'),
    await repo.manifests.delete(digest),
    await repo.blobs.delete(blob.digest),
  ];
  expect(last(answers)).toKeep({
    kept: answers.some((answer) => ![400, 404].includes(answer.status) && !isAbsent(answer)),
    expected: 'a deletion that is not refused as disabled',
    received: told(answers),
  });
});

/** None at a version of the specification that has no such list. */
async function referrersOf(repo: Repository, digest: string): Promise<Answer[]> {
  return isUpTo('1.1', runSettings().specVersion) ? [await repo.referrers.list(digest)] : [];
}

function isAbsent({ status }: Answer): boolean {
  return status === 405 || status === 501;
}

function told(answers: readonly Answer[]): string {
  return answers
    .map(({ request, status }) => `${request.method} ${new URL(request.url).pathname} answered ${status}`)
    .join('; ');
}

function last(answers: readonly Answer[]): Answer {
  const answer = answers.at(-1);
  if (answer === undefined) throw new Error('Nothing was asked');
  return answer;
}
