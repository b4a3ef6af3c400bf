import { expect, test } from '@playwright/test';
import { rule, rulesAt } from '../../lib/rules/catalogue.ts';
import { urlAt } from '../../lib/rules/sources.ts';

const releases = {
  '1.0': {
    tag: 'v1.0.1',
    // The headings of its spec.md that rules may stand under.
    sections:
      'api legacy-docker-support-http-headers pulling-manifests pulling-blobs checking-if-content-exists-in-the-registry pushing-blobs pushing-a-blob-monolithically post-then-put single-post pushing-a-blob-in-chunks mounting-a-blob-from-another-repository pushing-manifests content-discovery content-management deleting-tags deleting-manifests deleting-blobs determining-support endpoints error-codes definitions resumable-push requirements pull push',
  },
  '1.1': {
    tag: 'v1.1.1',
    sections:
      'api legacy-docker-support-http-headers legacy-docker-support-error-codes pulling-manifests pulling-blobs checking-if-content-exists-in-the-registry pushing-blobs pushing-a-blob-monolithically post-then-put single-post pushing-a-blob-in-chunks mounting-a-blob-from-another-repository pushing-manifests pushing-manifests-with-subject content-discovery listing-tags listing-referrers content-management deleting-tags deleting-manifests deleting-blobs backwards-compatibility unavailable-referrers-api referrers-tag-schema enabling-the-referrers-api determining-support endpoints error-codes warnings definitions resumable-push requirements pull push',
  },
} as const;

for (const [version, { tag, sections }] of Object.entries(releases)) {
  test(`a rule at ${version} leads to a section of that text, or of the newest`, () => {
    const there = rulesAt(version as keyof typeof releases).map((one) => [
      one.id,
      urlAt(one, version as keyof typeof releases),
    ]);
    const lost = there.filter(([, url = '']) => {
      const [, at, section = ''] = /distribution-spec\/blob\/([^/]+)\/spec\.md#(.*)$/.exec(url) ?? [];
      return at !== undefined && at !== 'main' && !(at === tag && sections.split(' ').includes(section));
    });
    expect(lost).toEqual([]);
    const newest = there.filter(([, url = '']) => url.includes('/distribution-spec/blob/main/'));
    expect(newest.map(([id]) => id)).toEqual(['upload.cancel.status']);
  });
}

test('the newest text is that of the rule itself', () => {
  for (const one of rulesAt('main')) expect(urlAt(one, 'main')).toBe(one.url);
});

test('a section that was renamed is found under its name of then', () => {
  expect(urlAt(rule('tag.list.status'), '1.0')).toBe(
    'https://github.com/opencontainers/distribution-spec/blob/v1.0.1/spec.md#content-discovery',
  );
});
