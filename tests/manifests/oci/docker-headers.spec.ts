import { expect, test } from '../../../fixtures/index.ts';
import {
  blobOf,
  given,
  givenAccepted,
  givenLocation,
  openUpload,
  pushBlob,
  pushManifest,
  smallArtifact,
} from '../../../lib/arrange.ts';
import { emptyBlob } from '../../../lib/content/oci.ts';
import type { Answer } from '../../../lib/http/exchange.ts';
import { waysToPush } from '../../../lib/uploads.ts';
import { excerpt } from '../../../lib/text/cut.ts';
import { blockedBy } from '../../../lib/run/skip-reason.ts';

const named = 'docker.blob-put-digest-header';

const hasNoBody = ({ status, body }: Answer) => ({
  kept: body.length === 0,
  expected: 'no body',
  received: `status ${status} with a body of ${body.length} bytes`,
});

test(
  'an answer on /v2/ names the version of the API',
  { tag: '@docker.version-header' },
  async ({ repo, raw }) => {
    const answer = await raw(repo, { method: 'GET', path: '/v2/' });
    expect(answer).toHaveHeader('Docker-Distribution-API-Version', 'registry/2.0');
  },
);

test('the body of /v2/, when there is one, is JSON', { tag: '@docker.ping-body' }, async ({ repo, raw }) => {
  const answer = await raw(repo, { method: 'GET', path: '/v2/' });
  const check = {
    kept: answer.body.length === 0 || answer.json !== undefined,
    expected: 'no body, or JSON',
    received: excerpt(answer.text),
  };
  expect(answer).toKeep(check);
});

test(
  'a POST that opens an upload names it, may state the Range 0-0 and has no body',
  { tag: ['@docker.upload-uuid', '@docker.upload-range', '@docker.upload-length'] },
  async ({ repo }) => {
    const answer = given(await repo.uploads.post());
    const range = answer.header('range');
    const check = {
      kept: range === undefined || range === '0-0',
      expected: 'no Range, or 0-0',
      received: `Range: ${range}`,
    };
    expect.soft(answer).toHaveHeader('Docker-Upload-UUID', /./, 'docker.upload-uuid');
    expect.soft(answer).toKeep(check, 'docker.upload-range');
    expect.soft(answer).toKeep(hasNoBody(answer), 'docker.upload-length');
  },
);

test(
  'an upload keeps its name from POST over PATCH to its status',
  { tag: '@docker.upload-uuid-stable' },
  async ({ repo, bytes }) => {
    const posted = given(await repo.uploads.post());
    const location = givenLocation(posted, 'upload.post.location');
    const patched = given(await repo.uploads.patch(location, bytes(32), { 'Content-Range': '0-31' }));
    const asked = given(
      await repo.uploads.get(givenLocation(patched, 'upload.patch.location')),
      204,
      'upload.status.status',
    );
    const [first, ...others] = [posted, patched, asked].map((answer) => answer.header('docker-upload-uuid'));
    test.skip(first === undefined, blockedBy('docker.upload-uuid', 'no Docker-Upload-UUID'));
    const check = {
      kept: others.every((name) => name === undefined || name === first),
      expected: `Docker-Upload-UUID: ${first}, or none`,
      received: others.join(', '),
    };
    expect(asked).toKeep(check);
  },
);

test('the answer to a chunk has no body', { tag: '@docker.upload-length' }, async ({ repo, bytes }) => {
  const location = await openUpload(repo);
  const answer = given(await repo.uploads.patch(location, bytes(32), { 'Content-Range': '0-31' }));
  expect(answer).toKeep(hasNoBody(answer));
});

test(
  'a PUT that completes an upload is answered with the digest of the blob and no body',
  { tag: ['@docker.blob-put-digest-header', '@docker.blob-put-empty'] },
  async ({ repo, bytes }) => {
    const blob = blobOf(bytes(32));
    const answer = givenAccepted(
      await repo.uploads.put(await openUpload(repo), blob.digest, blob.bytes),
      'upload.put.status',
    );
    expect.soft(answer).toHaveHeader('Docker-Content-Digest', blob.digest, 'docker.blob-put-digest-header');
    expect.soft(answer).toKeep(hasNoBody(answer), 'docker.blob-put-empty');
  },
);

for (const { way, status, push } of waysToPush.filter(({ digestHeader }) => digestHeader === named)) {
  test(
    `the last answer to a blob that comes by ${way} carries its digest`,
    { tag: `@${named}` },
    async ({ repo, bytes }) => {
      const blob = blobOf(bytes(32));
      const answer = given(await push(repo, blob), 201, status);
      expect(answer).toHaveHeader('Docker-Content-Digest', blob.digest);
    },
  );
}

test(
  'a push of a manifest is answered without a body',
  { tag: '@docker.manifest-put-empty' },
  async ({ repo }) => {
    await pushBlob(repo, emptyBlob.bytes);
    const manifest = smallArtifact(repo.name);
    const answer = givenAccepted(await repo.manifests.put('latest', manifest), 'manifest.put.status');
    expect(answer).toKeep(hasNoBody(answer));
  },
);

test(
  'the deletion of a blob is answered without a body',
  { tag: '@docker.delete-length' },
  async ({ repo, bytes }) => {
    const { digest } = await pushBlob(repo, bytes(32));
    const answer = given(await repo.blobs.delete(digest));
    expect(answer).toKeep(hasNoBody(answer));
  },
);

test(
  'the deletion of a manifest is answered without a body',
  { tag: '@docker.delete-length' },
  async ({ repo }) => {
    const { digest } = await pushManifest(repo, smallArtifact(repo.name));
    const answer = given(await repo.manifests.delete(digest));
    expect(answer).toKeep(hasNoBody(answer));
  },
);
