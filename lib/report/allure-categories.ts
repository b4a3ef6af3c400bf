/** Our messages begin with what went wrong: a rule, or the name of our error. */
const broken = /^(?:\w+: )?[\w-]+(?:\.[\w-]+)+ \((?:must|should|may|defacto|security)\): /;

/** Of what is not green, the first that fits. */
export const categories = [
  {
    name: 'A rule is broken',
    matchers: { statuses: ['failed', 'broken'], message: broken },
    groupBy: ['severity'],
  },
  { name: 'A known deviation is gone', matchers: { message: /its known deviation is stale/ } },
  { name: 'Credentials and tokens in set-up', matchers: { message: /^NoToken: / } },
  {
    name: 'Network: no answer, or none in time',
    matchers: { message: /^blocked: network: |^Test timeout of / },
  },
  { name: 'Blocked by a broken rule', matchers: { statuses: ['skipped'], message: /^blocked by / } },
  { name: 'Blocked by a setting', matchers: { statuses: ['skipped'], message: /^blocked: / } },
  { name: 'Not offered', matchers: { statuses: ['skipped'], message: /^unsupported: / } },
  { name: 'Our own fault', matchers: { statuses: ['failed', 'broken'] } },
] satisfies Category[];

type Status = 'failed' | 'broken' | 'skipped';
type Category = {
  name: string;
  matchers: { statuses?: Status[]; message?: RegExp };
  groupBy?: 'severity'[];
};
