// oxlint-disable-next-line rooms/order -- it is a test, and measured as one
import { test } from '../../fixtures/index.ts';
import { perRequest, rounds, warmUp } from './floor.ts';

for (const round of rounds) {
  test(`round ${round} @http.answered`, async ({ repo }, testInfo) => {
    const ask = async (): Promise<unknown> =>
      await repo.send({ method: 'GET', url: `${repo.url}/tags/list` });
    await perRequest(ask, warmUp);
    testInfo.annotations.push({ type: 'per-request', description: String(await perRequest(ask)) });
  });
}
