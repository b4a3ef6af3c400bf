import { expect, test as base } from '@playwright/test';
import { noteHeard, noteUnheard, unheard } from '../lib/target/outage.ts';
import { announceRun, runBoard } from '../lib/run/run.ts';

/** In a worker of their own, as a process reads its settings once. */
const test = base.extend<object, { reports: void }>({
  reports: [
    async ({}, use, { project: { outputDir } }) => {
      process.env['REPORTS_FOLDER'] = `${outputDir}/outage`;
      announceRun({});
      await use();
      runBoard().close();
    },
    { scope: 'worker', auto: true },
  ],
});

const kind = 'PUT blobs/uploads';

test('requests of a kind are given up after tests in a row, or after many of a run', () => {
  for (const one of ['a', 'b', 'b', 'c']) noteUnheard(kind, one);
  expect(unheard(kind)).toEqual({ inRun: 3, inRow: 3 });
  expect(unheard('GET blobs')).toEqual({ inRun: 0, inRow: 0 });
  // Another test, which asked before, had its answer.
  noteHeard(kind);
  expect(unheard(kind)).toEqual({ inRun: 3, inRow: 0 });
  noteUnheard(kind, 'd');
  expect(unheard(kind)).toEqual({ inRun: 4, inRow: 1 });
  for (let number = 5; number <= 10; number += 1) noteUnheard(kind, `${number}`);
  noteHeard(kind);
  expect(unheard(kind)).toEqual({ inRun: 10, inRow: 10 });
});
