import { test, type FullConfig } from '@playwright/test';
import { removeBetween, type Left } from './ledger.ts';
import { tagsIn } from './lists.ts';
import type { Repository } from './repository.ts';
import { runLedger } from './run.ts';
import { leastRepositories, SettingError } from './settings.ts';

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
      `${name} holds something (${tag}): name empty ones, or remove all that is in them by npm run cleanup -- --all`,
    );
  }
}

/** The names that a test takes, one after the other, of those its worker has. */
export class GivenNames {
  readonly #all: readonly string[];
  readonly #open: (name: string) => Repository;
  readonly #taken = new Map<string, string>();
  #staying: Left[] = [];

  constructor(all: readonly string[], open: (name: string) => Repository) {
    this.#all = all;
    this.#open = open;
  }

  get first(): string {
    return this.#all[0] ?? '';
  }

  /** The same name each time for what it is for. */
  of(purpose: string): string {
    const isFree = (name: string): boolean =>
      ![...this.#taken.values()].includes(name) &&
      !this.#staying.some(({ repository }) => repository === name);
    const name = this.#taken.get(purpose) ?? this.#all.find(isFree);
    test.skip(name === undefined, `blocked: ${this.#lack}`);
    this.#taken.set(purpose, name ?? '');
    return name ?? '';
  }

  unused(): string {
    test.skip(true, `blocked: ${setting} has no repository that nobody has used`);
    return '';
  }

  /** Removes what tests have made there. A blob that stays is in nobody's way: no other test has the same. */
  async clear(): Promise<void> {
    const left = await removeBetween(runLedger() ?? '', this.#open);
    this.#staying = left.filter(({ kind }) => kind === 'manifest');
  }

  get #lack(): string {
    const [one] = this.#staying;
    return one === undefined
      ? `${setting} has only ${this.#all.length} repositories for each worker`
      : `what a test pushed to ${one.repository} of ${setting} stays (${one.because})`;
  }
}
