import { rulesOfEveryAnswer } from '../../checks/every-answer.ts';
import { isRuleId, type RuleId } from '../../rules/catalogue.ts';
import { isOver, keyOf, type KnownBreak } from '../../run/known-file.ts';
import { excerpt } from '../../text/cut.ts';
import type { AuthMode, Protocol } from '../../types.ts';
import { isPart, weightiest, type Conformance, type RuleReport, type Verdict } from './report.ts';

type Test = Pick<RuleReport['tests'][number], 'title' | 'project' | 'verdict' | 'gist'> & {
  mended: string[];
};
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
  const tests = new Map(run.rules.map(({ id, tests: found }) => [id as string, eachOnce(found)]));
  const changes = breaks.map((one) => changeOf(one, testsIn(one, tests.get(one.rule) ?? []), run, day));
  const overdue = breaks.filter(
    (one) =>
      isOver(one, day) && testsIn(one, tests.get(one.rule) ?? []).some(({ verdict }) => verdict === 'fail'),
  );
  // No two entries of a list stand for the same place: what is as it was comes first.
  const keys = new Set(breaks.filter((one, at) => changes[at]?.[0] === one).map(keyOf));
  const isFree = (one: KnownBreak): boolean => !keys.has(keyOf(one)) && keys.add(keyOf(one)).size > 0;
  const items = changes.map(([first], at) =>
    first === undefined || first === breaks[at] || isFree(first) ? first : undefined,
  );
  const narrowed = changes.flatMap(([, ...others]) => others).filter((one) => one !== undefined);
  const now = [...breaks, ...items.filter((one) => one !== undefined), ...narrowed];
  const news = run.rules.flatMap(({ id }) =>
    isRuleId(id) ? newBreaks(id, tests.get(id) ?? [], now, run) : [],
  );
  return { items, added: [...narrowed, ...news].filter(isFree), overdue };
}

/** A test that judged its rule several times stands in the report as often: it counts once, with what it found mended. */
function eachOnce(found: readonly RuleReport['tests'][number][]): Test[] {
  const groups = new Map<string, RuleReport['tests']>();
  for (const one of found) {
    const key = `${one.project} ${one.title}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const verdict = weightiest(group.map((one) => one.verdict));
    const mended = group.flatMap((one) => (one.verdict === 'stale' ? (one.gist?.known?.reason ?? []) : []));
    const [first] = group.filter((one) => one.verdict === verdict);
    return first === undefined ? [] : [{ ...first, mended }];
  });
}

const judgements: readonly Verdict[] = ['fail', 'stale', 'known', 'warn', 'pass'];

function isJudged({ verdict }: Test): boolean {
  return judgements.includes(verdict);
}

function testsIn(one: Where, tests: readonly Test[]): Test[] {
  return tests.filter((test) => isIn(one, test));
}

/**
 * What becomes of an entry: itself, nothing, or one or more for the places where it is broken still. `ours`: the tests of
 * its place. What was blocked, or is named and did not run, may be broken still.
 */
function changeOf(
  one: KnownBreak,
  ours: readonly Test[],
  run: Conformance,
  day: string,
): (KnownBreak | undefined)[] {
  const tried = ours.filter(({ verdict }) => verdict !== 'unsupported');
  const isMended = ({ mended }: Test): boolean => mended.includes(one.reason);
  const isEach = (isIt: (test: Test) => boolean): boolean =>
    tried.length > 0 &&
    tried.every(isIt) &&
    (one.tests?.every((title) => tried.some((test) => test.title === title)) ?? !isPart(run));
  const isKept = ({ verdict }: Test): boolean => verdict === 'pass';
  if (isEach(isMended)) return [undefined];
  if (isOver(one, day) && one.sometimes !== true && isEach(isKept)) return [undefined];
  if (!tried.some(isMended)) return [one];
  if (one.tests !== undefined) {
    const rest = one.tests.filter((title) => {
      const named = tried.filter((test) => test.title === title);
      return named.length === 0 || !named.every(isMended);
    });
    if (rest.length < one.tests.length) return [{ ...one, tests: rest }];
  }
  // Where all of its place was looked at, it goes on as what is left of it.
  const still = tried.filter(({ verdict }) => verdict === 'known');
  if (still.length === 0 || !tried.every(isJudged) || isPart(run)) return [one];
  return placesOf(still, tried).map((where) => ({ ...one, ...where }));
}

function newBreaks(
  id: RuleId,
  tests: readonly Test[],
  breaks: readonly KnownBreak[],
  { startedAt }: Conformance,
): KnownBreak[] {
  const ours = breaks.filter(({ rule }) => rule === id);
  const judged = tests.filter(isJudged);
  const broken = judged.filter((test) => test.verdict === 'fail' && !ours.some((one) => isIn(one, test)));
  const [first] = broken;
  if (first === undefined) return [];
  const { expected = '', received = '' } = first.gist ?? {};
  const found = {
    rule: id,
    reason: excerpt(`expected ${expected}, received ${received}`),
    since: startedAt.slice(0, 10),
  };
  // Another test may be the first to meet it next time. Wrong bytes are looked for wherever they are.
  if (rulesOfEveryAnswer.includes(id) && id !== 'digest.content') return [{ ...found, sometimes: true }];
  return placesOf(broken, judged).map((where) => ({ ...found, ...where }));
}

function isIn({ tests, protocols, auth }: Where, { title, project }: Test): boolean {
  const { protocol, mode } = axesIn(project);
  return (
    (tests?.includes(title) ?? true) &&
    (protocols?.includes(protocol) ?? true) &&
    (auth?.includes(mode) ?? true)
  );
}

function axesIn(project = ''): { protocol: Protocol; mode: AuthMode } {
  const [protocol, mode] = project.split('-') as [Protocol, AuthMode];
  return { protocol, mode };
}

/** The least that names these of the tests of a rule, and no other. */
function placesOf(broken: readonly Test[], judged: readonly Test[]): Where[] {
  if (broken.length === 0) return [];
  const axes = broken.map(({ project }) => axesIn(project));
  const tests = { tests: unique(broken.map(({ title }) => title)) };
  const protocols = { protocols: unique(axes.map(({ protocol }) => protocol)) };
  const auth = { auth: unique(axes.map(({ mode }) => mode)) };
  const ways: Where[] = [{}, auth, protocols, { ...protocols, ...auth }];
  const places = [...ways, ...ways.map((way) => ({ ...tests, ...way }))];
  const place = places.find((where) => judged.every((test) => isIn(where, test) === broken.includes(test)));
  if (place !== undefined) return [place];
  return unique(broken.map(({ project }) => project)).map((project) => {
    const { protocol, mode } = axesIn(project);
    const ours = broken.filter((test) => test.project === project);
    return { tests: unique(ours.map(({ title }) => title)), protocols: [protocol], auth: [mode] };
  });
}

function unique<T>(all: readonly T[]): T[] {
  return [...new Set(all)];
}
