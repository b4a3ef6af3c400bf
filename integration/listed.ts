import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isRuleId, type RuleId } from '../lib/rules/catalogue.ts';

type Spec = { title: string; file: string; tags: string[]; tests: { projectName: string }[] };
type Suite = { title: string; suites?: Suite[]; specs?: Spec[] };

/** A test of the suite: its file, its title with those of its groups, and the projects that have it. */
export type Listed = { file: string; title: string; tags: string[]; projects: string[] };

/** Every test of the suite with these settings. */
export function listedTests(settings: Record<string, string> = {}): Listed[] {
  const kept = Object.entries(process.env).filter(([name]) => !/^(REGISTRY|SPEC|TARGET|PW)/.test(name));
  const env = {
    ...Object.fromEntries(kept),
    REGISTRY_URL: '',
    REPORTS_FOLDER: 'reports/unit-list',
    ...settings,
  };
  const cli = 'node_modules/@playwright/test/cli.js';
  const options = { env, encoding: 'utf8', maxBuffer: 1e8 } as const;
  const printed = execFileSync(process.execPath, [cli, 'test', '--list', '--reporter=json'], options);
  const { suites } = JSON.parse(printed) as { suites: Suite[] };
  return suites.flatMap((suite) => testsIn(suite, []));
}

function testsIn({ specs = [], suites = [] }: Suite, groups: readonly string[]): Listed[] {
  return [
    ...specs.map(({ file, title, tags, tests }) => ({
      file,
      title: [...groups, title].join(' › '),
      tags,
      projects: tests.map(({ projectName }) => projectName),
    })),
    ...suites.flatMap((suite) => testsIn(suite, [...groups, suite.title])),
  ];
}

/** What the steps of a flow judge, and the failures that it may expect of them: a flow is tagged with none of these. */
export const judgedBySteps: readonly RuleId[] = ['lib/v2protocol.ts', 'lib/profiles/spec.ts'].flatMap(
  (file) =>
    [...readFileSync(file, 'utf8').matchAll(/'([a-z0-9.-]+)'/g)].flatMap(([, id = '']) =>
      isRuleId(id) ? [id] : [],
    ),
);
