/** One call of a client on a register, between two instants of the monotonic clock, in milliseconds. */
export type Operation = {
  client: string;
  call: number;
  return: number;
  kind: 'write' | 'read';
  /** What was written or read; a register that holds nothing has the value `nothing`. */
  value: string;
  /** Whether a write surely took effect; one that was refused or broke off may have, now or later. */
  certain: boolean;
};

/** Calls in the order they came to an end. */
export class History {
  readonly operations: Operation[] = [];

  async write<T>(
    client: string,
    value: string,
    act: () => Promise<T>,
    isDone: (result: T) => boolean,
  ): Promise<T> {
    const call = performance.now();
    const result = await act();
    const certain = isDone(result);
    this.#add({ client, call, return: performance.now(), kind: 'write', value, certain });
    return result;
  }

  async read<T>(client: string, act: () => Promise<T>, valueOf: (result: T) => string): Promise<T> {
    const call = performance.now();
    const result = await act();
    this.#add({
      client,
      call,
      return: performance.now(),
      kind: 'read',
      value: valueOf(result),
      certain: true,
    });
    return result;
  }

  #add(operation: Operation): void {
    this.operations.push(operation);
  }
}
