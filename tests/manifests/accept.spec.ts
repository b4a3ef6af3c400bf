import { expect, test } from '../../fixtures/index.ts';
import { givenKept, pushImage } from '../../lib/arrange.ts';
import { chooseAlike, servesStored, servesStoredOrOther } from '../../lib/checks/checks.ts';

const foreign = 'application/vnd.dockside.foreign+json';

test(
  'a client that accepts the stored media type receives the stored bytes',
  { tag: '@accept.exact' },
  async ({ repo, format, images }) => {
    const image = await pushImage(repo, format, await images.basic());
    const answer = await repo.manifests.get('latest', { Accept: image.mediaType });
    expect(answer).toServe(image);
  },
);

const cases = [
  ['in a list with white space', 'accept.list', (type: string) => `text/html ,  ${type} ,\t${foreign}`],
  ['in upper case', 'accept.case', (type: string) => type.toUpperCase()],
  ['with a quality', 'accept.quality', (type: string) => `${type};q=0.5, ${foreign};q=0.1`],
  ['with a quality after white space', 'accept.quality', (type: string) => `${type} ; Q=0.5`],
] as const;

for (const [name, rule, accept] of cases) {
  test(
    `the stored media type is found in Accept ${name}`,
    { tag: `@${rule}` },
    async ({ repo, format, images }) => {
      const image = await pushImage(repo, format, await images.basic());
      const answer = await repo.manifests.get('latest', { Accept: accept(image.mediaType) });
      expect(answer).toServe(image);
    },
  );
}

for (const [place, lines] of [
  ['first', (type: string) => [type, foreign]],
  ['last', (type: string) => [foreign, type]],
] as const) {
  test(
    `the stored media type is found in the ${place} of two Accept lines`,
    { tag: '@accept.lines' },
    async ({ repo, raw, format, images }) => {
      const image = await pushImage(repo, format, await images.basic());
      const answer = await raw(repo, {
        method: 'GET',
        path: `/v2/${repo.name}/manifests/latest`,
        headers: { Accept: lines(image.mediaType) },
      });
      expect(answer).toServe(image);
    },
  );
}

for (const range of ['*/*', 'application/*']) {
  test(
    `a client that accepts ${range} receives the stored bytes`,
    { tag: '@accept.wildcard' },
    async ({ repo, format, images }) => {
      const image = await pushImage(repo, format, await images.basic());
      const answer = await repo.manifests.get('latest', { Accept: range });
      expect(answer).toServe(image);
    },
  );
}

test(
  'a client without Accept receives the stored bytes',
  { tag: '@accept.none' },
  async ({ repo, raw, format, images }) => {
    const image = await pushImage(repo, format, await images.basic());
    const answer = await raw(repo, {
      method: 'GET',
      path: `/v2/${repo.name}/manifests/latest`,
      headers: { Accept: [] },
    });
    expect(answer).toServe(image);
  },
);

test(
  'a client that does not accept the stored media type gets it unchanged, a conversion, 404 or 406',
  { tag: '@accept.other' },
  async ({ repo, format, images }) => {
    const image = await pushImage(repo, format, await images.basic());
    const answer = await repo.manifests.get('latest', { Accept: foreign });
    expect(answer).toKeep(servesStoredOrOther(answer, image));
  },
);

for (const [name, accept] of [
  ['anything', '*/*'],
  ['a foreign type', foreign],
] as const) {
  test(
    `HEAD and GET choose the same manifest for a client that accepts ${name}`,
    { tag: '@accept.head' },
    async ({ repo, format, images }) => {
      await pushImage(repo, format, await images.basic());
      const get = await repo.manifests.get('latest', { Accept: accept });
      const head = await repo.manifests.head('latest', { Accept: accept });
      expect(head).toKeep(chooseAlike(head, get));
    },
  );
}

test(
  'what one client accepts does not change what the next one receives',
  { tag: '@accept.repeated' },
  async ({ repo, format, images }) => {
    const image = await pushImage(repo, format, await images.basic());
    const accept = { Accept: image.mediaType };
    givenKept(servesStored(await repo.manifests.get('latest', accept), image), 'accept.exact');
    await repo.manifests.get('latest', { Accept: foreign });
    const answer = await repo.manifests.get('latest', accept);
    expect(answer).toServe(image);
  },
);
