import { expect, test } from '@playwright/test';
import { startRegistry } from '../tools/registry/registry.ts';
import { dealtTo } from '../lib/target/given-repositories.ts';
import { repositoriesIn, tagsIn } from '../lib/registry/lists.ts';
import { rawSend } from '../lib/http/raw.ts';
import { run, runSuite } from './suite.ts';
import { pushSmall } from './small.ts';

const send = rawSend({ caFile: undefined, insecureTls: false });
const names = ['team/a', 'team/b', 'team/c', 'team/d', 'team/e', 'team/f', 'team/g', 'team/h'];

test('no repository is dealt to two workers, of one shard or two', () => {
  const dealt = [1, 2].flatMap((current) =>
    [0, 1].map((worker) => dealtTo(worker, { workers: 2, shard: { current, total: 2 } }, names)),
  );
  expect(dealt).toEqual([
    ['team/a', 'team/e'],
    ['team/b', 'team/f'],
    ['team/c', 'team/g'],
    ['team/d', 'team/h'],
  ]);
});

for (const [workers, shard, message] of [
  [5, null, 'has 8 names, but 5 workers need 10: add some, or run with --workers=1'],
  [
    2,
    { current: 1, total: 3 },
    'has 8 names, but 2 workers in each of 3 shards need 12: add some, or run with --workers=1',
  ],
  [1, { current: 2, total: 5 }, 'has 8 names, but 1 worker in each of 5 shards need 10: add some'],
] as const) {
  test(`refuse too few names: ${message}`, () => {
    expect(() => dealtTo(0, { workers, shard }, names)).toThrow(`REGISTRY_REPOSITORIES: ${message}`);
  });
}

test('a registry whose repositories are made beforehand knows no other', async () => {
  const registry = await startRegistry({ auth: 'anonymous', repositories: ['team/a'] });
  const ask = async (method: 'GET' | 'POST' | 'PUT', path: string) =>
    await send({
      method,
      url: `${registry.url}/v2/${path}`,
      ...(method === 'PUT' && { body: Buffer.from('{}') }),
    });
  const refused = [
    await ask('POST', 'team/b/blobs/uploads/'),
    await ask('PUT', 'team/b/manifests/v1'),
    await ask('GET', 'team/b/tags/list'),
  ];
  expect(refused.map(({ status, text }) => [status, text.includes('NAME_UNKNOWN')])).toEqual(
    refused.map(() => [404, true]),
  );
  expect((await ask('POST', 'team/a/blobs/uploads/')).status).toBe(202);
  expect(repositoriesIn(await ask('GET', '_catalog'))).toEqual(['team/a']);
  await registry.close();
});

for (const [command, who] of [
  ['model', 'a random sequence'],
  ['faults', 'npm run faults'],
] as const) {
  test(`npm run ${command} needs repositories of its own`, async () => {
    const settings = { REGISTRY_URL: 'http://127.0.0.1:1', REGISTRY_REPOSITORIES: 'team/a,team/b' };
    const { code, printed } = await run('npm', ['run', '-s', command], settings);
    expect(printed.trim()).toBe(
      `REGISTRY_REPOSITORIES: is set, and ${who} makes new repositories at every turn: leave it empty`,
    );
    expect(code).toBe(1);
  });
}

test.describe('a run', () => {
  test.describe.configure({ timeout: 240_000 });

  test('in too few repositories, or in one that holds something, ends in one line', async ({}, testInfo) => {
    const registry = await startRegistry({ auth: 'anonymous', repositories: ['team/a', 'team/b', 'team/c'] });
    const settings = { REGISTRY_URL: registry.url, REPORTS_FOLDER: testInfo.outputPath('reports') };
    const few = await runSuite(['tests/tags', '--workers=2'], {
      ...settings,
      REGISTRY_REPOSITORIES: 'team/a,team/b,team/c',
    });
    expect(few.printed.trim()).toBe(
      'REGISTRY_REPOSITORIES: has 3 names, but 2 workers need 4: add some, or run with --workers=1',
    );
    await pushSmall(registry.url, 'team/b');
    const given = { REGISTRY_REPOSITORIES: 'team/a,team/b' };
    const used = await runSuite(['tests/tags', '--workers=1'], { ...settings, ...given });
    expect(used.printed.trim()).toBe(
      'REGISTRY_REPOSITORIES: team/b holds something (v1): npm run cleanup removes what runs left there, with -- --all whatever is there',
    );
    expect([few.code, used.code]).toEqual([1, 1]);
    const list = await send({ method: 'GET', url: `${registry.url}/v2/team/b/tags/list` });
    expect(tagsIn(list)).toEqual(['v1']);
    await registry.close();
  });
});
