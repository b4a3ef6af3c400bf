import { setTimeout } from 'node:timers/promises';
import { sendTo } from './astray.ts';
import { authorized, fullAccess } from '../registry/auth/authorized.ts';
import { TokenCache } from '../registry/auth/token.ts';
import { Gate } from '../http/gate.ts';
import { patient, type Trouble } from '../http/retries.ts';
import { isAlive } from './outage.ts';
import { noting } from './ledger.ts';
import type { Answer, Send } from '../http/exchange.ts';
import { Repository } from '../registry/repository.ts';
import { currentRun, runLedger, userAgent } from '../run/run.ts';
import type { Settings } from '../run/settings.ts';
import type { Target } from '../types.ts';

const answeredMs = 5_000;

let gate: Gate | undefined;
const met: Trouble['kind'][] = [];

/** What stood in the way of requests outside tests, so far. */
export function troublesMet(): Trouble['kind'][] {
  return met;
}

/** Sends to these outside a test, with the patience and within the limits of the run. */
export function wireTo(targets: readonly Target[], settings: Settings, timeouts?: number): Send {
  gate ??= new Gate(settings);
  const plain = sendTo(targets, settings);
  const send: Send = async (request) =>
    await plain({ ...request, headers: { 'User-Agent': userAgent(), ...request.headers } });
  return patient(send, gate, { onTrouble: ({ kind }) => void met.push(kind), timeouts });
}

/**
 * The first target as its owner meets it, outside any test. What is made to be removed is not waited for twice: a cleanup
 * goes on from there.
 */
export function wayIn(
  settings: Settings,
  plain: Send = wireTo(currentRun().targets, settings, 1),
  ledger: string | undefined = runLedger(),
): {
  open: (name: string, source?: Repository) => Repository;
  isAnswered: () => Promise<boolean>;
  send: (path: string, scopes: readonly string[]) => Promise<Answer>;
} {
  const [target] = currentRun().targets;
  if (target === undefined) throw new Error('The run has no target');
  const noted = ledger ? noting(plain, ledger) : plain;
  const tokens = new TokenCache();
  const ownerOf = (name: string): Target =>
    target.otherNamespace !== undefined && name.startsWith(`${target.otherNamespace}/`)
      ? { ...target, identity: target.stranger }
      : target;
  return {
    open: (name, source) => {
      const access = fullAccess(ownerOf(name), name, source);
      return new Repository(authorized(noted, target, tokens, access), target.url, name);
    },
    isAnswered: async () =>
      await Promise.race([isAlive(target.url, settings), setTimeout(answeredMs, false)]),
    send: async (path, scopes) => {
      const access = { credentials: target.identity, scopes };
      return await authorized(plain, target, tokens, access)({ method: 'GET', url: target.url + path });
    },
  };
}
