import type { KnownDeviation } from '../profiles/profile.ts';
import { profileOf } from '../profiles/profiles.ts';
import type { Settings } from './settings.ts';

/** What a run expects to be broken: what its own file says before what the profile says. */
export function expectedDeviations({
  known,
  profile,
}: Pick<Settings, 'known' | 'profile'>): KnownDeviation[] {
  return [...(known?.deviations ?? []), ...profileOf(profile).known];
}

/** A line for each known break that was to be mended by now: where it is not, it is red again. */
export function overdueIn({ known }: Pick<Settings, 'known'>): string[] {
  return (known?.overdue ?? []).map(
    ({ rule, until }) =>
      `${known?.file}: ${rule} was to be mended by ${until}, and is not expected to be broken any more`,
  );
}
