import { existsSync } from 'node:fs';
import type { Reporter } from '@playwright/test/reporter';

/** Throws whatever it is told, from the moment on that a file is there. */
export default class Throwing implements Reporter {
  onBegin = throwAfter;
  onTestBegin = throwAfter;
  onTestEnd = throwAfter;
  onStepEnd = throwAfter;
  onEnd = throwAfter;
  onExit = async (): Promise<void> => throwAfter();

  printsToStdio(): boolean {
    return false;
  }
}

function throwAfter(): void {
  if (existsSync(process.env['MOMENT'] ?? '')) throw new Error('a reporter throws');
}
