import { expect, test } from '../../fixtures/index.ts';
import { given, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { artifact, descriptorOf } from '../../lib/content/oci.ts';
import { holdsAll, referrersIn, tagsIn } from '../../lib/registry/lists.ts';
import { walk } from '../../lib/registry/paging.ts';

const most = 200;

test(
  'of 101 tags none is cut off the list, or a Link leads on to it',
  { tag: '@tag.list.complete' },
  async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact('under a hundred tags and one'));
    const tags = Array.from({ length: 101 }, (_, at) => `tag-${String(at).padStart(3, '0')}`);
    for (const tag of tags) given(await repo.manifests.put(tag, manifest));
    const start = { method: 'GET', url: `${repo.url}/tags/list` } as const;
    const { first, items } = await walk(repo.send, start, tagsIn, { most, byLink: true });
    given(first);
    expect(first).toKeep(holdsAll(items, tags));
  },
);

test(
  'of 51 referrers none is cut off the list, or a Link leads on to it',
  { tag: ['@smoke', '@referrers.listed'] },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact('the subject of fifty referrers and one'));
    const referrers = Array.from({ length: 51 }, (_, at) =>
      artifact({ artifactType: `application/vnd.dockside.no${at}`, subject: descriptorOf(subject) }),
    );
    // One after another: that none is lost of many at once is another rule.
    for (const one of referrers) given(await repo.manifests.put(one.digest, one));
    const start = { method: 'GET', url: `${repo.url}/referrers/${subject.digest}` } as const;
    const { first, items } = await walk(repo.send, start, referrersIn, { most, byLink: true });
    given(first);
    const digests = referrers.map(({ digest }) => digest);
    expect(first).toKeep(holdsAll(items, digests));
  },
);
