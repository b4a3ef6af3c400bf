import { ofAnyAnswer } from '../../checks/every-answer.ts';
import { isRuleId, type RuleId } from '../../rules/catalogue.ts';
import { isOver, placeOf, type KnownBreak } from '../../run/known-file.ts';
import { excerpt } from '../../text/cut.ts';
import type { AuthMode, Protocol } from '../../types.ts';
import { weightiest, type Conformance, type RuleReport, type Verdict } from './report.ts';

type Test = Pick<RuleReport['tests'][number], 'title' | 'project' | 'verdict' | 'gist'>;
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
  const changes = breaks.map((one) => changeOf(one, tests.get(one.rule) ?? [], day));
  const untouched = breaks.filter((one, at) => changes[at]?.[0] === one);
  const taken = new Set(untouched.map(placeOf));
  const items = changes.map(([first], at) =>
    first === breaks[at] || first === undefined || !taken.has(placeOf(first)) ? first : undefined,
  );
  const overdue = breaks.filter(
    (one) =>
      isOver(one, day) && placed(one, tests.get(one.rule) ?? []).some(({ verdict }) => verdict === 'fail'),
  );
  const kept = items.filter((one) => one !== undefined);
  const news = run.rules.flatMap(({ id }) =>
    isRuleId(id) ? newBreaks(id, tests.get(id) ?? [], [...breaks, ...kept], run) : [],
  );
  // No two entries of a list stand for the same place.
  const places = new Set(kept.map(placeOf));
  const narrowed = changes.flatMap(([, ...others]) => others).filter((one) => one !== undefined);
  const added = [...narrowed, ...news].filter((one) => {
    const isFree = !places.has(placeOf(one));
    places.add(placeOf(one));
    return isFree;
  });
  return { items, added, overdue };
}

/** A test that judged its rule several times stands in the report as often. */
function eachOnce(found: readonly Test[]): Test[] {
  const groups = new Map<string, Test[]>();
  for (const one of found) {
    const key = `${one.project} ${one.title}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const verdict = weightiest(group.map((one) => one.verdict));
    return group.find((one) => one.verdict === verdict) ?? [];
  });
}

const judgements: readonly Verdict[] = ['fail', 'stale', 'known', 'warn', 'pass'];

function isJudged({ verdict }: Test): boolean {
  return judgements.includes(verdict);
}

function placed(one: Where, tests: readonly Test[]): Test[] {
  return tests.filter((test) => isIn(one, test));
}

/** What becomes of an entry: itself, nothing, or one or more for the places where it is broken still. */
function changeOf(one: KnownBreak, tests: readonly Test[], day: string): (KnownBreak | undefined)[] {
  const ours = placed(one, tests);
  const judged = ours.filter(isJudged);
  const isMended = (test: Test): boolean =>
    test.verdict === 'stale' && test.gist?.known?.reason === one.reason;
  const wasOver = isOver(one, day) && one.sometimes !== true;
  if (wasOver && judged.length > 0 && judged.every(({ verdict }) => verdict === 'pass')) return [undefined];
  if (!judged.some(isMended)) return [one];
  const still = judged.filter(({ verdict }) => verdict === 'known');
  const untried = ours.filter((test) => !isJudged(test));
  if (still.length === 0 && one.tests === undefined) return untried.length > 0 ? [one] : [undefined];
  const isGone = (title: string): boolean => {
    const named = ours.filter((test) => test.title === title);
    return named.length > 0 && named.every(isMended);
  };
  const rest = one.tests?.filter((title) => !isGone(title));
  if (rest !== undefined && rest.length < (one.tests?.length ?? 0))
    return [rest.length === 0 ? undefined : { ...one, tests: rest }];
  const { tests: _, protocols: formats, auth, ...lasting } = one;
  // No wider than it was.
  const own = { ...(formats && { protocols: formats }), ...(auth && { auth }) };
  return placesOf(still, judged).map((where) => ({ ...lasting, ...own, ...where }));
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
  // Whichever test meets it first is told of it.
  if (ofAnyAnswer.includes(id)) return [{ ...found, sometimes: true }];
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
