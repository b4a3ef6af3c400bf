import { annotations, configType, expect, signatureType, test } from '../../fixtures/referrers.ts';
import {
  given,
  givenCapability,
  givenKept,
  givenOffered,
  pushBeforeSubject,
  pushManifest,
  pushReferrer,
  smallArtifact,
  smallIndex,
} from '../../lib/arrange.ts';
import { hasMediaType } from '../../lib/checks/checks.ts';
import { digestOf } from '../../lib/content/digest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { artifact, descriptorOf, ociIndex } from '../../lib/content/oci.ts';
import { hasText, referrersIn } from '../../lib/registry/lists.ts';
import { lookedGone } from '../../lib/looking.ts';
import { metOnce } from '../../lib/registry/paging.ts';
import {
  describes,
  givenReferrer,
  hasAnnotations,
  hasArtifactType,
  hasNone,
  isIndex,
  isNotMissing,
  lacks,
  lists,
  listsWhatIsLeft,
} from '../../lib/checks/referrers.ts';

test(
  'the referrers of a manifest are listed as an image index',
  {
    tag: [
      '@smoke',
      '@referrers.status',
      '@referrers.content-type',
      '@referrers.content-type-parameters',
      '@referrers.index',
      '@referrers.listed',
    ],
  },
  async ({ referred: { repository, subject, typed, untyped } }) => {
    const answer = await repository.referrers.list(subject.digest);
    expect(answer).toHaveStatus(200, 'referrers.status');
    expect.soft(answer).toKeep(hasMediaType(answer, mediaTypes.ociIndex), 'referrers.content-type');
    expect.soft(answer).toHaveHeader('Content-Type', /^[^;]*$/, 'referrers.content-type-parameters');
    expect(answer).toKeep(isIndex(answer), 'referrers.index');
    expect(answer).toKeep(lists(answer, [typed, untyped]), 'referrers.listed');
  },
);

test(
  'a referrer whose tag is deleted is listed as long as it is there itself',
  { tag: '@referrers.listed' },
  async ({ repo }) => {
    givenCapability('tag-delete');
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const referrer = await pushReferrer(repo, subject, { artifactType: signatureType });
    given(await repo.manifests.put('signature', referrer));
    given(await repo.manifests.delete('signature'));
    given(await repo.manifests.head(referrer.digest), 200, 'delete.tag.manifest-stays');
    const answer = await repo.referrers.list(subject.digest);
    expect(answer).toKeep(lists(answer, [referrer]));
  },
);

test(
  'a referrer is listed with its descriptor, its artifactType and its annotations',
  { tag: ['@referrers.descriptor', '@referrers.artifact-type', '@referrers.annotations'] },
  async ({ referred: { repository, subject, typed } }) => {
    const answer = await repository.referrers.list(subject.digest);
    const descriptor = givenReferrer(answer, typed, 'referrers.listed');
    expect.soft(answer).toKeep(describes(descriptor, typed), 'referrers.descriptor');
    expect.soft(answer).toKeep(hasArtifactType(descriptor, signatureType), 'referrers.artifact-type');
    expect.soft(answer).toKeep(hasAnnotations(descriptor, annotations), 'referrers.annotations');
  },
);

test(
  'an image manifest without artifactType is listed with the media type of its config',
  { tag: ['@referrers.descriptor', '@referrers.config-type'] },
  async ({ referred: { repository, subject, untyped } }) => {
    const answer = await repository.referrers.list(subject.digest);
    const descriptor = givenReferrer(answer, untyped, 'referrers.listed');
    expect.soft(answer).toKeep(describes(descriptor, untyped), 'referrers.descriptor');
    expect.soft(answer).toKeep(hasArtifactType(descriptor, configType), 'referrers.config-type');
  },
);

test(
  'only what refers to the subject, and from its own repository, is listed',
  { tag: ['@referrers.subject', '@referrers.repository'] },
  async ({ referred: { repository, subject, astray }, repo }) => {
    const before = given(await repository.referrers.list(subject.digest));
    expect.soft(before).toKeep(lacks(before, astray), 'referrers.subject');
    const referral = { artifactType: 'application/vnd.elsewhere', subject: descriptorOf(subject) };
    const elsewhere = await pushBeforeSubject(repo, artifact(referral));
    const answer = given(await repository.referrers.list(subject.digest));
    expect(answer).toKeep(lacks(answer, elsewhere), 'referrers.repository');
  },
);

test(
  'an index that refers to a manifest is listed, without an artifactType where it has none',
  { tag: ['@referrers.index-listed', '@referrers.index-no-type'] },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const index = ociIndex([{ manifest: subject }], { subject: descriptorOf(subject) });
    given(await repo.manifests.put(index.digest, index));
    const answer = given(await repo.referrers.list(subject.digest));
    expect(answer).toKeep(lists(answer, [index]), 'referrers.index-listed');
    const descriptor = givenReferrer(answer, index, 'referrers.index-listed');
    expect(answer).toKeep(hasArtifactType(descriptor, undefined), 'referrers.index-no-type');
  },
);

test(
  'an index is listed with its descriptor, its artifactType and its annotations',
  { tag: ['@referrers.descriptor', '@referrers.artifact-type', '@referrers.annotations'] },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const referral = { artifactType: signatureType, annotations, subject: descriptorOf(subject) };
    const index = ociIndex([{ manifest: subject }], referral);
    given(await repo.manifests.put(index.digest, index));
    const answer = await repo.referrers.list(subject.digest);
    const descriptor = givenReferrer(answer, index, 'referrers.index-listed');
    expect.soft(answer).toKeep(describes(descriptor, index), 'referrers.descriptor');
    expect.soft(answer).toKeep(hasArtifactType(descriptor, signatureType), 'referrers.artifact-type');
    expect.soft(answer).toKeep(hasAnnotations(descriptor, annotations), 'referrers.annotations');
  },
);

test(
  'an index and its manifests, each with a subject, are all listed',
  { tag: ['@referrers.listed', '@referrers.index-listed'] },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const children = [
      await pushReferrer(repo, subject, { artifactType: 'application/vnd.dockside.one' }),
      await pushReferrer(repo, subject, { artifactType: 'application/vnd.dockside.two' }),
    ];
    const index = ociIndex(
      children.map((manifest) => ({ manifest })),
      { subject: descriptorOf(subject) },
    );
    given(await repo.manifests.put(index.digest, index));
    const answer = given(await repo.referrers.list(subject.digest));
    expect.soft(answer).toKeep(lists(answer, children), 'referrers.listed');
    expect.soft(answer).toKeep(lists(answer, [index]), 'referrers.index-listed');
  },
);

test(
  'a manifest that nothing refers to has an empty list of referrers',
  { tag: '@referrers.empty' },
  async ({ referred: { repository, astray } }) => {
    const answer = given(await repository.referrers.list(astray.digest));
    expect(answer).toKeep(hasNone(answer));
  },
);

test(
  'a digest that nobody pushed has an empty list of referrers, which is an index like any other',
  {
    tag: [
      '@referrers.not-found',
      '@referrers.empty',
      '@referrers.content-type',
      '@referrers.content-type-parameters',
      '@referrers.index',
    ],
  },
  async ({ referred: { repository }, bytes }) => {
    const answer = await repository.referrers.list(digestOf(bytes(8)));
    expect(answer).toKeep(isNotMissing(answer), 'referrers.not-found');
    expect(answer).toKeep(hasNone(answer), 'referrers.empty');
    given(answer, 200, 'referrers.empty');
    expect.soft(answer).toHaveHeader('Content-Type', /^[^;]*$/, 'referrers.content-type-parameters');
    expect.soft(answer).toKeep(hasMediaType(answer, mediaTypes.ociIndex), 'referrers.content-type');
    expect.soft(answer).toKeep(isIndex(answer), 'referrers.index');
  },
);

test(
  'the referrers in a repository that nobody pushed to are an empty list, which is an index like any other',
  {
    tag: [
      '@referrers.unknown-repository',
      '@referrers.content-type',
      '@referrers.content-type-parameters',
      '@referrers.index',
      '@referrers.media-type',
    ],
  },
  async ({ unusedRepo, bytes }) => {
    const answer = await unusedRepo('never-pushed').referrers.list(digestOf(bytes(8)));
    expect(answer).toKeep(hasNone(answer), 'referrers.unknown-repository');
    given(answer, 200, 'referrers.unknown-repository');
    expect.soft(answer).toHaveHeader('Content-Type', /^[^;]*$/, 'referrers.content-type-parameters');
    expect.soft(answer).toKeep(hasMediaType(answer, mediaTypes.ociIndex), 'referrers.content-type');
    expect.soft(answer).toKeep(isIndex(answer), 'referrers.index');
    expect.soft(answer).toKeep(hasText(answer, 'mediaType', mediaTypes.ociIndex), 'referrers.media-type');
  },
);

test(
  'a list of referrers states its mediaType, even when it is empty',
  { tag: '@referrers.media-type' },
  async ({ referred: { repository, subject }, bytes }) => {
    const full = given(await repository.referrers.list(subject.digest));
    const empty = given(await repository.referrers.list(digestOf(bytes(8))), 200, 'referrers.empty');
    expect.soft(full).toKeep(hasText(full, 'mediaType', mediaTypes.ociIndex));
    expect.soft(empty).toKeep(hasText(empty, 'mediaType', mediaTypes.ociIndex));
  },
);

const malformed = [
  ['too short', 'sha256:abcdef'],
  ['not hexadecimal', `sha256:${'z'.repeat(64)}`],
  ['without an algorithm', 'a'.repeat(64)],
] as const;
for (const [what, digest] of malformed) {
  test(
    `the referrers of a digest ${what} are refused`,
    { tag: '@referrers.malformed-digest' },
    async ({ referred: { repository } }) => {
      const answer = await repository.referrers.list(digest);
      expect(answer).toHaveStatus(400);
    },
  );
}

test('a referrer whose subject is not there is listed', { tag: '@referrers.listed' }, async ({ repo }) => {
  const subject = smallArtifact(repo.name);
  const referrer = await pushBeforeSubject(
    repo,
    artifact({ artifactType: signatureType, subject: descriptorOf(subject) }),
  );
  const answer = given(await repo.referrers.list(subject.digest), 200, 'referrers.empty');
  expect(answer).toKeep(lists(answer, [referrer]));
});

test('what refers to an index is listed', { tag: '@referrers.listed' }, async ({ repo }) => {
  const subject = await pushManifest(repo, await smallIndex(repo));
  const referrer = await pushReferrer(repo, subject);
  const answer = given(await repo.referrers.list(subject.digest));
  expect(answer).toKeep(lists(answer, [referrer]));
});

test('what refers to a referrer is listed', { tag: '@referrers.listed' }, async ({ repo }) => {
  const first = await pushReferrer(repo, await pushManifest(repo, smallArtifact(repo.name)));
  const second = await pushReferrer(repo, first);
  const answer = given(await repo.referrers.list(first.digest));
  expect(answer).toKeep(lists(answer, [second]));
});

test(
  'a referrer pushed before its subject is listed',
  { tag: '@referrers.late-subject' },
  async ({ repo }) => {
    const subject = smallArtifact(repo.name);
    const referrer = await pushBeforeSubject(
      repo,
      artifact({ artifactType: signatureType, subject: descriptorOf(subject) }),
    );
    const before = given(await repo.referrers.list(subject.digest), 200, 'referrers.empty');
    givenKept(lists(before, [referrer]), 'referrers.listed');
    given(await repo.manifests.put(subject.digest, subject));
    const answer = given(await repo.referrers.list(subject.digest));
    expect(answer).toKeep(lists(answer, [referrer]));
  },
);

test('a referrer pushed twice is listed once', { tag: '@referrers.duplicate' }, async ({ repo }) => {
  const subject = await pushManifest(repo, smallArtifact(repo.name));
  const referrer = await pushReferrer(repo, subject);
  given(await repo.manifests.put('twice', referrer));
  const answer = await repo.referrers.list(subject.digest);
  givenReferrer(answer, referrer, 'referrers.listed');
  expect(answer).toKeep(metOnce(referrersIn(answer), [referrer.digest]));
});

test('a deleted referrer is no longer listed', { tag: '@referrers.deleted' }, async ({ repo }) => {
  const subject = await pushManifest(repo, smallArtifact(repo.name));
  const referrer = await pushReferrer(repo, subject);
  givenKept(lists(await repo.referrers.list(subject.digest), [referrer]), 'referrers.listed');
  given(await repo.manifests.delete(referrer.digest));
  const answer = given(await repo.referrers.list(subject.digest));
  expect(answer).toKeep(lacks(answer, referrer));
});

test(
  'a referrer that outlives its subject is still listed',
  { tag: '@referrers.subject-deleted' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const referrer = await pushReferrer(repo, subject);
    givenKept(lists(await repo.referrers.list(subject.digest), [referrer]), 'referrers.listed');
    given(await repo.manifests.delete(subject.digest));
    const pull = await repo.manifests.head(referrer.digest);
    const answer = await repo.referrers.list(subject.digest);
    expect(answer).toKeep(listsWhatIsLeft(answer, referrer, pull));
  },
);

test(
  'a referrer whose tag moved on to another is listed beside that one',
  { tag: '@referrers.listed' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const refer = (text: string) =>
      artifact({ artifactType: signatureType, annotations: { text }, subject: descriptorOf(subject) });
    const [old, current] = [refer('old'), refer('current')];
    given(await repo.manifests.put('signature', old));
    given(await repo.manifests.put('signature', current), 201, 'manifest.put.tag-moved');
    given(await repo.manifests.head(old.digest), 200, 'manifest.put.old-digest');
    const answer = given(await repo.referrers.list(subject.digest));
    expect(answer).toKeep(lists(answer, [old, current]));
  },
);

test(
  'a referrer that was deleted and pushed again is listed',
  { tag: '@referrers.relisted' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const referrer = await pushReferrer(repo, subject);
    given(await repo.manifests.delete(referrer.digest));
    const gone = await lookedGone(async () => await repo.manifests.get(referrer.digest));
    given(gone, 404, 'delete.manifest.gone');
    await pushReferrer(repo, subject);
    const answer = given(await repo.referrers.list(subject.digest));
    expect(answer).toKeep(lists(answer, [referrer]));
  },
);

test(
  'the referrers of a subject named by sha512 are listed',
  { tag: '@referrers.sha512' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const digest = digestOf(subject.bytes, 'sha512');
    const referrer = artifact({ artifactType: signatureType, subject: { ...descriptorOf(subject), digest } });
    given(await repo.manifests.put(referrer.digest, referrer));
    const listed = await repo.referrers.list(digest);
    // Who takes it of blobs need not take it here.
    const answer = given(givenOffered(listed, listed.status !== 400, 'sha512'));
    expect(answer).toKeep(lists(answer, [referrer]));
  },
);
