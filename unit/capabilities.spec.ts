import { expect, test } from '@playwright/test';
import { startVariants } from '../tools/variants/host.ts';
import { variant } from '../tools/variants/variants.ts';
import { probe } from '../lib/target/capabilities.ts';
import type { Send } from '../lib/http/exchange.ts';
import { rawSend } from '../lib/http/raw.ts';
import { Repository } from '../lib/registry/repository.ts';
import { announceRun } from '../lib/run/run.ts';
import type { Capabilities } from '../lib/types.ts';

announceRun({});

/** What the probe finds of a registry with these ways; `pushed` takes each manifest that it sends. */
async function probed(ids: readonly string[], pushed: string[] = []): Promise<Capabilities> {
  const { settings, close } = await startVariants(ids.map(variant), 'anonymous', '');
  const url = settings['REGISTRY_URL'] ?? '';
  const plain = rawSend({ caFile: undefined, insecureTls: false });
  const send: Send = async (request) => {
    if (request.method === 'PUT' && request.url.includes('/manifests/')) pushed.push(String(request.body));
    return await plain(request);
  };
  const found = await probe({
    embedded: false,
    repository: (suffix) => new Repository(send, url, suffix),
    askCatalog: async () => await send({ method: 'GET', url: `${url}/v2/_catalog` }),
  });
  await close();
  return found;
}

const offersOf = (capabilities: Capabilities): string[] =>
  Object.entries(capabilities)
    .filter(([, { offered }]) => offered)
    .map(([name]) => name);

const before = probed([]);

for (const ids of [
  ['schema1-opaque', 'catalog-web-page', 'mount-never'],
  ['schema1-500', 'deletion-501', 'single-post-405'],
  ['schema2-unacceptable', 'referrers-web-page', 'upload-cancel-501'],
  ['tag-list-501', 'sparse', 'stream-refused'],
  ['sha512-refused', 'catalog-empty', 'deletion-404'],
]) {
  test(`offers are not taken from what a registry says without doing: ${ids.join(', ')}`, async () => {
    const lost = ids.flatMap((id) => variant(id).takes ?? []);
    const usual = offersOf(await before);
    const offers = offersOf(await probed(ids));

    expect(offers.filter((name) => lost.some((one) => one === name))).toEqual([]);
    expect(usual.filter((name) => !offers.includes(name) && !lost.some((one) => one === name))).toEqual([]);
  });
}

test('the least size of a chunk is known from the probe', async () => {
  expect((await probed(['chunks-of-8-kib']))['chunk-min-length']).toMatchObject({
    offered: true,
    least: 8192,
  });
});

test('a least size of a chunk that is not stated is found by the probe', async () => {
  expect((await probed(['chunks-of-5-mib-unstated']))['chunk-min-length']).toMatchObject({
    offered: true,
    evidence: expect.stringMatching(/^PATCH .* answered 400, and 201 after 5 MiB$/),
    least: 5 * 1024 * 1024,
  });
});

test('no run sends a manifest in its probe that another has sent', async () => {
  const [one, other]: [string[], string[]] = [[], []];
  await probed([], one);
  announceRun({ id: 'mx0000another0run' });
  await probed([], other);
  const both = other.filter((manifest) => one.includes(manifest));
  expect(one.length).toBeGreaterThan(8);
  expect(both.map((manifest) => manifest.trim())).toEqual(['']);
});
