import { expect, test } from '@playwright/test';
import { stagesOn } from '../../tools/model/stage.ts';
import { onEmbedded } from '../../tools/model/target.ts';
import { script } from '../../tools/model/plan/script.ts';
import { search } from '../../tools/model/plan/search.ts';
import { compare } from '../../tools/model/plan/variations.ts';

const options = { seed: 7, sequences: 8, length: 30 };

async function found(fault: string | undefined) {
  return await onEmbedded(fault, async (met) => {
    const stages = stagesOn(met);
    const measure = { capabilities: met.capabilities, specVersion: 'main' } as const;
    const result = await search(
      options,
      () => stages.open('unit'),
      measure,
      () => true,
    );
    stages.close();
    return result;
  });
}

test('the healthy registry is as its model', async () => {
  const { found: nothing, sequences } = await found(undefined);
  expect(nothing).toBeUndefined();
  expect(sequences).toBe(8);
});

test('a fault is found, shrunk to the shortest sequence, and told as a script', async () => {
  test.slow();
  const { found: counterexample } = await found('delete-tag-swallowed');
  expect(counterexample?.difference.rule).toMatch(/^delete\.tag\./);
  expect(counterexample?.played.at(-2)?.command.do).toBe('delete-tag');
  // Two manifests with their blobs, as a repository without any may be unknown; the deletion, the look.
  expect(counterexample?.played.length).toBeLessThanOrEqual(7);
  const text = script(counterexample!, []).toString();
  expect(text).toContain('-X DELETE');
  expect(text).toMatch(/^\[ -n "\$\{REGISTRY:-\}" \] \|\| REGISTRY='http:/m);
});

/** What comes of a few sequences on the healthy registry and on one with this fault, or on a second healthy one. */
async function compared(fault: string | undefined, count: number) {
  return await onEmbedded(undefined, async (one) =>
    onEmbedded(fault, async (two) => {
      const sides = [one, two].map((met, at) => {
        const stages = stagesOn(met);
        const measure = { capabilities: met.capabilities, specVersion: 'main' } as const;
        return { name: `side ${at}`, open: () => stages.open('unit'), measure };
      });
      return await compare([sides[0]!, sides[1]!], { seed: 3, count, length: 30 });
    }),
  );
}

test('two registries alike have no variation, and no finding', async () => {
  test.slow();
  const { findings, variations } = await compared(undefined, 2);
  expect(findings).toEqual([]);
  expect(variations).toEqual([]);
});

test('the way to a rule that one side breaks ends with the answer that breaks it', async () => {
  test.slow();
  const { findings } = await compared('delete-tag-swallowed', 8);
  expect(findings.map(({ side }) => side.name)).toContain('side 1');
  for (const { stage, difference } of findings) expect(stage.sent.at(-1)).toBe(difference.answer);
});
