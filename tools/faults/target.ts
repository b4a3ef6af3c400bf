import { announceRun, currentRun, runSettings } from '../../lib/run/run.ts';
import type { Settings } from '../../lib/run/settings.ts';
import { startRegistry } from '../registry/registry.ts';
import { fault } from './faults.ts';
import { startProxy } from './proxy.ts';
import type { Wire } from './wire.ts';
import type { Capabilities, AuthMode, Target } from '../../lib/types.ts';
import { probeTarget, withOffers } from '../../lib/target/probe.ts';
import { targetOf } from '../registry/target.ts';

type Standing = Pick<ReturnType<typeof currentRun>, 'targets' | 'capabilities' | 'probeRequests'>;

/** Registries that each have a fault, started when first asked for. They stand until all are closed. */
export class MisbehavingRegistries {
  readonly #usual = currentRun();
  readonly #standing = new Map<string, Promise<Standing>>();
  readonly #plain = new Map<AuthMode, Promise<Standing>>();
  /** By fault, what its model threw in the test that runs. */
  readonly #threw = new Map<string, Error>();
  readonly #running: { close: () => Promise<void> }[] = [];

  /** Makes the run of this process one against the registry with that fault. */
  async meet(id: string, auth: AuthMode): Promise<void> {
    const standing = this.#standing.get(id) ?? this.#start(id, auth);
    this.#standing.set(id, standing);
    this.#threw.delete(id);
    announceRun(await standing);
  }

  /** What the model of the fault threw since it was met, which is a mistake in it. */
  thrownBy(id: string): Error | undefined {
    return this.#threw.get(id);
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map(async (one) => await one.close()));
  }

  async #start(id: string, auth: AuthMode): Promise<Standing> {
    const settings = runSettings();
    const isForeign = settings.url !== undefined;
    const { wire, behaviour } = fault(id);
    const registry = isForeign ? undefined : await startRegistry({ auth, ...(behaviour && { behaviour }) });
    const target = registry
      ? await targetOf(registry, settings)
      : this.#usual.targets.find((one) => one.auth === auth);
    if (target === undefined) throw new Error(`The run has no target for ${auth}`);
    const realm = wire && movedRealm(wire, target);
    const proxy =
      wire &&
      (await startProxy({ registry: target.url, realm }, wire, {
        onThrow: (error) => this.#threw.set(id, error),
      }));
    this.#running.push(...[proxy, registry].filter((one) => one !== undefined));
    const met = proxy === undefined ? target : behind(proxy.url, target, realm);
    const standing = await probed(met, probingAt(id), !isForeign);
    return isForeign ? offeringAll(await this.#withoutFault(target), standing) : standing;
  }

  /** A foreign registry without a fault, probed once. */
  async #withoutFault(target: Target): Promise<Standing> {
    const plain = this.#plain.get(target.auth) ?? probed(target, probingAt('no-fault'), false);
    this.#plain.set(target.auth, plain);
    return await plain;
  }
}

/** A place for each probe: before one foreign registry several faults are probed at once. */
function probingAt(place: string): Settings {
  const settings = runSettings();
  return { ...settings, namespace: `${settings.namespace}/${place}-${process.pid}` };
}

async function probed(target: Target, settings: Settings, embedded: boolean): Promise<Standing> {
  announceRun({ targets: [await withOffers(target, settings)] });
  announceRun(await probeTarget(settings, embedded));
  const { targets, capabilities, probeRequests } = currentRun();
  return { targets, capabilities, probeRequests };
}

/** A fault may hide from the probe what the registry offers; the tests of that are tried all the same. */
function offeringAll(plain: Standing, faulty: Standing): Standing {
  const [offers] = plain.targets.map((target) => target.offers);
  return {
    ...faulty,
    capabilities: { ...faulty.capabilities, ...offered(plain.capabilities) },
    targets: faulty.targets.map((target) => ({
      ...target,
      offers: { ...target.offers, ...offered(offers) },
    })),
  };
}

function offered(capabilities: Capabilities = {}): Capabilities {
  return Object.fromEntries(Object.entries(capabilities).filter(([, offer]) => offer.offered));
}

/** The realm of its tokens, where the wire changes something there; else it keeps its place. */
function movedRealm(wire: Wire, { tokenService }: Target): string | undefined {
  if (tokenService === undefined) return undefined;
  const { pathname } = new URL(tokenService.realm);
  return ['GET', 'POST'].some((method) => wire.matches(method, pathname)) ? tokenService.realm : undefined;
}

/** The target as a client meets it through a proxy, which passes on to a realm that moved. */
function behind(url: string, target: Target, realm: string | undefined): Target {
  const { tokenService } = target;
  return {
    ...target,
    url,
    tokenService:
      tokenService && realm !== undefined
        ? { ...tokenService, realm: url + new URL(realm).pathname }
        : tokenService,
  };
}
