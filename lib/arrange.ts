import { test } from '@playwright/test';
import { servesStored } from './checks/checks.ts';
import { errorCodes } from './http/errors.ts';
import { isNoServerError } from './checks/every-answer.ts';
import type { Answer } from './http/exchange.ts';
import { artifact, descriptorOf, ociIndex, type Referral } from './content/oci.ts';
import type { Image } from './content/image.ts';
import type { Blob, Manifest, ManifestFormat } from './content/manifest.ts';
import { digestOf, type Algorithm } from './content/digest.ts';
import { isLinked } from './http/link.ts';
import { placed, type Repository } from './registry/repository.ts';
import { rule as ruleOf, type RuleId } from './rules/catalogue.ts';
import type { Capability } from './rules/rule.ts';
import { stepOf } from './steps.ts';
import { whyWithout } from './target/decide.ts';
import { currentRun } from './run/run.ts';
import { excerpt } from './text/cut.ts';
import type { Check, Target } from './types.ts';
import { blockedBy, unsupported } from './run/skip-reason.ts';

/**
 * What a test needs before its one act: that the step went as its rule says, or as another that is named. An answer that
 * falls short blocks the test: the rule has tests of its own, which are red for it, and one cause should not make many.
 */
export function given(answer: Answer, ...named: [] | [status: number, rule: RuleId]): Answer {
  const { status, rule } = named.length === 0 ? stepOf(answer.request) : { status: named[0], rule: named[1] };
  return givenStatus(answer, answer.status === status, `${status}`, rule);
}

/** A write that must be accepted before the one act, with whatever 2xx. */
export function givenAccepted(answer: Answer, rule: RuleId): Answer {
  return givenStatus(answer, answer.status >= 200 && answer.status < 300, 'a 2xx', rule);
}

/** The location an answer leads to; a test that gets none is blocked. */
export function givenLocation(answer: Answer, rule: RuleId): string {
  const { location } = answer;
  if (location === undefined) block(rule, 'no usable Location');
  return location ?? answer.request.url;
}

export function blobOf(bytes: Buffer, algorithm: Algorithm = 'sha256'): Blob {
  return { bytes, digest: digestOf(bytes, algorithm) };
}

/** An open upload session: where it goes on. */
export async function openUpload(repository: Repository): Promise<string> {
  const answer = await repository.uploads.post();
  return givenLocation(given(answer), 'upload.post.location');
}

/** Where an upload goes on. At another host its URL is the right to it: there is nothing to refuse. */
export function givenAtHome({ url }: Repository, location: string): string {
  const { origin } = new URL(location);
  test.skip(origin !== new URL(url).origin, unsupported('own-uploads', `they go to ${origin}`));
  return location;
}

/** A blob that the registry serves itself: what a storage elsewhere states of it is that one's affair. */
export function givenOwnBlob({ url }: Repository, answer: Answer): Answer {
  const { origin } = new URL(answer.request.url);
  test.skip(origin !== new URL(url).origin, unsupported('own-blobs', `they are at ${origin}`));
  return answer;
}

/** An upload session that holds the bytes already, sent as one chunk. */
export async function uploadHolding(repository: Repository, bytes: Buffer): Promise<string> {
  const location = await openUpload(repository);
  const answer = await repository.uploads.patch(location, bytes, placed(0, bytes));
  return givenLocation(given(answer), 'upload.patch.location');
}

/** Stores a blob by POST and PUT. */
export async function pushBlob(
  repository: Repository,
  bytes: Buffer,
  algorithm: Algorithm = 'sha256',
): Promise<Blob> {
  const blob = blobOf(bytes, algorithm);
  given(
    await repository.uploads.put(await openUpload(repository), blob.digest, bytes),
    201,
    bytes.length === 0 ? 'blob.empty' : 'upload.put.status',
  );
  return blob;
}

/** Stores a manifest and every blob it names. */
export async function pushManifest(
  repository: Repository,
  manifest: Manifest,
  reference: string = manifest.digest,
): Promise<Manifest> {
  const rule = isPushedAgain(repository, reference) ? 'manifest.put.tag-moved' : 'manifest.put.status';
  return await pushedBy(rule, repository, manifest, reference);
}

/** Stores what refers to a subject that is not there. */
export async function pushBeforeSubject(repository: Repository, manifest: Manifest): Promise<Manifest> {
  return await pushedBy('manifest.missing-subject', repository, manifest);
}

async function pushedBy(
  rule: RuleId,
  repository: Repository,
  manifest: Manifest,
  reference: string = manifest.digest,
): Promise<Manifest> {
  for (const { bytes } of manifest.blobs) await pushBlob(repository, bytes);
  givenAccepted(await repository.manifests.put(reference, manifest), rule);
  return manifest;
}

const references = new WeakMap<Repository, Set<string>>();

/** A registry may have tags that never move. */
function isPushedAgain(repository: Repository, reference: string): boolean {
  const pushed = references.get(repository) ?? new Set();
  references.set(repository, pushed);
  const before = pushed.has(reference);
  pushed.add(reference);
  return before;
}

/** A small artifact, unlike any with another text. */
export function smallArtifact(text: string): Manifest {
  return artifact({
    artifactType: 'application/vnd.dockside.test',
    annotations: { 'dev.dockside.text': text },
  });
}

/** A small artifact whose blobs are stored; it is not itself. */
export async function smallManifest(repository: Repository): Promise<Manifest> {
  const manifest = smallArtifact(repository.name);
  for (const { bytes } of manifest.blobs) await pushBlob(repository, bytes);
  return manifest;
}

/** An index of one small artifact, which is stored; the index is not. */
export async function smallIndex(repository: Repository): Promise<Manifest> {
  return ociIndex([{ manifest: await pushManifest(repository, smallArtifact(repository.name)) }]);
}

/** A refusal; a test of what a refused request leaves, or says, is blocked where the request is accepted. */
export function givenRefusal(answer: Answer, rule: RuleId): Answer {
  const cause = isNoServerError(answer).kept ? rule : 'error.server';
  return givenStatus(answer, answer.status >= 400 && answer.status < 500, 'a 4xx', cause);
}

function givenStatus(answer: Answer, met: boolean, wanted: string, rule: RuleId): Answer {
  const { method, url } = answer.request;
  if (met) return answer;
  const told = `${method} ${new URL(url).pathname} answered ${answer.status} in place of ${wanted}`;
  block(rule, told);
  return answer;
}

/** Skips the test for a rule that is not kept; where the target does not offer what that rule is about, for that. */
function block(rule: RuleId, told: string): void {
  givenOffersOf(rule);
  test.skip(true, blockedBy(rule, told));
}

/** What a rule is about must be offered where a test leans on it. */
export function givenOffersOf(rule: RuleId): void {
  const { capabilities } = currentRun();
  const lack = ruleOf(rule).needs?.find((capability) => capabilities[capability]?.offered === false);
  if (lack !== undefined) test.skip(true, lackOf(lack));
}

function lackOf(capability: Capability): string {
  return whyWithout(capability, currentRun().capabilities[capability]);
}

/** A refusal that has an error code: one "MAY return a body in any format", and then has none to be judged. */
export function givenErrorCode(answer: Answer, rule: RuleId): Answer {
  givenRefusal(answer, rule);
  const { method, url } = answer.request;
  test.skip(
    errorCodes(answer).length === 0,
    unsupported('error-code', `the ${answer.status} of ${method} ${new URL(url).pathname} has none`),
  );
  return answer;
}

/** The same where a status does not say it: a test is blocked unless the rule was kept. */
export function givenKept({ kept, expected, received }: Check, rule: RuleId): void {
  if (!kept) block(rule, `expected ${excerpt(expected)}, received ${excerpt(received)}`);
}

/** A manifest that came as another rule asks: what it is held to besides. */
export function givenServed(answer: Answer, manifest: Manifest, rule: RuleId): Answer {
  givenKept(servesStored(answer, manifest), rule);
  return answer;
}

/** What a registry may do or leave out; a test of how it does it has nothing to judge where it does not. */
export function givenOffered(answer: Answer, offered: boolean, capability: Capability): Answer {
  const { method, url } = answer.request;
  test.skip(
    !offered,
    unsupported(capability, `${method} ${new URL(url).pathname} answered ${answer.status}`),
  );
  return answer;
}

/** A blob that was mounted. A registry that is unable to mount this one opens an upload, and shows nothing of mounts. */
export function givenMounted(answer: Answer): Answer {
  return given(givenOffered(answer, answer.status !== 202, 'mount'), 201, 'mount.status');
}

/** What a registry may leave out, where none of the rules at stake is about it. */
export function givenCapability(capability: Capability | undefined): void {
  if (capability !== undefined) test.skip(!isOffered(capability), lackOf(capability));
}

/** What is kept from somebody: where reading is open to all, it opens to whatever is shown. */
export function givenPrivate({ openToRead }: Target): void {
  test.skip(openToRead, unsupported('private', 'GET /v2/ without credentials answered 200'));
}

/** What takes no capability is. */
export function isOffered(capability: Capability | undefined): boolean {
  return capability === undefined || currentRun().capabilities[capability]?.offered === true;
}

/** A page that leads on by a Link; a test that gets none has nothing to judge. */
export function givenLink(page: Answer): Answer {
  const { pathname, search } = new URL(page.request.url);
  test.skip(!isLinked(page), unsupported('Link', `none from GET ${pathname}${search}`));
  return page;
}

/** Stores one small artifact under each of the tags, in this order. */
export async function pushTags(
  repository: Repository,
  [first = '', ...others]: readonly string[],
): Promise<void> {
  const manifest = await pushManifest(repository, smallArtifact(repository.name), first);
  for (const tag of others) {
    given(await repository.manifests.put(tag, manifest));
  }
}

/** Stores the images as one manifest of the format, its blobs first. */
export async function pushImage(
  repository: Repository,
  format: ManifestFormat,
  images: Image[],
  tag = 'latest',
): Promise<Manifest> {
  return await pushManifest(
    repository,
    await format.build({ repository: repository.name, tag, images }),
    tag,
  );
}

/** Stores an artifact that refers to another one of the repository, whose blobs are its own as well. */
export async function pushReferrer(
  repository: Repository,
  subject: Manifest,
  referral: Referral = { artifactType: 'application/vnd.dockside.referrer' },
): Promise<Manifest> {
  const referrer = artifact({ ...referral, subject: descriptorOf(subject) });
  given(await repository.manifests.put(referrer.digest, referrer));
  return referrer;
}
