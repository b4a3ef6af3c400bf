import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, test as base } from '@playwright/test';
import { startProxy } from '../tools/faults/proxy.ts';
import { instead, refused } from '../tools/faults/wire.ts';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import { artifact, ociIndex } from '../lib/content/oci.ts';
import { noting, readLedger } from '../lib/target/ledger.ts';
import { rawSend } from '../lib/http/raw.ts';
import { Repository } from '../lib/registry/repository.ts';
import { newRunId } from '../lib/run/run-id.ts';

const plain = rawSend({ caFile: undefined, insecureTls: false });

type Leftovers = { run: string; repository: Repository; upload: string; ledger: string };

const nobody = 2 ** 22 + 1;

const test = base.extend<{
  registry: RunningRegistry;
  reports: string;
  /** The process of the run. */
  pid: number;
  leftovers: Leftovers;
}>({
  pid: [nobody, { option: true }],
  registry: async ({}, use) => {
    const registry = await startRegistry({ auth: 'anonymous' });
    await use(registry);
    await registry.close();
  },
  reports: async ({}, use, testInfo) => await use(testInfo.outputPath('reports')),
  /** An index with its child, and an open upload, as a run that was killed leaves them. */
  leftovers: async ({ registry, reports, pid }, use) => {
    const run = newRunId();
    const ledger = `${reports}/created-${run}.jsonl`;
    mkdirSync(reports, { recursive: true });
    writeFileSync(ledger, `${JSON.stringify({ run, url: registry.url, host: hostname(), pid })}\n`);
    const name = `dockside/${run}/w0/oci-anonymous-1`;
    const repository = new Repository(noting(plain, ledger), registry.url, name);
    const child = artifact({ artifactType: 'application/vnd.dockside.test' });
    for (const { bytes, digest } of child.blobs) {
      const { location } = await repository.uploads.post();
      await repository.uploads.put(location ?? '', digest, bytes);
    }
    await repository.manifests.put(child.digest, child);
    await repository.manifests.put('index', ociIndex([{ manifest: child }]));
    const opened = await repository.uploads.post();
    const { location = '' } = await repository.uploads.patch(opened.location ?? '', Buffer.from('half'));
    await use({ run, repository, upload: location, ledger });
  },
});

async function cleanup(
  { url, repositories }: { url: string; repositories?: string },
  reports: string,
  ...args: string[]
): Promise<{ code: unknown; printed: string }> {
  const { PATH, HOME } = process.env;
  const given = repositories && { REGISTRY_REPOSITORIES: repositories };
  const env = { PATH, HOME, REGISTRY_URL: url, REPORTS_FOLDER: reports, ...given };
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'tools/cleanup.ts', ...args],
      { env },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, printed: stdout + stderr }),
    );
  });
}

async function statusesOf({ repository, upload }: Leftovers): Promise<number[]> {
  const [tag, open] = [await repository.manifests.get('index'), await repository.uploads.get(upload)];
  return [tag.status, open.status];
}

test('what the ledger of a dead run names is removed, its open upload cancelled', async ({
  registry,
  reports,
  leftovers,
}) => {
  const { run, ledger } = leftovers;
  const { code, printed } = await cleanup(registry, reports);
  expect(printed).toContain(`${run}: removed 4 uploads, manifests and blobs`);
  expect(printed).toContain(`${run}: 1 names are in the catalog; no request of the protocol removes a name`);
  expect(code).toBe(0);
  expect(await statusesOf(leftovers)).toEqual([404, 404]);
  expect(existsSync(ledger)).toBe(false);
  expect(readdirSync(reports)).toEqual([]);
});

test('a dry run says what it would remove, and removes nothing', async ({ registry, reports, leftovers }) => {
  const { printed } = await cleanup(registry, reports, '--dry-run');
  expect(printed).toContain(`${leftovers.run}: would remove 4 uploads, manifests and blobs`);
  expect(await statusesOf(leftovers)).toEqual([200, 204]);
  expect(existsSync(leftovers.ledger)).toBe(true);
});

test('without its ledger, a run is found in the catalog once it is old enough', async ({
  registry,
  reports,
  leftovers,
}) => {
  const { run, ledger } = leftovers;
  rmSync(ledger);
  const young = await cleanup(registry, reports);
  expect(young.printed).toContain(`${run}: left alone, it began less than 24h ago`);
  expect(await statusesOf(leftovers)).toEqual([200, 204]);

  const old = await cleanup(registry, reports, '--older-than', '0m');
  expect(old.printed).toContain(`${run}: removed 3 uploads, manifests and blobs`);
  // No request lists open uploads.
  expect(await statusesOf(leftovers)).toEqual([404, 204]);
});

test('what no run has made is left alone', async ({ registry, reports, leftovers }) => {
  const names = [
    'dockside/of-somebody-else',
    `elsewhere/${leftovers.run}/w0/x`,
    `dockside/w0/${leftovers.run}`,
    'dockside/zzzzzzzzabcdef/w0/x',
  ];
  const others = names.map((name) => new Repository(plain, registry.url, name));
  for (const other of others) await other.manifests.put('v1', ociIndex([]));
  await cleanup(registry, reports, '--older-than', '0m');
  const answers = await Promise.all(others.map(async (other) => await other.manifests.head('v1')));
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
});

test('another run than the one asked for is left alone', async ({ registry, reports, leftovers }) => {
  const { printed } = await cleanup(registry, reports, '--run', newRunId());
  expect(printed).toContain(`${leftovers.run}: left alone, another was asked for`);
  expect(await statusesOf(leftovers)).toEqual([200, 204]);
});

test('what a registry does not delete is listed, and stays in the ledger', async ({
  registry,
  reports,
  leftovers,
}) => {
  const { run, repository, ledger } = leftovers;
  const wire = instead('DELETE', 'any', () => async () => refused(405, 'UNSUPPORTED'));
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, wire);
  writeFileSync(ledger, readFileSync(ledger, 'utf8').replaceAll(registry.url, proxy.url));
  const { code, printed } = await cleanup(proxy, reports);
  await proxy.close();
  expect(printed).toContain(`${run}: removed 0 uploads, manifests and blobs`);
  expect(printed).toContain(`4 stay (the registry answered 405): ${repository.name}`);
  expect(code).toBe(1);
  expect(readLedger(ledger)).toHaveLength(4);
});

test.describe('of a run that goes on', () => {
  test.use({ pid: process.pid });

  test('nothing is removed', async ({ registry, reports, leftovers }) => {
    const { printed } = await cleanup(registry, reports, '--older-than', '0m', '--run', leftovers.run);
    expect(printed).toContain(`${leftovers.run}: left alone, it still runs (process ${process.pid})`);
    expect(await statusesOf(leftovers)).toEqual([200, 204]);
  });
});

test('in given repositories, what the ledgers of a run name is removed, and all else only if asked for', async ({
  registry,
  reports,
}) => {
  const run = newRunId();
  const names = ['team/a', 'team/b'];
  const [first, second] = names.map((name, worker) => {
    const ledger = `${reports}/created-${run}_${worker}.jsonl`;
    mkdirSync(reports, { recursive: true });
    const head = { run, url: registry.url, host: hostname(), pid: nobody };
    writeFileSync(ledger, `${JSON.stringify(head)}\n`);
    return new Repository(noting(plain, ledger), registry.url, name);
  }) as [Repository, Repository];
  await first.manifests.put('v1', ociIndex([]));
  await second.manifests.put('v1', ociIndex([]));
  const foreign = ociIndex([], { annotations: { by: 'somebody else' } });
  await new Repository(plain, registry.url, 'team/b').manifests.put('theirs', foreign);
  const target = { url: registry.url, repositories: names.join(',') };
  const tags = async (): Promise<number[]> => {
    const answers = [
      first.manifests.head('v1'),
      second.manifests.head('v1'),
      second.manifests.head('theirs'),
    ];
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  const unnamed = 'team/b: no ledger here names 1 upload, manifest or blob; --all removes them';

  const dry = await cleanup(target, reports, '--dry-run');
  expect(dry.printed).toContain(`${run}: would remove 2 uploads, manifests and blobs`);
  expect(dry.printed).toContain(unnamed);
  expect(await tags()).toEqual([200, 200, 200]);
  const usual = await cleanup(target, reports);
  expect(usual.printed).toContain(`${run}: removed 2 uploads, manifests and blobs`);
  expect(usual.printed).toContain(unnamed);
  expect(await tags()).toEqual([404, 404, 200]);
  const all = await cleanup(target, reports, '--all');
  expect(all.printed).toContain('team/b: removed 1 upload, manifest or blob');
  expect(await tags()).toEqual([404, 404, 404]);
  expect([dry.code, usual.code, all.code, readdirSync(reports)]).toEqual([0, 0, 0, []]);
});

/** A catalog in the place of the registry's. */
async function withCatalog(
  registry: RunningRegistry,
  page: (count: number) => { names: string[]; link: string },
) {
  let count = 0;
  const wire = instead('GET', 'catalog', () => async () => {
    count += 1;
    const { names, link } = page(count);
    const body = Buffer.from(JSON.stringify({ repositories: names }));
    const headers = {
      'content-type': ['application/json'],
      'content-length': [`${body.length}`],
      link: [`<${link}>; rel="next"`],
    };
    return { status: 200, headers, body };
  });
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, wire);
  return { ...proxy, asked: () => count };
}

test('a catalog that leads round, or elsewhere, is read once', async ({ registry, reports }) => {
  for (const link of ['/v2/_catalog?n=100', '/v2/other/tags/list?n=100']) {
    const proxy = await withCatalog(registry, () => ({ names: ['a', 'b'], link }));
    const { code } = await cleanup(proxy, reports);
    await proxy.close();
    expect([code, proxy.asked() <= 2]).toEqual([0, true]);
  }
});

test('a catalog that never ends is not read for ever', async ({ registry, reports, leftovers }) => {
  test.setTimeout(120_000);
  const proxy = await withCatalog(registry, (count) => ({
    names: [`made/up/${count}`],
    link: `/v2/_catalog?n=100&last=${count}`,
  }));
  const text = readFileSync(leftovers.ledger, 'utf8');
  writeFileSync(leftovers.ledger, text.replaceAll(registry.url, proxy.url));
  const { code, printed } = await cleanup(proxy, reports);
  await proxy.close();
  expect(printed).toContain(`${leftovers.run}: removed 4 uploads`);
  expect(printed).toContain('not all of the catalog is read, as it goes on after 1000 pages');
  expect(code).toBe(1);
});

for (const [args, message] of [
  [['--older-than', '5'], '--older-than 5: must be a number of m, h or d, such as 24h'],
  [['--run', 'x'], '--run x: is no id of a run, such as mwv85c6r02d54f'],
  [['--every'], "npm run cleanup: Unknown option '--every'"],
  [['--all'], '--all: empties the repositories of REGISTRY_REPOSITORIES, which names none'],
] as const) {
  test(`${args.join(' ')} is refused in one line`, async ({ registry, reports }) => {
    const { code, printed } = await cleanup(registry, reports, ...args);
    expect(printed.trim().split('\n')).toHaveLength(1);
    expect(printed).toContain(message);
    expect(code).toBe(1);
  });
}
