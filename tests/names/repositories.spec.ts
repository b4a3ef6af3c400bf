import { expect, test } from '../../fixtures/index.ts';
import { given, givenErrorCode, isOffered, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { errorCodes } from '../../lib/http/errors.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import type { Repository } from '../../lib/registry/repository.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';
import type { Check, Target } from '../../lib/types.ts';
import { blockedBy, unsupported } from '../../lib/run/skip-reason.ts';

const accepted: [what: string, name: string, rule: RuleId][] = [
  ['letters and digits', 'abc019', 'name.valid'],
  ['one letter', 'a', 'name.valid'],
  ['digits alone', '2048', 'name.valid'],
  ['a dot inside', 'a.b', 'name.separators'],
  ['an underscore inside', 'a_b', 'name.separators'],
  ['two underscores inside', 'a__b', 'name.separators-doubled'],
  ['a dash inside', 'a-b', 'name.separators'],
  ['a run of dashes inside', 'a-----b', 'name.separators-doubled'],
  ['separators of every kind', 'a.b_c__d-e---f.0', 'name.separators-doubled'],
  ['many components', 'a/b/c/d/e/f/g/h', 'name.nested'],
  ['the component blobs', 'blobs', 'name.path-words'],
  ['the components blobs/uploads', 'blobs/uploads', 'name.path-words'],
  ['the component manifests', 'manifests', 'name.path-words'],
  ['the components manifests/latest', 'manifests/latest', 'name.path-words'],
  ['the components tags/list', 'tags/list', 'name.path-words'],
  ['the component referrers', 'referrers', 'name.path-words'],
  ['the component v2', 'v2', 'name.path-words'],
];

for (const [what, name, rule] of accepted) {
  test(`a repository name may have ${what}`, { tag: `@${rule}` }, async ({ unusedRepo }) => {
    const answer = await unusedRepo(name).uploads.post();
    expect(answer).toBeAccepted();
  });
}

test(
  'a manifest is found in a repository named after every word of the API',
  { tag: '@name.path-words' },
  async ({ unusedRepo }) => {
    const words = unusedRepo('blobs/uploads/manifests/tags/list/referrers');
    given(await words.uploads.post(), 202, 'name.path-words');
    const manifest = await pushManifest(words, smallArtifact('among the words of the API'), 'manifests');
    const answer = await words.manifests.get('manifests');
    expect(answer).toHaveBytes(manifest.bytes);
  },
);

const refused: [what: string, name: string, rule: RuleId][] = [
  ['a dollar sign', 'a$b', 'name.invalid'],
  ['a plus sign', 'a+b', 'name.invalid'],
  ['a tilde', 'a~b', 'name.invalid'],
  ['a colon', 'a:b', 'name.invalid'],
  ['a space', 'a%20b', 'name.invalid'],
  ['a line break', 'a%0Ab', 'name.invalid'],
  ['an upper-case letter', 'Upper', 'name.upper-case'],
  ['upper-case letters alone', 'UPPER', 'name.upper-case'],
  ['a dash at the start of a component', '-a', 'name.separator-edge'],
  ['a dash at the end of a component', 'a-', 'name.separator-edge'],
  ['a dot at the start of a component', '.a', 'name.separator-edge'],
  ['a dot at the end of a component', 'a.', 'name.separator-edge'],
  ['an underscore at the start of a component', '_a', 'name.separator-edge'],
  ['an underscore at the end of a component', 'a_', 'name.separator-edge'],
  ['a separator at the end of an inner component', 'a-/b', 'name.separator-edge'],
  ['two dots in a row', 'a..b', 'name.separator-run'],
  ['three underscores in a row', 'a___b', 'name.separator-run'],
  ['an accented letter', '%C3%A9', 'name.non-ascii'],
  ['an emoji', '%F0%9F%90%8B', 'name.non-ascii'],
];

for (const [what, name, rule] of refused) {
  test(`a repository name with ${what} is refused`, { tag: `@${rule}` }, async ({ claimedRepo, target }) => {
    const answer = await claimedRepo(name).uploads.post();
    givenTokenService(answer, target);
    expect(answer).toKeep(isRefusedThere(answer, target));
  });
}

/** What is listed of it, where that is offered: else a page for people may come. */
async function listsOf({ tags, referrers }: Repository, digest: string): Promise<Answer[]> {
  return [
    ...(isOffered('tag-list') ? [await tags.list()] : []),
    ...(isOffered('referrers') ? [await referrers.list(digest)] : []),
  ];
}

/** What a name may be folded to, and what it is folded from: no two of them are the same (Unicode, NFKC and case). */
const folded: [what: string, name: string, written: string, rule: RuleId][] = [
  ['in upper-case letters', 'folded', 'FOLDED', 'name.upper-case'],
  ['with the sign of Kelvin for a k', 'k0', '%E2%84%AA0', 'name.non-ascii'],
  ['with an accented letter for a plain one', 'e0', '%C3%A90', 'name.non-ascii'],
];

for (const [what, name, written, rule] of folded) {
  test(
    `a repository ${what} is not another one, whatever it is asked for`,
    { tag: [...(rule === 'name.upper-case' ? ['@smoke'] : []), `@${rule}`] },
    async ({ unusedRepo, claimedRepo, target }) => {
      const manifest = await pushManifest(unusedRepo(name), smallArtifact(`folded, ${what}`), 'v1');
      const claimed = claimedRepo(written);
      const answers = [
        await claimed.manifests.get('v1'),
        await claimed.manifests.head(manifest.digest),
        await claimed.blobs.get(manifest.blobs[0]?.digest ?? ''),
        await claimed.manifests.put('v2', manifest),
        await claimed.uploads.post(),
      ];
      for (const answer of [...answers, ...(await listsOf(claimed, manifest.digest))]) {
        givenTokenService(answer, target);
        expect.soft(answer).toKeep(isRefusedThere(answer, target), rule);
      }
    },
  );
}

test(
  'a repository name with an empty component is not taken',
  { tag: '@name.empty-component' },
  async ({ claimedRepo }) => {
    const { send, url } = claimedRepo('a//b');
    const answer = await send({ method: 'POST', url: `${url}/blobs/uploads/`, isAboutRedirects: true });
    // As the path without the empty component it may be taken, too: what a path leads to is the server's.
    const { pathname } = new URL(answer.location ?? url);
    expect(answer).toKeep({
      kept: answer.status >= 300 || !pathname.includes('//'),
      expected: 'a 4xx status, or the path without the empty component',
      received: `status ${answer.status} with Location: ${answer.header('location') ?? '(none)'}`,
    });
  },
);

test(
  'host, slash and name may take 255 characters',
  { tag: '@name.length-accepted' },
  async ({ unusedRepo, target }) => {
    const longest = suffixUpTo(254 - new URL(target.url).host.length, unusedRepo(''));
    const answer = await unusedRepo(longest).uploads.post();
    expect(answer).toBeAccepted();
  },
);

test(
  'a name of 256 characters is refused',
  { tag: '@name.length-refused' },
  async ({ unusedRepo, claimedRepo, target }) => {
    const answer = await claimedRepo(suffixUpTo(256, unusedRepo(''))).uploads.post();
    givenTokenService(answer, target);
    expect(answer).toKeep(isRefusedThere(answer, target));
  },
);

test(
  'a malformed name is refused as NAME_INVALID',
  { tag: '@name.code' },
  async ({ claimedRepo, target }) => {
    const refusal = await claimedRepo('a___b').uploads.post();
    test.skip(
      !isOf(target, refusal),
      unsupported('name-token', `its token service answers ${refusal.status} to a malformed name`),
    );
    const answer = givenErrorCode(refusal, 'name.separator-run');
    const codes = errorCodes(answer);
    expect(answer).toKeep({
      kept: ['NAME_INVALID', 'UNAUTHORIZED', 'DENIED'].some((code) => codes.includes(code)),
      expected: 'error code NAME_INVALID, or UNAUTHORIZED or DENIED where rights come first',
      received: `error code ${codes.join(', ')}`,
    });
  },
);

test(
  'the tags of an unknown repository are refused as NAME_UNKNOWN',
  { tag: '@name.unknown-code' },
  async ({ unusedRepo }) => {
    const answer = await unusedRepo('never-pushed').tags.all();
    expect(givenErrorCode(answer, 'tag.list.unknown-repository')).toHaveErrorCode('NAME_UNKNOWN');
  },
);

const spellings: {
  what: string;
  path: (outer: string) => string;
  /** The one whose rights the request carries, and the one that the cleaned path spells. */
  holder: 'inner' | 'outer';
  spelled: 'inner' | 'outer';
  rule: RuleId;
}[] = [
  {
    what: 'dot segments',
    path: (outer) => `/v2/${outer}/inner/../manifests/v1`,
    holder: 'inner',
    spelled: 'outer',
    rule: 'name.dot-segments',
  },
  {
    what: 'percent-encoded dot segments',
    path: (outer) => `/v2/${outer}/inner/%2e%2e/manifests/v1`,
    holder: 'inner',
    spelled: 'outer',
    rule: 'name.encoded-dots',
  },
  {
    what: 'a percent-encoded slash',
    path: (outer) => `/v2/${outer}%2Finner/manifests/v1`,
    holder: 'outer',
    spelled: 'inner',
    rule: 'name.encoded-slash',
  },
];

for (const { what, path, holder, spelled, rule } of spellings) {
  test(
    `a name with ${what} leads to no repository that the request has no rights in`,
    { tag: `@${rule}` },
    async ({ repo, unusedRepo, raw, target }) => {
      const repos = { outer: repo, inner: unusedRepo('inner') };
      const manifests = {
        outer: await pushManifest(repos.outer, smallArtifact(`the outer one, for ${what}`), 'v1'),
        inner: await pushManifest(repos.inner, smallArtifact(`the inner one, for ${what}`), 'v1'),
      };
      const pull = async (place: string): Promise<Answer> =>
        await raw(repos[holder], {
          method: 'GET',
          path: place,
          headers: { Accept: mediaTypes.ociManifest },
          isAboutRedirects: true,
        });
      const answer = await pull(path(repo.name));
      const plainly = async (): Promise<Answer> => await pull(`/v2/${repos[spelled].name}/manifests/v1`);
      expect(answer).toKeep(await staysWithin(answer, manifests[spelled].bytes, target, plainly));
    },
  );
}

/**
 * A server may clean the path up before it reads it. Where there are no tokens, or one opens more than its repository,
 * which is a rule of its own, no right is crossed so: the same request then asks for the repository `plainly`.
 */
async function staysWithin(
  answer: Answer,
  spelled: Buffer,
  { auth }: Target,
  plainly: () => Promise<Answer>,
): Promise<Check> {
  const isCleanedUp = answer.status === 200 && answer.body.equals(spelled);
  const isOpen = isCleanedUp && (auth !== 'bearer' || (await plainly()).status === 200);
  return {
    kept: isOpen || answer.status >= 300,
    expected: 'a refusal, a redirect, or the repository of the cleaned path to who has rights in it',
    received: `status ${answer.status} with ${answer.body.length} bytes`,
  };
}

/** What a token service fails at, nobody was asked. */
function givenTokenService(answer: Answer, target: Target): void {
  test.skip(
    answer.status >= 500 && !isOf(target, answer),
    blockedBy('token.get.token', `the token service answered ${answer.status} for that name`),
  );
}

/** Whether the registry, or in its place the token service, refused what was asked of it. */
function isRefusedThere(answer: Answer, target: Target): Check {
  const where = isOf(target, answer) ? 'the registry' : 'the token service';
  return {
    // A failure is another matter: nothing was taken.
    kept: answer.status >= 400,
    expected: 'a refusal of the registry, or of the token service for that name',
    received: `status ${answer.status} of ${where} to ${answer.request.method}`,
  };
}

/** Whether an answer is the registry's own, wherever it led, and not that of its token service. */
function isOf({ url: home }: Target, { request: { url, first = url, title } }: Answer): boolean {
  return first.startsWith(`${home}/v2/`) && title !== 'GET token';
}

/** What makes the whole name so long. */
function suffixUpTo(length: number, { name }: Repository): string {
  return 'a'.repeat(length - name.length - 1);
}
