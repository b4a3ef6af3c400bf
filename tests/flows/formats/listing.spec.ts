import { test } from '../../../fixtures/index.ts';
import { isList } from '../../../lib/registry/paging.ts';
import { judge } from '../../../lib/verdict/verdict.ts';

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
