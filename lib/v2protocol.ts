import { test } from '@playwright/test';
import { givenOffered } from './arrange.ts';
import { digestsStated, namesManifest, statesAtMost, statesDigest } from './checks/checks.ts';
import { parseChallenges, findChallenge } from './registry/auth/challenge.ts';
import { basicAuthorization } from './http/basic.ts';
import { repositoryScope } from './http/scope.ts';
import { tokenOf, tokenRequest } from './registry/auth/token.ts';
import { algorithmOf, digestOf, isDigest } from './content/digest.ts';
import type { Image } from './content/image.ts';
import {
  ManifestError,
  type Blob,
  type Manifest,
  type ManifestFormat,
  type ParsedIndex,
  type ParsedManifest,
} from './content/manifest.ts';
import { mediaTypes } from './content/media-types.ts';
import { manifestList, parseManifestList } from './content/schema2.ts';
import { ociIndex, parseOciIndex } from './content/oci.ts';
import { withQuery, type Answer, type Request, type Send } from './http/exchange.ts';
import { Conduct, newFlow, type Flow, type MetFailure } from './conduct.ts';
import { someOf } from './registry/lists.ts';
import { linkAfter } from './registry/paging.ts';
import type { Failure, Profile, Step } from './profiles/profile.ts';
import { currentRun } from './run/run.ts';
import type { RuleId } from './rules/catalogue.ts';
import { judge, weighInTest, type Finding } from './verdict/verdict.ts';
import { excerpt } from './text/cut.ts';
import type { Credentials, Target } from './types.ts';
import { blockedBy } from './run/skip-reason.ts';

/** A slice of the layer, its end exclusive (undefined: to the end), and the status it should meet. */
export type Chunk = readonly [start: number, end: number | undefined, status?: number];

export type ProtocolOptions = {
  /** Undefined: the target's own identity. Null: no credentials. */
  credentials?: Credentials | null;
  /** The operation must fail so; the profile says at which step and how. */
  expectedFailure?: Failure;
  /** Actions asked for in the token. */
  scopes?: readonly string[];
  /** Ends each upload with DELETE after its data, sees it gone, and stops. */
  cancelBlobUpload?: boolean;
  manifestInvalidBlobReferences?: boolean;
  chunksForUpload?: readonly Chunk[];
  /** Leaves out the look whether a blob is there already. */
  skipHeadChecks?: boolean;
  manifestContentType?: string;
  acceptMimetypes?: readonly string[];
  /** Digest of a blob -> the repository to mount it from, in place of an upload. */
  mountBlobs?: Record<string, string>;
  pushByManifestDigest?: boolean;
  /** Leaves out reading each blob back. */
  skipBlobPushChecks?: boolean;
  /** JSON with \uXXXX escapes (the default) or raw UTF-8. */
  ensureAscii?: boolean;
  /** Goes on with a pull although no token was given. */
  attemptPullWithoutToken?: boolean;
  withBrokenManifestConfig?: boolean;
  /** What says that the manifest is taken, where no must does: a registry that refuses it ends the test there. */
  takenBy?: RuleId;
  /** The client address that Quay, in its own tests, takes for the caller's. */
  requestAddress?: string;
  /** A pulled manifest must be of the protocol's own media types. */
  requireMatchingManifestType?: boolean;
};

export type PushResult = { blobs: Blob[]; manifests: Record<string, Manifest>; failure?: MetFailure };

type Parse<T> = (bytes: Buffer, mediaType: string) => T;

type PulledManifest = ParsedManifest & { bytes: Buffer };
export type PullResult = { manifests: Record<string, PulledManifest>; failure?: MetFailure };

export type IndexChild = { images: Image[]; architecture: string; os?: string };
export type PushIndexResult = { index?: Manifest; children: Manifest[]; failure?: MetFailure };
export type PullIndexResult = { index?: ParsedIndex & { bytes: Buffer }; failure?: MetFailure };

export type V2Context = { send: Send; target: Target; profile: Profile; format: ManifestFormat };

/**
 * A client's side of Docker's V2 protocol, as a fixed sequence of named steps an operation. Each step states the
 * status it needs and the rule that asks for it, and is where the operation stops when it does not get it.
 */
export class V2Protocol {
  readonly #context: V2Context;
  readonly #conduct: Conduct;

  constructor(context: V2Context) {
    this.#context = context;
    this.#conduct = new Conduct(context);
  }

  /** GET /v2/ without credentials: open where reading is, else a challenge. */
  ping = async (): Promise<Answer> => {
    const { target } = this.#context;
    const status = target.openToRead ? 200 : 401;
    const request = { method: 'GET', url: `${target.url}/v2/` } as const;
    return await this.#conduct.step(newFlow(), 'ping', request, status, 'ping.status', (answer) => {
      note('ping', answer, 'docker.version-header', 'Docker-Distribution-Api-Version: registry/2.0', {
        kept: answer.header('docker-distribution-api-version') === 'registry/2.0',
        received: `Docker-Distribution-Api-Version: ${answer.header('docker-distribution-api-version')}`,
      });
      if (status === 401) keepChallenge(answer, target);
    });
  };

  /** Proves the credentials, asking for no access to anything. */
  login = async (
    options: Pick<ProtocolOptions, 'credentials' | 'expectedFailure'> = {},
  ): Promise<MetFailure | undefined> => {
    const { failure } = await this.#conduct.operation(options, {}, async (flow) => {
      await this.#authorize(flow, options.credentials, []);
      return {};
    });
    return failure;
  };

  /** The way in: ping, then what its challenge asks for. Returns the headers that later steps carry. */
  auth = async (
    repository: string,
    options: ProtocolOptions = {},
  ): Promise<{ headers: Record<string, string>; failure?: MetFailure }> =>
    await this.#conduct.operation(options, { headers: {} }, async (flow) => {
      await this.ping();
      await this.#authorize(flow, options.credentials, [
        repositoryScope(repository, options.scopes ?? ['pull']),
      ]);
      return { headers: flow.headers };
    });

  /** Uploads every blob of the images, then one manifest a tag. */
  push = async (
    repository: string,
    tags: string | readonly string[],
    images: Image[],
    options: ProtocolOptions = {},
  ): Promise<PushResult> =>
    await this.#conduct.operation(options, { blobs: [], manifests: {} }, async (flow) => {
      const tagNames = typeof tags === 'string' ? [tags] : tags;
      await this.ping();
      const sources = Object.values(options.mountBlobs ?? {}).map((source) =>
        repositoryScope(source, ['pull']),
      );
      const scopes = [repositoryScope(repository, options.scopes ?? ['push', 'pull']), ...sources];
      await this.#authorize(flow, options.credentials, scopes);

      const manifests: Record<string, Manifest> = {};
      for (const tag of tagNames) manifests[tag] = await this.#build(repository, tag, images, options);
      const blobs = blobsOf(Object.values(manifests));
      for (const blob of blobs) {
        if (!(await this.#pushBlob(flow, repository, blob, options))) return { blobs, manifests: {} };
      }
      for (const tag of tagNames) {
        const manifest = manifests[tag];
        if (manifest !== undefined) await this.#putManifest(flow, repository, tag, manifest, options);
      }
      return { blobs, manifests };
    });

  /** Pulls each reference (tag or digest), checks its manifest against its digest, and every layer by its bytes. */
  pull = async (
    repository: string,
    references: string | readonly string[],
    images: Image[],
    options: ProtocolOptions = {},
  ): Promise<PullResult> =>
    await this.#conduct.operation(options, { manifests: {} }, async (flow) => {
      const { format } = this.#context;
      await this.ping();
      const scopes = [repositoryScope(repository, options.scopes ?? ['pull'])];
      if (options.attemptPullWithoutToken !== true) await this.#authorize(flow, options.credentials, scopes);
      const manifests: Record<string, PulledManifest> = {};
      for (const reference of typeof references === 'string' ? [references] : references) {
        const accept = (options.acceptMimetypes ?? format.accept).join(', ');
        const parse: Parse<ParsedManifest> = (bytes, type) => format.parse(bytes, type);
        const manifest = await this.#getManifest(
          flow,
          'get-manifest',
          repository,
          reference,
          accept,
          parse,
          options,
        );
        await this.#pullLayers(flow, repository, manifest, images);
        manifests[reference] = manifest;
      }
      return { manifests };
    });

  /** Pushes an image a platform by its digest, then the index over them by each tag. */
  pushIndex = async (
    repository: string,
    tags: string | readonly string[],
    children: readonly IndexChild[],
    options: ProtocolOptions & { forgetChildren?: boolean } = {},
  ): Promise<PushIndexResult> =>
    await this.#conduct.operation<PushIndexResult>(options, { children: [] }, async (flow) => {
      const tagNames = typeof tags === 'string' ? [tags] : tags;
      await this.ping();
      await this.#authorize(flow, options.credentials, [
        repositoryScope(repository, options.scopes ?? ['push', 'pull']),
      ]);
      const built: { manifest: Manifest; platform: { architecture: string; os: string } }[] = [];
      for (const { images, architecture, os = 'linux' } of children) {
        const manifest = await this.#build(repository, tagNames[0] ?? 'latest', images, options);
        built.push({ manifest, platform: { architecture, os } });
      }
      const manifests = built.map(({ manifest }) => manifest);
      for (const blob of blobsOf(manifests)) await this.#pushBlob(flow, repository, blob, options);
      for (const manifest of options.forgetChildren === true ? [] : manifests) {
        await this.#putManifest(flow, repository, manifest.digest, manifest, {});
      }
      const index = this.#context.format.name === 'oci' ? ociIndex(built) : manifestList(built);
      for (const tag of tagNames) {
        await this.#putManifest(flow, repository, tag, index, options, 'put-manifest-list');
      }
      return { index, children: manifests };
    });

  /** Pulls an index by tag or digest, and each of its children by digest. */
  pullIndex = async (
    repository: string,
    reference: string,
    options: ProtocolOptions = {},
  ): Promise<PullIndexResult> =>
    await this.#conduct.operation<PullIndexResult>(options, {}, async (flow) => {
      const { format } = this.#context;
      await this.ping();
      await this.#authorize(flow, options.credentials, [
        repositoryScope(repository, options.scopes ?? ['pull']),
      ]);
      const [indexType, parseIndex] =
        format.name === 'oci'
          ? ([mediaTypes.ociIndex, parseOciIndex] as const)
          : ([mediaTypes.list, parseManifestList] as const);
      const accept = [indexType, ...format.accept].join(', ');
      const index = await this.#getManifest(
        flow,
        'get-manifest-list',
        repository,
        reference,
        accept,
        parseIndex,
      );
      const parse: Parse<ParsedManifest> = (bytes, type) => format.parse(bytes, type);
      for (const { digest } of index.manifests) {
        await this.#getManifest(flow, 'get-manifest', repository, digest, accept, parse);
      }
      return { index };
    });

  /** Makes a blob of one repository known to another. `mounted` is false where the registry opened an upload. */
  mount = async (
    repository: string,
    digest: string,
    from: string,
    options: ProtocolOptions = {},
  ): Promise<{ mounted: boolean; failure?: MetFailure }> =>
    await this.#conduct.operation<{ mounted: boolean }>(options, { mounted: false }, async (flow) => {
      await this.ping();
      await this.#authorize(flow, options.credentials, [
        repositoryScope(repository, options.scopes ?? ['push', 'pull']),
        repositoryScope(from, ['pull']),
      ]);
      await this.#mount(flow, repository, digest, from);
      return { mounted: true };
    });

  /** Every tag, page by page as the registry links them. */
  tags = async (
    repository: string,
    options: ProtocolOptions & { pageSize?: number } = {},
  ): Promise<{ tags: string[]; failure?: MetFailure }> =>
    await this.#conduct.operation(options, { tags: [] }, async (flow) => {
      await this.ping();
      await this.#authorize(flow, options.credentials, [
        repositoryScope(repository, options.scopes ?? ['pull']),
      ]);
      const url = `${this.#context.target.url}/v2/${repository}/tags/list`;
      return { tags: await this.#pages(flow, 'list-tags', url, 'tags', options.pageSize, 'tag.list.status') };
    });

  /** Every repository the identity may see, page by page. */
  catalog = async (
    options: ProtocolOptions & { pageSize?: number } = {},
  ): Promise<{ repositories: string[]; failure?: MetFailure }> =>
    await this.#conduct.operation(options, { repositories: [] }, async (flow) => {
      await this.ping();
      await this.#authorize(flow, options.credentials, this.#context.profile.catalogScopes);
      const url = `${this.#context.target.url}/v2/_catalog`;
      const repositories = await this.#pages(
        flow,
        'catalog',
        url,
        'repositories',
        options.pageSize,
        'catalog.status',
      );
      return { repositories };
    });

  /** Deletes each manifest, by tag or digest. */
  delete = async (
    repository: string,
    references: string | readonly string[],
    options: ProtocolOptions = {},
  ): Promise<{ failure?: MetFailure }> =>
    await this.#conduct.operation(options, {}, async (flow) => {
      const { target } = this.#context;
      await this.ping();
      const scopes = [repositoryScope(repository, options.scopes ?? ['pull', 'push', target.deleteAction])];
      await this.#authorize(flow, options.credentials, scopes);
      for (const reference of typeof references === 'string' ? [references] : references) {
        const url = `${target.url}/v2/${repository}/manifests/${reference}`;
        const request = { method: 'DELETE', url } as const;
        const rule = isDigest(reference) ? 'delete.manifest.status' : 'delete.tag.status';
        // Some keep what a tag leads to.
        const first = (answer: Answer): void => {
          if (isDigest(reference)) givenOffered(answer, answer.status !== 400, 'manifest-delete');
        };
        await this.#conduct.step(flow, 'delete-manifest', request, 202, rule, undefined, first);
      }
      return {};
    });

  async #authorize(
    flow: Flow,
    credentials: Credentials | null | undefined,
    scopes: readonly string[],
  ): Promise<void> {
    const { target } = this.#context;
    const identity = credentials === undefined ? target.identity : (credentials ?? undefined);
    if (target.auth === 'anonymous') return;
    if (target.auth === 'basic') {
      if (identity === undefined) return;
      const headers = { Authorization: basicAuthorization(identity) };
      await this.#conduct.step(
        flow,
        'auth',
        { method: 'GET', url: `${target.url}/v2/`, headers },
        200,
        'basic.accepted',
      );
      flow.headers = { ...flow.headers, ...headers };
      return;
    }
    if (target.tokenService === undefined) throw new Error('A bearer target has no token service');
    const request = tokenRequest(target.tokenService, { credentials: identity, scopes });
    const answer = await this.#conduct.step(flow, 'auth', request, 200, 'token.get.status', (brought) => {
      const kept = tokenOf(brought) !== undefined;
      keep('auth', brought, 'token.get.token', 'a token', { kept, received: 'none' });
    });
    flow.headers = { ...flow.headers, Authorization: `Bearer ${tokenOf(answer)}` };
  }

  async #build(
    repository: string,
    tag: string,
    images: Image[],
    options: ProtocolOptions,
  ): Promise<Manifest> {
    return await this.#context.format.build(
      { repository, tag, images },
      {
        invalidBlobReferences: options.manifestInvalidBlobReferences ?? false,
        asciiOnly: options.ensureAscii ?? true,
        brokenConfig: options.withBrokenManifestConfig ?? false,
      },
    );
  }

  /** False where the upload ended before its blob was stored, as the options asked. */
  async #pushBlob(flow: Flow, repository: string, blob: Blob, options: ProtocolOptions): Promise<boolean> {
    const url = `${this.#context.target.url}/v2/${repository}/blobs/${blob.digest}`;
    const source = options.mountBlobs?.[blob.digest];
    if (options.skipHeadChecks !== true) {
      const rule = source === undefined ? 'blob.head.missing' : 'blob.head.other-repository';
      await this.#conduct.step(flow, 'blob-head-check', { method: 'HEAD', url }, 404, rule);
    }
    if (source !== undefined) await this.#mount(flow, repository, blob.digest, source);
    else if (!(await this.#upload(flow, repository, blob, options))) return false;

    const { digest, bytes } = blob;
    const head = { method: 'HEAD', url } as const;
    await this.#conduct.step(flow, 'blob-head-check', head, 200, 'blob.head.status', (found) => {
      keepDigest('blob-head-check', found, digest, 'blob.head.digest-header', 'blob.get.digest-match');
      keepHeader('blob-head-check', found, 'blob.head.length', 'Content-Length', String(bytes.length));
    });
    if (options.skipBlobPushChecks !== true) await this.#getBlob(flow, url, bytes);
    return true;
  }

  async #upload(flow: Flow, repository: string, blob: Blob, options: ProtocolOptions): Promise<boolean> {
    const start = `${this.#context.target.url}/v2/${repository}/blobs/uploads/`;
    const post = { method: 'POST', url: start } as const;
    const opened = await this.#conduct.step(
      flow,
      'start-upload',
      post,
      202,
      'upload.post.status',
      (answer) => {
        keepLocation('start-upload', answer, 'upload.post.location');
        const uuid = answer.header('docker-upload-uuid');
        note('start-upload', answer, 'docker.upload-uuid', 'a Docker-Upload-UUID', {
          kept: uuid !== undefined && uuid !== '',
          received: `Docker-Upload-UUID: ${uuid ?? '(none)'}`,
        });
      },
    );
    const sent = await this.#sendData(flow, whereFrom(opened), blob.bytes, options.chunksForUpload);
    if (sent === undefined) return false;
    if (options.cancelBlobUpload === true) {
      await this.#conduct.step(
        flow,
        'cancel-upload',
        { method: 'DELETE', url: sent },
        204,
        'upload.cancel.status',
      );
      await this.#conduct.step(
        flow,
        'upload-status',
        { method: 'GET', url: sent },
        404,
        'upload.cancel.gone',
      );
      return false;
    }
    const url = withQuery(sent, [['digest', blob.digest]]);
    const put = { method: 'PUT', url } as const;
    await this.#conduct.step(flow, 'finish-upload', put, 201, 'upload.put.status', (finished) => {
      noteDigest('finish-upload', finished, 'docker.blob-put-digest-header', blob.digest);
    });
    return true;
  }

  /** Sends the data whole or chunk by chunk. Returns where the upload goes on; undefined where a chunk was refused. */
  async #sendData(
    flow: Flow,
    location: string,
    bytes: Buffer,
    chunks: readonly Chunk[] | undefined,
  ): Promise<string | undefined> {
    const headers = { 'Content-Type': mediaTypes.octetStream };
    const placeOf = (start: number, end: number): Record<string, string> =>
      this.#context.profile.chunkHeader === 'content-range'
        ? { 'Content-Range': `${start}-${end - 1}` }
        : { Range: `bytes=${start}-${end}` };
    if (chunks === undefined) {
      const isStreamed = currentRun().capabilities.stream?.offered !== false || bytes.length === 0;
      const place = isStreamed ? {} : placeOf(0, bytes.length);
      const request = {
        method: 'PATCH',
        url: location,
        headers: { ...headers, ...place },
        body: bytes,
      } as const;
      return whereFrom(await this.#patch(flow, request));
    }
    let url = location;
    for (const [start, end = bytes.length, status = 202] of chunks) {
      const place = placeOf(start, end);
      const body = bytes.subarray(start, end);
      const request = { method: 'PATCH', url, headers: { ...headers, ...place }, body } as const;
      if (status !== 202) {
        const rule = status === 416 ? 'upload.patch.out-of-order' : 'upload.patch.status';
        await this.#conduct.step(flow, 'patch-blob', request, status, rule);
        return undefined;
      }
      url = whereFrom(await this.#patch(flow, request));
      await this.#keepUploadStatus(flow, url, end);
    }
    return url;
  }

  async #keepUploadStatus(flow: Flow, url: string, received: number): Promise<void> {
    const { statusRange } = this.#context.profile;
    const range = statusRange === 'inclusive' ? `0-${received - 1}` : `bytes=0-${received}`;
    const get = { method: 'GET', url } as const;
    await this.#conduct.step(flow, 'upload-status', get, 204, 'upload.status.status', (answer) => {
      keepHeader('upload-status', answer, 'upload.status.range', 'Range', range);
    });
  }

  async #patch(flow: Flow, request: Request): Promise<Answer> {
    return await this.#conduct.step(flow, 'patch-blob', request, 202, 'upload.patch.status', (answer) => {
      keepLocation('patch-blob', answer, 'upload.patch.location');
    });
  }

  async #getBlob(flow: Flow, url: string, bytes: Buffer): Promise<void> {
    await this.#conduct.step(flow, 'get-blob', { method: 'GET', url }, 200, 'blob.get.status', (answer) => {
      keepBytes(answer, bytes);
    });
  }

  async #mount(flow: Flow, repository: string, digest: string, from: string): Promise<void> {
    const url = `${this.#context.target.url}/v2/${repository}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`;
    await this.#conduct.step(
      flow,
      'mount-blob',
      { method: 'POST', url },
      201,
      'mount.status',
      (answer) => keepLocation('mount-blob', answer, 'mount.location'),
      (answer) => givenOffered(answer, answer.status !== 202, 'mount'),
    );
  }

  async #putManifest(
    flow: Flow,
    repository: string,
    tag: string,
    manifest: Manifest,
    options: ProtocolOptions,
    step: 'put-manifest' | 'put-manifest-list' = 'put-manifest',
  ): Promise<void> {
    const reference = options.pushByManifestDigest === true ? manifest.digest : tag;
    const url = `${this.#context.target.url}/v2/${repository}/manifests/${reference}`;
    const headers = { 'Content-Type': options.manifestContentType ?? manifest.mediaType };
    const request = { method: 'PUT', url, headers, body: manifest.bytes } as const;
    const { takenBy } = options;
    const ends = takenBy && ((answer: Answer) => noteTaken(step, answer, takenBy));
    await this.#conduct.step(
      flow,
      step,
      request,
      201,
      'manifest.put.status',
      (answer) => {
        // A push by tag states no digest that the answer could be held to.
        const { expected, ...found } = isDigest(reference)
          ? statesAtMost(answer, manifest.digest)
          : namesManifest(answer, manifest);
        note(step, answer, 'manifest.put.digest-header', expected, found);
      },
      ends,
    );
  }

  async #getManifest<T extends { digest: string }>(
    flow: Flow,
    step: 'get-manifest' | 'get-manifest-list',
    repository: string,
    reference: string,
    accept: string,
    parse: Parse<T>,
    { requireMatchingManifestType = false }: ProtocolOptions = {},
  ): Promise<T & { bytes: Buffer }> {
    const url = `${this.#context.target.url}/v2/${repository}/manifests/${reference}`;
    const request = { method: 'GET', url, headers: { Accept: accept } } as const;
    const answer = await this.#conduct.step(flow, step, request, 200, 'manifest.get.status', (got) => {
      const { digest } = parsed(step, got, accept, parse);
      if (requireMatchingManifestType) this.#keepManifestType(got);
      keepReference(step, got, reference, digest);
    });
    return { ...parsed(step, answer, accept, parse), bytes: answer.body };
  }

  #keepManifestType(answer: Answer): void {
    const { manifestTypes } = this.#context.format;
    const type = mediaTypeOf(answer);
    keep('get-manifest', answer, 'manifest.get.content-type', `Content-Type: ${manifestTypes.join(' or ')}`, {
      kept: manifestTypes.includes(type),
      received: `Content-Type: ${type}`,
    });
  }

  async #pullLayers(
    flow: Flow,
    repository: string,
    manifest: ParsedManifest,
    images: Image[],
  ): Promise<void> {
    const { format, target } = this.#context;
    const expected = format.name === 'schema1' ? images : images.filter((image) => image.empty !== true);
    if (manifest.layers.length !== expected.length) {
      throw new Error(
        `The pulled manifest has ${manifest.layers.length} layers, the pushed images ${expected.length}`,
      );
    }
    for (const [at, image] of expected.entries()) {
      const layer = manifest.layers[at];
      if (layer === undefined) continue;
      const url = `${target.url}/v2/${repository}/blobs/${layer.digest}`;
      if (layer.urls !== undefined) {
        await this.#conduct.step(flow, 'get-blob', { method: 'GET', url }, 404, 'blob.get.missing');
        continue;
      }
      await this.#getBlob(flow, url, image.layer.bytes);
    }
  }

  async #pages(
    flow: Flow,
    step: 'list-tags' | 'catalog',
    firstUrl: string,
    member: 'tags' | 'repositories',
    pageSize: number | undefined,
    rule: RuleId,
  ): Promise<string[]> {
    const found: string[] = [];
    const met = new Set<string>();
    let url: string | undefined =
      pageSize === undefined ? firstUrl : withQuery(firstUrl, [['n', String(pageSize)]]);
    while (url !== undefined) {
      let items: string[] = [];
      let repeated: string[] = [];
      const check = (page: Answer): void => {
        items = itemsOf(step, page, member);
        repeated = items.filter((item) => met.has(item));
        keep(step, page, step === 'catalog' ? 'catalog.pages' : 'tag.list.pages', 'nothing twice', {
          kept: repeated.length === 0,
          received: `${someOf(repeated).join(', ')} once more`,
        });
      };
      const answer: Answer = await this.#conduct.step(flow, step, { method: 'GET', url }, 200, rule, check);
      // A page that is like one before would lead around for ever.
      if (repeated.length > 0) return found;
      for (const item of items) {
        found.push(item);
        met.add(item);
      }
      url = linkAfter(answer);
    }
    return found;
  }
}

function keep(
  step: Step,
  answer: Answer,
  rule: RuleId,
  expected: string,
  found: Pick<Finding, 'kept' | 'received'>,
): void {
  judge({ rule, expected, step, answer, ...found });
}

/**
 * The same of what a client can go on without: the verdict is written down, and the flow goes on. The rule has a test of
 * its own, which is red for it.
 */
function note(
  step: Step,
  answer: Answer,
  rule: RuleId,
  expected: string,
  found: Pick<Finding, 'kept' | 'received'>,
): void {
  weighInTest({ rule, expected, step, answer, ...found });
}

/** What a page lists; nothing where it is no list. */
function itemsOf(step: 'list-tags' | 'catalog', answer: Answer, member: 'tags' | 'repositories'): string[] {
  const page = (answer.json as Record<string, unknown> | null | undefined)?.[member];
  const isList = Array.isArray(page) && page.every((item) => typeof item === 'string');
  const rule = step === 'catalog' ? 'catalog.json' : 'tag.list.array';
  const received = excerpt(answer.text);
  note(step, answer, rule, `"${member}", an array of strings`, { kept: isList, received });
  return isList ? page : [];
}

/** A manifest that no must says is taken: where it is not, there is nothing to go on with. */
function noteTaken(step: Step, answer: Answer, rule: RuleId): void {
  const kept = answer.status < 400;
  const received = `status ${answer.status}`;
  note(step, answer, rule, 'no refusal', { kept, received });
  test.skip(!kept, blockedBy(rule, `${step} answered ${answer.status}`));
}

function noteDigest(step: Step, answer: Answer, rule: RuleId, digest: string): void {
  const stated = answer.header('docker-content-digest');
  const received = `Docker-Content-Digest: ${stated ?? '(none)'}`;
  note(step, answer, rule, `Docker-Content-Digest: ${digest}`, { kept: stated === digest, received });
}

function keepHeader(step: Step, answer: Answer, rule: RuleId, name: string, value: string): void {
  const received = answer.header(name);
  keep(step, answer, rule, `${name}: ${value}`, {
    kept: received === value,
    received: `${name}: ${received ?? '(none)'}`,
  });
}

function keepBytes(answer: Answer, bytes: Buffer): void {
  keep('get-blob', answer, 'blob.get.bytes', `${bytes.length} bytes of ${digestOf(bytes)}`, {
    kept: answer.body.equals(bytes),
    received: `${answer.body.length} bytes of ${digestOf(answer.body)}`,
  });
}

function keepChallenge(answer: Answer, { auth, tokenService }: Target): void {
  const challenge = findChallenge(parseChallenges(answer.values('www-authenticate')), auth);
  const { realm, service } = challenge?.params ?? {};
  const expected =
    auth === 'bearer'
      ? `a Bearer challenge with realm ${tokenService?.realm} and service ${tokenService?.service}`
      : 'a Basic challenge with a realm';
  const kept =
    auth === 'bearer'
      ? realm === tokenService?.realm && service === tokenService?.service
      : realm !== undefined;
  keep('ping', answer, 'challenge.present', expected, {
    kept,
    received: answer.header('www-authenticate') ?? '(none)',
  });
}

/** A manifest found by digest must be that digest's bytes; a digest the answer states must be theirs too. */
function keepReference(step: Step, answer: Answer, reference: string, digest: string): void {
  if (isDigest(reference)) {
    const kept = digest === reference;
    keep(step, answer, 'manifest.get.bytes', `a manifest of digest ${reference}`, { kept, received: digest });
  }
  keepDigest(step, answer, digest, 'manifest.get.digest-header', 'manifest.get.digest-match');
}

/** The digest header is one rule, that it says the truth another. */
function keepDigest(step: Step, answer: Answer, digest: string, rule: RuleId, match: RuleId): void {
  const { expected, ...present } = statesDigest(answer);
  note(step, answer, rule, expected, present);
  for (const stated of digestsStated(answer)) {
    if (isDigest(stated) && algorithmOf(stated) !== algorithmOf(digest)) continue;
    const received = `Docker-Content-Digest: ${stated}`;
    keep(step, answer, match, `Docker-Content-Digest: ${digest}`, { kept: stated === digest, received });
  }
}

function keepLocation(step: Step, answer: Answer, rule: RuleId): void {
  keep(step, answer, rule, 'a Location that is a URL', {
    kept: answer.location !== undefined,
    received: answer.header('location') ?? '(none)',
  });
}

/** Where an answer leads to; where it says nothing usable and that is known, on to where it came from. */
function whereFrom({ location, request }: Answer): string {
  return location ?? request.url;
}

function parsed<T>(step: Step, answer: Answer, accept: string, parse: Parse<T>): T {
  const { mediaType } = (answer.json ?? {}) as { mediaType?: unknown };
  // That it comes as another type than its own is a rule of its own.
  const own = typeof mediaType === 'string' && accept.includes(mediaType) ? mediaType : undefined;
  try {
    return parse(answer.body, own ?? mediaTypeOf(answer));
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const received = `a document that ${error.message}`;
    keep(step, answer, 'manifest.get.bytes', 'a manifest of its own format', { kept: false, received });
    throw error;
  }
}

function mediaTypeOf(answer: Answer): string {
  return (answer.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Each blob once, in the order of the first manifest that names it. */
function blobsOf(manifests: readonly Manifest[]): Blob[] {
  return [...new Map(manifests.flatMap(({ blobs }) => blobs).map((blob) => [blob.digest, blob])).values()];
}

/** The operations under the names that tests ask for them by. */
export type V2Fixtures = Pick<
  V2Protocol,
  | 'ping'
  | 'login'
  | 'auth'
  | 'push'
  | 'pull'
  | 'pushIndex'
  | 'pullIndex'
  | 'mount'
  | 'tags'
  | 'catalog'
  | 'delete'
>;

type Use<T> = (value: T) => Promise<void>;
type Given = { v2: V2Protocol };

export const v2Fixtures = {
  ping: async ({ v2 }: Given, use: Use<V2Fixtures['ping']>) => await use(v2.ping),
  login: async ({ v2 }: Given, use: Use<V2Fixtures['login']>) => await use(v2.login),
  auth: async ({ v2 }: Given, use: Use<V2Fixtures['auth']>) => await use(v2.auth),
  push: async ({ v2 }: Given, use: Use<V2Fixtures['push']>) => await use(v2.push),
  pull: async ({ v2 }: Given, use: Use<V2Fixtures['pull']>) => await use(v2.pull),
  pushIndex: async ({ v2 }: Given, use: Use<V2Fixtures['pushIndex']>) => await use(v2.pushIndex),
  pullIndex: async ({ v2 }: Given, use: Use<V2Fixtures['pullIndex']>) => await use(v2.pullIndex),
  mount: async ({ v2 }: Given, use: Use<V2Fixtures['mount']>) => await use(v2.mount),
  tags: async ({ v2 }: Given, use: Use<V2Fixtures['tags']>) => await use(v2.tags),
  catalog: async ({ v2 }: Given, use: Use<V2Fixtures['catalog']>) => await use(v2.catalog),
  delete: async ({ v2 }: Given, use: Use<V2Fixtures['delete']>) => await use(v2.delete),
};
