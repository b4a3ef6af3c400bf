import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { profileNames } from '../../lib/profiles/names.ts';
import { profileOf } from '../../lib/profiles/profiles.ts';
import { isRuleId } from '../../lib/rules/catalogue.ts';

const notProfiles = ['names', 'profile', 'profiles'];
const root = new URL('../../', import.meta.url);

test('every profile has a file of its name, and every file is a profile', () => {
  const files = readdirSync(new URL('lib/profiles/', root)).map((file) => file.replace('.ts', ''));
  expect(files.filter((file) => !notProfiles.includes(file)).toSorted()).toEqual(
    [...profileNames].toSorted(),
  );
});

for (const document of ['docs/targets.md', '.env.example']) {
  test(`${document} names every profile`, () => {
    const text = readFileSync(new URL(document, root), 'utf8');
    const missing = profileNames.filter((name) => !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text));
    expect(missing).toEqual([]);
  });
}

for (const name of profileNames) {
  const profile = profileOf(name);
  test(`the profile ${name} is known by its name`, () => {
    expect(profile.name).toBe(name);
  });

  test(`each deviation of ${name} has a rule, a reason and a source`, () => {
    const poor = profile.known.filter(
      ({ rule, reason, source }) => !isRuleId(rule) || reason === '' || !URL.canParse(source),
    );
    expect(poor).toEqual([]);
  });

  test(`no deviation of ${name} is told twice`, () => {
    const keys = profile.known.map(({ rule, test: where, protocols, auth }) =>
      JSON.stringify([rule, where?.source, protocols, auth]),
    );
    expect(keys).toEqual([...new Set(keys)]);
  });
}
