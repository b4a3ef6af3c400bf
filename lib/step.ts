import { test } from '@playwright/test';
import { redact } from './redact.ts';
import { runSecrets } from './run.ts';

const frameInTest = /^ +at .*?\(?(?:file:\/\/)?(\/[^()\n]*\.spec\.ts):(\d+):(\d+)\)?$/m;

/** A step of the report, its title masked, shown at the line of the test that it belongs to. */
export async function step<T>(title: string, body: () => Promise<T>): Promise<T> {
  const [, file, line, column] = frameInTest.exec(new Error(title).stack ?? '') ?? [];
  const location =
    file === undefined ? {} : { location: { file, line: Number(line), column: Number(column) } };
  return await test.step(redact(title, runSecrets()), body, location);
}

/** What a registry did, not our code, told without secrets: the report shows the line of the test, and not where here it was noticed. */
export abstract class Shortfall extends Error {
  constructor(message: string) {
    super(redact(message, runSecrets()));
    const [frame] = frameInTest.exec(this.stack ?? '') ?? [];
    if (frame !== undefined) this.stack = `${new.target.name}: ${this.message}\n${frame}`;
  }
}
