import { line, type Line } from '../../text/terminal.ts';
import { sinceWhen } from './history.ts';
import {
  isBroken,
  verdicts,
  type Conformance,
  type Network,
  type RuleReport,
  type Verdict,
} from './report.ts';

/** A test that is red, or a run that may not be green, for a reason that is no broken rule. */
export type Trouble = { title: string; message: string };

const words: Record<Verdict, string> = {
  pass: 'kept',
  fail: 'broken',
  stale: 'stale',
  warn: 'broken below the level',
  known: 'known',
  unsupported: 'unsupported',
  blocked: 'blocked',
  untested: 'untested',
};
const inOrder: Verdict[] = ['pass', ...verdicts.filter((verdict) => verdict !== 'pass')];

/** What the terminal ends with: the counts, a line for all that turns the run red, what is blocked by what, and what next. */
export function terminalSummary(
  { rules, requests, startedAt }: Conformance,
  {
    ways,
    troubles,
    reports,
    isFirst,
  }: { ways: number; troubles: readonly Trouble[]; reports: string; isFirst: boolean },
): Line[] {
  const of = (verdict: Verdict): RuleReport[] => rules.filter((rule) => rule.verdict === verdict);
  const counts = inOrder.flatMap((verdict) =>
    of(verdict).length === 0 ? [] : [`${of(verdict).length} ${words[verdict]}`],
  );
  const red = [...of('fail'), ...of('stale')];
  return [
    line`rules: ${counts.join(', ')} (${requests} requests, ${ways} ${ways === 1 ? 'way' : 'ways'} in)`,
    ...red.map((rule) => line`${label(words[rule.verdict])}${inOneLine(rule, startedAt)}`),
    ...troubles.map(({ title, message }) => line`${label('red')}${title}: ${message}`),
    ...counted(of('blocked').map(({ tests }) => unblocking(firstOf(tests, 'blocked')))).map(
      ([what, count]) => line`${label('blocked')}${count} ${count === 1 ? 'rule' : 'rules'} ${what}`,
    ),
    ...counted(of('unsupported').map(({ tests }) => partOf(firstOf(tests, 'unsupported')))).map(
      ([part, count]) =>
        line`${label('unsupported')}${count} ${count === 1 ? 'rule' : 'rules'} without ${part}`,
    ),
    line``,
    line`${label('rule by rule')}${reports}/conformance.html`,
    ...(isFirst ? [] : [line`${label('run by run')}${reports}/history.html`]),
    line`${label('test by test')}npx playwright show-report ${reports}/html`,
    ...(red.length + troubles.length === 0
      ? []
      : [line`${label('again')}npx playwright test ${choosing(red, troubles)}`]),
  ];
}

/** What stood between us and the registry, and the tests it kept from their end. */
export function networkSummary({ troubles, flaky, blocked }: Network): Line[] {
  const counts = Object.entries(troubles).map(([kind, count]) => `${count} ${kind}`);
  const ofNetwork = blocked.filter(({ by }) => by === 'network');
  const others = blocked.filter(({ by }) => by !== 'network').map(({ message }) => message);
  return [
    ...(counts.length === 0
      ? []
      : [line`${label('network')}${counts.join(', ')}; ${flaky.length} tests were run again`]),
    ...(ofNetwork.length === 0 ? [] : [line`${label('red')}${ofNetwork.length} tests blocked: network`]),
    ...ofNetwork
      .slice(0, 5)
      .map(({ title, message }) => line`${label('')}${title}: ${message.replace('blocked: network: ', '')}`),
    ...counted(others).map(([cause, count]) => line`${label('red')}${count} tests ${cause}`),
  ];
}

/** `tag.list.array (must) at GET tags/list: a list without tags is an array (and in 2 more); broken since …` */
export function inOneLine(rule: RuleReport, startedAt: string): string {
  const { id, level, verdict, tests } = rule;
  const said = tests.filter((test) => test.verdict === verdict);
  const step = stepOf(said[0]);
  const more = said.length > 1 ? ` (and in ${said.length - 1} more)` : '';
  const since = isBroken(verdict) ? sinceWhen(rule, startedAt) : '';
  return `${id} (${level})${step && ` at ${step}`}: ${said[0]?.title}${more}${since && `; ${since}`}`;
}

/** The named step of a flow where a rule was found broken, or its request without the names in the path. */
function stepOf({ gist }: Partial<RuleReport['tests'][number]> = {}): string {
  const { step, request = '' } = gist ?? {};
  if (step !== undefined) return step;
  const [method = '', path = ''] = request.split(/[ ?]/, 2);
  const noun = /^.*\/(blobs\/uploads|blobs|manifests|tags\/list|referrers)(?:\/|$)/.exec(path)?.[1];
  return `${method} ${noun ?? path}`.trim();
}

function label(word: string): string {
  return word.padEnd(14);
}

function firstOf(tests: RuleReport['tests'], verdict: Verdict): Partial<RuleReport['tests'][number]> {
  return tests.find((test) => test.verdict === verdict) ?? {};
}

/** What has to change for a blocked rule to be tried. */
function unblocking({ by, message = '' }: Partial<RuleReport['tests'][number]>): string {
  if (by === 'network') return 'as the network failed';
  if (by !== undefined && by !== 'budget') return `until ${by} is kept`;
  const [first = ''] = message.split('\n', 1);
  const setting = /^blocked: (.* is (?:not )?set)$/.exec(first)?.[1];
  return setting === undefined
    ? `as ${first.replace(/^blocked: /, '')}`
    : `until ${setting.replace(/^neither (\S+) nor (\S+) is set$/, '$1 or $2 is set').replace('is not set', 'is set')}`;
}

function partOf({ what, message = '' }: Partial<RuleReport['tests'][number]>): string {
  return what ?? message;
}

/** Each text with how often it is there, the most frequent first. */
function counted(texts: readonly string[]): [text: string, count: number][] {
  return [...new Set(texts)]
    .map((text): [string, number] => [text, texts.filter((one) => one === text).length])
    .toSorted(([, one], [, other]) => other - one);
}

function choosing(red: readonly RuleReport[], troubles: readonly Trouble[]): string {
  const ids = red.map(({ id }) => id);
  return troubles.length > 0 || ids.length > 3 ? '--last-failed' : `--grep '${testsOf(ids)}'`;
}

/** The tests of these rules, as a pattern for `--grep`. */
export function testsOf(rules: readonly string[]): string {
  return `@(${rules.join('|')})( |$)`;
}
