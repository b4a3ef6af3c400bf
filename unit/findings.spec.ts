import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { profileOf } from '../lib/profiles/profiles.ts';

// docs/findings.md shows by hand what the profiles of these registries say of them.

const sections = readFileSync('docs/findings.md', 'utf8').split('\n## ').slice(1);
const headingsIn = (section: string): string[] =>
  section.split('\n').filter((line) => line.startsWith('### '));
const named = (heading: string): string[] =>
  [
    ...sections.filter((section) => section.startsWith(heading)).flatMap(headingsIn),
    // A section of several registries names them in its headings.
    ...sections
      .filter((section) => section.startsWith('Found by random sequences'))
      .flatMap(headingsIn)
      .filter((line) => line.includes(heading)),
  ].flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, id = '']) => id));

for (const [profile, heading] of [
  ['distribution', 'distribution 2.8.2'],
  ['distribution-3', 'distribution 3.1.1'],
  ['ggcr', 'ggcr'],
  ['keppel', 'keppel'],
  ['ocimem', 'ocimem'],
  ['olareg', 'olareg'],
  ['serverless-registry', 'serverless-registry'],
  ['zot', 'zot'],
] as const) {
  test(`each deviation of ${profile} is shown by requests`, () => {
    const found = named(heading);
    const missing = profileOf(profile).known.filter(({ rule }) => !found.includes(rule));
    expect(missing.map(({ rule }) => rule)).toEqual([]);
  });
}
