import { expect, test } from '../../fixtures/index.ts';
import { pushManifest, smallArtifact } from '../../lib/arrange.ts';
import type { Answer } from '../../lib/http/exchange.ts';
import { warningsIn, type Warning } from '../../lib/http/warning.ts';
import { unsupported } from '../../lib/run/skip-reason.ts';

const policy = { 'Dockside-Policy': 'warning' };

function givenWarning(answer: Answer): Answer {
  test.skip(answer.header('warning') === undefined, unsupported('Warning', 'the answer has none'));
  return answer;
}

test('an answer with a warning is the usual one', { tag: '@warning.present' }, async ({ repo }) => {
  const { bytes } = await pushManifest(repo, smallArtifact('pulled with a warning'), 'v1');
  const answer = givenWarning(await repo.manifests.get('v1', policy));
  expect(answer).toHaveBytes(bytes);
});

test(
  'a warning is a text with the code 299, a dash as its agent and no date, of at most 4096 bytes',
  { tag: ['@warning.code', '@warning.agent', '@warning.date', '@warning.size'] },
  async ({ repo }) => {
    await pushManifest(repo, smallArtifact('pulled with a well-formed warning'), 'v1');
    const answer = givenWarning(await repo.manifests.get('v1', policy));
    const warnings = warningsIn(answer);
    // A warning outside the grammar has no code, so it breaks that rule, and that one alone.
    const each = (kept: (warning: Warning) => boolean, expected: string) => ({
      kept: (warnings ?? []).every(kept),
      expected,
      received: `Warning: ${answer.header('warning') ?? '(none)'}`,
    });
    const size = Buffer.byteLength(answer.values('warning').join(''));
    const coded = each(({ code }) => code === '299', 'the code 299');
    expect.soft(answer).toKeep({ ...coded, kept: coded.kept && warnings !== undefined }, 'warning.code');
    expect.soft(answer).toKeep(
      each(({ agent }) => agent === '-', 'the agent -'),
      'warning.agent',
    );
    expect.soft(answer).toKeep(
      each(({ date }) => date === undefined, 'no date'),
      'warning.date',
    );
    expect
      .soft(answer)
      .toKeep(
        { kept: size <= 4096, expected: 'at most 4096 bytes', received: `${size} bytes` },
        'warning.size',
      );
  },
);
