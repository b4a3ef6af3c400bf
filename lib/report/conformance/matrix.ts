import type { Capability } from '../../rules/rule.ts';
import type { RuleId } from '../../rules/catalogue.ts';
import type { Conformance, RuleReport, Verdict } from './report.ts';
import type { Offer } from '../../types.ts';

export type MatrixRow = {
  /** As the first run that has it. */
  rule: RuleReport;
  /** One for each run; undefined where its catalogue has no such rule. */
  cells: (RuleReport | undefined)[];
  /** The runs that tried it do not agree. */
  differs: boolean;
};

export type Matrix = {
  runs: readonly Conformance[];
  /** One name for each run, no two alike. */
  names: string[];
  rows: MatrixRow[];
  capabilities: { name: Capability; cells: (Offer | undefined)[] }[];
};

/** Rule by run, for the rules that at least one of them tried. */
export function matrixOf(runs: readonly Conformance[]): Matrix {
  const tables = runs.map(({ rules }) => new Map(rules.map((rule) => [rule.id, rule])));
  const ids = new Set(runs.flatMap(({ rules }) => rules.map(({ id }) => id)));
  const parts = new Set(runs.flatMap(({ capabilities }) => Object.keys(capabilities))) as Set<Capability>;
  return {
    runs,
    names: runs.map((run, at) => nameOf(run, at, runs)),
    rows: [...ids].flatMap((id) => rowOf(id, tables)),
    capabilities: [...parts].map((name) => ({
      name,
      cells: runs.map(({ capabilities }) => capabilities[name]),
    })),
  };
}

function rowOf(id: RuleId, tables: readonly Map<RuleId, RuleReport>[]): MatrixRow[] {
  const cells = tables.map((table) => table.get(id));
  const tried = new Set(cells.flatMap((cell) => triedVerdict(cell)));
  const rule = cells.find((cell) => cell !== undefined);
  return rule === undefined || tried.size === 0 ? [] : [{ rule, cells, differs: tried.size > 1 }];
}

function triedVerdict(cell: RuleReport | undefined): Verdict[] {
  return cell === undefined || cell.verdict === 'untested' ? [] : [cell.verdict];
}

/** The target without its scheme; with its place in the list where another run has the same. */
function nameOf({ target }: Conformance, at: number, runs: readonly Conformance[]): string {
  const isShared = runs.filter((run) => run.target === target).length > 1;
  return target.replace(/^https?:\/\//, '') + (isShared ? ` (${at + 1})` : '');
}
