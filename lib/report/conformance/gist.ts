/** What was expected and what came, of the message of a broken rule; undefined for any other message. */
export function gist(message: string): { expected: string; received: string } | undefined {
  const expected = /^ {2}expected +(.*)$/m.exec(message)?.[1];
  const received = /^ {2}received +(.*)$/m.exec(message)?.[1];
  return expected === undefined || received === undefined ? undefined : { expected, received };
}

/** The beginning of what may be long. */
export function shortened(value: string): string {
  // oxlint-disable-next-line cut/by-hand -- of a message of a report, where all is masked
  return value.length <= 200 ? value : `${value.slice(0, 200)}…`;
}
