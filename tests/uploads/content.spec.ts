import { expect, test } from '../../fixtures/index.ts';
import { blobOf, openUpload } from '../../lib/arrange.ts';
import { placeOf, type Answer } from '../../lib/http/exchange.ts';
import { placed, type Repository } from '../../lib/registry/repository.ts';
import { pullBlob, rightOrNothing } from '../../lib/uploads.ts';

// However a blob comes to be stored, and whether the registry takes it so or not: under its digest are its bytes, or
// nothing.

const octets = { 'Content-Type': 'application/octet-stream' };

type Raw = (location: string, bytes: Buffer) => Promise<Answer>;
type Way = (repo: Repository, first: Buffer, last: Buffer, raw: Raw) => Promise<unknown>;

const digestIn = (...parts: Buffer[]): string => blobOf(Buffer.concat(parts)).digest;

/** Where the upload goes on, or went on before. */
async function sent(repo: Repository, to: string, chunk: Buffer, headers = {}): Promise<string> {
  const answer = await repo.uploads.patch(to, chunk, headers);
  return answer.location ?? to;
}

const ways: Record<string, Way> = {
  'a streamed chunk and a close that brings the rest': async (repo, first, last) =>
    await repo.uploads.put(await sent(repo, await openUpload(repo), first), digestIn(first, last), last),
  'a placed chunk and a close that brings the rest': async (repo, first, last) => {
    const to = await sent(repo, await openUpload(repo), first, placed(0, first));
    await repo.uploads.put(to, digestIn(first, last), last, placed(first.length, last));
  },
  'a chunk of unstated length and a close that brings the rest': async (repo, first, last, raw) => {
    const to = await openUpload(repo);
    const answer = await raw(to, first);
    await repo.uploads.put(answer.location ?? to, digestIn(first, last), last);
  },
  'two streamed chunks': async (repo, first, last) => {
    const to = await sent(repo, await sent(repo, await openUpload(repo), first), last);
    await repo.uploads.put(to, digestIn(first, last));
  },
  'two chunks in the other order': async (repo, first, last) => {
    const opened = await openUpload(repo);
    const to = await sent(repo, opened, last, placed(first.length, last));
    await repo.uploads.put(await sent(repo, to, first, placed(0, first)), digestIn(first, last));
  },
  'a first chunk that comes twice': async (repo, first, last) => {
    const to = await sent(repo, await openUpload(repo), first, placed(0, first));
    const again = await sent(repo, to, first, placed(0, first));
    await repo.uploads.put(again, digestIn(first, last), last, placed(first.length, last));
  },
  'a close in the middle of it': async (repo, first, last) => {
    const to = await sent(repo, await openUpload(repo), first, placed(0, first));
    await repo.uploads.put(to, digestIn(first, last));
  },
  'a close that brings a part of it': async (repo, first, last) =>
    await repo.uploads.put(await openUpload(repo), digestIn(first, last), first),
  'a single POST of a part of it': async (repo, first, last) =>
    await repo.uploads.post([['digest', digestIn(first, last)]], first),
};

for (const [what, store] of Object.entries(ways)) {
  for (const [how, one, other] of [
    ['a long part and a short one', 1024, 10],
    ['a short part and a long one', 10, 1024],
  ] as const) {
    test(
      `after ${what}, of ${how}, the digest leads to its bytes or to nothing`,
      { tag: '@digest.content' },
      async ({ repo, raw, bytes }) => {
        const parts = [bytes(one), bytes(other)] as const;
        await store(
          repo,
          ...parts,
          async (location, piece) =>
            await raw(repo, { method: 'PATCH', ...placeOf(location), headers: octets, body: () => [piece] }),
        );
        const blob = blobOf(Buffer.concat(parts));
        const answer = await pullBlob(repo, blob);
        expect(answer).toKeep(rightOrNothing(answer, blob.bytes));
      },
    );
  }
}
