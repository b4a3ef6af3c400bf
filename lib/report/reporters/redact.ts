import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { redact, shows } from '../../secrets/redact.ts';
import { runSecrets } from '../../run/run.ts';
import { openDoor, takeSecrets } from '../../run/door.ts';
import { excerpt } from '../../text/cut.ts';
import { clean, cleanAnnotations, cleanErrors } from '../../verdict/clean.ts';
import { isAboutFault } from '../../verdict/course.ts';
import { cleanTold, isTold, type Told } from '../../verdict/told.ts';
import { maskOutput } from '../../secrets/output.ts';

const brokenRule = /^(?:\w+: )?([\w.-]+) \([a-z]+\): /;
const textual = /^text\/|json|xml|javascript|x-www-form-urlencoded|x-sh/i;

/**
 * Masks secrets in what the other reporters get, and shows control characters as signs: it stands first in the list, as
 * they all share the same objects, and no other reporter changes them. Playwright's own messages of a timeout or a lost connection hold every request header.
 */
export default class Redact implements Reporter {
  readonly #running = new Set<TestResult>();

  constructor() {
    maskOutput();
    openDoor();
  }

  onTestBegin(_test: TestCase, result: TestResult): void {
    this.#running.add(result);
  }

  /** Of tests that go on as well: what one was handed, a server may repeat to another. */
  #takeSecrets(): void {
    for (const { attachments, steps } of this.#running) {
      takeSecrets(attachments);
      forEachStep(steps, (step) => takeSecrets(step.attachments));
    }
  }

  onStepBegin(_test: TestCase, _result: TestResult, step: TestStep): void {
    step.title = clean(step.title);
  }

  onStepEnd(_test: TestCase, result: TestResult, step: TestStep): void {
    takeSecrets(step.attachments);
    // Of a blob, all that is attached so far is written down now.
    takeSecrets(result.attachments);
    if (step.error !== undefined || step.attachments.length > 0) this.#takeSecrets();
    step.title = clean(step.title);
    cleanErrors([step.error]);
    if (step.category === 'expect') step.title = titleOf(step);
    cleanAnnotations(step.annotations);
    // Allure takes them from here.
    for (const attachment of step.attachments) cleanAttachment(attachment);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    // The worker was to go on (see `settleVerdicts`), told or not: no test of ours is to fail but where it is about a fault.
    if (test.expectedStatus === 'failed' && !isAboutFault(test)) test.expectedStatus = 'passed';
    this.#running.add(result);
    this.#takeSecrets();
    this.#running.delete(result);
    cleanErrors(result.errors);
    cleanAnnotations(test.annotations);
    cleanAnnotations(result.annotations);
    for (const attachment of result.attachments) cleanAttachment(attachment);
    for (const output of [result.stdout, result.stderr]) cleanOutput(output);
  }

  onError(error: TestError): void {
    cleanErrors([error]);
  }

  printsToStdio(): boolean {
    return false;
  }
}

function forEachStep(steps: readonly TestStep[], act: (step: TestStep) => void): void {
  for (const step of steps) {
    act(step);
    forEachStep(step.steps, act);
  }
}

/** Of a matcher that found a rule broken, what it found: Playwright names a step by its matcher. */
function titleOf({ title, error }: TestStep): string {
  const [head = ''] = (error?.message ?? '').split('\n\n', 1);
  const [, rule] = brokenRule.exec(head) ?? [];
  const [, expected] = /^ {2}expected +(.*)$/m.exec(head) ?? [];
  const [, received] = /^ {2}received +(.*)$/m.exec(head) ?? [];
  return rule === undefined || expected === undefined || received === undefined
    ? title
    : `${rule}: expected ${expected}, received ${excerpt(received)}`;
}

function cleanAttachment(attachment: TestResult['attachments'][number]): void {
  const { contentType, body, path } = attachment;
  if (isTold(attachment) && body !== undefined) {
    attachment.body = Buffer.from(JSON.stringify(cleanTold(JSON.parse(body.toString('utf8')) as Told)));
    return;
  }
  attachment.name = clean(attachment.name);
  if (body !== undefined) attachment.body = masked(body, contentType);
  if (path === undefined) return;
  const bytes = readFileSync(path);
  const cleaned = masked(bytes, contentType);
  if (cleaned !== bytes) writeFileSync(path, cleaned);
}

/** What is no text is changed only where it shows a secret that is known. */
function masked(bytes: Buffer, contentType: string): Buffer {
  const isText = textual.test(contentType);
  const encoding = isText ? 'utf8' : 'latin1';
  const text = bytes.toString(encoding);
  if (!isText && !shows(text, runSecrets())) return bytes;
  const clear = redact(text, runSecrets());
  return clear === text ? bytes : Buffer.from(clear, encoding);
}

/** In one piece, as a secret may have come in two. */
function cleanOutput(chunks: (string | Buffer)[]): void {
  if (chunks.length === 0) return;
  const whole = chunks.map((chunk) => (typeof chunk === 'string' ? chunk : chunk.toString('utf8'))).join('');
  chunks.splice(0, chunks.length, clean(whole));
}
