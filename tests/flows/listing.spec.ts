import { test } from '../../fixtures/index.ts';
import { givenKept } from '../../lib/arrange.ts';
import { holdsAll } from '../../lib/registry/lists.ts';
import { isList } from '../../lib/registry/paging.ts';
import { judge } from '../../lib/verdict/verdict.ts';

/** Whether the last page that was met is full: it led no further, and tells nothing of what comes after it. */
function fillsPages({ length }: readonly string[], pageSize: number): boolean {
  return length > 0 && length % pageSize === 0;
}

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
    const listed = holdsAll(repositories, [repository]);
    givenKept({ ...listed, kept: listed.kept || !fillsPages(repositories, 100) }, 'catalog.link');
    judge({ rule: 'catalog.complete', ...listed });
  },
);
