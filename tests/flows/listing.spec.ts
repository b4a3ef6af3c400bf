import { expect, test } from '../../fixtures/index.ts';

const pushedTags = ['a', 'b', 'latest', 'v1', 'v2'];

test('lists every tag, whatever the size of the pages', async ({ repository, images, push, tags }) => {
  await push(repository, pushedTags, await images.single(), { skipBlobPushChecks: true });
  for (const options of [{}, { pageSize: 1 }, { pageSize: 2 }, { pageSize: 10 }]) {
    const listed = await tags(repository, options);
    expect(listed.tags.toSorted()).toEqual(pushedTags);
  }
});

test(
  'lists a repository once it holds an image',
  { tag: '@catalog.status' },
  async ({ repository, images, push, catalog }) => {
    await push(repository, 'latest', await images.single(), { skipBlobPushChecks: true });
    const { repositories } = await catalog({ pageSize: 100 });
    expect(repositories).toContain(repository);
  },
);
