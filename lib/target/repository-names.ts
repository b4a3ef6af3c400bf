import { profileOf } from '../profiles/profiles.ts';
import { currentRun, runSettings } from '../run/run.ts';

/** The names of a test's repositories, each by what it is for; its own for ''. */
export type Names = {
  /** What a person may put another in place of. */
  first: string;
  of: (purpose: string) => string;
  /** One that nobody has used, under this very name. Blocked where there are none but given ones. */
  unused: (suffix: string) => string;
};

/** Names under one that nobody else has. */
export function namesUnder(repository: string): Names {
  const of = (suffix: string): string =>
    suffix === '' ? repository : `${repository}${separator()}${suffix}`;
  return { first: repository, of, unused: of };
}

/** A repository of this run: its id and these parts under a namespace, as deep as the registry lets names be. */
export function ofThisRun(namespace: string, ...parts: readonly string[]): string {
  return `${namespace}/${[currentRun().id, ...parts].join(separator())}`;
}

function separator(): string {
  return profileOf(runSettings().profile).separator;
}
