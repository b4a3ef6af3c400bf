import type { Operation } from './history.ts';

export const nothing = 'nothing';

/**
 * Whether some order of the operations explains all that was read, each operation at one instant between its call and its
 * return: a register is linearizable (Herlihy and Wing 1990). The search is that of Wing and Gong, and remembers what it
 * has seen, as Lowe has it.
 */
export function isLinearizable(operations: readonly Operation[], first = nothing): boolean {
  const all = operations.map((operation) => ({
    ...operation,
    return: operation.certain ? operation.return : Number.POSITIVE_INFINITY,
  }));
  const seen = new Set<string>();
  const search = (left: ReadonlySet<number>, value: string): boolean => {
    if ([...left].every((at) => !all[at]!.certain)) return true;
    const key = `${[...left].join(' ')} ${value}`;
    if (seen.has(key)) return false;
    seen.add(key);
    const firstReturn = Math.min(...[...left].map((at) => all[at]!.return));
    for (const at of left) {
      const { call, kind, value: its } = all[at]!;
      // It cannot come next if another was over before it began.
      if (call > firstReturn || (kind === 'read' && its !== value)) continue;
      if (search(new Set([...left].filter((other) => other !== at)), kind === 'write' ? its : value))
        return true;
    }
    return false;
  };
  return search(new Set(all.keys()), first);
}

/** How many milliseconds too old some read is, at the least; 0 where the register is linearizable. */
export function staleness(operations: readonly Operation[], first = nothing): number {
  const reads = operations.filter(({ kind }) => kind === 'read');
  const bounds = [0, ...reads.flatMap((read) => operations.map((other) => read.call - other.return))]
    .filter((bound) => bound >= 0)
    .toSorted((a, b) => a - b);
  const within = (bound: number): boolean =>
    isLinearizable(
      operations.map((one) => (one.kind === 'read' ? { ...one, call: one.call - bound } : one)),
      first,
    );
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (within((bounds[middle] ?? 0) + 0.001)) high = middle;
    else low = middle + 1;
  }
  return low === 0 ? 0 : (bounds[low] ?? Number.POSITIVE_INFINITY);
}

/**
 * The shortest history that no order explains: it loses each operation without which the rest still cannot be explained. A
 * write that a read of the rest depends on stays.
 */
export function shortestViolation(operations: readonly Operation[], first = nothing): Operation[] {
  let left = [...operations];
  const mayGo = (one: Operation): boolean =>
    one.kind === 'read' || !left.some(({ kind, value }) => kind === 'read' && value === one.value);
  for (let isShorter = true; isShorter;) {
    isShorter = false;
    for (const one of left.filter(mayGo)) {
      const rest = left.filter((other) => other !== one);
      if (!mayGo(one) || isLinearizable(rest, first)) continue;
      left = rest;
      isShorter = true;
    }
  }
  return left.toSorted((a, b) => a.call - b.call);
}
