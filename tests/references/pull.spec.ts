import { expect, test } from '../../fixtures/references.ts';
import { given, givenOwnBlob } from '../../lib/arrange.ts';
import { givenStill, givenTag } from '../../lib/checks/entity-tags.ts';
import { agreesWith, hasOwnMediaType, haveSame, statesDigest } from '../../lib/checks/checks.ts';
import { algorithmOf, digestOf } from '../../lib/content/digest.ts';
import { schema1Payload } from '../../lib/content/schema1.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { tagsIn } from '../../lib/registry/lists.ts';
import type { Named } from '../../lib/registry/named.ts';
import { walk } from '../../lib/registry/paging.ts';
import { runSettings } from '../../lib/run/run.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

/** A manifest of schema1 states none. */
function lengthOf({ size }: Named): string | RegExp {
  return size === undefined ? /^\d+$/ : `${size}`;
}

/** Of schema1 the digest is that of what it signs. */
function signedIn(answer: Answer): Buffer {
  const isSchema1 = /docker\.distribution\.manifest\.v1\b/i.test(answer.header('content-type') ?? '');
  return isSchema1 ? schema1Payload(answer.body) : answer.body;
}

// What can be seen of content that others pushed. Where no reference is given, there is nothing here to run.
for (const { repository, reference } of runSettings().references ?? []) {
  test.describe(`${repository} ${reference}`, () => {
    test.use({ named: { repository, reference } });

    test(
      'the manifest is served under its digest, with its size and its type',
      {
        tag: [
          '@manifest.get.status',
          '@manifest.get.digest-header',
          '@manifest.get.digest-match',
          '@manifest.get.length',
          '@manifest.get.content-type',
        ],
      },
      async ({ foreign }) => {
        const answer = await foreign.manifests.get(reference);
        expect(answer).toHaveStatus(200, 'manifest.get.status');
        expect.soft(answer).toKeep(statesDigest(answer), 'manifest.get.digest-header');
        expect.soft(answer).toKeep(agreesWith(answer, signedIn(answer)), 'manifest.get.digest-match');
        expect.soft(answer).toHaveHeader('content-length', `${answer.body.length}`, 'manifest.get.length');
        expect.soft(answer).toKeep(hasOwnMediaType(answer), 'manifest.get.content-type');
      },
    );

    test(
      'HEAD says of the manifest what GET says',
      { tag: ['@manifest.head.status', '@manifest.head.length', '@head.parity.digest'] },
      async ({ foreign, manifest }) => {
        const answer = await foreign.manifests.head(reference);
        expect(answer).toHaveStatus(200, 'manifest.head.status');
        expect.soft(answer).toHaveHeader('content-length', `${manifest.body.length}`, 'manifest.head.length');
        expect.soft(answer).toKeep(haveSame('docker-content-digest', answer, manifest), 'head.parity.digest');
      },
    );

    test(
      'the digest leads to the same bytes',
      { tag: '@manifest.get.bytes' },
      async ({ foreign, manifest }) => {
        const digest = manifest.header('docker-content-digest') ?? digestOf(manifest.body);
        const answer = given(await foreign.manifests.get(digest));
        expect(answer).toHaveBytes(manifest.body);
      },
    );

    test(
      'each small blob is what its digest says',
      { tag: ['@blob.get.status', '@blob.get.bytes'] },
      async ({ foreign, smallBlobs }) => {
        for (const { digest } of smallBlobs) {
          const answer = await foreign.blobs.get(digest);
          expect(answer).toHaveStatus(200, 'blob.get.status');
          const received = digestOf(answer.body, algorithmOf(digest));
          expect(answer).toKeep({ kept: received === digest, expected: digest, received }, 'blob.get.bytes');
        }
      },
    );

    test(
      'HEAD states the size of each blob',
      { tag: ['@blob.head.status', '@blob.head.length'] },
      async ({ foreign, blobs }) => {
        for (const blob of blobs) {
          const answer = await foreign.blobs.head(blob.digest);
          expect(answer).toHaveStatus(200, 'blob.head.status');
          expect.soft(answer).toHaveHeader('content-length', lengthOf(blob), 'blob.head.length');
        }
      },
    );

    test(
      'a range of a blob is those bytes of it',
      { tag: '@range.closed' },
      async ({ foreign, smallBlobs: [blob] }) => {
        const whole = given(await foreign.blobs.get(blob?.digest ?? ''));
        const answer = await foreign.blobs.get(blob?.digest ?? '', { Range: 'bytes=0-0' });
        expect(answer).toHaveStatus(206);
        expect(answer).toHaveBytes(whole.body.subarray(0, 1));
      },
    );

    test(
      'a blob is not sent again to who has it',
      { tag: '@if-none-match.head' },
      async ({ foreign, blobs: [blob] }) => {
        const head = given(await foreign.blobs.head(blob?.digest ?? ''));
        const etag = givenTag(givenOwnBlob(foreign, head));
        const answer = await foreign.blobs.head(blob?.digest ?? '', { 'If-None-Match': etag });
        expect(givenStill(etag, answer)).toHaveStatus(304);
      },
    );

    test(
      'the tag list is answered, and has the tag in it',
      { tag: ['@tag.list.status', '@tag.list.complete'] },
      async ({ foreign }) => {
        test.skip(reference.includes(':'), unsupported('tag-list', 'the reference is a digest'));
        const start = { method: 'GET', url: `${foreign.url}/tags/list` } as const;
        const { first, last, items } = await walk(foreign.send, start, tagsIn, {
          most: 100,
          byLink: false,
          until: reference,
        });
        expect(first).toHaveStatus(200, 'tag.list.status');
        expect(last).toKeep(
          {
            kept: items.includes(reference),
            expected: `${reference} on one of the pages`,
            received: `${items.length} other tags`,
          },
          'tag.list.complete',
        );
      },
    );

    test(
      'the referrers of the manifest are listed',
      { tag: '@referrers.status' },
      async ({ foreign, manifest }) => {
        const digest = manifest.header('docker-content-digest') ?? digestOf(manifest.body);
        expect(await foreign.referrers.list(digest)).toHaveStatus(200);
      },
    );
  });
}
