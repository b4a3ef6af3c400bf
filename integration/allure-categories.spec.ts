import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { categories } from '../lib/report/allure-categories.ts';
import { startProxy } from '../tools/faults/proxy.ts';
import { answers, empty, instead, refused, status, together, type Wire } from '../tools/faults/wire.ts';
import { startRegistry } from '../tools/registry/registry.ts';
import { runSuite } from './suite.ts';

type Result = { status: string; statusDetails?: { message?: string } };

const onlyOf = (part: string, wire: Wire): Wire => ({
  matches: (method, path) => wire.matches(method, path) && path.includes(part),
  start: wire.start,
});

const usual = together();
const stalls = instead('GET', 'tags', () => async () => empty(504));
const withoutCatalog = instead('GET', 'catalog', () => async () => refused(404, 'UNSUPPORTED'));
const storedWith200 = answers('PUT', 'upload', status(200));
/** But for the probe, which goes before the workers. */
const withoutTokens = onlyOf(
  '%2Fw',
  instead('GET', 'token', () => async () => refused(403, 'DENIED')),
);

const runs: [wire: Wire, settings: Record<string, string>, args: string[]][] = [
  [together(stalls, withoutCatalog), {}, ['tests/catalog/list.spec.ts', 'tests/tags/list.spec.ts']],
  [storedWith200, {}, ['tests/uploads/put.spec.ts', 'tests/auth/scope.spec.ts']],
  [withoutTokens, {}, ['tests/blobs/head.spec.ts', '--grep', 'no error body']],
  [usual, { REGISTRY_PROFILE: 'quay' }, ['tests/uploads/sessions.spec.ts', 'tests/errors/formats.spec.ts']],
];

/** The first category of a result, as Allure finds it. */
function categoryOf({ status: found, statusDetails: { message = '' } = {} }: Result): string | undefined {
  return categories.find(({ matchers }: { matchers: { statuses?: readonly string[]; message?: RegExp } }) => {
    const { statuses = [found], message: said = /^/ } = matchers;
    return statuses.includes(found) && said.test(message);
  })?.name;
}

test('each category of Allure is one that a run can have', async ({}, testInfo) => {
  test.setTimeout(180_000);
  const met = new Set<string | undefined>();
  for (const [at, [wire, settings, args]] of runs.entries()) {
    const registry = await startRegistry({ auth: 'bearer' });
    const proxy = await startProxy({ registry: registry.url, realm: registry.realm }, wire);
    const reports = testInfo.outputPath(`reports-${at}`);
    await runSuite(args, {
      REGISTRY_URL: proxy.url,
      REGISTRY_USERNAME: registry.users.writer.username,
      REGISTRY_PASSWORD: registry.users.writer.password,
      REPORTS_FOLDER: reports,
      ...settings,
    });
    await proxy.close();
    await registry.close();
    const results = resultsIn(join(reports, 'allure-results')).filter((one) => one.status !== 'passed');
    for (const name of results.map(categoryOf)) met.add(name);
  }
  // What would be ours is mended before it is published.
  const names = categories.map(({ name }) => name).filter((name) => name !== 'Our own fault');
  expect(met).toEqual(new Set(names));
});

function resultsIn(folder: string): Result[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('-result.json'));
  return files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Result);
}
