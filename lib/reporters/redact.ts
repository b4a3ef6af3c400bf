import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { redact } from '../redact.ts';
import { runSecrets } from '../run.ts';

const textual = /^text\/|json|xml|javascript/;

/**
 * Masks secrets in what the other reporters will print: it stands first in the list, and they all share the same
 * objects. Playwright's own messages of a timeout or a lost connection hold every request header.
 */
export default class Redact implements Reporter {
  #secrets: string[] | undefined;

  onStepEnd(_test: TestCase, _result: TestResult, step: TestStep): void {
    this.#clean(step.error);
  }

  onTestEnd(_test: TestCase, result: TestResult): void {
    result.errors.forEach((error) => this.#clean(error));
    this.#clean(result.error);
    for (const attachment of result.attachments) {
      if (!textual.test(attachment.contentType)) continue;
      if (attachment.body !== undefined)
        attachment.body = Buffer.from(this.#mask(attachment.body.toString('utf8')));
      if (attachment.path !== undefined) {
        writeFileSync(attachment.path, this.#mask(readFileSync(attachment.path, 'utf8')));
      }
    }
  }

  onError(error: TestError): void {
    this.#clean(error);
  }

  printsToStdio(): boolean {
    return false;
  }

  #clean(error: TestError | undefined): void {
    for (let at = error; at !== undefined; at = at.cause) {
      if (at.message !== undefined) at.message = this.#mask(at.message);
      if (at.stack !== undefined) at.stack = this.#mask(at.stack);
      if (at.snippet !== undefined) at.snippet = this.#mask(at.snippet);
      if (at.value !== undefined) at.value = this.#mask(at.value);
    }
  }

  #mask(text: string): string {
    this.#secrets ??= runSecrets();
    return redact(text, this.#secrets);
  }
}
