import { test } from '../../fixtures/index.ts';
import { holdsAll } from '../../lib/lists.ts';
import { isList } from '../../lib/paging.ts';
import { judge } from '../../lib/verdict.ts';

const pushedTags = ['a', 'b', 'latest', 'v1', 'v2'];

test(
  'lists every tag, whatever the size of the pages',
  { tag: '@tag.list.complete' },
  async ({ repository, images, push, tags }) => {
    await push(repository, pushedTags, await images.single(), { skipBlobPushChecks: true });
    for (const options of [{}, { pageSize: 1 }, { pageSize: 2 }, { pageSize: 10 }]) {
      const listed = await tags(repository, options);
      judge({ rule: 'tag.list.complete', ...isList(listed.tags.toSorted(), pushedTags) });
    }
  },
);

test(
  'lists a repository once it holds an image',
  { tag: ['@catalog.status', '@catalog.complete'] },
  async ({ repository, images, push, catalog }) => {
    await push(repository, 'latest', await images.single(), { skipBlobPushChecks: true });
    const { repositories } = await catalog({ pageSize: 100 });
    judge({ rule: 'catalog.complete', ...holdsAll(repositories, [repository]) });
  },
);
