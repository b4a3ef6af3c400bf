import { createRequire } from 'node:module';
import type { APIRequest } from '@playwright/test';

type Playwright = { request: Pick<APIRequest, 'newContext'> };

type Bundle = { inprocess: { createInProcessPlaywright: () => Playwright } };

/**
 * A Playwright of its own, to which the runner does not listen: it would make a step of each request and send it to the
 * reporters, body, headers, credentials and all, although each request is a step already.
 */
export function quietPlaywright(): Playwright {
  const { inprocess } = createRequire(import.meta.url)('playwright-core/lib/coreBundle') as Bundle;
  return inprocess.createInProcessPlaywright();
}
