import { reasonToSkip } from '../../../lib/target/decide.ts';
import { mediaTypes } from '../../../lib/content/media-types.ts';
import type { Answer } from '../../../lib/http/exchange.ts';
import { placed, type Repository } from '../../../lib/registry/repository.ts';
import { rule, type RuleId } from '../../../lib/rules/catalogue.ts';
import type { SpecVersion } from '../../../lib/rules/rule.ts';
import type { Command } from './command.ts';
import { expectations, type Expectation } from './expectations.ts';
import { after, claimedFor, emptyState, placeOf, uploadOf, type State } from './state.ts';
import { startOf, type World } from './world.ts';
import type { Check, Capabilities } from '../../../lib/types.ts';

/** Where a sequence is played: repositories that nobody has used, under one name. `sent`: each exchange so far. */
export type Stage = { world: World; repositories: readonly Repository[]; sent: readonly Answer[] };

/** What a rule is judged by: the registry may leave out what it is about. */
export type Measure = { capabilities: Capabilities; specVersion: SpecVersion };

/** A rule that an answer broke. */
export type Difference = Check & { rule: RuleId; command: Command; answer: Answer };

export type Played = { command: Command; answer: Answer };

/** What came of one command. */
export type Step = Played & { difference: Difference | undefined };

/** Plays commands one by one on a stage, and holds each answer against the model. */
export class Player {
  /** Before the next command. It follows what the registry did, right or wrong. */
  state = emptyState();
  readonly #stage: Stage;
  readonly #measure: Measure;
  readonly #locations: string[] = [];

  constructor(stage: Stage, measure: Measure) {
    this.#stage = stage;
    this.#measure = measure;
  }

  /** Undefined where there is nothing to send, as no upload was opened. */
  async step(command: Command): Promise<Step | undefined> {
    const { world } = this.#stage;
    const answer = await perform(this.#stage, this.state, this.#locations, command);
    if (answer === undefined) return undefined;
    const difference = differs(this.state, command, answer, world, this.#measure);
    this.state = after(this.state, command, answer, world);
    return { command, answer, difference };
  }
}

/**
 * Plays a sequence. `isFinding` says which differences end it; after any other it goes on.
 * @returns the answers so far, and the difference that ended them
 */
export async function play(
  stage: Stage,
  commands: readonly Command[],
  measure: Measure,
  isFinding: (difference: Difference) => boolean,
): Promise<{ played: Played[]; difference: Difference | undefined }> {
  const player = new Player(stage, measure);
  const played: Played[] = [];
  for (const command of commands) {
    const step = await player.step(command);
    if (step === undefined) continue;
    played.push(step);
    if (step.difference !== undefined && isFinding(step.difference))
      return { played, difference: step.difference };
  }
  return { played, difference: undefined };
}

function differs(
  state: State,
  command: Command,
  answer: Answer,
  world: World,
  { capabilities, specVersion }: Measure,
): Difference | undefined {
  const applies = ({ rule: id }: Expectation): boolean =>
    reasonToSkip(rule(id), capabilities, specVersion) === undefined;
  for (const { rule: id, check } of expectations(state, command, world).filter(applies)) {
    const found = check(answer);
    if (!found.kept) return { ...found, rule: id, command, answer };
  }
  return undefined;
}

/** Sends what the command stands for. @returns the last answer; undefined where there is nothing to send */
async function perform(
  { world, repositories }: Stage,
  state: State,
  locations: string[],
  command: Command,
): Promise<Answer | undefined> {
  const { blobs, manifests, tags } = world;
  if ('upload' in command) {
    const upload = uploadOf(state, command);
    if (upload === undefined) return undefined;
    const at = placeOf(state, command);
    const { uploads } = repositories[upload.repo]!;
    const answer = await performOnUpload(uploads, locations[at]!, upload.blob, command, world);
    const leadsOn = command.do === 'send-chunk' || command.do === 'ask-upload';
    if (leadsOn && answer?.status !== undefined && answer.status < 300 && answer.location !== undefined)
      locations[at] = answer.location;
    return answer;
  }
  const here = repositories[command.repo]!;
  switch (command.do) {
    case 'push-blob': {
      const { bytes, digest } = blobs[command.blob]!;
      const opened = await here.uploads.post();
      return opened.status === 202 && opened.location !== undefined
        ? await here.uploads.put(opened.location, digest, bytes)
        : opened;
    }
    case 'push-false': {
      const opened = await here.uploads.post();
      const claimed = blobs[claimedFor(command)]!.digest;
      return opened.status === 202 && opened.location !== undefined
        ? await here.uploads.put(opened.location, claimed, blobs[command.blob]!.bytes)
        : opened;
    }
    case 'open-upload': {
      const opened = await here.uploads.post();
      locations.push(opened.location ?? `${here.url}/blobs/uploads/none`);
      return opened;
    }
    case 'mount':
      return await here.uploads.post([
        ['mount', blobs[command.blob]!.digest],
        ...(command.named
          ? [['from', repositories[(command.repo + 1) % repositories.length]!.name] as [string, string]]
          : []),
      ]);
    case 'get-blob':
      return await here.blobs[command.head ? 'head' : 'get'](blobs[command.blob]!.digest);
    case 'delete-blob':
      return await here.blobs.delete(blobs[command.blob]!.digest);
    case 'put-manifest': {
      const manifest = manifests[command.manifest]!;
      return await here.manifests.put(
        command.tag === undefined ? manifest.digest : tags[command.tag]!,
        manifest,
      );
    }
    case 'put-no-json':
      return await here.manifests.put(tags[command.tag]!, {
        bytes: Buffer.from('no JSON'),
        mediaType: mediaTypes.ociManifest,
      });
    case 'put-mismatch':
      return await here.manifests.put(manifests[command.claimed]!.digest, manifests[command.manifest]!);
    case 'get-manifest':
      return await here.manifests[command.head ? 'head' : 'get'](manifests[command.manifest]!.digest);
    case 'get-tag':
      return await here.manifests[command.head ? 'head' : 'get'](tags[command.tag]!);
    case 'delete-manifest':
      return await here.manifests.delete(manifests[command.manifest]!.digest);
    case 'delete-tag':
      return await here.manifests.delete(tags[command.tag]!);
    case 'list-tags':
      return await here.tags.list();
    case 'list-referrers':
      return await here.referrers.list(manifests[command.manifest]!.digest);
    default:
      return command satisfies never;
  }
}

async function performOnUpload(
  uploads: Repository['uploads'],
  location: string,
  blob: number,
  command: Extract<Command, { upload: number }>,
  { blobs }: World,
): Promise<Answer> {
  const { bytes, digest } = blobs[blob]!;
  switch (command.do) {
    case 'send-chunk': {
      const start = startOf(blob, command.part);
      const chunk = bytes.subarray(start, startOf(blob, command.part + 1));
      return await uploads.patch(location, chunk, placed(start, chunk));
    }
    case 'ask-upload':
      return await uploads.get(location);
    case 'close-upload':
      return await uploads.put(location, command.right ? digest : blobs[claimedFor({ blob })]!.digest);
    case 'cancel-upload':
      return await uploads.delete(location);
    default:
      return command satisfies never;
  }
}
