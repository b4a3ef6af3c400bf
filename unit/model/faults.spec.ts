import { expect, test } from '@playwright/test';
import { sample } from 'fast-check';
import { fault, faultIds } from '../../tools/faults/faults.ts';
import { modelFaults } from '../../tools/model/faults.ts';
import { rateOf } from '../../tools/model/rates.ts';
import { stagesOn } from '../../tools/model/stage.ts';
import { onEmbedded } from '../../tools/model/target.ts';
import { expectations } from '../../tools/model/plan/expectations.ts';
import { Player } from '../../tools/model/plan/play.ts';
import { modelRules } from '../../tools/model/plan/rules.ts';
import { sequences } from '../../tools/model/plan/search.ts';

test('each rule of the model has a fault that breaks it', () => {
  const odd = modelRules.filter((rule) => {
    const id = modelFaults[rule];
    return !faultIds.includes(id) || fault(id).rule !== rule;
  });
  expect(odd).toEqual([]);
});

test('the sequences of one run come upon each rule of the model', async () => {
  test.slow();
  const asked = new Set<string>();
  await onEmbedded(undefined, async (met) => {
    const stages = stagesOn(met);
    for (const commands of sample(sequences(40), { seed: 7, numRuns: 15 })) {
      const stage = stages.open('unit');
      const player = new Player(stage, { capabilities: met.capabilities, specVersion: 'main' });
      for (const command of commands) {
        for (const { rule } of expectations(player.state, command, stage.world)) asked.add(rule);
        await player.step(command);
      }
    }
    stages.close();
  });
  expect(modelRules.filter((rule) => !asked.has(rule))).toEqual([]);
});

test('a rate says in how many runs a fault was caught', async () => {
  test.slow();
  const runs = { runs: 2, seed: 1, sequences: 15, length: 40 };
  expect(await rateOf({ ...runs, rule: 'upload.post.status' })).toMatchObject({ caught: 2 });
});
