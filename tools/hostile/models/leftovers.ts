import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../../lib/content/digest.ts';
import type { Created } from '../../../lib/target/removal.ts';
import { newRunId } from '../../../lib/run/run-id.ts';
import type { Here } from '../model.ts';

const nobody = 2 ** 22 + 1;

/** The ledger of a run that was killed, which names so many manifests. */
export function leaving(count: number): (here: Pick<Here, 'reports' | 'url'>) => void {
  return ({ reports, url }) => {
    const run = newRunId();
    const made = Array.from({ length: count }, (_, at): Created => {
      const reference = digestOf(Buffer.from(String(at)));
      return { repository: `dockside/${run}/w0/x`, kind: 'manifest', reference };
    });
    const lines = [{ run, url, host: hostname(), pid: nobody }, ...made].map((one) => JSON.stringify(one));
    mkdirSync(reports, { recursive: true });
    writeFileSync(join(reports, `created-${run}.jsonl`), lines.map((line) => `${line}\n`).join(''));
  };
}

export const withLeftovers = leaving(3);
