import { isRuleId, type RuleId } from '../rules/catalogue.ts';

/**
 * Why a test, or one of its rules, came to no verdict. `unsupported`: `what` is not offered. `blocked`: by a rule that is
 * not kept, by the network, by a budget that is spent, or by something else that `text` says. `not-in`: the rule is
 * younger than the specification asked for.
 */
export type Reason = { text: string } & (
  { kind: 'not-in' } | { kind: 'unsupported'; what: string } | { kind: 'blocked'; by?: Hindrance }
);
export type Hindrance = RuleId | 'network' | 'budget';

/** The text of what a test is skipped with: Playwright carries nothing else. */
export function unsupported(what: string, evidence?: string): string {
  return `unsupported: ${what}${evidence === undefined ? '' : ` (${evidence})`}`;
}

export function blockedBy(by: Hindrance, told: string): string {
  return isOther(by) ? `blocked: ${by}: ${told}` : `blocked by ${by}: ${told}`;
}

export function blocked(told: string): string {
  return `blocked: ${told}`;
}

const form =
  /^(?:(?<notIn>not in )|unsupported: (?<what>[^(:]*[^(:\s])|blocked by (?<rule>[\w.-]+): |blocked: (?<other>network|budget): )/;

/** Reads it again. */
export function readReason(text: string): Reason {
  const { notIn, what, rule = '', other } = form.exec(text)?.groups ?? {};
  if (notIn !== undefined) return { kind: 'not-in', text };
  if (what !== undefined) return { kind: 'unsupported', what, text };
  if (isRuleId(rule)) return { kind: 'blocked', by: rule, text };
  return { kind: 'blocked', ...(isOther(other) && { by: other }), text };
}

function isOther(word: string | undefined): word is 'network' | 'budget' {
  return word === 'network' || word === 'budget';
}
