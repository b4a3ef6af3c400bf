import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, openUpload, pushBlob, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { emptyBlob } from '../../lib/content/oci.ts';
import type { Answer } from '../../lib/exchange.ts';
import { runSettings } from '../../lib/run.ts';
import { isUpTo } from '../../lib/rules/rule.ts';

// A roll-up asks whether an endpoint is there at all. How well it answers is for the rules of that endpoint, so that
// one fault there is not red here as well.

test('everything that is there can be pulled by GET and by HEAD', { tag: '@general.pull' }, async ({ repo }) => {
  const { digest } = await pushManifest(repo, smallArtifact('to be pulled in every way'));
  const answers = [
    await repo.manifests.head(digest),
    await repo.manifests.get(digest),
    await repo.blobs.head(emptyBlob.digest),
    await repo.blobs.get(emptyBlob.digest),
  ];
  expect(last(answers)).toKeep(areOffered(answers), 'general.pull');
});

test('blobs and manifests can be pushed', { tag: '@general.push' }, async ({ repo, bytes }) => {
  const answers = await pushInEveryWay(repo, bytes);
  expect(last(answers)).toKeep(areOffered(answers), 'general.push');
});

test(
  'a registry that takes one kind of push takes each of them',
  { tag: '@general.categories' },
  async ({ repo, bytes }) => {
    const answers = await pushInEveryWay(repo, bytes);
    const offered = answers.filter(isOffered);
    expect(last(answers)).toKeep(
      {
        kept: offered.length === 0 || offered.length === answers.length,
        expected: 'every endpoint of the category push, or none',
        received: told(answers),
      },
      'general.categories',
    );
  },
);
