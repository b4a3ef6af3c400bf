import { expect, test } from '../../fixtures/index.ts';
import { given, givenLocation, openUpload, uploadHolding } from '../../lib/arrange.ts';
import { placed } from '../../lib/registry/repository.ts';
import { chunkOf } from '../../lib/uploads.ts';

test(
  'the status of an upload says how far it is and where it goes on',
  { tag: ['@smoke', '@upload.status.status', '@upload.status.location', '@upload.status.range'] },
  async ({ repo, bytes }) => {
    const answer = await repo.uploads.get(await uploadHolding(repo, bytes(10)));
    expect(answer).toHaveStatus(204, 'upload.status.status');
    expect.soft(answer).toHaveLocation('upload.status.location');
    expect.soft(answer).toHaveRange(0, 9, 'upload.status.range');
  },
);

test(
  'the status of an upload of two chunks counts both',
  { tag: '@upload.status.range' },
  async ({ repo, bytes }) => {
    const [first, second] = [bytes(chunkOf(10)), bytes(chunkOf(10))];
    const location = await uploadHolding(repo, first);
    const taken = await repo.uploads.patch(location, second, placed(first.length, second));
    const place = givenLocation(given(taken), 'upload.patch.location');
    const answer = given(await repo.uploads.get(place), 204, 'upload.status.status');
    expect(answer).toHaveRange(0, first.length + second.length - 1);
  },
);

test(
  'the status of an upload without bytes states the range 0-0 or none',
  { tag: '@upload.status.fresh' },
  async ({ repo }) => {
    const answer = given(await repo.uploads.get(await openUpload(repo)), 204, 'upload.status.status');
    const range = answer.header('range');
    expect(answer).toKeep({
      kept: range === undefined || range === '0-0',
      expected: 'Range: 0-0, or no Range',
      received: `Range: ${range ?? '(none)'}`,
    });
  },
);

test(
  'an upload goes on from where it was when its status was asked for',
  { tag: '@upload.status.unchanged' },
  async ({ repo, bytes }) => {
    const [held, next] = [bytes(chunkOf(10)), bytes(10)];
    const location = await uploadHolding(repo, held);
    const status = given(await repo.uploads.get(location), 204, 'upload.status.status');
    const answer = await repo.uploads.patch(status.location ?? location, next, placed(held.length, next));
    expect(answer).toHaveStatus(202);
  },
);
