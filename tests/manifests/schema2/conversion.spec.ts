import { expect, test } from '../../../fixtures/index.ts';
import { given, pushImage } from '../../../lib/arrange.ts';
import { digestOf } from '../../../lib/content/digest.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import { areDistinct } from '../../../lib/checks/entity-tags.ts';
import { schema1Payload } from '../../../lib/content/schema1.ts';
import { schema2 } from '../../../lib/content/schema2.ts';

const accept = {
  Accept: `${mediaTypes.schema1Signed}, ${mediaTypes.schema1}`,
  'Dockside-Policy': 'convert',
};

test(
  'a schema2 manifest asked for by digest has that digest, whatever is accepted',
  { tag: '@accept.digest' },
  async ({ repo, images }) => {
    const { digest } = await pushImage(repo, schema2, await images.basic());
    const answer = await repo.manifests.get(digest, accept);
    const check = {
      kept: answer.status !== 200 || digestOf(answer.body) === digest,
      expected: `no manifest, or one with the digest ${digest}`,
      received: `status ${answer.status}, ${digestOf(answer.body)}`,
    };
    expect(answer).toKeep(check);
  },
);

test(
  'a schema2 manifest turned into schema1 carries the media type of schema1',
  { tag: '@accept.conversion-type' },
  async ({ repo, images }) => {
    await pushImage(repo, schema2, await images.basic());
    const answer = given(await repo.manifests.get('latest', accept), 200, 'accept.other');
    expect(answer).toHaveHeader(
      'Content-Type',
      /^application\/vnd\.docker\.distribution\.manifest\.v1\+(json|prettyjws)\b/i,
    );
  },
);

test(
  'a schema2 manifest turned into schema1 carries the digest of its own payload',
  { tag: '@accept.conversion-digest' },
  async ({ repo, images }) => {
    await pushImage(repo, schema2, await images.basic());
    const answer = given(await repo.manifests.get('latest', accept), 200, 'accept.other');
    const digest = digestOf(schema1Payload(answer.body));
    expect(answer).toHaveHeader('Docker-Content-Digest', digest);
  },
);

test(
  'a schema2 manifest turned into schema1 has another ETag',
  { tag: '@etag.distinct' },
  async ({ repo, images }) => {
    await pushImage(repo, schema2, await images.basic());
    const stored = await repo.manifests.get('latest', { Accept: mediaTypes.schema2 });
    const answer = given(await repo.manifests.get('latest', accept), 200, 'accept.other');
    expect(answer).toKeep(areDistinct(stored, answer));
  },
);

test(
  'an answer that depends on Accept says so in Vary',
  { tag: '@accept.vary' },
  async ({ repo, images }) => {
    await pushImage(repo, schema2, await images.basic());
    const answer = given(await repo.manifests.get('latest', accept), 200, 'accept.other');
    expect(answer).toHaveHeader('Vary', /(^|[\s,])(accept|\*)($|[\s,])/i);
  },
);
