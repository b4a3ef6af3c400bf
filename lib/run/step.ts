import { test } from '@playwright/test';
import { redact } from '../secrets/redact.ts';
import { runSecrets } from './run.ts';

/** The frame of a test in the stack of an error: after its message, which may say anything. */
function frameInTest({ message, stack = '' }: Error): RegExpExecArray | null {
  const frames = stack.slice(stack.indexOf(message) + message.length);
  return /\n +at [^/\n]*(?:\/\/)?(\/[^:\n]*\.spec\.ts):(\d+):(\d+)\)?/.exec(frames);
}

/** An error whose stack is the frames in tests alone: there is one for each request, and each frame is mapped to its source. */
function errorOfTest(): Error {
  const error = new Error();
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const map = Error.prepareStackTrace?.bind(Error);
  if (before === undefined || map === undefined) return error;
  const isInTest = (frame: NodeJS.CallSite): boolean => frame.getFileName()?.endsWith('.spec.ts') === true;
  Error.prepareStackTrace = (_, frames): unknown => map(error, frames.filter(isInTest));
  try {
    // It is made when it is first read.
    void error.stack;
  } finally {
    Object.defineProperty(Error, 'prepareStackTrace', before);
  }
  return error;
}

/** A step of the report, its title masked, shown at the line of the test that it belongs to. */
export async function step<T>(title: string, body: () => Promise<T>): Promise<T> {
  const [, file, line, column] = frameInTest(errorOfTest()) ?? [];
  const location =
    file === undefined ? {} : { location: { file, line: Number(line), column: Number(column) } };
  return await test.step(redact(title, runSecrets()), body, location);
}

/** What a registry did, not our code, told without secrets: the report shows the line of the test, and not where here it was noticed. */
export abstract class Shortfall extends Error {
  constructor(message: string) {
    super(redact(message, runSecrets()));
    const [frame] = frameInTest(this) ?? [];
    if (frame !== undefined) this.stack = `${new.target.name}: ${this.message}${frame}`;
  }
}
