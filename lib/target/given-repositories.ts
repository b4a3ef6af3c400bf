import type { FullConfig } from '@playwright/test';
import { tagsIn } from '../registry/lists.ts';
import type { Repository } from '../registry/repository.ts';
import { runSettings } from '../run/run.ts';
import { leastRepositories, SettingError } from '../run/settings.ts';

const setting = 'REGISTRY_REPOSITORIES';

type Places = Pick<FullConfig, 'workers' | 'shard'>;

/**
 * Of the given repositories, those of one worker: no other, of this shard or another, has them as well.
 * @throws SettingError where there are too few for all
 */
export function dealtTo(worker: number, { workers, shard }: Places, given: readonly string[]): string[] {
  const places = workers * (shard?.total ?? 1);
  const least = leastRepositories * places;
  if (given.length < least) {
    const of = shard === null ? '' : ` in each of ${shard.total} shards`;
    const count = `${workers} ${workers === 1 ? 'worker' : 'workers'}${of}`;
    const smaller = workers === 1 ? '' : ', or run with --workers=1';
    throw new SettingError(
      setting,
      `has ${given.length} names, but ${count} need ${least}: add some${smaller}`,
    );
  }
  const place = workers * ((shard?.current ?? 1) - 1) + worker;
  return given.filter((_, at) => at % places === place);
}

/**
 * Tests work in repositories that hold nothing, and remove all that they put there.
 * @throws SettingError for one that has a tag
 */
export async function refuseUsed(
  names: readonly string[],
  open: (name: string) => Repository,
): Promise<void> {
  for (const name of names) {
    const [tag] = tagsIn(await open(name).tags.list());
    if (tag === undefined) continue;
    throw new SettingError(
      setting,
      `${name} holds something (${tag}): npm run cleanup removes what runs left there, with -- --all whatever is there`,
    );
  }
}

/** @throws SettingError where repositories are given to a command that needs new ones at every turn */
export function refuseGiven(command: string): void {
  if (runSettings().repositories === undefined) return;
  throw new SettingError(
    setting,
    `is set, and ${command} makes new repositories at every turn: leave it empty`,
  );
}
