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
  shuffledSubarray,
  tuple,
  type Arbitrary,
} from 'fast-check';
import type { Command } from './command.ts';
import { play, type Difference, type Measure, type Played, type Stage } from './play.ts';
import { counts, parts, worldOf } from './world.ts';

const repo = nat({ max: counts.repositories - 1 });
const blob = nat({ max: counts.blobs - 1 });
const manifest = nat({ max: counts.manifests - 1 });
const tag = nat({ max: counts.tags - 1 });
const upload = nat({ max: 2 });
const head = boolean();

type Named<Name extends Command['do']> = Extract<Command, { do: Name }>;
type Parts<Name extends Command['do']> = {
  [Key in keyof Omit<Named<Name>, 'do'>]: Arbitrary<Named<Name>[Key]>;
};

function just<Name extends Command['do']>(name: Name, what: Parts<Name>): Arbitrary<Command[]> {
  return record({ do: constant(name), ...what }).map((command) => [command as unknown as Command]);
}

/** A manifest with all that it names. */
function image(repository: number, number: number, tagged: number | undefined): Command[] {
  return [
    ...contents(repository, number),
    { do: 'put-manifest', repo: repository, manifest: number, tag: tagged },
  ];
}

/** All that a manifest names. */
function contents(repository: number, number: number): Command[] {
  const { holds, children } = shape.manifests[number]!;
  return [
    ...holds.map((held): Command => ({ do: 'push-blob', repo: repository, blob: held })),
    ...children.flatMap((child) => image(repository, child, undefined)),
  ];
}

/** Chunks in their order, as far as they go. */
function chunks(repository: number, number: number, sent: number, end: Command[]): Command[] {
  return [
    { do: 'open-upload', repo: repository, blob: number },
    ...Array.from({ length: sent }, (_, part): Command => ({ do: 'send-chunk', upload: 0, part })),
    { do: 'ask-upload', upload: 0 },
    ...end,
  ];
}

/** Everything of a repository, read once; lists after what they list, whose own fault says more of what went wrong. */
function look(repository: number, isHead: boolean): Command[] {
  const each = (count: number, of: (at: number) => Command): Command[] =>
    Array.from({ length: count }, (_, at) => of(at));
  return [
    ...each(counts.tags, (at) => ({ do: 'get-tag', repo: repository, tag: at, head: isHead })),
    ...each(counts.manifests, (at) => ({ do: 'get-manifest', repo: repository, manifest: at, head: isHead })),
    { do: 'list-tags', repo: repository },
    { do: 'list-referrers', repo: repository, manifest: 0 },
    ...each(counts.blobs, (at) => ({ do: 'get-blob', repo: repository, blob: at, head: isHead })),
  ];
}

const shape = worldOf('');

/** What an upload that came to an end is asked for; `part`: the next. */
const onEnded = (part: number): Command[] => [
  { do: 'ask-upload', upload: 0 },
  { do: 'send-chunk', upload: 0, part },
  { do: 'close-upload', upload: 0, right: true },
  { do: 'close-upload', upload: 0, right: false },
  { do: 'cancel-upload', upload: 0 },
];

/** Each part once more, the last first. */
const again = Array.from({ length: parts }, (_, at): Command => ({
  do: 'send-chunk',
  upload: 0,
  part: parts - 1 - at,
}));

function inSomeOrder<T>(all: T[]): Arbitrary<T[]> {
  return shuffledSubarray(all, { minLength: all.length });
}

/** In half of the cases this one. */
function often<T>(value: T, other: Arbitrary<T>): Arbitrary<T> {
  return oneof(constant(value), other);
}

const steps: { weight: number; arbitrary: Arbitrary<Command[]> }[] = [
  {
    weight: 12,
    arbitrary: tuple(repo, manifest, option(tag, { nil: undefined })).map(([here, number, tagged]) =>
      image(here, number, tagged),
    ),
  },
  { weight: 5, arbitrary: tuple(repo, head).map(([here, isHead]) => look(here, isHead)) },
  // Chunks, closed rightly or not.
  {
    weight: 6,
    arbitrary: tuple(repo, blob, nat({ max: parts }), boolean()).map(([here, number, sent, right]) =>
      chunks(here, number, sent, [{ do: 'close-upload', upload: 0, right }]),
    ),
  },
  // An upload that is cancelled, and asked all the same.
  {
    weight: 10,
    arbitrary: often(parts, nat({ max: parts - 1 })).chain((sent) =>
      tuple(repo, blob, inSomeOrder(onEnded(sent % parts))).map(([here, number, late]) =>
        chunks(here, number, sent, [{ do: 'cancel-upload', upload: 0 }, ...late]),
      ),
    ),
  },
  // An upload that is finished, and asked all the same.
  {
    weight: 5,
    arbitrary: tuple(repo, blob, inSomeOrder(onEnded(0))).map(([here, number, late]) =>
      chunks(here, number, parts, [
        { do: 'close-upload', upload: 0, right: true },
        { do: 'get-blob', repo: here, blob: number, head: false },
        ...late,
      ]),
    ),
  },
  // A tag that goes, its sibling that stays, and one that was never there.
  {
    weight: 8,
    arbitrary: tuple(repo, manifest, inSomeOrder([...Array(counts.tags).keys()])).map(
      ([here, number, [one, another, last]]) => [
        ...image(here, number, one),
        { do: 'put-manifest', repo: here, manifest: number, tag: another },
        { do: 'delete-tag', repo: here, tag: last! },
        { do: 'delete-tag', repo: here, tag: one! },
        ...look(here, false),
      ],
    ),
  },
  // A manifest that goes beside one that stays; an index as often as all others.
  {
    weight: 12,
    arbitrary: tuple(
      repo,
      manifest,
      oneof(manifest, constant(counts.manifests - 1)),
      option(tag, { nil: undefined }),
      nat({ max: 3 }),
    ).map(([here, stays, goes, tagged, back]) => [
      ...image(here, stays, undefined),
      ...image(here, goes, tagged),
      { do: 'delete-manifest', repo: here, manifest: goes },
      ...(back === 0 ? image(here, goes, undefined) : []),
      ...(back === 1 ? [{ do: 'delete-manifest' as const, repo: here, manifest: goes }] : []),
      ...look(here, false),
    ]),
  },
  // Chunks that were sent before, or come too early.
  {
    weight: 12,
    arbitrary: tuple(repo, blob, nat({ max: parts - 1 }), often(again, inSomeOrder(again))).map(
      ([here, number, before, late]) =>
        chunks(here, number, before + 1, [...late, { do: 'ask-upload', upload: 0 }]),
    ),
  },
  // A mounted blob whose source goes.
  {
    weight: 10,
    arbitrary: tuple(repo, blob, boolean(), boolean(), head).map(([here, number, named, isBack, isHead]) => {
      const there = (here + 1) % counts.repositories;
      const pushed: Command = { do: 'push-blob', repo: here, blob: number };
      return [
        pushed,
        { do: 'delete-blob', repo: there, blob: number },
        { do: 'mount', repo: there, blob: number, named },
        { do: 'get-blob', repo: there, blob: number, head: isHead },
        { do: 'delete-blob', repo: here, blob: number },
        { do: 'get-blob', repo: there, blob: number, head: false },
        ...(isBack ? [pushed] : []),
        { do: 'get-blob', repo: here, blob: number, head: false },
      ];
    }),
  },
  // A tag that moves.
  {
    weight: 8,
    arbitrary: tuple(repo, manifest, nat({ max: counts.manifests - 2 }), tag).map(
      ([here, first, next, tagged]) => [
        ...image(here, first, tagged),
        ...image(here, (first + 1 + next) % counts.manifests, tagged),
        { do: 'get-tag', repo: here, tag: tagged, head: false },
        { do: 'get-manifest', repo: here, manifest: first, head: false },
        { do: 'list-tags', repo: here },
      ],
    ),
  },
  // Two referrers, of which one goes and comes back.
  {
    weight: 6,
    arbitrary: tuple(repo, often(2, constant(3))).map(([here, goes]) => {
      const list: Command = { do: 'list-referrers', repo: here, manifest: 0 };
      return [
        ...[0, 2, 3].flatMap((number) => image(here, number, undefined)),
        list,
        { do: 'list-referrers', repo: here, manifest: 1 },
        { do: 'delete-manifest', repo: here, manifest: goes },
        // Seen, so that the repository is not empty.
        { do: 'get-manifest', repo: here, manifest: 0, head: false },
        list,
        ...image(here, goes, undefined),
        list,
      ];
    }),
  },
  // A blob of two repositories that one of them drops, twice.
  {
    weight: 4,
    arbitrary: tuple(repo, blob).map(([here, number]) => {
      const there = (here + 1) % counts.repositories;
      return [
        { do: 'push-blob', repo: here, blob: number },
        { do: 'push-blob', repo: there, blob: number },
        { do: 'delete-blob', repo: here, blob: number },
        { do: 'delete-blob', repo: here, blob: number },
        { do: 'get-blob', repo: there, blob: number, head: false },
      ];
    }),
  },
  // A chunk that leaves out one before it.
  {
    weight: 8,
    arbitrary: tuple(repo, blob, nat({ max: 1 })).map(([here, number, sent]) =>
      chunks(here, number, sent, [{ do: 'send-chunk', upload: 0, part: parts - 1 }]),
    ),
  },
  { weight: 4, arbitrary: just('push-blob', { repo, blob }) },
  {
    weight: 4,
    arbitrary: tuple(repo, blob).map(([here, number]) => [
      { do: 'push-false', repo: here, blob: number },
      ...look(here, false),
    ]),
  },
  { weight: 3, arbitrary: just('get-blob', { repo, blob, head }) },
  { weight: 3, arbitrary: just('delete-blob', { repo, blob }) },
  { weight: 4, arbitrary: just('mount', { repo, blob, named: boolean() }) },
  { weight: 6, arbitrary: just('send-chunk', { upload, part: nat({ max: parts - 1 }) }) },
  { weight: 3, arbitrary: just('ask-upload', { upload }) },
  { weight: 3, arbitrary: just('close-upload', { upload, right: boolean() }) },
  { weight: 2, arbitrary: just('cancel-upload', { upload }) },
  { weight: 6, arbitrary: just('put-manifest', { repo, manifest, tag: option(tag, { nil: undefined }) }) },
  { weight: 3, arbitrary: just('put-no-json', { repo, tag }) },
  { weight: 3, arbitrary: just('put-mismatch', { repo, manifest, claimed: manifest }) },
  { weight: 3, arbitrary: just('get-manifest', { repo, manifest, head }) },
  { weight: 3, arbitrary: just('get-tag', { repo, tag, head }) },
  { weight: 6, arbitrary: just('delete-manifest', { repo, manifest }) },
  { weight: 5, arbitrary: just('delete-tag', { repo, tag }) },
  { weight: 2, arbitrary: just('list-tags', { repo }) },
  { weight: 2, arbitrary: just('list-referrers', { repo, manifest }) },
];

/** How a sequence begins: with what shows only where nothing was pushed before. */
const openings: { weight: number; arbitrary: Arbitrary<Command[]> }[] = [
  { weight: 1, arbitrary: constant([]) },
  // Blobs that are nowhere, refused, or elsewhere; a referrer before its subject.
  {
    weight: 2,
    arbitrary: tuple(repo, blob, boolean(), head).map(([here, number, named, isHead]) => {
      const there = (here + 1) % counts.repositories;
      const other = (number + 1) % counts.blobs;
      return [
        { do: 'push-false', repo: here, blob: other },
        { do: 'get-blob', repo: here, blob: other, head: false },
        { do: 'mount', repo: there, blob: number, named: false },
        { do: 'get-blob', repo: there, blob: number, head: !isHead },
        { do: 'push-blob', repo: here, blob: number },
        { do: 'get-blob', repo: there, blob: number, head: isHead },
        { do: 'get-blob', repo: there, blob: number, head: !isHead },
        { do: 'mount', repo: there, blob: number, named },
        { do: 'get-blob', repo: there, blob: number, head: !isHead },
        ...image(here, 3, undefined),
        ...image(here, 0, undefined),
        { do: 'list-referrers', repo: here, manifest: 0 },
      ];
    }),
  },
  // Refused manifests, more often a referrer than another.
  {
    weight: 2,
    arbitrary: tuple(repo, often(2, manifest), nat({ max: counts.manifests - 2 }), tag, head).map(
      ([here, number, next, tagged, isHead]) => [
        ...contents(here, number),
        { do: 'put-mismatch', repo: here, manifest: number, claimed: (number + 1 + next) % counts.manifests },
        { do: 'put-no-json', repo: here, tag: tagged },
        ...image(here, 0, undefined),
        ...look(here, isHead),
      ],
    ),
  },
];

/** Random sequences of so many steps at most, each of them one command or a few that belong together. */
export function sequences(length: number): Arbitrary<Command[]> {
  return tuple(oneof(...openings), array(oneof(...steps), { maxLength: length, size: 'max' })).map(
    ([opening, list]) => [...opening, ...list.flat()],
  );
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

type Story = { stage: Stage; played: Played[]; difference: Difference };

/** The shortest sequence that breaks the rule. */
type Counterexample = Story & {
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
  let last: Story | undefined;
  const property = asyncProperty(sequences(options.length), async (commands) => {
    tried += 1;
    const stage = open();
    const { played, difference } = await play(
      stage,
      commands,
      measure,
      (found) => (last === undefined || found.rule === last.difference.rule) && isFinding(found),
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
  const { rule } = last.difference;
  let shortest = last;
  // fast-check leaves together what was made together.
  for (let left = smaller(shortest.played); options.unshrunk !== true;) {
    const next = left.next();
    if (next.done === true) break;
    const stage = open();
    const { played, difference } = await play(stage, next.value, measure, (other) => other.rule === rule);
    if (difference === undefined) continue;
    shortest = { stage, played, difference };
    left = smaller(played);
  }
  const found = { ...shortest, seed, path: result.counterexamplePath ?? '', shrinks: result.numShrinks };
  return { requests, sequences: tried, found };
}

/** The same with a command less, then with the first manifest in the place of another. */
function* smaller(played: readonly Played[]): Generator<Command[]> {
  const commands = played.map(({ command }) => command);
  for (const at of commands.keys()) yield commands.filter((_, place) => place !== at);
  for (let number = 1; number < counts.manifests; number += 1) {
    const isMeant = (one: Command): boolean => 'manifest' in one && one.manifest === number;
    if (commands.some(isMeant)) yield commands.map((one) => (isMeant(one) ? { ...one, manifest: 0 } : one));
  }
}
