import { identitiesOf } from '../../lib/target/capabilities.ts';
import { refuseGiven } from '../../lib/target/given-repositories.ts';
import { openLedger } from '../../lib/target/ledger.ts';
import { announceRun, runLedger, runSettings } from '../../lib/run/run.ts';
import type { Settings } from '../../lib/run/settings.ts';
import { discover } from '../../lib/target/target.ts';
import { startFaulty } from '../faults/host.ts';
import { startRegistry } from '../registry/registry.ts';
import { newRunId } from '../../lib/run/run-id.ts';
import type { Capabilities, Target } from '../../lib/types.ts';
import { probeTarget } from '../../lib/target/probe.ts';
import { removeWhatWasCreated } from '../../lib/target/tidy.ts';
import { targetOf } from '../registry/target.ts';

/** `runId`: under which its repositories are made. `ledger`: where they are written down, if they stay with a registry. */
export type Met = {
  target: Target;
  capabilities: Capabilities;
  runId: string;
  ledger: string | undefined;
};

/** Works on the first way in to the registry under test, or on the embedded one, healthy or with a fault. */
export async function onTarget<T>(fault: string | undefined, work: (met: Met) => Promise<T>): Promise<T> {
  const settings = runSettings();
  return settings.url === undefined
    ? await onEmbedded(fault, work)
    : await onForeign({ ...settings, url: settings.url }, work);
}

/** On the registry at this address, which may be `embedded`. What is created goes at the end. */
export async function onRegistry<T>(url: string, work: (met: Met) => Promise<T>): Promise<T> {
  return url === 'embedded'
    ? await onEmbedded(undefined, work)
    : await onForeign({ ...runSettings(), url }, work);
}

export async function onEmbedded<T>(fault: string | undefined, work: (met: Met) => Promise<T>): Promise<T> {
  const options = { auth: 'anonymous' } as const;
  const registry = await (fault === undefined ? startRegistry(options) : startFaulty(fault, options));
  try {
    return await work(await probed(await targetOf(registry, runSettings()), runSettings(), true));
  } finally {
    await registry.close();
  }
}

async function onForeign<T>(
  settings: Settings & { url: string },
  work: (met: Met) => Promise<T>,
): Promise<T> {
  refuseGiven('a random sequence');
  const [target] = await discover(settings);
  if (target === undefined) throw new Error(`${settings.url} has no way in`);
  const met = await probed(target, settings, false);
  try {
    return await work(met);
  } finally {
    announceRun({ id: met.runId, targets: [target] });
    if (runLedger() !== undefined) await removeWhatWasCreated(settings);
  }
}

async function probed(target: Target, settings: Settings, isEmbedded: boolean): Promise<Met> {
  const runId = newRunId();
  announceRun({ id: runId, targets: [target] });
  const ledger = isEmbedded ? undefined : runLedger();
  if (ledger !== undefined) openLedger(ledger, { run: runId, url: target.url });
  const { capabilities } = await probeTarget(settings, isEmbedded);
  announceRun({ capabilities });
  return { target, runId, ledger, capabilities: { ...capabilities, ...identitiesOf(target) } };
}
