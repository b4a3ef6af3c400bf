import type { Answer } from '../../../lib/http/exchange.ts';
import { tagsIn } from '../../../lib/registry/lists.ts';
import type { Command } from './command.ts';
import type { ModelRule } from './rules.ts';
import { counts, parts, type World } from './world.ts';

/** Whether something is there, and the rule that says so. `unknown`: no rule says. */
export type Fact = { is: 'present' | 'absent' | 'unknown'; by: ModelRule; seen?: true };

/** Where a tag leads. */
type TagFact = { to: number | 'nowhere' | 'unknown'; by: ModelRule; was?: number };

export type RepositoryState = {
  blobs: Fact[];
  manifests: Fact[];
  tags: TagFact[];
  /** By manifest: the rule that lists it among the referrers of its subject. */
  listedBy: ModelRule[];
};

export type Upload = {
  repo: number;
  blob: number;
  received: number;
  is: 'open' | 'finished' | 'cancelled' | 'unknown';
};

/** What a client may rely on after all that it did and saw. */
export type State = { repositories: RepositoryState[]; uploads: Upload[] };

export function emptyState(): State {
  return { repositories: Array.from({ length: counts.repositories }, emptyRepository), uploads: [] };
}

function emptyRepository(): RepositoryState {
  return {
    blobs: Array.from({ length: counts.blobs }, () => absent('blob.get.missing')),
    manifests: Array.from({ length: counts.manifests }, () => absent('manifest.get.missing')),
    tags: Array.from({ length: counts.tags }, () => ({ to: 'nowhere', by: 'manifest.get.missing' })),
    listedBy: Array.from({ length: counts.manifests }, () => 'referrers.listed'),
  };
}

const present = (by: ModelRule): Fact => ({ is: 'present', by });
const absent = (by: ModelRule): Fact => ({ is: 'absent', by });
const unknown: Fact = { is: 'unknown', by: 'blob.get.status' };
const somewhere: TagFact = { to: 'unknown', by: 'manifest.get.status' };

/** Never there, as far as was seen. */
function isPlain({ is, by }: Fact): boolean {
  return is === 'absent' && (by === 'blob.get.missing' || by === 'manifest.get.missing');
}

/** The blob whose digest is claimed where an upload is closed wrongly. */
export function claimedFor({ blob }: Pick<Upload, 'blob'>): number {
  return (blob + 1) % counts.blobs;
}

/** Which upload a command means, counted from the latest; -1 before any was opened. */
export function placeOf({ uploads }: State, { upload }: { upload: number }): number {
  return uploads.length - 1 - (upload % Math.max(uploads.length, 1));
}

export function uploadOf(state: State, command: { upload: number }): Upload | undefined {
  return state.uploads[placeOf(state, command)];
}

/** By these something may stay that a registry is free to collect, unless it was seen there since. */
const stays: readonly ModelRule[] = [
  'manifest.put.old-digest',
  'delete.tag.manifest-stays',
  'delete.manifest.children-stay',
  'delete.manifest.others-stay',
];

export function isSure({ is, by, seen: wasSeen }: Fact): boolean {
  return is === 'present' && (wasSeen || !stays.includes(by));
}

/** Everything a manifest names is surely there. A registry need not look, and may. */
export function isWhole(world: World, state: RepositoryState, manifest: number): boolean {
  const { holds, children } = world.manifests[manifest]!;
  return (
    holds.every((blob) => isSure(state.blobs[blob]!)) &&
    children.every((child) => isSure(state.manifests[child]!))
  );
}

/** No other manifest that is there, or may be, names this one: a registry may refuse to delete what is named. */
export function isNamed(world: World, { manifests }: RepositoryState, manifest: number): boolean {
  return world.manifests.some(
    ({ children, subject }, at) =>
      (children.includes(manifest) || subject === manifest) && manifests[at]!.is !== 'absent',
  );
}

export function isHeld(world: World, { manifests }: RepositoryState, blob: number): boolean {
  return world.manifests.some(({ holds }, at) => holds.includes(blob) && manifests[at]!.is !== 'absent');
}

/**
 * The state after a command was answered. It follows what the registry did, right or wrong, so that one broken rule is
 * not met again and again.
 */
export function after(before: State, command: Command, answer: Answer, world: World): State {
  const state = structuredClone(before);
  const done = answer.status >= 200 && answer.status < 300;
  const repository = 'repo' in command ? state.repositories[command.repo]! : undefined;
  const upload = 'upload' in command ? uploadOf(state, command) : undefined;
  if (repository !== undefined) afterRequest(state, repository, command, answer, world, done);
  if (upload !== undefined) afterUpload(state, upload, command, done);
  return state;
}

function afterRequest(
  state: State,
  here: RepositoryState,
  command: Command,
  answer: Answer,
  world: World,
  done: boolean,
): void {
  const { blobs, manifests, tags } = here;
  switch (command.do) {
    case 'push-blob':
      blobs[command.blob] = done
        ? present(blobs[command.blob]!.by === 'delete.blob.gone' ? 'delete.blob.repush' : 'blob.get.status')
        : unknown;
      break;
    case 'push-false': {
      const claimed = claimedFor(command);
      if (done) blobs[claimed] = unknown;
      else
        for (const at of [command.blob, claimed]) if (isPlain(blobs[at]!)) blobs[at] = absent('refused.blob');
      break;
    }
    case 'open-upload':
      state.uploads.push({
        repo: command.repo,
        blob: command.blob,
        received: 0,
        is: done && answer.header('oci-chunk-min-length') === undefined ? 'open' : 'unknown',
      });
      break;
    case 'mount':
      if (answer.status === 201)
        blobs[command.blob] = present(command.named ? 'mount.pullable' : 'mount.anonymous');
      break;
    case 'get-blob':
      blobs[command.blob] = seen(blobs[command.blob]!, answer, 'blob.get.status');
      break;
    case 'delete-blob':
      if (done) afterBlobDeletion(state, here, command.blob, world);
      else afterRefusedDeletion(here, answer);
      if (answer.status === 404 && blobs[command.blob]!.is === 'present') blobs[command.blob] = unknown;
      break;
    case 'put-manifest':
      if (done) afterManifest(here, command.manifest, command.tag, world);
      else if (isWhole(world, here, command.manifest)) {
        manifests[command.manifest] = unknown;
        if (command.tag !== undefined) tags[command.tag] = somewhere;
      }
      break;
    case 'put-no-json':
      tags[command.tag] = done ? somewhere : { ...tags[command.tag]!, by: 'refused.manifest.tag' };
      break;
    case 'put-mismatch':
      for (const at of [command.manifest, command.claimed]) {
        if (done) manifests[at] = unknown;
        else if (isPlain(manifests[at]!)) manifests[at] = absent('refused.manifest.digest');
      }
      break;
    case 'get-manifest':
      manifests[command.manifest] = seen(manifests[command.manifest]!, answer, 'manifest.get.status');
      break;
    case 'get-tag':
      tags[command.tag] = seenTag(tags[command.tag]!, answer);
      break;
    case 'delete-manifest':
      if (done) afterManifestDeletion(here, command.manifest, world);
      else afterRefusedDeletion(here, answer);
      if (answer.status === 404 && manifests[command.manifest]!.is === 'present')
        manifests[command.manifest] = unknown;
      break;
    case 'delete-tag':
      if (done) afterTagDeletion(here, command.tag);
      else afterRefusedDeletion(here, answer);
      if (answer.status === 404 && tags[command.tag]!.to !== 'nowhere') tags[command.tag] = somewhere;
      break;
    case 'list-tags':
      // A tag that is listed wrongly, or not at all, is not to be met as another fault by its name.
      for (const [at, tag] of world.tags.entries()) {
        const isListed = tagsIn(answer).includes(tag);
        if (answer.status === 200 && isListed !== (tags[at]!.to !== 'nowhere')) tags[at] = somewhere;
      }
      break;
    default:
  }
}

function seen(fact: Fact, { status }: Answer, plain: ModelRule): Fact {
  const is = status === 200 ? 'present' : status === 404 ? 'absent' : 'unknown';
  if (fact.is !== is) return unknown;
  if (fact.by === 'refused.delete') return present(plain);
  // It may be collected late: what it stays by is still the rule for its end.
  return isSure(fact) || is !== 'present' ? fact : { ...fact, seen: true };
}

function seenTag(fact: TagFact, { status }: Answer): TagFact {
  const isThere = fact.to !== 'nowhere';
  return (status === 200 && isThere) || (status === 404 && !isThere) ? fact : somewhere;
}

/** Everything stays as it was, until it is seen next. */
function afterRefusedDeletion({ blobs, manifests }: RepositoryState, { status }: Answer): void {
  if (status < 400 || status >= 500) return;
  for (const facts of [blobs, manifests]) {
    for (const [at, { is, by }] of facts.entries()) {
      if (is === 'present' && (by === 'blob.get.status' || by === 'manifest.get.status'))
        facts[at] = present('refused.delete');
    }
  }
}

function afterBlobDeletion(state: State, here: RepositoryState, blob: number, world: World): void {
  here.blobs[blob] = absent('delete.blob.gone');
  for (const other of state.repositories) {
    if (other === here || other.blobs[blob]!.is !== 'present') continue;
    const isMounted =
      other.blobs[blob]!.by === 'mount.pullable' || other.blobs[blob]!.by === 'mount.independent';
    other.blobs[blob] = present(isMounted ? 'mount.independent' : 'delete.blob.other-repository');
  }
  for (const [at, { holds }] of world.manifests.entries()) {
    if (holds.includes(blob)) forget(here, at, world);
  }
}

/** Nothing is said of this manifest any more, nor of what names it. */
function forget(here: RepositoryState, manifest: number, world: World): void {
  if (here.manifests[manifest]!.is !== 'present') return;
  here.manifests[manifest] = unknown;
  here.tags.forEach((tag, at) => {
    if (tag.to === manifest) here.tags[at] = somewhere;
  });
  for (const [at, { children }] of world.manifests.entries()) {
    if (children.includes(manifest)) forget(here, at, world);
  }
}

function afterManifest(
  { manifests, tags, listedBy }: RepositoryState,
  manifest: number,
  tag: number | undefined,
  world: World,
): void {
  const before = manifests[manifest]!;
  const { subject } = world.manifests[manifest]!;
  if (before.is !== 'present') {
    const isBack = before.by === 'delete.manifest.gone';
    manifests[manifest] = present(isBack ? 'delete.manifest.repush' : 'manifest.get.status');
    if (subject !== undefined) {
      const isLate = manifests[subject]!.is !== 'present';
      listedBy[manifest] = isLate
        ? 'referrers.late-subject'
        : isBack
          ? 'referrers.relisted'
          : 'referrers.listed';
    }
  }
  tags.forEach(({ was }, at) => {
    if (was === manifest) tags[at] = { to: 'nowhere', by: 'delete.manifest.tags-unlisted' };
  });
  if (tag === undefined) return;
  const { to } = tags[tag]!;
  const isMoved = typeof to === 'number' && to !== manifest;
  if (isMoved && manifests[to]!.is === 'present') manifests[to] = present('manifest.put.old-digest');
  tags[tag] = { to: manifest, by: isMoved ? 'manifest.put.tag-moved' : 'manifest.get.status' };
}

function afterManifestDeletion(here: RepositoryState, manifest: number, world: World): void {
  const { manifests, tags, blobs } = here;
  manifests[manifest] = absent('delete.manifest.gone');
  tags.forEach(({ to }, at) => {
    if (to === manifest) tags[at] = { to: 'nowhere', by: 'delete.manifest.tags-gone', was: manifest };
  });
  const { holds, children } = world.manifests[manifest]!;
  for (const child of children) {
    if (manifests[child]!.is === 'present') manifests[child] = present('delete.manifest.children-stay');
  }
  for (const [at, other] of world.manifests.entries()) {
    if (other.children.includes(manifest) || other.subject === manifest) forget(here, at, world);
    const shares = other.holds.some((blob) => holds.includes(blob));
    if (shares && manifests[at]!.is === 'present') manifests[at] = present('delete.manifest.others-stay');
  }
  for (const blob of holds) {
    if (blobs[blob]!.is !== 'present') continue;
    // What nothing names any more may be collected.
    blobs[blob] = isHeld(world, here, blob) ? present('delete.manifest.others-stay') : unknown;
  }
}

function afterTagDeletion({ manifests, tags }: RepositoryState, tag: number): void {
  const { to } = tags[tag]!;
  tags[tag] = { to: 'nowhere', by: 'delete.tag.gone' };
  if (typeof to !== 'number') return;
  if (manifests[to]!.is === 'present') manifests[to] = present('delete.tag.manifest-stays');
  tags.forEach((other, at) => {
    if (other.to === to) tags[at] = { to, by: 'delete.tag.others-stay' };
  });
}

function afterUpload(state: State, upload: Upload, command: Command, done: boolean): void {
  const { blobs } = state.repositories[upload.repo]!;
  const isOpen = upload.is === 'open';
  switch (command.do) {
    case 'send-chunk': {
      const isNext = isOpen && command.part === upload.received;
      if (isNext && done) upload.received += 1;
      else if (isNext || done) upload.is = 'unknown';
      break;
    }
    case 'close-upload': {
      const isRight = isOpen && command.right && upload.received === parts;
      const claimed = command.right ? upload.blob : claimedFor(upload);
      if (isRight && done) blobs[upload.blob] = present('upload.close.pullable');
      else if (isRight || done) blobs[claimed] = unknown;
      else {
        for (const at of [upload.blob, claimed]) if (isPlain(blobs[at]!)) blobs[at] = absent('refused.blob');
      }
      if (isOpen) upload.is = isRight && done ? 'finished' : 'unknown';
      break;
    }
    case 'cancel-upload':
      if (isOpen) upload.is = done ? 'cancelled' : 'unknown';
      break;
    default:
  }
}
