import { expect, test } from '../../fixtures/index.ts';
import { given, givenKept, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { isNotCarriedOut } from '../../lib/checks/checks.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';

const accepted: [what: string, tag: string, rule: RuleId][] = [
  ['every kind of character', 'Aa0_.-z', 'tag.name.valid'],
  ['one letter', 'a', 'tag.name.valid'],
  ['separators in a row', 'a..--__b', 'tag.name.valid'],
  ['a separator at its end', 'a.', 'tag.name.valid'],
  ['digits alone', '123', 'tag.name.numeric'],
  ['an underscore at its start', '_a', 'tag.name.underscore'],
  ['128 characters', 'a'.repeat(128), 'tag.name.longest'],
];

for (const [what, tag, rule] of accepted) {
  test(`a tag may have ${what}`, { tag: `@${rule}` }, async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact(`a tag with ${what}`));
    const answer = await repo.manifests.put(tag, manifest);
    expect(answer).toBeAccepted();
  });
}

const refused: [what: string, tag: string, rule: RuleId][] = [
  ['129 characters', 'a'.repeat(129), 'tag.name.too-long'],
  ['a dot at its start', '.a', 'tag.name.first-character'],
  ['a dash at its start', '-a', 'tag.name.first-character'],
  ['a plus sign', 'a+b', 'tag.name.characters'],
  ['a tilde', 'a~b', 'tag.name.characters'],
  ['a dollar sign', 'a$b', 'tag.name.characters'],
  ['a space', 'a%20b', 'tag.name.characters'],
  ['an accented letter', 'a%C3%A9', 'tag.name.characters'],
  ['a digit of another script', 'a%D9%A1', 'tag.name.characters'],
  ['the sign of Kelvin', '%E2%84%AA', 'tag.name.characters'],
];

for (const [what, tag, rule] of refused) {
  test(`no manifest is pushed under a tag with ${what}`, { tag: `@${rule}` }, async ({ repo }) => {
    const manifest = await pushManifest(repo, smallArtifact(`a refused tag with ${what}`));
    const answer = await repo.manifests.put(tag, manifest);
    expect(answer).toBeRefused();
  });
}

for (const [what, reference] of [
  ['no characters at all', ''],
  ['a colon and no digest behind it', 'a:b'],
  ['a digest that is too short', 'sha256:abc'],
  ['a digest that has no hex', `sha256:${'g'.repeat(64)}`],
] as const) {
  test(
    `no manifest is pushed under a reference with ${what}`,
    { tag: ['@reference.malformed-put', '@reference.malformed-put-status'] },
    async ({ repo }) => {
      const manifest = await pushManifest(repo, smallArtifact(`a reference with ${what}`));
      const answer = await repo.manifests.put(reference, manifest);
      expect(answer).toKeep(isNotCarriedOut(answer), 'reference.malformed-put');
      givenKept(isNotCarriedOut(answer), 'reference.malformed-put');
      expect(answer).toHaveStatus([400, 404], 'reference.malformed-put-status');
    },
  );
}

for (const [what, reference] of [
  ['with a dot at its start', '.a'],
  ['of 129 characters', 'a'.repeat(129)],
  ['of 1000 characters', 'a'.repeat(1000)],
  ['with a colon and no digest behind it', 'a:b'],
  ['with a digest that is too short', 'sha256:abc'],
  ['with a digest that has no hex', `sha256:${'g'.repeat(64)}`],
] as const) {
  test(
    `no manifest is pulled by a reference ${what}`,
    { tag: ['@reference.malformed-get', '@reference.malformed-get-status'] },
    async ({ repo }) => {
      await pushManifest(repo, smallArtifact(`beside a reference ${what}`), 'latest');
      const answer = await repo.manifests.get(reference);
      expect(answer).toKeep(isNotCarriedOut(answer), 'reference.malformed-get');
      expect(answer).toHaveStatus([400, 404], 'reference.malformed-get-status');
    },
  );
}

for (const [what, tag, written] of [
  ['an accented letter', 'e', '%C3%A9'],
  ['the sign of Kelvin', 'k', '%E2%84%AA'],
] as const) {
  test(
    `a reference with ${what} leads to no tag in plain letters`,
    { tag: '@reference.malformed-get' },
    async ({ repo }) => {
      await pushManifest(repo, smallArtifact(`beside ${what}`), tag);
      for (const answer of [await repo.manifests.get(written), await repo.manifests.head(written)])
        expect.soft(answer).toKeep(isNotCarriedOut(answer));
    },
  );
}

test('tags that differ in case are two tags', { tag: '@tag.name.case' }, async ({ repo }) => {
  const lower = await pushManifest(repo, smallArtifact('under a lower-case tag'), 'release');
  await pushManifest(repo, smallArtifact('under an upper-case tag'), 'RELEASE');
  const answer = await repo.manifests.get('release');
  expect(answer).toHaveBytes(lower.bytes);
});

test(
  'a tag that looks like a digest leads to the manifest pushed under it',
  { tag: '@tag.name.digest-like' },
  async ({ repo }) => {
    const other = await pushManifest(repo, smallArtifact('the manifest whose digest it looks like'));
    const manifest = await pushManifest(repo, smallArtifact('the manifest under that tag'));
    const tag = other.digest.replace(':', '-');
    given(await repo.manifests.put(tag, manifest));
    const answer = await repo.manifests.get(tag);
    expect(answer).toHaveBytes(manifest.bytes);
  },
);
