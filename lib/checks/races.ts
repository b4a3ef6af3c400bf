import type { TestInfo } from '@playwright/test';
import { hasBytes } from './checks.ts';
import type { Manifest } from '../content/manifest.ts';
import type { Answer } from '../http/exchange.ts';
import type { History } from './history/history.ts';
import { historySvg, historyText } from './history/picture.ts';
import { isLinearizable, nothing, shortestViolation, staleness } from './history/register.ts';
import { profileOf } from '../profiles/profiles.ts';
import { runSettings } from '../run/run.ts';
import type { Check } from '../types.ts';

/** What a pull of a tag read: the number of one of these manifests, or nothing. */
export function readFrom({ status, body }: Answer, manifests: readonly Manifest[]): string {
  if (status === 404) return nothing;
  const at = manifests.findIndex(({ bytes }) => body.equals(bytes));
  return status === 200 && at >= 0 ? `manifest ${at + 1}` : `something else (${status})`;
}

/**
 * Whether some order explains the history of a register; a violation is told by the shortest part that has it, and drawn in
 * an attachment. A registry whose profile says so may be late by as much as that says.
 */
export async function isExplained({ operations }: History, testInfo: TestInfo): Promise<Check> {
  const allowed = profileOf(runSettings().profile).eventual?.tagMs ?? 0;
  if (isLinearizable(operations)) return { kept: true, expected: '', received: '' };
  const late = staleness(operations);
  const shortest = shortestViolation(operations);
  await testInfo.attach('the shortest history without an order', {
    contentType: 'image/svg+xml',
    body: historySvg(shortest).toString(),
  });
  return {
    kept: late <= allowed,
    expected: `an order of the ${operations.length} pushes and pulls that explains what was read`,
    received: `none, as a read is ${late.toFixed(1)} ms late at the least: ${historyText(shortest)}`,
  };
}

/** Whether a pull brought these bytes or none. */
export function isWholeOrMissing(pull: Answer, bytes: Buffer): Check {
  return {
    kept: pull.status === 404 || (pull.status === 200 && hasBytes(pull, bytes).kept),
    expected: `404, or 200 with ${bytes.length} bytes`,
    received: `${pull.status} with ${pull.body.length} bytes`,
  };
}
