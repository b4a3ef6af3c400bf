import { test } from '../../fixtures/index.ts';

test(
  'gives back every layer byte for byte',
  { tag: '@smoke' },
  async ({ repository, images, push, pull }) => {
    const pushed = await images.basic();
    await push(repository, 'latest', pushed);
    await pull(repository, 'latest', pushed);
  },
);
