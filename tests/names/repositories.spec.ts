import { expect, test } from '../../fixtures/index.ts';
import { given, givenErrorCode, pushManifest, smallArtifact } from '../../lib/arrange.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { errorCodes } from '../../lib/errors.ts';
import type { Repository } from '../../lib/repository.ts';
import type { RuleId } from '../../lib/rules/catalogue.ts';
import type { Target } from '../../lib/target.ts';

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
    expect(answer).toHaveStatus(202, rule);
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
    expect(answer).toHaveBytes(manifest.bytes, 'name.path-words');
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
  test(`a repository name with ${what} is refused`, { tag: `@${rule}` }, async ({ unusedRepo }) => {
    const answer = await openUploadBelow(unusedRepo(''), name);
    expect(answer).toBeRefused(rule);
  });
}

test(
  'a repository in upper-case letters is not the one in lower-case letters',
  { tag: ['@smoke', '@name.upper-case'] },
  async ({ repo, target }) => {
    await pushManifest(repo, smallArtifact('in lower-case letters'), 'v1');
    const url = `${target.url}/v2/${repo.name.toUpperCase()}/manifests/v1`;
    const answer = await repo.send({ method: 'GET', url });
    expect(answer).toBeRefused('name.upper-case');
  },
);

test(
  'a repository name with an empty component is not taken',
  { tag: '@name.empty-component' },
  async ({ unusedRepo }) => {
    const answer = await openUploadBelow(unusedRepo(''), 'a//b', true);
    expect(answer).toKeep(
      {
        kept: answer.status >= 300 && answer.status < 500,
        expected: 'a 4xx status, or a redirect to the path without the empty component',
        received: `status ${answer.status}`,
      },
      'name.empty-component',
    );
  },
);

test(
  'host, slash and name may take 255 characters',
  { tag: '@name.length-accepted' },
  async ({ unusedRepo, target }) => {
    const longest = suffixUpTo(254 - new URL(target.url).host.length, unusedRepo(''));
    const answer = await unusedRepo(longest).uploads.post();
    expect(answer).toHaveStatus(202, 'name.length-accepted');
  },
);

test('a name of 256 characters is refused', { tag: '@name.length-refused' }, async ({ unusedRepo }) => {
  const answer = await openUploadBelow(unusedRepo(''), suffixUpTo(256, unusedRepo('')));
  expect(answer).toBeRefused('name.length-refused');
});

test('a malformed name is refused as NAME_INVALID', { tag: '@name.code' }, async ({ unusedRepo }) => {
  const answer = givenErrorCode(await openUploadBelow(unusedRepo(''), 'a___b'), 'name.separator-run');
  const codes = errorCodes(answer);
  expect(answer).toKeep(
    {
      kept: ['NAME_INVALID', 'UNAUTHORIZED', 'DENIED'].some((code) => codes.includes(code)),
      expected: 'error code NAME_INVALID, or UNAUTHORIZED or DENIED where rights come first',
      received: `error code ${codes.join(', ')}`,
    },
    'name.code',
  );
});

test(
  'the tags of an unknown repository are refused as NAME_UNKNOWN',
  { tag: '@name.unknown-code' },
  async ({ unusedRepo }) => {
    const answer = await unusedRepo('never-pushed').tags.list();
    expect(givenErrorCode(answer, 'tag.list.unknown-repository')).toHaveErrorCode(
      'NAME_UNKNOWN',
      'name.unknown-code',
    );
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
      const answer = await raw(repos[holder], {
        method: 'GET',
        path: path(repo.name),
        headers: { Accept: mediaTypes.ociManifest },
        isAboutRedirects: true,
      });
      expect(answer).toKeep(staysWithin(answer, manifests[spelled].bytes, target), rule);
    },
  );
}

/** Without tokens there are no rights per name, and a server may clean the path up before it reads it. */
function staysWithin(
  answer: { status: number; body: Buffer },
  spelled: Buffer,
  { auth }: Pick<Target, 'auth'>,
) {
  const isCleanedUp = auth !== 'bearer' && answer.status === 200 && answer.body.equals(spelled);
  return {
    kept: isCleanedUp || (answer.status >= 300 && answer.status < 500),
    expected:
      'a refusal, a redirect, or, where rights do not depend on the name, the repository of the cleaned path',
    received: `status ${answer.status} with ${answer.body.length} bytes`,
  };
}

/** POST with the rights of the repository that the name stands below: a token service may balk at such a name. */
async function openUploadBelow(repository: Repository, name: string, isAboutRedirects = false) {
  return await repository.send({
    method: 'POST',
    url: `${repository.url}/${name}/blobs/uploads/`,
    isAboutRedirects,
  });
}

/** What makes the whole name so long. */
function suffixUpTo(length: number, { name }: Repository): string {
  return 'a'.repeat(length - name.length - 1);
}
