import { test } from '../../fixtures/index.ts';
import { givenKept } from '../../lib/arrange.ts';
import { holdsAll } from '../../lib/registry/lists.ts';
import { judge } from '../../lib/verdict/verdict.ts';

/** Whether the last page that was met is full: it led no further, and tells nothing of what comes after it. */
function fillsPages({ length }: readonly string[], pageSize: number): boolean {
  return length > 0 && length % pageSize === 0;
}

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
