import { probe, probeByReading, probeTokens } from './capabilities.ts';
import { profileOf } from '../profiles/profiles.ts';
import { NetworkTrouble, type Trouble } from '../http/retries.ts';
import { isAlive, kindOf } from './outage.ts';
import { isOfAnswer, ruleOfAnswer } from '../http/bounds.ts';
import { ofThisRun } from './repository-names.ts';
import { Answer, type Request, type Send } from '../http/exchange.ts';
import { currentRun, runLedger, type Run } from '../run/run.ts';
import { SettingError, type Settings } from '../run/settings.ts';
import { speaking } from '../text/speaking.ts';
import { line, say } from '../text/terminal.ts';
import type { Target } from '../types.ts';
import { wireTo, wayIn, troublesMet } from './way-in.ts';
import { refusalIn } from '../registry/auth/authorized.ts';

/** A registry that is any good is probed in seconds. */
const mostProbingMs = 2 * 60_000;
/** Troubles that took their time. */
const waitedOut: readonly Trouble['kind'][] = ['timeout', 'rate-limit'];

let isStopped = false;

/** From now on, no probe sends anything. */
export function breakOff(): void {
  isStopped = true;
}

export function isBrokenOff(): boolean {
  return isStopped;
}

/** What the target offers, and the requests it took to find out. */
export async function probeTarget(
  settings: Settings,
  embedded: boolean,
): Promise<Pick<Run, 'capabilities' | 'probeRequests' | 'probeTroubles'>> {
  const plain = unlessUnheard(wireTo(currentRun().targets, settings), settings);
  let probeRequests = 0;
  let [last, isHeard] = ['', false];
  const counting: Send = async (request) => {
    if (isStopped) throw new Error('the run was broken off');
    probeRequests += 1;
    const answer = await plain(request);
    isHeard ||= answer.status > 0 && answer.status < 500;
    last = `${request.method} ${new URL(request.url).pathname} answered ${answer.status}`;
    return answer;
  };
  // The embedded registry goes with all that it holds.
  const { send, open } = wayIn(settings, counting, embedded ? '' : runLedger());
  const askCatalog = async (): Promise<Answer> =>
    await send('/v2/_catalog?n=1', profileOf(settings.profile).catalogScopes).catch(refusalIn);
  const [given] = settings.references ?? [];
  const probing =
    given === undefined
      ? probe({
          embedded,
          repository: (suffix, source) => open(probed(settings, suffix), source),
          askCatalog,
        })
      : probeByReading(open(given.repository), given.reference, askCatalog);
  const capabilities = await speaking(
    () =>
      `finding out what ${settings.url ?? 'the embedded registry'} offers, ${probeRequests} requests so far`,
    async () => await orBreakOff(probing, settings),
  );
  if (!isHeard)
    throw new SettingError(`REGISTRY_URL=${settings.url}`, `the probe found nothing that works: ${last}`);
  return { capabilities, probeRequests, probeTroubles: troublesMet() };
}

/**
 * Sends for a probe: a request that no answer can be had to costs what it asks for, and no more; its status is 0, and
 * what is in the way, a rule or the network, stands in the body. What has gone unheard once is not tried again.
 * @throws NetworkTrouble where nobody answers any more
 */
function unlessUnheard(send: Send, settings: Settings): Send {
  const silent = new Map<string, string>();
  const until = performance.now() + mostProbingMs;
  return async (request) => {
    if (performance.now() > until) throw new Error(`it is not over after ${mostProbingMs / 60_000} minutes`);
    const known = silent.get(kindOf(request));
    if (known !== undefined) return unheardAnswer(request, known);
    try {
      return await send(request);
    } catch (error) {
      if (!isOfAnswer(error) && !(error instanceof NetworkTrouble)) throw error;
      if (!isOfAnswer(error) && !(await isAlive(new URL(request.url).origin, settings))) throw error;
      const why = error.message.split('\n', 1)[0] ?? '';
      const reason = `${isOfAnswer(error) ? ruleOfAnswer(error) : 'network'}: ${why}`;
      if (error instanceof NetworkTrouble && waitedOut.includes(error.trouble.kind))
        silent.set(kindOf(request), reason);
      say(
        line`  blocked is what needs an answer to ${request.method} ${new URL(request.url).pathname}: ${why}`,
      );
      return unheardAnswer(request, reason);
    }
  };
}

function unheardAnswer(request: Request, reason: string): Answer {
  return new Answer(request, 0, [], Buffer.from(reason), 0);
}

function probed({ repositories, namespace }: Settings, suffix: string): string {
  const [first, second] = repositories ?? [];
  return (suffix === 'probe' ? first : second) ?? ofThisRun(namespace, ...suffix.split('/'));
}

/** The target, and what its token service was seen to offer. */
export async function withOffers(target: Target, settings: Settings): Promise<Target> {
  return { ...target, offers: await orBreakOff(probeTokens(wireTo([target], settings), target), settings) };
}

async function orBreakOff<T>(probing: Promise<T>, { url }: Settings): Promise<T> {
  return await probing.catch((error: unknown) => {
    // The process has yet to remove what the probe made.
    if (isStopped) throw error;
    throw new SettingError(`REGISTRY_URL=${url}`, `the probe broke off: ${(error as Error).message}`);
  });
}
