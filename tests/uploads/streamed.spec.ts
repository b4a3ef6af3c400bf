import { expect, test } from '../../fixtures/index.ts';
import { blobOf, given, givenLocation, openUpload } from '../../lib/arrange.ts';
import { hasBytes } from '../../lib/checks/checks.ts';
import { placeOf, type Answer } from '../../lib/http/exchange.ts';
import { chunkOf, pull, pullBlob } from '../../lib/uploads.ts';

const octets = { 'Content-Type': 'application/octet-stream' };

function goesOn(answer: Answer): string {
  return givenLocation(given(answer, 202, 'upload.stream.status'), 'upload.patch.location');
}

test(
  'a chunk without Content-Range is taken and counted',
  { tag: ['@upload.stream.status', '@upload.stream.range'] },
  async ({ repo, bytes }) => {
    const answer = await repo.uploads.patch(await openUpload(repo), bytes(1024));
    expect(answer).toHaveStatus(202, 'upload.stream.status');
    expect.soft(answer).toHaveRange(0, 1023, 'upload.stream.range');
  },
);

test(
  'a chunk of unstated length is taken and counted',
  { tag: ['@upload.stream.status', '@upload.stream.range'] },
  async ({ repo, raw, bytes }) => {
    const place = placeOf(await openUpload(repo));
    const body = () => [bytes(1024), bytes(1024)];
    const answer = await raw(repo, { method: 'PATCH', ...place, headers: octets, body });
    expect(answer).toHaveStatus(202, 'upload.stream.status');
    expect.soft(answer).toHaveRange(0, 2047, 'upload.stream.range');
  },
);

test(
  'the close of a streamed upload says where the blob is, and it can be pulled there',
  { tag: ['@upload.put.status', '@upload.put.location', '@upload.put.pullable'] },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(1024));
    const location = goesOn(await repo.uploads.patch(await openUpload(repo), blob.bytes));
    const close = await repo.uploads.put(location, blob.digest);
    expect(close).toHaveStatus(201, 'upload.put.status');
    expect(close).toHaveLocation('upload.put.location');
    const answer = await pull(repo, givenLocation(close, 'upload.put.location'));
    expect(answer).toHaveStatus(200, 'upload.put.pullable');
    expect(answer).toHaveBytes(blob.bytes, 'upload.put.pullable');
  },
);

test(
  'a second streamed chunk is appended to the first',
  { tag: '@upload.stream.append' },
  async ({ repo, bytes }) => {
    const [first, second] = [bytes(chunkOf(1024)), bytes(10)];
    const blob = blobOf(Buffer.concat([first, second]));
    const location = goesOn(await repo.uploads.patch(await openUpload(repo), first));
    const answer = await repo.uploads.patch(location, second);
    expect(answer).toHaveStatus(202);
    const close = await repo.uploads.put(answer.location ?? location, blob.digest);
    expect(close).toBeAccepted();
    const pulled = await pullBlob(repo, blob);
    expect(pulled).toKeep(hasBytes(pulled, blob.bytes));
  },
);

test(
  'a close with a body adds it to what was streamed before',
  { tag: '@upload.stream.append' },
  async ({ repo, bytes }) => {
    const [first, last] = [bytes(chunkOf(1024)), bytes(10)];
    const blob = blobOf(Buffer.concat([first, last]));
    const location = goesOn(await repo.uploads.patch(await openUpload(repo), first));
    const close = await repo.uploads.put(location, blob.digest, last);
    expect(close).toBeAccepted();
    const pulled = await pullBlob(repo, blob);
    expect(pulled).toKeep(hasBytes(pulled, blob.bytes));
  },
);
