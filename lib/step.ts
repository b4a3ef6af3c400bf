import { test } from '@playwright/test';

/** The frame of a test in the stack of an error: after its message, which may say anything. */
function frameInTest({ message, stack = '' }: Error): RegExpExecArray | null {
  const frames = stack.slice(stack.indexOf(message) + message.length);
  return /\n +at [^/\n]*(?:\/\/)?(\/[^:\n]*\.spec\.ts):(\d+):(\d+)\)?/.exec(frames);
}

/** A step of the report, shown at the line of the test that it belongs to. */
export async function step<T>(title: string, body: () => Promise<T>): Promise<T> {
  const [, file, line, column] = frameInTest(new Error(title)) ?? [];
  const location =
    file === undefined ? {} : { location: { file, line: Number(line), column: Number(column) } };
  return await test.step(title, body, location);
}

/** What a registry did, not our code: the report shows the line of the test, and not where here it was noticed. */
export abstract class Shortfall extends Error {
  constructor(message: string) {
    super(message);
    const [frame] = frameInTest(this) ?? [];
    if (frame !== undefined) this.stack = `${new.target.name}: ${message}${frame}`;
  }
}
