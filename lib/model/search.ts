import {
  array,
  asyncProperty,
  boolean,
  check,
  constant,
  nat,
  oneof,
  option,
  record,
  type Arbitrary,
} from 'fast-check';
import type { Command } from './command.ts';
import { play, type Difference, type Measure, type Played, type Stage } from './play.ts';
import { counts, parts } from './world.ts';

const repo = nat({ max: counts.repositories - 1 });
const blob = nat({ max: counts.blobs - 1 });
const manifest = nat({ max: counts.manifests - 1 });
const tag = nat({ max: counts.tags - 1 });
const upload = nat({ max: 2 });
const head = boolean();

type Kinds = { [Name in Command['do']]: { weight: number; with: Arbitrary<Extract<Command, { do: Name }>> } };

const named = <Name extends Command['do']>(
  name: Name,
  weight: number,
  what: {
    [Key in keyof Omit<Extract<Command, { do: Name }>, 'do'>]: Arbitrary<Extract<Command, { do: Name }>[Key]>;
  },
): Kinds[Name] => ({ weight, with: record({ do: constant(name), ...what }) }) as unknown as Kinds[Name];

const kinds: Kinds = {
  'push-blob': named('push-blob', 10, { repo, blob }),
  'get-blob': named('get-blob', 8, { repo, blob, head }),
  'delete-blob': named('delete-blob', 3, { repo, blob }),
  mount: named('mount', 4, { repo, blob }),
  'open-upload': named('open-upload', 3, { repo, blob }),
  'send-chunk': named('send-chunk', 12, { upload, part: nat({ max: parts - 1 }) }),
  'ask-upload': named('ask-upload', 5, { upload }),
  'close-upload': named('close-upload', 4, { upload, right: boolean() }),
  'cancel-upload': named('cancel-upload', 2, { upload }),
  'put-manifest': named('put-manifest', 14, { repo, manifest, tag: option(tag, { nil: undefined }) }),
  'put-no-json': named('put-no-json', 2, { repo, tag }),
  'put-mismatch': named('put-mismatch', 2, { repo, manifest, claimed: manifest }),
  'get-manifest': named('get-manifest', 8, { repo, manifest, head }),
  'get-tag': named('get-tag', 8, { repo, tag, head }),
  'delete-manifest': named('delete-manifest', 4, { repo, manifest }),
  'delete-tag': named('delete-tag', 3, { repo, tag }),
  'list-tags': named('list-tags', 5, { repo }),
  'list-referrers': named('list-referrers', 6, { repo, manifest }),
};

const command: Arbitrary<Command> = oneof(
  ...Object.values(kinds).map(({ weight, with: arbitrary }) => ({
    weight,
    arbitrary: arbitrary as Arbitrary<Command>,
  })),
);

/** Random sequences of so many commands at most. */
export function sequences(length: number): Arbitrary<Command[]> {
  return array(command, { maxLength: length, size: 'max' });
}

export type SearchOptions = {
  seed: number;
  /** Of fast-check: leads straight to one sequence of the seed. */
  path?: string | undefined;
  /** How many sequences. */
  sequences: number;
  /** The most commands in one. */
  length: number;
  timeLimitMs?: number | undefined;
  /** Takes the first counterexample for the shortest. */
  unshrunk?: boolean;
};

/** The shortest sequence that breaks the rule. */
type Counterexample = {
  stage: Stage;
  played: Played[];
  difference: Difference;
  seed: number;
  path: string;
  shrinks: number;
};

export type Search = { requests: number; sequences: number; found: Counterexample | undefined };

/**
 * Plays random sequences until one breaks a rule, then looks for the shortest that breaks the same, each on a fresh stage.
 */
export async function search(
  options: SearchOptions,
  open: () => Stage,
  measure: Measure,
  isFinding: (difference: Difference) => boolean,
): Promise<Search> {
  let requests = 0;
  let tried = 0;
  let last: Omit<Counterexample, 'seed' | 'path' | 'shrinks'> | undefined;
  const property = asyncProperty(sequences(options.length), async (commands) => {
    tried += 1;
    const stage = open();
    const { played, difference } = await play(
      stage,
      commands,
      measure,
      (one) => (last === undefined || one.rule === last.difference.rule) && isFinding(one),
    );
    requests += stage.sent.length;
    if (difference === undefined) return true;
    last = { stage, played, difference };
    return false;
  });
  const { seed, path, timeLimitMs } = options;
  const result = await check(property, {
    seed,
    numRuns: options.sequences,
    endOnFailure: options.unshrunk === true,
    ...(path === undefined ? {} : { path }),
    ...(timeLimitMs === undefined ? {} : { interruptAfterTimeLimit: timeLimitMs }),
  });
  if (!result.failed || last === undefined) return { requests, sequences: tried, found: undefined };
  const found = { ...last, seed, path: result.counterexamplePath ?? '', shrinks: result.numShrinks };
  return { requests, sequences: tried, found };
}
