import { expect, test } from '../../fixtures/index.ts';
import {
  blobOf,
  given,
  givenKept,
  givenLocation,
  givenOffered,
  givenOffersOf,
  givenOwnBlob,
  openUpload,
  pushBlob,
  uploadHolding,
} from '../../lib/arrange.ts';
import { agreesWith, hasBytes } from '../../lib/checks/checks.ts';
import { emptyBlob } from '../../lib/content/oci.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { isIgnoredOr, isStatedPart } from '../../lib/checks/ranges.ts';
import { placed, type Repository } from '../../lib/registry/repository.ts';
import { chunkOf, givenTaken, postAndPut, pull, pullBlob, waysToPush } from '../../lib/uploads.ts';

const ways = [postAndPut, ...waysToPush];

for (const { way, push, status, location, digestHeader, pullable } of ways) {
  test(
    `a blob that came by ${way} is where the answer says, by its sha512 digest too, and a digest header is one of it`,
    {
      tag: [
        `@${location}`,
        `@${digestHeader}`,
        `@${pullable}`,
        '@blob.get.length',
        '@blob.get.digest-match',
        '@blob.sha512-head',
      ],
    },
    async ({ repo, bytes }) => {
      const blob = blobOf(bytes(1000), 'sha512');
      const pushed = givenTaken(await push(repo, blob), status);
      givenOffered(pushed, pushed.status === 201, 'sha512');
      const get = await repo.blobs.get(blob.digest);
      givenOffered(get, get.status === 200, 'sha512');
      expect.soft(pushed).toHaveLocation(location);
      expect.soft(pushed).toKeep(agreesWith(pushed, blob.bytes), digestHeader);
      expect.soft(get).toHaveHeader('content-length', '1000', 'blob.get.length');
      expect.soft(get).toKeep(agreesWith(get, blob.bytes), 'blob.get.digest-match');
      const answer = await pull(repo, givenLocation(pushed, location));
      expect(answer).toHaveBytes(blob.bytes, pullable);
      const head = await repo.blobs.head(blob.digest);
      expect(head).toHaveStatus(200, 'blob.sha512-head');
      expect(head).toHaveHeader('content-length', '1000', 'blob.sha512-head');
      expect(head).toKeep(agreesWith(head, blob.bytes), 'blob.get.digest-match');
    },
  );
}

for (const { way, push, status } of ways) {
  test(
    `a blob that came by ${way} can be pulled by its sha512 digest`,
    { tag: '@blob.sha512' },
    async ({ repo, bytes }) => {
      const blob = blobOf(bytes(1000), 'sha512');
      const pushed = givenTaken(await push(repo, blob), status);
      expect(pushed).toHaveStatus(201);
      const answer = await repo.blobs.get(blob.digest);
      expect(answer).toHaveStatus(200);
      expect(answer).toHaveBytes(blob.bytes);
    },
  );
}

for (const [what, content] of [
  ['a blob of no bytes', Buffer.alloc(0)],
  ['the empty JSON object', emptyBlob.bytes],
] as const) {
  test(
    `${what} can be pulled by its sha512 digest, and HEAD finds it`,
    { tag: ['@blob.sha512', '@blob.sha512-head', '@blob.get.length', '@blob.get.digest-match'] },
    async ({ repo }) => {
      const blob = blobOf(content, 'sha512');
      const put = await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes);
      expect(put).toHaveStatus(201, 'blob.sha512');
      const get = await repo.blobs.get(blob.digest);
      expect(get).toHaveStatus(200, 'blob.sha512');
      expect(get).toHaveBytes(blob.bytes, 'blob.sha512');
      const head = await repo.blobs.head(blob.digest);
      expect(head).toHaveStatus(200, 'blob.sha512-head');
      expect(head).toHaveHeader('content-length', `${content.length}`, 'blob.sha512-head');
      given(get, 200, 'blob.sha512');
      expect.soft(get).toHaveHeader('content-length', `${content.length}`, 'blob.get.length');
      expect.soft(get).toKeep(agreesWith(get, content), 'blob.get.digest-match');
      expect.soft(head).toKeep(agreesWith(head, content), 'blob.get.digest-match');
    },
  );
}

for (const [how, capability, mountOf] of [
  ['', 'mount', (digest: string, from: string) => ({ mount: digest, from })],
  [' without a source', 'mount-anonymous', (digest: string) => ({ mount: digest })],
] as const) {
  const mount = async (source: Repository, copy: Repository, content: Buffer) => {
    const blob = await pushBlob(source, content, 'sha512');
    const mounted = await copy.uploads.post(Object.entries(mountOf(blob.digest, source.name)));
    return { blob, mounted: givenOffered(mounted, mounted.status !== 202, capability) };
  };

  test(
    `a blob can be mounted by its sha512 digest${how}`,
    { tag: '@blob.sha512-mount' },
    async ({ anotherRepo, bytes }) => {
      const source = anotherRepo('source');
      const copy = anotherRepo('copy', source);
      const { blob, mounted } = await mount(source, copy, bytes(1000));
      expect(mounted).toHaveStatus(201);
      expect(await copy.blobs.get(blob.digest)).toHaveBytes(blob.bytes);
    },
  );

  test(
    `a mount by a sha512 digest${how} says where the blob is, a digest header is one of it, and HEAD finds it`,
    { tag: ['@mount.location', '@mount.digest-header', '@blob.sha512-mount', '@blob.sha512-head'] },
    async ({ anotherRepo, bytes }) => {
      const source = anotherRepo('source');
      const copy = anotherRepo('copy', source);
      const { blob, mounted } = await mount(source, copy, bytes(1000));
      given(mounted, 201, 'blob.sha512-mount');
      expect(mounted).toHaveLocation('mount.location');
      expect(mounted).toKeep(agreesWith(mounted, blob.bytes), 'mount.digest-header');
      const answer = await pull(copy, givenLocation(mounted, 'mount.location'));
      expect(answer).toHaveBytes(blob.bytes, 'blob.sha512-mount');
      given(answer, 200, 'blob.sha512-mount');
      const head = await copy.blobs.head(blob.digest);
      expect(head).toHaveStatus(200, 'blob.sha512-head');
      expect(head).toHaveHeader('content-length', '1000', 'blob.sha512-head');
    },
  );
}

test(
  'a mount by a sha512 digest that its source does not hold opens an upload that takes the blob',
  { tag: ['@blob.sha512-mount', '@upload.put.location', '@upload.put.pullable', '@blob.sha512-head'] },
  async ({ anotherRepo, bytes }) => {
    const source = anotherRepo('source');
    const copy = anotherRepo('copy', source);
    await pushBlob(source, bytes(10), 'sha512');
    const blob = blobOf(bytes(1000), 'sha512');
    const mount = [
      ['mount', blob.digest],
      ['from', source.name],
    ] as const;
    const refused = await copy.uploads.post(mount);
    expect(refused).toHaveStatus(202, 'blob.sha512-mount');
    const location = givenLocation(refused, 'mount.refused-location');
    const put = await copy.uploads.put(location, blob.digest, blob.bytes);
    expect(put).toHaveStatus(201, 'blob.sha512-mount');
    given(put, 201, 'blob.sha512-mount');
    const pulled = await pullBlob(copy, blob);
    expect(pulled).toHaveBytes(blob.bytes, 'blob.sha512-mount');
    given(pulled, 200, 'blob.sha512-mount');
    expect(put).toHaveLocation('upload.put.location');
    const there = await pull(copy, givenLocation(put, 'upload.put.location'));
    expect(there).toHaveBytes(blob.bytes, 'upload.put.pullable');
    const head = await copy.blobs.head(blob.digest);
    expect(head).toHaveStatus(200, 'blob.sha512-head');
    expect(head).toHaveHeader('content-length', '1000', 'blob.sha512-head');
  },
);

test(
  'HEAD finds a blob by its sha512 digest, its size, and a digest of it',
  { tag: ['@blob.sha512-head', '@blob.get.digest-match'] },
  async ({ repo, bytes }) => {
    const blob = await pushBlob(repo, bytes(1000), 'sha512');
    const answer = await repo.blobs.head(blob.digest);
    expect(answer).toHaveStatus(200, 'blob.sha512-head');
    expect(answer).toHaveHeader('content-length', '1000', 'blob.sha512-head');
    expect(answer).toKeep(agreesWith(answer, blob.bytes), 'blob.get.digest-match');
  },
);

test(
  'a blob that was not pushed is not found by a sha512 digest',
  { tag: '@blob.sha512-missing' },
  async ({ repo, bytes }) => {
    await pushBlob(repo, bytes(10), 'sha512');
    const answer = await repo.blobs.get(blobOf(bytes(10), 'sha512').digest);
    expect(answer).toHaveStatus(404);
  },
);

for (const [range, start, end] of [
  ['10-19', 10, 20],
  ['990-', 990, 1000],
  ['-10', 990, 1000],
  ['990-5000', 990, 1000],
] as const) {
  test(
    `the part ${range} of a blob can be had by its sha512 digest`,
    { tag: ['@blob.sha512-range', '@range.content-range', '@range.content-length', '@range.digest-header'] },
    async ({ repo, bytes }) => {
      const blob = await pushBlob(repo, bytes(1000), 'sha512');
      const answer = await repo.blobs.get(blob.digest, { Range: `bytes=${range}` });
      expect(answer).toHaveStatus(206, 'blob.sha512-range');
      expect(answer).toHaveBytes(blob.bytes.subarray(start, end), 'blob.sha512-range');
      given(answer, 206, 'blob.sha512-range');
      givenKept(hasBytes(answer, blob.bytes.subarray(start, end)), 'blob.sha512-range');
      expect.soft(answer).toHaveHeader('content-length', `${answer.body.length}`, 'range.content-length');
      expect.soft(answer).toKeep(agreesWith(answer, blob.bytes), 'range.digest-header');
      givenOwnBlob(repo, answer);
      expect.soft(answer).toKeep(isStatedPart(answer, blob.bytes), 'range.content-range');
    },
  );
}

test(
  'a part past the end of a blob is refused by its sha512 digest',
  { tag: '@blob.sha512-range' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(1000), 'sha512');
    const answer = await repo.blobs.get(digest, { Range: 'bytes=5000-5999' });
    expect(answer).toHaveStatus(416);
  },
);

test(
  'an inverted range of a blob is ignored or refused by its sha512 digest',
  { tag: '@blob.sha512-range' },
  async ({ repo, bytes }) => {
    const { digest, bytes: whole } = await pushBlob(repo, bytes(1000), 'sha512');
    const answer = await repo.blobs.get(digest, { Range: 'bytes=500-0' });
    expect(answer).toKeep(isIgnoredOr([400, 416], answer, whole));
  },
);

for (const [what, contentOf] of [
  ['a blob', (bytes: (length: number) => Buffer) => bytes(1000)],
  ['a blob of no bytes', () => Buffer.alloc(0)],
  ['the empty JSON object', () => emptyBlob.bytes],
] as const) {
  test(
    `${what} can be deleted by its sha512 digest`,
    { tag: ['@blob.sha512-delete', '@blob.head.missing'] },
    async ({ repo, anotherRepo, bytes }) => {
      // Other tests push some of them at the same time: whether HEAD finds theirs is settled first.
      const content = contentOf(bytes);
      const { digest } = await pushBlob(anotherRepo('other'), content, 'sha512');
      await pushBlob(repo, bytes(10));
      const before = await repo.blobs.head(digest);
      await pushBlob(repo, content, 'sha512');
      expect(await repo.blobs.delete(digest)).toHaveStatus(202, 'blob.sha512-delete');
      const answer = await repo.blobs.get(digest);
      expect(answer).toHaveStatus(404, 'blob.sha512-delete');
      given(before, 404, 'blob.head.other-repository');
      given(answer, 404, 'blob.sha512-delete');
      expect(await repo.blobs.head(digest)).toHaveStatus(404, 'blob.head.missing');
    },
  );
}

test(
  'a blob that is deleted by its sha512 digest stays under its sha256 digest',
  { tag: '@blob.sha512-delete' },
  async ({ repo, bytes }) => {
    const twice = bytes(1000);
    const other = await pushBlob(repo, twice, 'sha512');
    const { digest } = await pushBlob(repo, twice);
    given(await repo.blobs.delete(other.digest), 202, 'blob.sha512-delete');
    expect(await repo.blobs.get(digest)).toHaveBytes(twice);
  },
);

type Close = (repo: Repository, digest: string, bytes: (length: number) => Buffer) => Promise<Answer>;

const closes: readonly [title: string, close: Close][] = [
  [
    'PUT with a sha512 digest of other bytes',
    async (repo, digest, bytes) => await repo.uploads.put(await openUpload(repo), digest, bytes(100)),
  ],
  [
    'PUT with a sha512 digest of other bytes than the chunks before',
    async (repo, digest, bytes) => await repo.uploads.put(await uploadHolding(repo, bytes(100)), digest),
  ],
  [
    'PUT with a last chunk and a sha512 digest of other bytes',
    async (repo, digest, bytes) => {
      const [held, last] = [bytes(chunkOf(90)), bytes(10)];
      const location = await uploadHolding(repo, held);
      return await repo.uploads.put(location, digest, last, placed(held.length, last));
    },
  ],
  [
    'PUT with a sha512 digest of other bytes than were streamed before',
    async (repo, digest, bytes) => {
      const patch = await repo.uploads.patch(await openUpload(repo), bytes(100));
      given(patch, 202, 'upload.stream.status');
      return await repo.uploads.put(givenLocation(patch, 'upload.patch.location'), digest);
    },
  ],
  [
    'a single POST with a sha512 digest of other bytes',
    async (repo, digest, bytes) => {
      givenOffersOf('upload.single.status');
      return await repo.uploads.post([['digest', digest]], bytes(100));
    },
  ],
];

for (const [title, close] of closes) {
  test(
    `${title} is refused with 400`,
    { tag: ['@blob.sha512-mismatch', '@blob.sha512-mismatch-status'] },
    async ({ repo, bytes }) => {
      const answer = await close(repo, blobOf(bytes(100), 'sha512').digest, bytes);
      expect(answer).toBeRefused('blob.sha512-mismatch');
      expect(answer).toHaveStatus(400, 'blob.sha512-mismatch-status');
    },
  );
}
