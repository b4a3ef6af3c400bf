import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, givenLocation, openUpload, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { placeOf, type Answer } from '../../lib/http/exchange.ts';
import { runSettings } from '../../lib/run/run.ts';
import { placed } from '../../lib/registry/repository.ts';
import { chunkOf } from '../../lib/uploads.ts';
import { blocked } from '../../lib/run/skip-reason.ts';

test('a blob can be pushed five times at once', { tag: '@parallel.blob' }, async ({ repo, bytes }) => {
  const blob = blobOf(bytes(10_000));
  const locations: string[] = [];
  // The first makes the repository.
  while (locations.length < five.length) locations.push(await openUpload(repo));
  const answers = await Promise.all(
    locations.map(async (location) => await repo.uploads.put(location, blob.digest, blob.bytes)),
  );
  const pulled = await repo.blobs.get(blob.digest);
  expect.soft(answers.find(isNotCreated) ?? pulled).toKeep(areCreated(answers));
  expect.soft(pulled).toHaveBytes(blob.bytes);
});

test('a manifest can be pushed five times at once', { tag: '@parallel.manifest' }, async ({ repo }) => {
  const manifest = await pushManifest(repo, smallArtifact('pushed five times at once'));
  const answers = await Promise.all(five.map(async () => await repo.manifests.put('v1', manifest)));
  const pulled = await repo.manifests.get('v1');
  expect.soft(answers.find(isNotCreated) ?? pulled).toKeep(areCreated(answers));
  expect.soft(pulled).toHaveBytes(manifest.bytes);
});

test(
  'of five manifests pushed to one tag at once, the tag leads to one',
  { tag: '@parallel.tag' },
  async ({ repo }) => {
    const manifests = five.map((number) => smallArtifact(`number ${number} of five for one tag`));
    await pushManifest(repo, smallArtifact('whose blobs are theirs as well'));
    await Promise.all(manifests.map(async (manifest) => await repo.manifests.put('v1', manifest)));
    const answer = await repo.manifests.get('v1');
    expect(answer).toKeep({
      kept: answer.status === 200 && manifests.some(({ bytes }) => answer.body.equals(bytes)),
      expected: 'one of the five manifests, byte for byte',
      received: `status ${answer.status} with ${answer.body.length} bytes`,
    });
  },
);

test(
  'uploads side by side stay apart',
  { tag: '@parallel.uploads' },
  async ({ repo, anotherRepo, bytes }) => {
    await openUpload(anotherRepo('alone'));
    const size = chunkOf(1000);
    const blobs = five.map(() => blobOf(bytes(2 * size)));
    const answers = await Promise.all(
      blobs.map(async (blob) => {
        const [first, last] = [blob.bytes.subarray(0, size), blob.bytes.subarray(size)];
        const opened = await repo.uploads.post();
        // The first five of a repository make it.
        if (opened.status !== 202) return opened;
        const location = givenLocation(opened, 'upload.post.location');
        const patched = await repo.uploads.patch(location, first, placed(0, first));
        const next = givenLocation(given(patched), 'upload.patch.location');
        return await repo.uploads.put(next, blob.digest, last, placed(size, last));
      }),
    );
    const pulled = await Promise.all(blobs.map(async ({ digest }) => await repo.blobs.get(digest)));
    const wrong = pulled.find(({ body }, at) => !body.equals(blobs[at]!.bytes));
    expect.soft(answers.find(isNotCreated) ?? answers[0]!).toKeep(areCreated(answers));
    expect.soft(wrong ?? pulled[0]!).toKeep({
      kept: wrong === undefined,
      expected: 'five blobs, byte for byte',
      received: 'other bytes in one of them',
    });
  },
);

test(
  'a chunk that stalls half-way stops no upload in another repository',
  { tag: '@parallel.stalled' },
  async ({ repo, anotherRepo, raw, bytes }) => {
    const { maxInFlight, maxPerSecond } = runSettings();
    const isLimited = maxInFlight !== undefined || maxPerSecond !== undefined;
    test.skip(isLimited, blocked('a limit of requests may hold the other upload back'));
    const other = anotherRepo('other');
    given(await other.uploads.post());
    const place = placeOf(await openUpload(repo));
    const halves = [bytes(10), bytes(10)] as const;
    let goOn: () => void = () => undefined;
    const going = new Promise<void>((resolve) => (goOn = resolve));
    const body = async function* () {
      yield halves[0];
      await going;
      yield halves[1];
    };
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': '20' };
    const stalled = raw(repo, { method: 'PATCH', ...place, headers, body });
    // The first may overtake the chunk.
    const met = other.uploads.post().then(async () => await other.uploads.post());
    const isMet = await Promise.race([met.then(() => true), pause(soonMs, false, { ref: false })]);
    goOn();
    await stalled;
    expect(await met).toKeep(cameMeanwhile(isMet));
  },
);

const soonMs = 5_000;

function cameMeanwhile(kept: boolean) {
  const received = kept ? 'one in time' : `none in ${soonMs} ms, until the chunk went on`;
  return { kept, expected: 'an answer meanwhile', received };
}

const five = [1, 2, 3, 4, 5];

function isNotCreated({ status }: Answer): boolean {
  return status !== 201;
}

function areCreated(answers: readonly Answer[]) {
  return {
    kept: !answers.some(isNotCreated),
    expected: 'status 201 each time',
    received: `the statuses ${answers.map(({ status }) => status).join(', ')}`,
  };
}
