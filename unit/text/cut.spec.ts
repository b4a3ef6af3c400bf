import { expect, test } from '@playwright/test';
import * as fc from 'fast-check';
import { cut, excerpt } from '../../lib/text/cut.ts';
import { visibleLines } from '../../lib/text/visible.ts';
import { unseen, strings } from './strings.ts';

const beginning = 'CANARY-7b1f93acd0e2';

test('a secret across the cut leaves nothing of it, however long, wherever it stands and however often', () => {
  fc.assert(
    fc.property(
      fc.nat(300),
      // Long ones take long to look for.
      fc.oneof({ weight: 3, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: fc.nat(4_000) }),
      fc.integer({ min: 1, max: 2_000 }),
      fc.nat(30_000),
      fc.boolean(),
      (before, length, times, after, asBytes) => {
        const secret = beginning + '-'.repeat(length);
        const repeated = secret.repeat(Math.min(times, Math.ceil(100_000 / secret.length)));
        const text = `${'x'.repeat(before)}${repeated}${'y'.repeat(after)}`;
        expect(cut(asBytes ? Buffer.from(text) : text, 200, [secret])).not.toMatch(/CAN|ANA|7b1|d0e|--/);
      },
    ),
    { numRuns: 1000, seed: 7 },
  );
});

test('what is cut is one line of the length that was asked for, and says how much there was', () => {
  const shown = (text: string): string => cut(text, 50, []).replace(/… \(\d+ characters in all\)$/, '');
  expect(strings.filter((text) => unseen.test(shown(text)) || shown(text).length > 50)).toEqual([]);
  expect(excerpt('x'.repeat(300))).toBe(`${'x'.repeat(200)}… (300 characters in all)`);
  expect(excerpt('x'.repeat(200))).toBe('x'.repeat(200));
  expect(cut('a\nb', 10, [], { show: visibleLines })).toBe('a\nb');
});

test('a cut leaves no half of a character', () => {
  expect(cut('😀'.repeat(10), 5, [], { rest: '' })).toBe('😀😀');
  expect(cut(Buffer.from('😀'.repeat(10)), 4, [], { rest: '' })).toBe('😀😀');
});

test('a text of any length costs no more than what is shown of it', () => {
  const long = Buffer.alloc(2 ** 26, 'x');
  const [text, started] = [long.toString('latin1'), performance.now()];
  for (let times = 0; times < 20; times += 1) {
    cut(long, 200, [beginning]);
    cut(text, 200, [beginning]);
  }
  expect(performance.now() - started).toBeLessThan(5_000);
});
