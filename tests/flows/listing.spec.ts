import { expect, test } from '../../fixtures/index.ts';

const pushedTags = ['a', 'b', 'latest', 'v1', 'v2'];

for (const pageSize of [undefined, 1, 2, 10]) {
  test(`lists every tag in pages of ${pageSize ?? 'its own size'}`, async ({
    repository,
    images,
    push,
    tags,
  }) => {
    await push(repository, pushedTags, await images.basic(), { skipBlobPushChecks: true });
    const listed = await tags(repository, pageSize === undefined ? {} : { pageSize });
    expect(listed.tags.toSorted()).toEqual(pushedTags);
  });
}

test('lists a repository once it holds an image', async ({ repository, images, push, catalog }) => {
  await push(repository, 'latest', await images.basic(), { skipBlobPushChecks: true });
  const { repositories } = await catalog({ pageSize: 100 });
  expect(repositories).toContain(repository);
});
