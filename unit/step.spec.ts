import { expect, test } from '@playwright/test';
import { Shortfall } from '../lib/run/step.ts';

class Short extends Shortfall {}

test('a shortfall is shown at the line of the test, whatever its message says', () => {
  const message = 'received\n    at /elsewhere/other.spec.ts:1:2\n at /x\r at /x';
  const { stack = '' } = new Short(message);
  expect(stack.startsWith(`Short: ${message}\n    at `)).toBe(true);
  expect(stack.slice(message.length)).toMatch(/\/unit\/step\.spec\.ts:\d+:\d+\)?$/);
});
