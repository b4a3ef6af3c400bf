import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { defineConfig, type Project } from '@playwright/test';
import { filesOf, withoutMeaning } from '../../lib/run/axes.ts';
import { beginRun, during, orStop } from '../../lib/run/ending.ts';
import { openLedger } from '../../lib/target/ledger.ts';
import { announceRun, currentRun, isAnnounced, runLedger, runSettings } from '../../lib/run/run.ts';
import { discover } from '../../lib/target/target.ts';
import type { Axes } from '../../lib/verdict/verdict.ts';
import { chosenFaults } from './choice.ts';
import { tagOf } from './declare.ts';
import { axesOf, fault } from './faults.ts';
import { authModes, protocols, type AuthMode, type Protocol } from '../../lib/types.ts';

// One project a pair of axes, with the faults that show there. `main.ts` says which are chosen.
const settings = await orStop(runSettings);
const { reports, url } = settings;
if (!isAnnounced()) {
  await orStop(() => beginRun('tests', reports));
  announceRun(
    url === undefined
      ? {}
      : {
          targets: await orStop(
            async () => await during('discovery', async () => await discover({ ...settings, url })),
          ),
        },
  );
  const ledger = runLedger();
  if (ledger !== undefined && url !== undefined) openLedger(ledger, { run: currentRun().id, url });
}

/** A foreign registry is met in its own ways alone. */
const modes = url === undefined ? authModes : currentRun().targets.map(({ auth }) => auth);

function project(protocol: Protocol, authMode: AuthMode): Project<object, Partial<Axes>> {
  const ids = chosenFaults
    .map(({ id }) => id)
    .filter((id) => isDeepStrictEqual(axesOf(fault(id)), { protocol, authMode }));
  return {
    name: `${protocol}-${authMode}`,
    use: { protocol, authMode },
    testMatch: ids.length === 0 ? [] : filesOf(protocol, { first: true, last: true }),
    // oxlint-disable-next-line linear/regexp -- runs on titles of our own, and repeats nothing.
    grep: new RegExp(`${tagOf(`(?:${ids.join('|')})`)}(?![\\w-])`),
    grepInvert: [/@quay/, ...withoutMeaning(protocol, authMode)],
  };
}

export default defineConfig<object, Partial<Axes>>({
  testDir: '../../tests',
  outputDir: resolve(reports, 'fault-artifacts'),
  globalTeardown: '../../fixtures/teardown.ts',
  workers: 2,
  use: { trace: 'off' },
  reporter: [
    ['../../lib/report/reporters/redact.ts'],
    ['./reporter.ts'],
    [
      '../../lib/report/reporters/ended.ts',
      { files: ['faults.json', 'faults.html'].map((file) => `${reports}/${file}`) },
    ],
  ],
  projects: protocols.flatMap((protocol) => modes.map((mode) => project(protocol, mode))),
});
