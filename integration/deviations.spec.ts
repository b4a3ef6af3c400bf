import { expect, test } from '@playwright/test';
import { ofAnyAnswer } from '../lib/checks/every-answer.ts';
import { profileNames } from '../lib/profiles/names.ts';
import type { KnownDeviation } from '../lib/profiles/profile.ts';
import { profileOf } from '../lib/profiles/profiles.ts';
import { protocols } from '../lib/types.ts';
import { judgedBySteps, listedTests, type Listed } from './listed.ts';

// What a profile expects of a test that is gone, or has another title now, is never seen to be stale.

/** Whether a run with this deviation would come to judge its rule in the test. */
function isMet({ rule, test: where, protocols: formats, auth }: KnownDeviation, listed: Listed): boolean {
  const { file, title, tags, projects } = listed;
  const isJudged =
    tags.includes(rule) ||
    ofAnyAnswer.includes(rule) ||
    (file.startsWith('flows/') && judgedBySteps.includes(rule));
  const isOfAxes = projects.some(
    (project) =>
      (formats?.some((format) => project.startsWith(`${format}-`)) ?? true) &&
      (auth?.some((mode) => project.endsWith(`-${mode}`)) ?? true),
  );
  return isJudged && isOfAxes && (where?.test(`${file} › ${title}`) ?? true);
}

/** The tests of Quay are its alone, and the embedded registry knows the older one; else all have the same. */
function suiteOf(name: string): string {
  return name.startsWith('quay') ? 'quay-2018' : 'spec';
}

test.describe.configure({ mode: 'default', timeout: 120_000 });

const listed = new Map<string, Listed[]>();

for (const name of profileNames) {
  test(`each deviation of ${name} is one of a test that there is`, () => {
    const suite = suiteOf(name);
    const settings = {
      REGISTRY_PROFILE: suite,
      REGISTRY_PROTOCOLS: protocols.join(','),
      SPEC_VERSION: 'main',
    };
    const tests = listed.get(suite) ?? listedTests(settings);
    listed.set(suite, tests);
    const unmet = profileOf(name).known.filter((known) => !tests.some((one) => isMet(known, one)));
    expect(unmet.map(({ rule, test: where }) => [rule, where?.source])).toEqual([]);
  });
}
