import { begin, end } from '../run/ending.ts';
import { removeCreated } from './ledger.ts';
import type { Left, Removal } from './removal.ts';
import { isAnnounced, runLedgers } from '../run/run.ts';
import type { Settings } from '../run/settings.ts';
import { line, say, type Line } from '../text/terminal.ts';
import { wayIn } from './way-in.ts';

const removal = 'the removal of what was made';

/** Removes what the ledgers of this run name, and tells what stays. */
export async function removeWhatWasCreated(settings: Settings): Promise<void> {
  const ledgers = isAnnounced() ? runLedgers() : [];
  if (ledgers.length === 0) return;
  begin(removal);
  const done = await removeCreated(ledgers, wayIn(settings));
  const lists = done.left.length === 0 ? [] : [line`  the list: ${runLedgers().join(', ')}`];
  // The progress on a terminal takes back the last line that stands there.
  say(...toldOf(done), ...lists, line``);
  if (done.isSettled) end(removal);
}

export function tellRest(left: readonly Left[], brokenOff: string): string {
  return `${brokenOff}: ${counted(left.length)} stay in the ledger, and npm run cleanup goes on from there`;
}

/** How much was removed, and what stays. */
function toldOf({ removed, left, brokenOff }: Removal): Line[] {
  const rest = brokenOff === undefined ? told(left) : [line`  ${tellRest(left, brokenOff)}`];
  return [line`  removed ${counted(removed)}`, ...(left.length === 0 ? [] : rest)];
}

export function counted(count: number): string {
  return `${count} ${count === 1 ? 'upload, manifest or blob' : 'uploads, manifests and blobs'}`;
}

/** One line a reason, with some of the repositories. */
export function told(left: readonly Left[]): Line[] {
  return [...new Set(left.map(({ because }) => because))].map((because) => {
    const staying = left.filter((one) => one.because === because);
    const names = [...new Set(staying.map(({ repository }) => repository))];
    const others = names.length > 3 ? ` and ${names.length - 3} more repositories` : '';
    return line`  ${staying.length} stay (${because}): ${names.slice(0, 3).join(', ')}${others}`;
  });
}
