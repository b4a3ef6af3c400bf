import type { TestError, TestResult } from '@playwright/test/reporter';
import { redact } from '../redact.ts';
import { runSecrets } from '../run.ts';

const colour = /\x1b\[[\d;]*m/g;
// What a terminal would obey, or a reader be misled by: C0 but tab and line feed, C1, and marks of direction.
const control = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** With control characters shown by their numbers, and without the colours of Playwright. */
function visible(text: string): string {
  return text
    .replaceAll(colour, '')
    .replaceAll(control, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As reports may show it: secrets masked, control characters visible. */
export function clean(text: string): string {
  return visible(redact(text, runSecrets()));
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
  for (const annotation of annotations) {
    if (annotation.description !== undefined) annotation.description = clean(annotation.description);
  }
}
