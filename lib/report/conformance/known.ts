import { isOver, type KnownBreak } from '../../run/known-file.ts';
import type { AuthMode, Protocol } from '../../types.ts';
import type { RuleId } from '../../rules/catalogue.ts';
import { excerpt } from '../../text/cut.ts';
import { minute } from './history.ts';
import type { Conformance, RuleReport } from './report.ts';

type Test = RuleReport['tests'][number];
type Where = Pick<KnownBreak, 'tests' | 'protocols' | 'auth'>;

/**
 * What a run says of a list of known breaks. `items`: what becomes of each, undefined where it goes. `overdue`: was to be
 * mended by now, and is not.
 */
export type KnownChanges = {
  items: (KnownBreak | undefined)[];
  added: KnownBreak[];
  overdue: KnownBreak[];
};

/** `day`: today. */
export function changesOf(breaks: readonly KnownBreak[], run: Conformance, day: string): KnownChanges {
  const testsOf = (id: RuleId): Test[] =>
    run.rules.find((rule) => rule.id === id)?.tests.filter(({ verdict }) => isJudged(verdict)) ?? [];
  const overdue = breaks.filter(
    (one) => isOver(one, day) && testsOf(one.rule).some((test) => isIn(one, test) && test.verdict === 'fail'),
  );
  const narrowed: KnownBreak[] = [];
  const items = breaks.map((one) => {
    if (overdue.includes(one) || !isMended(one, testsOf(one.rule))) return one;
    const { tests: _, protocols: _p, auth: _a, ...lasting } = one;
    const still = testsOf(one.rule).filter((test) => isIn(one, test) && test.verdict === 'known');
    const [first, ...others] = placesOf(still, testsOf(one.rule)).map((where) => ({ ...lasting, ...where }));
    narrowed.push(...others);
    return first;
  });
  const added = run.rules.flatMap(({ id, tests }) => {
    const judged = tests.filter(({ verdict }) => isJudged(verdict));
    const broken = judged.filter(
      (test) => test.verdict === 'fail' && !overdue.some((one) => one.rule === id && isIn(one, test)),
    );
    return placesOf(broken, judged).map((where) => ({
      rule: id,
      reason: reasonIn(broken),
      since: minute(run.startedAt).slice(0, 10),
      ...where,
    }));
  });
  return { items, added: [...narrowed, ...added], overdue };
}

function isJudged(verdict: Test['verdict']): boolean {
  return ['fail', 'warn', 'known', 'stale', 'pass'].includes(verdict);
}

/** Whether a test of its place says that it is kept now; of one that comes and goes, none does. */
function isMended(one: KnownBreak, tests: readonly Test[]): boolean {
  const ours = tests.filter((test) => isIn(one, test));
  const isStale = ({ verdict, message = '' }: Test): boolean =>
    verdict === 'stale' && message.includes(one.reason);
  return ours.some(isStale) || (one.until !== undefined && ours.length > 0 && ours.every(isKept));
}

function isKept({ verdict }: Test): boolean {
  return verdict === 'pass';
}

function isIn({ tests, protocols, auth }: Where, { title, project }: Test): boolean {
  const { protocol, mode } = axesOf(project);
  return (
    (tests?.includes(title) ?? true) &&
    (protocols?.includes(protocol) ?? true) &&
    (auth?.includes(mode) ?? true)
  );
}

function axesOf(project: string): { protocol: Protocol; mode: AuthMode } {
  const [protocol, mode] = project.split('-') as [Protocol, AuthMode];
  return { protocol, mode };
}

/** The least that names these of the tests of a rule, and no other. */
function placesOf(broken: readonly Test[], judged: readonly Test[]): Where[] {
  if (broken.length === 0) return [];
  const unique = <T>(all: readonly T[]): T[] => [...new Set(all)];
  const axes = broken.map(({ project }) => axesOf(project));
  const tests = { tests: unique(broken.map(({ title }) => title)) };
  const protocols = { protocols: unique(axes.map(({ protocol }) => protocol)) };
  const auth = { auth: unique(axes.map(({ mode }) => mode)) };
  const ways: Where[] = [{}, auth, protocols, { ...protocols, ...auth }];
  const places = [...ways, ...ways.map((way) => ({ ...tests, ...way }))];
  const place = places.find((where) => judged.every((test) => isIn(where, test) === broken.includes(test)));
  if (place !== undefined) return [place];
  return unique(broken.map(({ project }) => project)).map((project) => {
    const { protocol, mode } = axesOf(project);
    const ours = broken.filter((test) => test.project === project);
    return { tests: unique(ours.map(({ title }) => title)), protocols: [protocol], auth: [mode] };
  });
}

function reasonIn([first]: readonly Test[]): string {
  const { expected = '', received = '' } = first?.gist ?? {};
  return excerpt(`expected ${expected}, received ${received}`);
}
