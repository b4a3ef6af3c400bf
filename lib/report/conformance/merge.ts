import { inOrder, summarize, weightiest, type Conformance, type Network, type RuleReport } from './report.ts';

/** The report of the whole run from those of its shards. @throws Error where they are not of one run */
export function merged(shards: readonly Conformance[]): Conformance {
  const [first] = shards;
  if (first === undefined) throw new Error('there is nothing to merge');
  for (const name of ['target', 'profile', 'specVersion', 'level'] as const) {
    const other = shards.find((shard) => shard[name] !== first[name]);
    if (other !== undefined)
      throw new Error(`the ${name} is ${first[name]} in one and ${other[name]} in another`);
  }
  const starts = shards.map(({ startedAt }) => Date.parse(startedAt));
  const ends = shards.map(({ durationMs }, at) => (starts[at] ?? 0) + durationMs);
  const start = Math.min(...starts);
  // A shard of an older or newer version may have others.
  const known = new Map(
    shards.flatMap((shard) => shard.rules.map((rule) => [rule.id, rule] as const)).toReversed(),
  );
  const order = new Set(shards.flatMap((shard) => shard.rules.map(({ id }) => id)));
  const rules = [...order].flatMap((id) => known.get(id) ?? []).map((rule) => mergedRule(rule, shards));
  return {
    ...first,
    startedAt: new Date(start).toISOString(),
    shards: shards.map(({ startedAt }) => startedAt),
    durationMs: Math.max(...ends) - start,
    requests: sum(shards.map(({ requests }) => requests)),
    network: mergedNetwork(shards.map(({ network }) => network)),
    summary: summarize(rules),
    rules,
  };
}

function mergedRule(rule: RuleReport, shards: readonly Conformance[]): RuleReport {
  const same = shards.flatMap(({ rules }) => rules.filter(({ id }) => id === rule.id));
  const tests = same.flatMap((one) => one.tests);
  const verdict = weightiest(tests.map((one) => one.verdict));
  const { lastKept: _last, brokenSince: _since, ...lasting } = rule;
  return { ...lasting, verdict, tests: inOrder(tests) };
}

function mergedNetwork(networks: readonly Network[]): Network {
  const kinds = new Set(
    networks.flatMap(({ troubles }) => Object.keys(troubles) as (keyof Network['troubles'])[]),
  );
  return {
    troubles: Object.fromEntries(
      [...kinds].map((kind) => [kind, sum(networks.map(({ troubles }) => troubles[kind] ?? 0))]),
    ),
    flaky: networks.flatMap(({ flaky }) => flaky),
    blocked: networks.flatMap(({ blocked }) => blocked),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
