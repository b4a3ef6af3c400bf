import { sample } from 'fast-check';
import { isDigest } from '../../../lib/content/digest.ts';
import { errorCodes } from '../../../lib/http/errors.ts';
import type { Answer } from '../../../lib/http/exchange.ts';
import { referrersIn, tagsIn } from '../../../lib/registry/lists.ts';
import { excerpt } from '../../../lib/text/cut.ts';
import type { Command } from './command.ts';
import { Player, type Difference, type Measure, type Played, type Stage } from './play.ts';
import { sequences } from './search.ts';
import { uploadOf, type State } from './state.ts';

/** One of two registries: where it plays, and what it is judged by. */
export type Side = { name: string; open: () => Stage; measure: Measure };

/** Two registries answered one command in two ways, both of which the rules allow. */
type Variation = { situation: string; answers: [string, string]; times: number };

/** A rule that one of them broke, and the way there. */
type SideFinding = { side: Side; stage: Stage; difference: Difference; played: Played[] };

export type Comparison = { variations: Variation[]; findings: SideFinding[]; requests: number };

/** Plays the same random sequences on both, from fresh repositories each time. Each broken rule is told once a side. */
export async function compare(
  sides: [Side, Side],
  { seed, count, length }: { seed: number; count: number; length: number },
): Promise<Comparison> {
  const variations = new Map<string, Variation>();
  const findings = new Map<string, SideFinding>();
  let requests = 0;
  for (const commands of sample(sequences(length), { seed, numRuns: count })) {
    const stages = sides.map((side) => side.open());
    const players = sides.map(({ measure }, at) => new Player(stages[at]!, measure));
    const played: [Played[], Played[]] = [[], []];
    for (const command of commands) {
      const [before, other] = players.map(({ state }) => state);
      const isSame = JSON.stringify(before) === JSON.stringify(other);
      const steps = await Promise.all(players.map(async (player) => await player.step(command)));
      for (const [at, step] of steps.entries()) {
        const [side, stage] = [sides[at]!, stages[at]!];
        if (step === undefined) continue;
        played[at]!.push(step);
        const { difference } = step;
        const key = `${side.name} ${difference?.rule}`;
        if (difference !== undefined && !findings.has(key))
          // The sequence goes on, and its requests are no part of the way there.
          findings.set(key, {
            side,
            stage: { ...stage, sent: [...stage.sent] },
            difference,
            played: [...played[at]!],
          });
      }
      const [one, two] = steps;
      if (one === undefined || two === undefined || !isSame || before === undefined) continue;
      const answers: [string, string] = [told(one.answer), told(two.answer)];
      if (answers[0] === answers[1] || one.difference !== undefined || two.difference !== undefined) continue;
      const situation = situationOf(before, command);
      const key = [situation, ...answers].join('\n');
      const variation = variations.get(key) ?? { situation, answers, times: 0 };
      variation.times += 1;
      variations.set(key, variation);
    }
    requests += stages.reduce((sum, { sent }) => sum + sent.length, 0);
  }
  return {
    variations: [...variations.values()].toSorted((a, b) => b.times - a.times),
    findings: [...findings.values()],
    requests,
  };
}

/** What of an answer another registry could have said as well. */
function told(answer: Answer): string {
  const names = ['content-type', 'docker-content-digest', 'range', 'oci-subject', 'content-length'];
  const headers = names.flatMap((name) => {
    const value = answer.header(name);
    if (value === undefined) return [];
    // How long an error is, and of which type, is nobody's business.
    if (answer.status >= 400 || (name === 'content-length' && answer.request.method !== 'HEAD')) return [];
    return [`${name}: ${value.startsWith('sha256:') ? '(digest)' : value}`];
  });
  const codes = [...new Set(errorCodes(answer))];
  const lists = [...tagsIn(answer), ...referrersIn(answer).map(shortDigest)];
  return [
    `${answer.status}`,
    ...headers,
    ...(answer.location === undefined ? [] : ['a Location']),
    ...(codes.length === 0 ? [] : [codes.join(' ')]),
    ...(lists.length === 0 ? [] : [lists.join(' ')]),
  ].join(', ');
}

function shortDigest(digest: string): string {
  return isDigest(digest) ? digest.slice(0, 12) : excerpt(digest);
}

/** The command, and what was there when it came. */
function situationOf(state: State, command: Command): string {
  if ('upload' in command) {
    const upload = uploadOf(state, command);
    const how = upload?.is === 'open' ? `that holds ${upload.received} of 3 parts` : `that is ${upload?.is}`;
    const what =
      command.do === 'send-chunk'
        ? ` ${command.part}`
        : command.do === 'close-upload' && !command.right
          ? ' wrongly'
          : '';
    return `${command.do}${what}, of an upload ${how}`;
  }
  const here = state.repositories[command.repo]!;
  const head = 'head' in command && command.head ? 'HEAD ' : '';
  const what =
    'blob' in command
      ? `a blob that is ${here.blobs[command.blob]!.is}`
      : 'manifest' in command
        ? `a manifest that is ${here.manifests[command.manifest]!.is}`
        : 'tag' in command
          ? `a tag that leads ${typeof here.tags[command.tag]!.to === 'number' ? 'to a manifest' : String(here.tags[command.tag]!.to)}`
          : 'the repository';
  return `${head}${command.do}, of ${what}`;
}
