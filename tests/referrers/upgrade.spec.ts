import { annotations, expect, signatureType, test } from '../../fixtures/referrers.ts';
import { given, pushManifest, pushReferrer, smallArtifact } from '../../lib/arrange.ts';
import { ociIndex } from '../../lib/content/oci.ts';
import { givenReferrer, hasAnnotations, hasArtifactType, lists } from '../../lib/referrers.ts';

test(
  'a manifest that an older fallback tag names is listed',
  { tag: '@referrers.upgrade-listed' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const referrer = await pushReferrer(repo, subject);
    const fallback = ociIndex([{ manifest: referrer }]);
    const tag = subject.digest.replace(':', '-');
    given(await repo.manifests.put(tag, fallback), 201, 'manifest.put.status');
    const answer = given(await repo.referrers.list(subject.digest), 200, 'referrers.status');
    expect(answer).toKeep(lists(answer, [referrer]), 'referrers.upgrade-listed');
  },
);

test(
  'a manifest that no fallback tag names is, when listed, listed like a new one',
  { tag: '@referrers.upgrade-all' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const referrer = await pushReferrer(repo, subject, { artifactType: signatureType, annotations });
    const answer = given(await repo.referrers.list(subject.digest), 200, 'referrers.status');
    const descriptor = givenReferrer(answer, referrer, 'referrers.listed');
    expect.soft(answer).toKeep(hasArtifactType(descriptor, signatureType), 'referrers.upgrade-all');
    expect.soft(answer).toKeep(hasAnnotations(descriptor, annotations), 'referrers.upgrade-all');
  },
);
