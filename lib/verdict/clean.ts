import type { TestError, TestResult } from '@playwright/test/reporter';
import { redactStart } from '../secrets/redact.ts';
import { runSecrets } from '../run/run.ts';
import { plain, uncoloured } from '../text/visible.ts';

// Twice what is shown, so that no secret is cut where something shows of it.
const longest = 256 * 1024;

/** As reports may show it: secrets masked, also where a colour stands in them, and control characters visible. */
export function clean(text: string): string {
  return plain(redactStart(uncoloured(text), longest, runSecrets()));
}

export function cleanErrors(errors: readonly (TestError | undefined)[]): void {
  for (const error of errors) {
    for (let at = error; at !== undefined; at = at.cause) {
      if (at.message !== undefined) at.message = clean(at.message);
      if (at.stack !== undefined) at.stack = clean(at.stack);
      if (at.snippet !== undefined) at.snippet = clean(at.snippet);
      if (at.value !== undefined) at.value = clean(at.value);
    }
  }
}

export function cleanAnnotations(annotations: TestResult['annotations']): void {
  for (const annotation of annotations)
    if (annotation.description !== undefined) annotation.description = clean(annotation.description);
}
