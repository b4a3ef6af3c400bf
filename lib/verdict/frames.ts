/**
 * Playwright takes the stack of every step, of every fixture's too, and has each frame mapped to its source anew: a third
 * of the time of a worker. A place in the code is mapped once from here on.
 */
export function mapFramesOnce(): void {
  const map = Error.prepareStackTrace?.bind(Error) as Mapper | undefined;
  if (map === undefined) return;
  const mapped = new Map<string | null | undefined, Map<number, string>>();
  const lineOf = (frame: NodeJS.CallSite): string => {
    const file = frame.getFileName();
    const place = frame.isAsync() ? -frame.getPosition() : frame.getPosition();
    const known = mapped.get(file) ?? new Map<number, string>();
    mapped.set(file, known);
    const line = known.get(place) ?? map(nothing, [frame]).slice(map(nothing, []).length);
    known.set(place, line);
    return line;
  };
  Error.prepareStackTrace = (error, frames) => map(error, []) + frames.map(lineOf).join('');
}

type Mapper = (error: Error, frames: NodeJS.CallSite[]) => string;

const nothing = new Error('nothing');
