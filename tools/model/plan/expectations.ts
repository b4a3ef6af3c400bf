import { hasBytes } from '../../../lib/checks/checks.ts';
import type { Answer } from '../../../lib/http/exchange.ts';
import { referrersIn, tagsIn } from '../../../lib/registry/lists.ts';
import type { Command } from './command.ts';
import type { ModelRule } from './rules.ts';
import {
  isHeld,
  isNamed,
  isSure,
  isWhole,
  uploadOf,
  type Fact,
  type RepositoryState,
  type State,
  type Upload,
} from './state.ts';
import { parts, startOf, type World } from './world.ts';
import type { Check } from '../../../lib/types.ts';

/** What a rule says of the answer to come. Where no rule says anything there is no expectation. */
export type Expectation = { rule: ModelRule; check: (answer: Answer) => Check };

/** In the order in which they are judged: the first that is not kept is the finding. */
export function expectations(state: State, command: Command, world: World): Expectation[] {
  const here = 'repo' in command ? state.repositories[command.repo]! : undefined;
  const upload = 'upload' in command ? uploadOf(state, command) : undefined;
  if (upload !== undefined) return ofUpload(upload, command);
  return here === undefined ? [] : ofRepository(state, here, command, world);
}

const status =
  (...wanted: number[]) =>
  (answer: Answer): Check => ({
    kept: wanted.includes(answer.status),
    expected: `status ${wanted.join(' or ')}`,
    received: `status ${answer.status}`,
  });

const refused = (answer: Answer): Check => ({
  kept: answer.status >= 400 && answer.status < 500,
  expected: 'a 4xx status',
  received: `status ${answer.status}`,
});

function ofRepository(state: State, here: RepositoryState, command: Command, world: World): Expectation[] {
  switch (command.do) {
    case 'push-blob':
      return [
        { rule: 'upload.post.status', check: (answer) => ofMethod('POST', answer, status(202)) },
        { rule: 'upload.put.status', check: (answer) => ofMethod('PUT', answer, status(201)) },
      ];
    case 'push-false':
      return [
        { rule: 'upload.post.status', check: (answer) => ofMethod('POST', answer, status(202)) },
        { rule: 'upload.put.digest-mismatch', check: (answer) => ofMethod('PUT', answer, refused) },
      ];
    case 'open-upload':
      return [{ rule: 'upload.post.status', check: status(202) }];
    case 'mount':
      return ofMount(state, command);
    case 'get-blob':
      return ofBlob(state, here, command, world);
    case 'delete-blob':
      return ofDeletion(
        here.blobs[command.blob]!,
        isHeld(world, here, command.blob),
        'delete.blob.status',
        'delete.blob.missing',
      );
    case 'put-manifest':
      return isWhole(world, here, command.manifest)
        ? [{ rule: 'manifest.put.status', check: status(201) }, ...ofSubject(command.manifest, world)]
        : [];
    case 'put-no-json':
      return [{ rule: 'manifest.put.not-json', check: refused }];
    case 'put-mismatch':
      return command.manifest === command.claimed
        ? []
        : [{ rule: 'manifest.put.digest-mismatch', check: refused }];
    case 'get-manifest':
      return ofManifest(state, here, command, world);
    case 'get-tag':
      return ofTag(here, command, world);
    case 'delete-manifest':
      return ofDeletion(
        here.manifests[command.manifest]!,
        isNamed(world, here, command.manifest),
        'delete.manifest.status',
        isEmpty(here) ? undefined : 'delete.manifest.missing',
      );
    case 'delete-tag':
      return ofTagDeletion(here, command.tag);
    case 'list-tags':
      return ofTagList(here, world);
    case 'list-referrers':
      return ofReferrers(state, here, command.manifest, world);
    default:
      return [];
  }
}

/** Of a command with more than one request, where its answer came. */
function ofMethod(method: string, answer: Answer, check: (answer: Answer) => Check): Check {
  const found = check(answer);
  return answer.request.method === method ? found : { ...found, kept: true };
}

/** Nothing is surely there: the repository may be unknown. */
function isEmpty({ manifests }: RepositoryState): boolean {
  return !manifests.some(isSure);
}

function ofMount(state: State, { blob, named }: { blob: number; named: boolean }): Expectation[] {
  const isNowhere = state.repositories.every(({ blobs }) => blobs[blob]!.is === 'absent');
  return [
    isNowhere
      ? {
          rule: 'mount.phantom',
          check: (answer) => ({
            kept: answer.status !== 201,
            expected: 'a status other than 201',
            received: `status ${answer.status}`,
          }),
        }
      : { rule: named ? 'mount.status' : 'mount.no-source', check: status(201, 202) },
  ];
}

function ofBlob(
  state: State,
  here: RepositoryState,
  { blob, head }: { blob: number; head: boolean },
  world: World,
): Expectation[] {
  const fact = here.blobs[blob]!;
  const { bytes } = world.blobs[blob]!;
  if (fact.is === 'unknown')
    return [{ rule: 'blob.get.bytes', check: (answer) => ifAny(answer, head, bytes) }];
  if (fact.is === 'absent') {
    const isShared = isElsewhere(state, here, ({ blobs }) => blobs[blob]!) && fact.by !== 'delete.blob.gone';
    const rule = isShared
      ? head
        ? 'blob.head.other-repository'
        : 'blob.get.other-repository'
      : ofKind<ModelRule>(fact.by, 'blob.get.missing', head ? 'blob.head.missing' : 'blob.get.missing');
    return [{ rule, check: status(404) }];
  }
  return head
    ? [
        { rule: ofKind<ModelRule>(fact.by, 'blob.get.status', 'blob.head.status'), check: status(200) },
        { rule: 'blob.head.length', check: (answer) => hasLength(answer, bytes) },
      ]
    : [
        { rule: fact.by, check: status(200) },
        {
          rule: fact.by === 'upload.close.pullable' ? 'upload.close.bytes' : 'blob.get.bytes',
          check: (answer) => hasBytes(answer, bytes),
        },
        { rule: 'blob.get.digest-match', check: (answer) => statesDigest(answer, world.blobs[blob]!.digest) },
      ];
}

/** The rule at hand, but where it is the plain one the one for this kind of request. */
function ofKind<Rule>(by: Rule, plain: Rule, instead: Rule): Rule {
  return by === plain ? instead : by;
}

function isElsewhere(state: State, here: RepositoryState, of: (there: RepositoryState) => Fact): boolean {
  return state.repositories.some((there) => there !== here && of(there).is === 'present');
}

/** Whatever is served is right. */
function ifAny(answer: Answer, head: boolean, bytes: Buffer): Check {
  const found = hasBytes(answer, bytes);
  return answer.status === 200 && !head ? found : { ...found, kept: true };
}

function hasLength(answer: Answer, bytes: Buffer): Check {
  const stated = answer.header('content-length');
  return {
    kept: stated === `${bytes.length}`,
    expected: `Content-Length: ${bytes.length}`,
    received: `Content-Length: ${stated ?? '(none)'}`,
  };
}

function statesDigest(answer: Answer, digest: string): Check {
  const stated = answer.header('docker-content-digest');
  return {
    kept: stated === undefined || stated === digest,
    expected: `Docker-Content-Digest: ${digest}`,
    received: `Docker-Content-Digest: ${stated ?? '(none)'}`,
  };
}

function ofDeletion(
  fact: Fact,
  isInUse: boolean,
  doneRule: ModelRule,
  missing: ModelRule | undefined,
): Expectation[] {
  if (isSure(fact) && !isInUse) return [{ rule: doneRule, check: status(202) }];
  if (fact.is === 'absent' && missing !== undefined) return [{ rule: missing, check: status(404) }];
  return [];
}

function ofSubject(manifest: number, world: World): Expectation[] {
  const { subject } = world.manifests[manifest]!;
  const digest = subject === undefined ? null : world.manifests[subject]!.digest;
  return [
    {
      rule: digest === null ? 'manifest.subject-header-absent' : 'manifest.subject-header',
      check: (answer) => {
        const stated = answer.header('oci-subject');
        return {
          kept: stated === (digest ?? undefined),
          expected: digest === null ? 'no OCI-Subject' : `OCI-Subject: ${digest}`,
          received: `OCI-Subject: ${stated ?? '(none)'}`,
        };
      },
    },
  ];
}

function ofManifest(
  state: State,
  here: RepositoryState,
  { manifest, head }: { manifest: number; head: boolean },
  world: World,
): Expectation[] {
  const fact = here.manifests[manifest]!;
  const { bytes, digest } = world.manifests[manifest]!;
  if (fact.is === 'unknown')
    return [{ rule: 'manifest.get.bytes', check: (answer) => ifAny(answer, head, bytes) }];
  if (fact.is === 'absent') {
    const plain: ModelRule = 'manifest.get.missing';
    const elsewhere = isElsewhere(state, here, ({ manifests }) => manifests[manifest]!);
    const rule = head ? 'manifest.head.missing' : elsewhere ? 'manifest.get.other-repository' : plain;
    return [{ rule: ofKind<ModelRule>(fact.by, plain, rule), check: status(404) }];
  }
  return served(fact.by, head, bytes, digest);
}

function served(by: ModelRule, head: boolean, bytes: Buffer, digest: string): Expectation[] {
  return [
    {
      rule: head ? ofKind<ModelRule>(by, 'manifest.get.status', 'manifest.head.status') : by,
      check: status(200),
    },
    head
      ? { rule: 'manifest.head.length', check: (answer) => hasLength(answer, bytes) }
      : { rule: 'manifest.get.bytes', check: (answer) => hasBytes(answer, bytes) },
    { rule: 'manifest.get.digest-match', check: (answer) => statesDigest(answer, digest) },
  ];
}

function ofTag(
  { tags, manifests }: RepositoryState,
  { tag, head }: { tag: number; head: boolean },
  world: World,
): Expectation[] {
  const { to, by } = tags[tag]!;
  if (to === 'unknown') return [];
  if (to === 'nowhere')
    return [
      {
        rule: ofKind<ModelRule>(by, 'manifest.get.missing', head ? 'manifest.head.missing' : by),
        check: status(404),
      },
    ];
  if (manifests[to]!.is !== 'present') return [];
  const { bytes, digest } = world.manifests[to]!;
  const rule = by === 'manifest.get.status' ? 'manifest.get.bytes' : by;
  const [found, whole, stated] = served(by, head, bytes, digest);
  return [found!, head ? whole! : { rule, check: (answer) => hasBytes(answer, bytes) }, stated!];
}

function ofTagDeletion(here: RepositoryState, tag: number): Expectation[] {
  const { to } = here.tags[tag]!;
  if (to === 'nowhere') return isEmpty(here) ? [] : [{ rule: 'delete.tag.missing', check: status(404) }];
  return typeof to === 'number' && here.manifests[to]!.is === 'present'
    ? [{ rule: 'delete.tag.status', check: status(202) }]
    : [];
}

function ofTagList(here: RepositoryState, world: World): Expectation[] {
  if (isEmpty(here)) return [];
  const named = (wanted: (at: number) => boolean): string[] => world.tags.filter((_, at) => wanted(at));
  const surely = named((at) => {
    const { to } = here.tags[at]!;
    return typeof to === 'number' && here.manifests[to]!.is === 'present';
  });
  const gone = (by: ModelRule) => named((at) => here.tags[at]!.to === 'nowhere' && here.tags[at]!.by === by);
  const never = named((at) => here.tags[at]!.to === 'nowhere');
  const without = (tags: readonly string[]) => (answer: Answer) => ({
    kept: !tagsIn(answer).some((tag) => tags.includes(tag)),
    expected: `a list without ${tags.join(', ')}`,
    received: tagsIn(answer).join(', '),
  });
  return [
    { rule: 'tag.list.status', check: status(200) },
    { rule: 'delete.tag.unlisted', check: without(gone('delete.tag.gone')) },
    {
      rule: 'delete.manifest.tags-unlisted',
      check: without([...gone('delete.manifest.tags-gone'), ...gone('delete.manifest.tags-unlisted')]),
    },
    { rule: 'refused.manifest.tag-list', check: without(gone('refused.manifest.tag')) },
    { rule: 'tag.list.complete', check: without(never) },
    {
      rule: 'tag.list.complete',
      check: (answer) => ({
        kept: surely.every((tag) => tagsIn(answer).includes(tag)),
        expected: `a list with ${surely.join(', ')}`,
        received: tagsIn(answer).join(', '),
      }),
    },
    {
      rule: 'tag.list.sorted',
      check: (answer) => ({
        kept: tagsIn(answer).join(' ') === tagsIn(answer).toSorted().join(' '),
        expected: tagsIn(answer).toSorted().join(', '),
        received: tagsIn(answer).join(', '),
      }),
    },
  ];
}

function ofReferrers(state: State, here: RepositoryState, manifest: number, world: World): Expectation[] {
  if (isEmpty(here)) return [];
  const referring = world.manifests.flatMap(({ subject, digest }, at) =>
    subject === manifest ? [{ at, digest, fact: here.manifests[at]! }] : [],
  );
  const isListed = (answer: Answer, digest: string): boolean => referrersIn(answer).includes(digest);
  const known = referring.map(({ digest }) => digest);
  return [
    { rule: 'referrers.status', check: status(200) },
    {
      rule: 'referrers.subject',
      check: (answer) => ({
        kept: referrersIn(answer).every((digest) => known.includes(digest)),
        expected: `nothing but ${known.join(', ') || 'an empty list'}`,
        received: referrersIn(answer).join(', '),
      }),
    },
    {
      rule: 'referrers.duplicate',
      check: (answer) => ({
        kept: new Set(referrersIn(answer)).size === referrersIn(answer).length,
        expected: 'each referrer once',
        received: referrersIn(answer).join(', '),
      }),
    },
    ...referring.flatMap(({ at, digest, fact }): Expectation[] => {
      const isThere = isSure(fact);
      if (!isThere && fact.is !== 'absent') return [];
      const elsewhere = isElsewhere(state, here, ({ manifests }) => manifests[at]!);
      const absence: ModelRule =
        fact.by === 'delete.manifest.gone'
          ? 'referrers.deleted'
          : elsewhere
            ? 'referrers.repository'
            : ofKind<ModelRule>(fact.by, 'refused.manifest.digest', 'refused.manifest.referrers');
      return [
        {
          rule: isThere
            ? here.listedBy[at]!
            : ofKind<ModelRule>(absence, 'manifest.get.missing', 'referrers.subject'),
          check: (answer) => ({
            kept: isListed(answer, digest) === isThere,
            expected: `a list ${isThere ? 'with' : 'without'} ${digest}`,
            received: referrersIn(answer).join(', ') || 'an empty list',
          }),
        },
      ];
    }),
  ];
}

function ofUpload(upload: Upload, command: Command): Expectation[] {
  switch (command.do) {
    case 'send-chunk':
      return ofChunk(upload, command.part);
    case 'ask-upload':
      return ofStatus(upload);
    case 'close-upload':
      return ofClose(upload, command.right);
    case 'cancel-upload':
      if (upload.is === 'open') return [{ rule: 'upload.cancel.status', check: status(204) }];
      return upload.is === 'cancelled' ? [{ rule: 'upload.cancel.twice', check: status(404) }] : [];
    default:
      return [];
  }
}

function hasRange(blob: number, received: number): (answer: Answer) => Check {
  const wanted = `0-${startOf(blob, received) - 1}`;
  return (answer) => ({
    kept: answer.header('range') === wanted,
    expected: `Range: ${wanted}`,
    received: `Range: ${answer.header('range') ?? '(none)'}`,
  });
}

function ofChunk({ is, blob, received }: Upload, part: number): Expectation[] {
  if (is === 'cancelled') return [{ rule: 'upload.cancel.patch', check: refused }];
  if (is === 'finished') return [{ rule: 'upload.finished.patch', check: refused }];
  if (is === 'unknown') return [];
  if (part === received) {
    return [
      { rule: 'upload.patch.status', check: status(202) },
      { rule: 'upload.patch.range', check: hasRange(blob, received + 1) },
    ];
  }
  const rule: ModelRule =
    part > received
      ? received === 0
        ? 'upload.patch.first'
        : 'upload.patch.out-of-order'
      : part === received - 1
        ? 'upload.patch.repeated'
        : 'upload.patch.overlap';
  return [{ rule, check: status(416) }];
}

function ofStatus({ is, blob, received }: Upload): Expectation[] {
  if (is === 'cancelled') return [{ rule: 'upload.cancel.gone', check: status(404) }];
  if (is === 'finished') return [{ rule: 'upload.finished.get', check: status(404) }];
  if (is === 'unknown') return [];
  return [
    { rule: 'upload.status.status', check: status(204) },
    // How an upload without a byte says so is left open.
    ...(received === 0 ? [] : [{ rule: 'upload.status.range' as const, check: hasRange(blob, received) }]),
  ];
}

function ofClose({ is, received }: Upload, right: boolean): Expectation[] {
  if (is === 'cancelled') return [{ rule: 'upload.cancel.put', check: refused }];
  if (is === 'finished' && !right) return [{ rule: 'upload.finished.put', check: refused }];
  if (is !== 'open') return [];
  return right && received === parts
    ? [{ rule: 'upload.close.status', check: status(201) }]
    : [{ rule: 'upload.put.digest-mismatch', check: refused }];
}
