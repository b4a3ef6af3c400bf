import { annotations, expect, signatureType, test } from '../../fixtures/referrers.ts';
import { given, givenOffered, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import type { Manifest } from '../../lib/content/manifest.ts';
import { artifact, descriptorOf, ociIndex } from '../../lib/content/oci.ts';
import { givenReferrer, hasAnnotations, hasArtifactType, lists } from '../../lib/checks/referrers.ts';
import type { Repository } from '../../lib/registry/repository.ts';

const policy = { 'Dockside-Policy': 'no-referrers' };

/** Two manifests, the second of which refers to the first, stored by a registry whose referrers API is off. */
async function pushBefore(repo: Repository): Promise<{ subject: Manifest; referrer: Manifest }> {
  const subject = await pushManifest(repo, smallArtifact(repo.name));
  const referrer = artifact({ artifactType: signatureType, annotations, subject: descriptorOf(subject) });
  const answer = await repo.manifests.put(referrer.digest, referrer, [], policy);
  given(answer);
  givenOffered(answer, answer.header('oci-subject') === undefined, 'referrers-upgrade');
  return { subject, referrer };
}

test(
  'a manifest that an older fallback tag names is listed',
  { tag: '@referrers.upgrade-listed' },
  async ({ repo }) => {
    const { subject, referrer } = await pushBefore(repo);
    const fallback = ociIndex([{ manifest: referrer }]);
    const tag = subject.digest.replace(':', '-');
    given(await repo.manifests.put(tag, fallback));
    const answer = given(await repo.referrers.list(subject.digest));
    expect(answer).toKeep(lists(answer, [referrer]));
  },
);

test(
  'a manifest that no fallback tag names is, when listed, listed like a new one',
  { tag: '@referrers.upgrade-all' },
  async ({ repo }) => {
    const { subject, referrer } = await pushBefore(repo);
    const answer = given(await repo.referrers.list(subject.digest));
    const descriptor = givenReferrer(answer, referrer, 'referrers.upgrade-listed');
    expect.soft(answer).toKeep(hasArtifactType(descriptor, signatureType));
    expect.soft(answer).toKeep(hasAnnotations(descriptor, annotations));
  },
);
