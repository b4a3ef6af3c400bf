import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startRegistry } from '../tools/registry/registry.ts';
import type { Conformance } from '../lib/report/conformance/report.ts';
import { rule, type RuleId } from '../lib/rules/catalogue.ts';
import type { Capability } from '../lib/rules/rule.ts';
import { runSuite } from './suite.ts';

const settings: Partial<Record<Capability, string>> = {
  reader: 'REGISTRY_READER_USERNAME',
  'other-user': 'REGISTRY_OTHER_USERNAME',
  'other-namespace': 'REGISTRY_OTHER_USERNAME with REGISTRY_OTHER_NAMESPACE',
};

test('with one identity the run is green, and says which setting opens what is blocked', async ({}, testInfo) => {
  test.setTimeout(300_000);
  const registry = await startRegistry({ auth: 'bearer' });
  const reports = testInfo.outputPath('reports');
  const { code, printed } = await runSuite(['tests/security', '--project=oci-bearer'], {
    REGISTRY_URL: registry.url,
    REGISTRY_REALM: registry.realm ?? '',
    REGISTRY_USERNAME: registry.users.writer.username,
    REGISTRY_PASSWORD: registry.users.writer.password,
    REPORTS_FOLDER: reports,
  });
  await registry.close();
  expect(printed).toMatch(/\d{2,} passed/);
  expect(code).toBe(0);

  const { rules } = JSON.parse(readFileSync(join(reports, 'conformance.json'), 'utf8')) as Conformance;
  const tried = rules.filter(({ verdict }) => verdict !== 'untested');
  // Some of what a rule is about may be tried with one identity, and the rest not.
  const blocked = tried.filter(
    ({ verdict, tests }) => verdict === 'blocked' && !tests.some((one) => one.verdict === 'pass'),
  );
  expect(blocked.map(({ id }) => id)).toEqual(
    tried.map(({ id }) => id).filter((id) => settingFor(id) !== undefined),
  );
  for (const { id, tests } of blocked) {
    expect(tests.map(({ message }) => message)).toContain(`blocked: ${settingFor(id)} is not set`);
    expect(printed).toContain(`until ${settingFor(id)} is set`);
  }
});

/** The setting without which the rule cannot be tried. */
function settingFor(id: RuleId): string | undefined {
  return rule(id)
    .needs?.map((capability) => settings[capability])
    .find((setting) => setting !== undefined);
}
