import { test } from '../../fixtures/index.ts';
import { given, pushTags } from '../../lib/arrange.ts';

test(
  'what comes from a push to a list can be read and held',
  { tag: ['@http.readable', '@http.bounded'] },
  async ({ repo }) => {
    await pushTags(repo, ['a']);
    given(await repo.manifests.get('a'), 200, 'manifest.get.status');
    given(await repo.tags.all(), 200, 'tag.list.status');
  },
);
