import type { TestInfo } from '@playwright/test';
import type { TestResult } from '@playwright/test/reporter';
import { troubles, type Trouble } from '../http/retries.ts';
import type { RuleId } from '../rules/catalogue.ts';
import { readReason, type Reason } from '../run/skip-reason.ts';
import { excerpt } from '../text/cut.ts';
import { clean } from './clean.ts';

/**
 * Of a rule that is broken, in words. `request`: where it was found, as the steps of the report name it. `error`: what the
 * registry said of its refusal. `step`: the named step of a flow. `known`: what the profile says of it.
 */
export type Gist = {
  request?: string;
  expected: string;
  received: string;
  error?: string;
  step?: string;
  known?: { reason: string; source: string };
};

/**
 * The verdict of one test on one rule. `known`: broken as the profile, or a list of known breaks, says. `warn`: broken,
 * below the level that turns the run red. `stale`: kept, though known to be broken. The message has the exchange in it.
 */
export type Judged = {
  rule: RuleId;
  verdict: 'pass' | 'fail' | 'warn' | 'known' | 'stale';
  message?: string;
  gist?: Gist;
};

/** All that a test tells those who report of it. `interrupted`: the network broke it off, and it may be tried again. */
export type Told = {
  judged: Judged[];
  requests: number;
  troubles: Pick<Trouble, 'kind' | 'told'>[];
  interrupted: boolean;
  reason?: Reason;
};

/** What was received, in a line, with what the registry said of it. */
export function receivedIn({ received, error }: Gist): string {
  return `${excerpt(received)}${error === undefined ? '' : ` (${excerpt(error)})`}`;
}

// Neither the HTML report nor the terminal shows what begins so.
const name = '_verdict';

/** Leaves the worker with the test's result. `attach` would make a step of it. */
export function tell(testInfo: TestInfo, told: Told): void {
  const body = Buffer.from(JSON.stringify(cleanTold(told)));
  testInfo.attachments.push({ name, contentType: 'application/json', body });
}

/** What a test told; where it had no time for that, what it said to people. */
export function toldIn({ attachments, annotations }: Pick<TestResult, 'attachments' | 'annotations'>): Told {
  const { body } = attachments.findLast(isTold) ?? {};
  if (body !== undefined) return JSON.parse(body.toString('utf8')) as Told;
  const said = (type: string): string[] =>
    annotations.filter((one) => one.type === type).map(({ description = '' }) => description);
  const [skip] = said('skip');
  return {
    judged: [],
    requests: 0,
    troubles: said('network').flatMap((text) =>
      troubles.filter((kind) => text.startsWith(`${kind} `)).map((kind) => ({ kind, told: text })),
    ),
    interrupted: said('rerun').length > 0,
    ...(skip !== undefined && { reason: readReason(skip) }),
  };
}

export function isTold(attachment: { name: string }): boolean {
  return attachment.name === name;
}

/** Secrets are masked in all that may be text of a server, and in nothing that a run is judged by. */
export function cleanTold(told: Told): Told {
  const { judged, troubles: met, reason } = told;
  return {
    ...told,
    judged: judged.map(({ message, gist, ...one }) => ({
      ...one,
      ...(message !== undefined && { message: clean(message) }),
      ...(gist && {
        gist: {
          ...gist,
          expected: clean(gist.expected),
          received: clean(gist.received),
          ...(gist.request !== undefined && { request: clean(gist.request) }),
          ...(gist.error !== undefined && { error: clean(gist.error) }),
          ...(gist.step !== undefined && { step: clean(gist.step) }),
        },
      }),
    })),
    troubles: met.map(({ kind, told: text }) => ({ kind, told: clean(text) })),
    ...(reason && { reason: cleanReason(reason) }),
  };
}

function cleanReason(reason: Reason): Reason {
  const text = clean(reason.text);
  return reason.kind === 'unsupported' ? { ...reason, what: clean(reason.what), text } : { ...reason, text };
}
