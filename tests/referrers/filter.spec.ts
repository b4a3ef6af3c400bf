import { configType, expect, signatureType, test } from '../../fixtures/referrers.ts';
import { given, givenKept, pushManifest, pushReferrer, smallArtifact } from '../../lib/arrange.ts';
import { isFiltered, keepsToFilter, lists, namesFilters, saysFiltered } from '../../lib/checks/referrers.ts';

test(
  'referrers are filtered by artifactType, and the answer says so',
  { tag: ['@referrers.filter', '@referrers.filter-header'] },
  async ({ referred: { repository, subject, typed } }) => {
    const filter = [['artifactType', signatureType]] as const;
    const answer = given(await repository.referrers.list(subject.digest, filter));
    expect.soft(answer).toKeep(isFiltered(answer, [typed]), 'referrers.filter');
    expect.soft(answer).toKeep(saysFiltered(answer, [typed]), 'referrers.filter-header');
  },
);

test(
  'a filtered list holds what matches, and nothing else',
  { tag: ['@referrers.filter-matches', '@referrers.filter-complete'] },
  async ({ proven: { repository, subject, typed } }) => {
    const filter = [['artifactType', signatureType]] as const;
    const answer = given(await repository.referrers.list(subject.digest, filter));
    expect.soft(answer).toKeep(keepsToFilter(answer, [typed]), 'referrers.filter-matches');
    expect.soft(answer).toKeep(lists(answer, [typed]), 'referrers.filter-complete');
  },
);

test(
  'a filter matches the type that stands in for a missing artifactType',
  { tag: ['@referrers.filter-matches', '@referrers.filter-complete'] },
  async ({ proven: { repository, subject, untyped } }) => {
    const filter = [['artifactType', configType]] as const;
    const answer = given(await repository.referrers.list(subject.digest, filter));
    expect.soft(answer).toKeep(keepsToFilter(answer, [untyped]), 'referrers.filter-matches');
    expect.soft(answer).toKeep(lists(answer, [untyped]), 'referrers.filter-complete');
  },
);

test(
  'a filter that nothing matches leaves nothing',
  { tag: '@referrers.filter-matches' },
  async ({ referred: { repository, subject } }) => {
    const filter = [['artifactType', 'application/vnd.dockside.none']] as const;
    const answer = given(await repository.referrers.list(subject.digest, filter));
    expect(answer).toKeep(keepsToFilter(answer, []));
  },
);

test(
  'a filter by the beginning of an artifactType matches nothing',
  { tag: '@referrers.filter-matches' },
  async ({ referred: { repository, subject } }) => {
    const filter = [['artifactType', signatureType.replace('.v1+json', '')]] as const;
    const answer = given(await repository.referrers.list(subject.digest, filter));
    expect(answer).toKeep(keepsToFilter(answer, []));
  },
);

test(
  'a filtered list asked for twice says twice that it is filtered',
  { tag: '@referrers.filter-repeated' },
  async ({ repo }) => {
    const subject = await pushManifest(repo, smallArtifact(repo.name));
    const typed = await pushReferrer(repo, subject, { artifactType: signatureType });
    const filter = [['artifactType', signatureType]] as const;
    const first = await repo.referrers.list(subject.digest, filter);
    givenKept(saysFiltered(first, [typed]), 'referrers.filter-header');
    const second = await repo.referrers.list(subject.digest, filter);
    expect(second).toKeep(saysFiltered(second, [typed]));
  },
);

test(
  'a list asked for without a filter does not say that it is filtered',
  { tag: '@referrers.filter-unasked' },
  async ({ referred: { repository, subject } }) => {
    await repository.referrers.list(subject.digest, [['artifactType', signatureType]]);
    const answer = given(await repository.referrers.list(subject.digest));
    expect(answer).toHaveHeader('OCI-Filters-Applied', null);
  },
);

test(
  'several filters that were applied are named with commas between them',
  { tag: '@referrers.filter-several' },
  async ({ referred: { repository, subject } }) => {
    const filters = [
      ['artifactType', signatureType],
      ['annotation', 'dev.dockside.key'],
    ] as const;
    const answer = given(await repository.referrers.list(subject.digest, filters));
    expect(answer).toKeep(namesFilters(answer, ['artifactType', 'annotation']));
  },
);
