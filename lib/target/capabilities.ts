import { claimsJson, hasMediaType } from '../checks/checks.ts';
import type { Blob, Manifest } from '../content/manifest.ts';
import { digestOf } from '../content/digest.ts';
import { passwordGrant, refreshTokenOf, tokenForm, tokenRequest } from '../registry/auth/token.ts';
import { artifact, descriptorOf } from '../content/oci.ts';
import { basicImages } from '../content/image.ts';
import { mediaTypes } from '../content/media-types.ts';
import { generateSigningKey, rsaSigningKey, schema1, type SigningKey } from '../content/schema1.ts';
import { manifestList, schema2 } from '../content/schema2.ts';
import { errorCodes } from '../http/errors.ts';
import type { Answer, Send } from '../http/exchange.ts';
import { isLinked } from '../http/link.ts';
import { hasTexts, repositoriesIn } from '../registry/lists.ts';
import { isRedirect } from '../http/redirect.ts';
import { placed, type Repository } from '../registry/repository.ts';
import { currentRun } from '../run/run.ts';
import { namedIn } from '../registry/named.ts';
import { capabilities, ofIdentities, type Capability } from '../rules/rule.ts';
import type { Capabilities, Offer, Target } from '../types.ts';

const probeType = 'application/vnd.dockside.probe';
const unknownDigest = digestOf(Buffer.from('never pushed'));

/** Of this run alone: a registry may answer for what it has met before, in whatever repository. */
function ownBytes(what: string): Buffer {
  return Buffer.from(`${what} of a probe, ${currentRun().id}`);
}

function ownArtifact(more: Partial<Parameters<typeof artifact>[0]> = {}): Manifest {
  const annotations = { 'dev.dockside.run': currentRun().id };
  return artifact({ artifactType: probeType, annotations, ...more });
}

export type ProbeContext = {
  /** A repository of this run's own, under the name given or, where repositories are given, one of two; a mount needs the right to read its source. */
  repository: (suffix: string, source?: Repository) => Repository;
  /** The registry of this project, which does on request what others do by their operator's choice. */
  embedded: boolean;
  askCatalog: () => Promise<Answer>;
};

/** Tries each optional part of the protocol once on small content. */
export async function probe(context: ProbeContext): Promise<Capabilities> {
  const main = context.repository('probe');
  const blob = await store(main, ownBytes('a blob'));
  const works = [
    probeBlobs(context, main, blob),
    probeUploads(main),
    probeManifests(main, context.repository('probe/images')),
  ] as const;
  // Each to its end: none goes on writing when another has failed.
  await Promise.allSettled(works);
  const [blobs, uploads, manifests] = await Promise.all(works);
  return {
    ...blobs,
    ...uploads,
    ...manifests,
    ...(blobs.redirect?.offered === true ? await probeTag(main) : {}),
    // Its blobs are those of the other manifests: a registry may fail at two that push one at once.
    ...(await probeReferrers(main)),
    // In a repository that the images may share, and whose tags it takes.
    ...(await probeDeletion(context, context.repository('probe/deletion'))),
    catalog: seen(await context.askCatalog(), isCatalog),
    ...(context.embedded ? onRequest : {}),
  };
}

/** The same by reading alone: whatever has to be written to see it is not offered. */
export async function probeByReading(
  repository: Repository,
  reference: string,
  askCatalog: () => Promise<Answer>,
): Promise<Capabilities> {
  const manifest = await repository.manifests.get(reference);
  const digest = manifest.header('docker-content-digest') ?? reference;
  const named = namedIn(manifest);
  const [child] = named.manifests;
  const image = child === undefined ? named : namedIn(await repository.manifests.get(child.digest));
  const blob = image.blobs[0]?.digest ?? unknownDigest;
  const listed = await repository.referrers.list(digest);
  const unfollowed = await repository.send({
    method: 'HEAD',
    url: `${repository.url}/blobs/${blob}`,
    isAboutRedirects: true,
  });
  const written = capabilities
    .filter((name) => !(ofIdentities as readonly Capability[]).includes(name))
    .map((name) => [name, { offered: false, evidence: 'nothing is written' }]);
  return {
    ...(Object.fromEntries(written) as Capabilities),
    redirect: seen(unfollowed, ({ status }) => isRedirect(status)),
    range: seen(await repository.blobs.get(blob, { Range: 'bytes=0-1' }), isPart),
    conditional: seen(isRedirect(unfollowed.status) ? manifest : unfollowed, statesTag),
    'tag-list': seen(await repository.tags.list(), isList),
    referrers: seen(listed, isList),
    catalog: seen(await askCatalog(), isCatalog),
  };
}

/** A list, whatever is wrong with it, and not the page that some servers have for all they do not know. */
function isList(answer: Answer): boolean {
  const isMeantAsOne = answer.json !== undefined || claimsJson(answer) || answer.body.length === 0;
  return isTaken(answer) && isMeantAsOne;
}

function seen(answer: Answer, offered: (answer: Answer) => boolean): Offer {
  const asked = `${answer.request.method} ${placeIn(answer.request.url)}`;
  if (answer.status === 0) return { offered: false, evidence: asked, unheard: answer.text };
  return { offered: offered(answer), evidence: `${asked} answered ${answer.status}` };
}

/** Path and query of a URL; where the registry chose it, the path alone: its query may hold anything. */
function placeIn(url: string): string {
  const { pathname, search } = new URL(url);
  const isOurs = /\/(?:_catalog|tags\/list|blobs\/uploads\/|(?:blobs|manifests|referrers)\/[^/]+)$/.test(
    pathname,
  );
  return isOurs ? pathname + search : pathname;
}

/** One that shows something: the probe has made repositories by then. */
function isCatalog(answer: Answer): boolean {
  const isEmpty = hasTexts(answer, 'repositories').kept && repositoriesIn(answer).length === 0;
  return isList(answer) && (!isEmpty || isLinked(answer));
}

async function store(repository: Repository, bytes: Buffer): Promise<Blob> {
  const blob = { bytes, digest: digestOf(bytes) };
  await repository.uploads.put(await open(repository), blob.digest, bytes);
  return blob;
}

async function open(repository: Repository): Promise<string> {
  return whereOn(await repository.uploads.post());
}

/** Where an opened upload goes on: on the host that was asked at the origin that was, whatever Location says. */
function whereOn({ location, request: { url, first = url } }: Answer): string {
  const asked = new URL(first);
  const { hostname, pathname, search, href, origin } = new URL(location ?? url);
  const isRight = hostname !== asked.hostname || origin === new URL(url).origin;
  return isRight ? href : asked.origin + pathname + search;
}

/** RFC 9110 section 13.2.1: who states an ETag "MUST evaluate received request preconditions". */
function statesTag(answer: Answer): boolean {
  return answer.header('etag') !== undefined;
}

/** Where blobs are elsewhere, what the registry serves itself is a manifest: the ETags of a storage are not its own. */
async function probeTag(main: Repository): Promise<Capabilities> {
  return { conditional: seen(await main.manifests.get('probe-tag'), statesTag) };
}

async function probeBlobs(
  { repository }: ProbeContext,
  main: Repository,
  { digest, bytes }: Blob,
): Promise<Capabilities> {
  const unfollowed = await main.send({
    method: 'GET',
    url: `${main.url}/blobs/${digest}`,
    isAboutRedirects: true,
  });
  const sha512 = digestOf(bytes, 'sha512');
  const bySha512 = await main.uploads.put(await open(main), sha512, bytes);
  // They may be one repository, where repositories are given.
  const anonymous = await repository('probe/mount-anonymous').uploads.post([['mount', digest]]);
  const mounted = await repository('probe/mount', main).uploads.post([
    ['mount', digest],
    ['from', main.name],
  ]);
  const several = await main.blobs.get(digest, { Range: 'bytes=0-0,2-2' });
  return {
    redirect: seen(unfollowed, ({ status }) => isRedirect(status)),
    range: seen(await main.blobs.get(digest, { Range: 'bytes=0-1' }), isPart),
    'multi-range': seen(
      several,
      (answer) => isPart(answer) && /multipart/i.test(answer.header('content-type') ?? ''),
    ),
    conditional: seen(unfollowed, statesTag),
    sha512: seen(bySha512, isCreated),
    'digest-algorithm': seen(bySha512, isCreated),
    mount: seen(mounted, isDone),
    'mount-anonymous': seen(anonymous, isDone),
    'namespace-proxy': seen(
      await main.send({ method: 'GET', url: `${main.url}/blobs/${digest}?ns=docker.io` }),
      (answer) => answer.header('oci-namespace') !== undefined,
    ),
  };
}

function isPart({ status }: Answer): boolean {
  return status === 206;
}

function isCreated({ status }: Answer): boolean {
  return status === 201;
}

function isTaken({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function isRefused({ status }: Answer): boolean {
  return status >= 400 && status < 500;
}

/** Done at once, where 202 says that an upload was opened instead. */
function isDone({ status }: Answer): boolean {
  return status >= 200 && status < 300 && status !== 202;
}

async function probeUploads(main: Repository): Promise<Capabilities> {
  const [bytes, streamed] = [ownBytes('a single POST'), ownBytes('a stream')];
  const single = await main.uploads.post([['digest', digestOf(bytes)]], bytes);
  const opened = await main.uploads.post();
  const least = leastChunk(opened);
  const cancelled = await main.uploads.delete(whereOn(opened));
  const patched = await main.uploads.patch(await open(main), streamed);
  const closed = isTaken(patched) ? await main.uploads.put(whereOn(patched), digestOf(streamed)) : patched;
  const unstated = least > 1 ? undefined : await unstatedLeastChunk(main);
  return {
    'single-post': seen(single, isDone),
    'no-single-post': seen(single, ({ status }) => status === 202),
    'upload-cancel': seen(cancelled, isTaken),
    stream: seen(closed, isTaken),
    'chunk-min-length': {
      ...seen(opened, (answer) => answer.header('oci-chunk-min-length') !== undefined),
      ...(least > 1 && { least }),
      ...unstated,
    },
  };
}

// Of a part in S3, and so of the registries that keep a chunk as one.
const usualLeast = 5 * 1024 * 1024;

/** That chunks have a least size which is not stated: a small one followed by another is refused, a large one taken. */
async function unstatedLeastChunk(main: Repository): Promise<Offer | undefined> {
  const small = await pushInChunks(main, ownBytes('the first of two chunks'));
  // Of another digest is what was lost on the way.
  if (!isRefused(small) || errorCodes(small).includes('DIGEST_INVALID')) return undefined;
  const large = await pushInChunks(main, Buffer.alloc(usualLeast, ownBytes('a large chunk')));
  if (!isCreated(large)) return undefined;
  const { evidence } = seen(small, isRefused);
  return { offered: true, evidence: `${evidence}, and ${large.status} after 5 MiB`, least: usualLeast };
}

/** One chunk and a small last one. @returns the answer that closes the upload, or the first that takes no chunk */
async function pushInChunks(main: Repository, first: Buffer): Promise<Answer> {
  const last = ownBytes('the last chunk');
  const taken = await main.uploads.patch(await open(main), first, placed(0, first));
  if (!isTaken(taken)) return taken;
  const both = await main.uploads.patch(whereOn(taken), last, placed(first.length, last));
  if (!isTaken(both)) return both;
  return await main.uploads.put(whereOn(both), digestOf(Buffer.concat([first, last])));
}

async function probeManifests(main: Repository, images: Repository): Promise<Capabilities> {
  const tiny = ownArtifact();
  const other = ownArtifact({ artifactType: `${probeType}.other` });
  const stored = await push(main, tiny, 'probe-tag');
  const listed = await main.tags.list();
  const missing = ownArtifact({
    layers: [{ mediaType: mediaTypes.octetStream, bytes: Buffer.from('x'), digest: unknownDigest }],
  });
  const unchecked = await main.manifests.put(missing.digest, missing);
  const withTag = await main.manifests.put(tiny.digest, tiny, [['tag', 'probe-parameter']]);
  const tagged = await main.manifests.head('probe-parameter');
  const onCondition = await main.send({
    method: 'PUT',
    url: `${main.url}/manifests/probe-condition`,
    headers: { 'Content-Type': tiny.mediaType, 'If-Match': '"none"' },
    body: tiny.bytes,
  });
  const tooLarge = { bytes: Buffer.alloc(9 * 1024 * 1024, ' '), mediaType: mediaTypes.ociManifest };

  const content = {
    repository: images.name,
    tag: 'probe',
    images: await basicImages(`probe ${currentRun().id}`),
  };
  const second = await push(images, await schema2.build(content), 'schema2');
  const list = manifestList([
    { manifest: second.manifest, platform: { architecture: 'amd64', os: 'linux' } },
  ]);
  const signedBy = async (key: SigningKey): Promise<Pushed> =>
    await push(images, await schema1(key).build(content), content.tag);
  const curved = await signedBy(generateSigningKey());
  // Not every registry that takes schema1 takes elliptic curves.
  const first = isTaken(curved.answer) ? curved : await signedBy(rsaSigningKey());
  const converted = await images.manifests.get('schema2', { Accept: mediaTypes.schema1Signed });
  return {
    oci: await served(main, stored),
    schema1: await served(images, first),
    schema2: await served(images, second),
    'manifest-list': await served(images, await push(images, list)),
    conversion: seen(converted, (answer) => /manifest\.v1/i.test(answer.header('content-type') ?? '')),
    // Of a registry that takes the same with its blobs.
    'reference-check': seen(unchecked, (answer) => isTaken(stored.answer) && isRefused(answer)),
    sparse: seen(unchecked, isCreated),
    'conditional-push': seen(onCondition, ({ status }) => status === 412),
    'tag-list': seen(listed, isList),
    'tag-param': seen(withTag, (answer) => answer.header('oci-tag') !== undefined || tagged.status === 200),
    'manifest-limit': seen(await main.manifests.put('too-large', tooLarge), ({ status }) => status === 413),
    // Last: of what no tag leads to, some registries know nothing any more.
    'tag-move': seen(await main.manifests.put('probe-tag', other), isTaken),
  };
}

/**
 * A format is offered where it comes back by its own digest, or by its tag and says that digest: many a registry takes
 * any document as so many bytes, and knows neither the digest of a schema1 payload nor how to serve it.
 */
async function served(repository: Repository, { manifest, reference, answer }: Pushed): Promise<Offer> {
  if (!isTaken(answer)) return seen(answer, isTaken);
  const accept = { Accept: manifest.mediaType };
  const byDigest = await repository.manifests.get(manifest.digest, accept);
  if (comesAs(byDigest, manifest) || reference === manifest.digest)
    return seen(byDigest, (got) => comesAs(got, manifest));
  const byTag = await repository.manifests.get(reference, accept);
  return seen(
    byTag,
    (got) => comesAs(got, manifest) && got.header('docker-content-digest') === manifest.digest,
  );
}

/** Under its type or as its bytes: what else is wrong with it is for the tests to find. */
function comesAs(answer: Answer, manifest: Manifest): boolean {
  const isIt = hasMediaType(answer, manifest.mediaType).kept || answer.body.equals(manifest.bytes);
  return answer.status === 200 && isIt;
}

type Pushed = { manifest: Manifest; reference: string; answer: Answer };

async function push(
  repository: Repository,
  manifest: Manifest,
  reference: string = manifest.digest,
): Promise<Pushed> {
  for (const { bytes } of manifest.blobs) await store(repository, bytes);
  return { manifest, reference, answer: await repository.manifests.put(reference, manifest) };
}

/** The least size for chunks that the answer to POST states; 1 where it states none. */
export function leastChunk(answer: Answer): number {
  const stated = Number(answer.header('oci-chunk-min-length'));
  return Number.isSafeInteger(stated) && stated > 0 ? stated : 1;
}

/** Of a manifest that is there and has a referrer. */
async function probeReferrers(main: Repository): Promise<Capabilities> {
  const subject = await push(main, ownArtifact());
  const { digest } = subject.manifest;
  // Where nothing is listed, a registry need not say that it filtered.
  const { answer: claims } = await push(main, ownArtifact({ subject: descriptorOf(subject.manifest) }));
  const listed = await main.referrers.list(digest);
  const filtered = await main.referrers.list(digest, [['artifactType', probeType]]);
  const several = await main.referrers.list(digest, [
    ['artifactType', probeType],
    ['annotation', 'dev.dockside.probe'],
  ]);
  return {
    // "A registry that supports the referrers API … MUST set OCI-Subject": who says it is held to it.
    referrers: seen(listed, (answer) => isList(answer) || claims.header('oci-subject') !== undefined),
    'referrers-filter': seen(filtered, (answer) => answer.header('oci-filters-applied') !== undefined),
    'referrers-multi-filter': seen(several, (answer) =>
      /annotation/i.test(answer.header('oci-filters-applied') ?? ''),
    ),
  };
}

async function probeDeletion({ embedded }: ProbeContext, repository: Repository): Promise<Capabilities> {
  // Where the last tag goes, some registries take the manifest along: it is deleted by digest first.
  const { manifest } = await push(repository, ownArtifact(), 'probe');
  const blob = await store(repository, ownBytes('a blob to be deleted'));
  const tagged = await repository.manifests.delete(manifest.digest);
  // Some keep what a tag leads to.
  const byDigest = tagged.status === 400 ? await deletedUntagged(repository) : tagged;
  await repository.manifests.put('probe', manifest);
  const tag = await repository.manifests.delete('probe');
  const byBlob = await repository.blobs.delete(blob.digest);
  const isDisabled = ({ status }: Answer): boolean => embedded || status === 400 || status === 405;
  return {
    'tag-delete': seen(tag, isTaken),
    'tag-delete-disabled': seen(tag, isDisabled),
    'manifest-delete': seen(byDigest, isTaken),
    'manifest-delete-disabled': seen(byDigest, isDisabled),
    'blob-delete': seen(byBlob, isTaken),
    'blob-delete-disabled': seen(byBlob, isDisabled),
  };
}

async function deletedUntagged(repository: Repository): Promise<Answer> {
  const { manifest } = await push(repository, ownArtifact({ artifactType: `${probeType}.untagged` }));
  return await repository.manifests.delete(manifest.digest);
}

/** What a token service may leave out. */
export async function probeTokens(send: Send, { tokenService, identity }: Target): Promise<Capabilities> {
  if (tokenService === undefined || identity === undefined) return {};
  const form = { ...passwordGrant(identity), access_type: 'offline' };
  const posted = await send(tokenForm(tokenService, form));
  const got = await send(
    tokenRequest(tokenService, { credentials: identity, params: [['offline_token', 'true']] }),
  );
  const refreshable = [got, posted].find((answer) => refreshTokenOf(answer) !== undefined);
  return {
    oauth: seen(posted, ({ status }) => status === 200),
    'refresh-token':
      refreshable === undefined
        ? {
            offered: false,
            evidence: `no refresh_token in the answers ${got.status} to GET, ${posted.status} to POST`,
          }
        : seen(refreshable, () => true),
  };
}

/** What follows from the way in and the identities at hand, without a request. */
export function identitiesOf({
  auth,
  reader,
  stranger,
  otherNamespace,
  openToRead,
  issuer,
  offers,
}: Target): Capabilities {
  const mode = (name: Target['auth']): Offer => ({
    offered: auth === name,
    evidence: `the project is ${auth}`,
  });
  const named = (identity: unknown, evidence: string): Offer => ({
    offered: identity !== undefined,
    evidence,
  });
  return {
    credentials: { offered: auth !== 'anonymous', evidence: `the project is ${auth}` },
    anonymous: mode('anonymous'),
    basic: mode('basic'),
    bearer: mode('bearer'),
    reader: named(reader, 'REGISTRY_READER_USERNAME is set'),
    'issuer-key': named(issuer, 'REGISTRY_ISSUER_KEY_FILE is set'),
    x5c: named(issuer?.certificates, 'REGISTRY_ISSUER_CERT_FILE is set'),
    'other-user': named(stranger, 'REGISTRY_OTHER_USERNAME is set'),
    'other-namespace': named(otherNamespace, 'REGISTRY_OTHER_NAMESPACE is set'),
    private: {
      offered: !openToRead,
      evidence: `GET /v2/ without credentials answered ${openToRead ? 200 : 401}`,
    },
    ...offers,
  };
}

const requested: Offer = { offered: true, evidence: 'the embedded registry does it on request' };

const onRequest: Capabilities = {
  warning: requested,
  'rate-limit': requested,
  'chunk-min-length': requested,
  'referrers-paging': requested,
  'no-single-post': requested,
  redirect: requested,
  sparse: requested,
  conversion: requested,
  'referrers-upgrade': requested,
  'upload-timeout': requested,
};
