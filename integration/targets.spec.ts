import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test as base } from '@playwright/test';
import { startProxy } from '../tools/faults/proxy.ts';
import { instead, refused } from '../tools/faults/wire.ts';
import { startRegistry, type RunningRegistry } from '../tools/registry/registry.ts';
import type { Conformance } from '../lib/report/conformance/report.ts';
import { ociIndex } from '../lib/content/oci.ts';
import { rawSend } from '../lib/http/raw.ts';
import { Repository } from '../lib/registry/repository.ts';
import { certificates, startForwardProxy, startTls } from '../tools/front.ts';
import { runSuite } from './suite.ts';
import { pushSmall } from './small.ts';

type Run = { code: unknown; printed: string; verdicts: string[]; conformance: Conformance };

const test = base.extend<{
  registry: RunningRegistry;
  run: (settings: Record<string, string>, args?: readonly string[]) => Promise<Run>;
}>({
  registry: async ({}, use) => {
    const registry = await startRegistry({ auth: 'anonymous' });
    await use(registry);
    await registry.close();
  },
  run: async ({}, use, testInfo) => {
    let count = 0;
    await use(async (settings, args = part) => {
      count += 1;
      const reports = testInfo.outputPath(`reports-${count}`);
      const fixed = { SPEC_VERSION: 'main', REGISTRY_LEVEL: 'defacto', REPORTS_FOLDER: reports };
      const { code, printed } = await runSuite(args, { ...fixed, ...settings });
      const text = readFileSync(join(reports, 'conformance.json'), 'utf8');
      const conformance = JSON.parse(text) as Conformance;
      const verdicts = conformance.rules.map(({ id, verdict }) => `${id} ${verdict}`);
      return { code, printed, verdicts, conformance };
    });
  },
});

test.describe.configure({ timeout: 240_000 });

// Has requests through Playwright, and past it and node:http.
const part = ['tests/blobs/head.spec.ts'];

test('verdicts are the same over TLS, with a client certificate, and through a proxy', async ({
  registry,
  run,
}, testInfo) => {
  const { caFile, ca, server, clientFiles } = await certificates((name) => testInfo.outputPath(name));
  const secure = await startTls(registry.url, server);
  const strict = await startTls(registry.url, server, ca.cert);
  const proxy = await startForwardProxy(`Basic ${Buffer.from('ann:p%w').toString('base64')}`);

  const plain = await run({ REGISTRY_URL: registry.url });
  expect([plain.code, plain.printed.includes(' passed')]).toEqual([0, true]);
  const shown = {
    REGISTRY_CA_FILE: caFile,
    REGISTRY_CLIENT_CERT_FILE: clientFiles.cert,
    REGISTRY_CLIENT_KEY_FILE: clientFiles.key,
  };
  const overTls = await run({ REGISTRY_URL: secure.url, REGISTRY_CA_FILE: caFile });
  const known = await run({ REGISTRY_URL: strict.url, ...shown });
  const login = proxy.url.replace('//', '//ann:p%25w@');
  const proxied = await run({ REGISTRY_URL: strict.url, ...shown, REGISTRY_PROXY: login });
  const tunnels = proxy.tunnels();
  const byHttpProxy = await run({ REGISTRY_URL: registry.url, HTTP_PROXY: login });
  await Promise.all([secure, strict, proxy].map(async (one) => await one.close()));

  for (const one of [overTls, known, proxied, byHttpProxy]) {
    expect(one.code).toBe(0);
    expect(one.verdicts).toEqual(plain.verdicts);
  }
  expect(tunnels).toBeGreaterThan(10);
  expect(proxy.tunnels()).toBeGreaterThan(tunnels + 10);
});

test('a registry that only serves given references ends green, and nothing is written to it', async ({
  registry,
  run,
}) => {
  const image = await pushSmall(registry.url, 'library/image');
  let writes = 0;
  const wire = instead('POST PUT PATCH DELETE', 'any', () => async () => {
    writes += 1;
    return refused(403, 'DENIED');
  });
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, wire);
  const references = `library/image:v1,library/image@${image.digest}`;
  const args = [
    'tests/references',
    'tests/uploads/put.spec.ts',
    'tests/tags/list.spec.ts',
    'tests/general/ping.spec.ts',
  ];
  const { code, printed, conformance } = await run(
    { REGISTRY_URL: proxy.url, REGISTRY_REFERENCES: references },
    [...args, '--project=oci-anonymous'],
  );
  await proxy.close();
  expect(code).toBe(0);
  expect(writes).toBe(0);
  const verdictOf = (id: string): string | undefined =>
    conformance.rules.find((rule) => rule.id === id)?.verdict;
  const read = [
    'manifest.get.status',
    'blob.get.bytes',
    'range.closed',
    'tag.list.complete',
    'referrers.status',
  ];
  expect(read.map(verdictOf)).toEqual(read.map(() => 'pass'));
  expect(['upload.put.status', 'tag.list.sorted'].map(verdictOf)).toEqual(['unsupported', 'unsupported']);
  expect(printed).toMatch(/\d+ passed/);
});

test('what a given reference breaks is red', async ({ registry, run }) => {
  await pushSmall(registry.url, 'library/image');
  const other = new Repository(
    rawSend({ caFile: undefined, insecureTls: false }),
    registry.url,
    'library/image',
  );
  await other.manifests.put('v2', ociIndex([]));
  const wire = instead(
    'GET',
    'manifest-by-tag',
    () => async (request, forward) => await forward({ ...request, path: request.path.replace('/v1', '/v2') }),
  );
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, wire);
  const { code, conformance } = await run(
    { REGISTRY_URL: proxy.url, REGISTRY_REFERENCES: 'library/image:v1' },
    ['tests/references', '--project=oci-anonymous'],
  );
  await proxy.close();
  expect(conformance.rules.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).toContain(
    'head.parity.digest',
  );
  expect(code).toBe(1);
});

test('a registry that deletes nothing ends green, and what stays is told', async ({ registry, run }) => {
  const wire = instead(
    'DELETE',
    'any',
    () => async (request, forward) =>
      /\/uploads\//.test(request.path)
        ? await forward(request)
        : refused(405, 'UNSUPPORTED', { allow: 'GET, HEAD, PUT' }),
  );
  const proxy = await startProxy({ registry: registry.url, realm: undefined }, wire);
  const { code, printed, conformance } = await run({ REGISTRY_URL: proxy.url }, [
    'tests/deletion',
    'tests/tags/list.spec.ts',
    '--project=oci-anonymous',
  ]);
  await proxy.close();
  expect(code).toBe(0);
  const deletion = conformance.rules.filter(({ id }) => /^delete\.(?:manifest|blob|tag)\.status$/.test(id));
  expect(deletion.map(({ verdict }) => verdict)).toEqual(deletion.map(() => 'unsupported'));
  expect(printed).toMatch(/[1-9]\d* stay \(the registry answered 405\): dockside\//);
  expect(printed).toMatch(/the list: .*created-\w+\.jsonl/);
});

const given = ['team/a', 'team/b', 'team/c', 'team/d'];
const inGiven = (url: string) => ({ REGISTRY_URL: url, REGISTRY_REPOSITORIES: given.join(',') });

test('in repositories made beforehand, verdicts are the same but for what needs another name', async ({
  registry,
  run,
}) => {
  const manifests = ['push', 'content'].map((file) => `tests/manifests/oci/${file}.spec.ts`);
  const args = ['tests/blobs', 'tests/tags', ...manifests, '--project=oci-anonymous'];
  const strict = await startRegistry({ auth: 'anonymous', repositories: given });
  const free = await run({ REGISTRY_URL: registry.url }, args);
  const bound = await run(inGiven(strict.url), args);
  const blocked = ['mount.unknown-repository', 'mount.refused-unread', 'tag.list.unknown-repository'];
  const told = free.verdicts.map((verdict) => {
    const [id = ''] = verdict.split(' ', 1);
    return blocked.includes(id) ? `${id} blocked` : verdict;
  });
  expect(bound.verdicts).toEqual(told);
  expect(told.filter((verdict) => verdict.endsWith(' pass')).length).toBeGreaterThan(150);
  expect([free.code, bound.code]).toEqual([0, 0]);
  expect(bound.printed).toContain('3 rules as REGISTRY_REPOSITORIES has no repository that nobody has used');
  const send = rawSend({ caFile: undefined, insecureTls: false });
  for (const name of given) {
    const { list } = new Repository(send, strict.url, name).tags;
    expect((await list()).json).toEqual({ name, tags: [] });
  }
  await strict.close();
});

test('in given repositories of a registry that deletes nothing, each serves one test, and the others are blocked', async ({
  run,
}) => {
  const strict = await startRegistry({ auth: 'anonymous', repositories: given });
  const wire = instead(
    'DELETE',
    'any',
    () => async (request, forward) =>
      /\/uploads\//.test(request.path) ? await forward(request) : refused(405, 'UNSUPPORTED'),
  );
  const proxy = await startProxy({ registry: strict.url, realm: undefined }, wire);
  const { code, printed, conformance } = await run(inGiven(proxy.url), [
    'tests/tags/list.spec.ts',
    '--project=oci-anonymous',
  ]);
  await Promise.all([proxy, strict].map(async (one) => await one.close()));
  const stays =
    /what a test pushed to team\/[a-d] of REGISTRY_REPOSITORIES stays \(the registry answered 405\)/;
  expect(printed).toMatch(stays);
  expect(printed).toMatch(/[1-9]\d* stay \(the registry answered 405\): team\//);
  const found = conformance.rules.flatMap(({ tests }) => tests.map(({ verdict }) => verdict));
  expect(new Set(found)).toEqual(new Set(['blocked', 'pass']));
  expect(code).toBe(0);
});
