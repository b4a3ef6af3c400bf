import type { Reporter, Suite } from '@playwright/test/reporter';

/** Stands last before the reporter of the terminal, which need not repeat what is attached as text. */
export default class Brief implements Reporter {
  #suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  onEnd(): void {
    for (const result of this.#suite?.allTests().flatMap(({ results }) => results) ?? []) {
      result.attachments = result.attachments.filter(({ contentType }) => contentType !== 'text/plain');
    }
  }

  printsToStdio(): boolean {
    return false;
  }
}
