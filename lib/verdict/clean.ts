import type { TestError, TestResult } from '@playwright/test/reporter';
import { redactStart } from '../secrets/redact.ts';
import { isRuleId } from '../rules/catalogue.ts';
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

const whySkipped =
  /^(?:not in [\d.a-z]+|unsupported|blocked by (?<rule>[\w.-]+)|blocked: (?:network|budget)|blocked):/;
const headOfVerdict = /^(?<rule>[\w.-]+) /;

/**
 * What a run is judged by stands at the head of each and is no text of a server. It stays, whatever is masked: a token
 * service may hand out the very words, and a run that is blocked would pass for one that is not.
 */
const heads: Record<string, RegExp> = {
  skip: whySkipped,
  fail: headOfVerdict,
  warn: headOfVerdict,
  known: headOfVerdict,
  stale: headOfVerdict,
  network: /^[a-z-]+ /,
};

export function cleanAnnotations(annotations: TestResult['annotations']): void {
  for (const annotation of annotations) {
    const { type, description } = annotation;
    // Nothing but ids of rules.
    if (description === undefined || (type === 'pass' && description.split(' ').every(isRuleId))) continue;
    const head = headOf(type, description);
    annotation.description = head + clean(description.slice(head.length));
  }
}

function headOf(type: string, description: string): string {
  const found = heads[type]?.exec(description);
  const rule = found?.groups?.['rule'];
  return rule === undefined || isRuleId(rule) ? (found?.[0] ?? '') : '';
}
