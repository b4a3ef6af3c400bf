import { expect, test } from '@playwright/test';
import { Answer } from '../../lib/http/exchange.ts';
import { expectations } from '../../tools/model/plan/expectations.ts';
import type { Command } from '../../tools/model/plan/command.ts';
import { after, emptyState, type State } from '../../tools/model/plan/state.ts';
import { worldOf } from '../../tools/model/plan/world.ts';

const world = worldOf('unit');

function told(...story: [Command, number][]): State {
  return story.reduce(
    (state, [command, status]) =>
      after(
        state,
        command,
        new Answer({ method: 'GET', url: 'http://r/' }, status, [], Buffer.alloc(0), 0),
        world,
      ),
    emptyState(),
  );
}

const rulesOf = (state: State, command: Command) =>
  expectations(state, command, world).map(({ rule }) => rule);

const push: Command = { do: 'push-blob', repo: 0, blob: 0 };
const put: Command = { do: 'put-manifest', repo: 0, manifest: 0, tag: 0 };

test('a manifest whose blobs are missing may be taken or refused', () => {
  expect(rulesOf(emptyState(), put)).toEqual([]);
  expect(rulesOf(told([push, 201]), put)).toContain('manifest.put.status');
});

test('the tags of a deleted manifest are to be gone', () => {
  const state = told([push, 201], [put, 201], [{ do: 'delete-manifest', repo: 0, manifest: 0 }, 202]);
  expect(rulesOf(state, { do: 'get-tag', repo: 0, tag: 0, head: false })).toEqual([
    'delete.manifest.tags-gone',
  ]);
});

test('the tags of a manifest that came back are no must', () => {
  const again: Command = { do: 'put-manifest', repo: 0, manifest: 0, tag: undefined };
  const state = told(
    [push, 201],
    [put, 201],
    [{ do: 'delete-manifest', repo: 0, manifest: 0 }, 202],
    [again, 201],
  );
  expect(rulesOf(state, { do: 'get-tag', repo: 0, tag: 0, head: false })).toEqual([
    'delete.manifest.tags-unlisted',
  ]);
});

test('what nothing names any more may be collected', () => {
  const state = told([push, 201], [put, 201], [{ do: 'delete-manifest', repo: 0, manifest: 0 }, 202]);
  expect(state.repositories[0]!.blobs[0]!.is).toBe('unknown');
});

test('a blob of another repository is missing here', () => {
  const state = told([push, 201]);
  expect(rulesOf(state, { do: 'get-blob', repo: 1, blob: 0, head: false })).toEqual([
    'blob.get.other-repository',
  ]);
});

test('a chunk is right at its place alone', () => {
  const state = told([{ do: 'open-upload', repo: 0, blob: 0 }, 202]);
  expect(rulesOf(state, { do: 'send-chunk', upload: 0, part: 0 })).toContain('upload.patch.status');
  expect(rulesOf(state, { do: 'send-chunk', upload: 0, part: 1 })).toEqual(['upload.patch.first']);
});
