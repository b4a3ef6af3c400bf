import { profileOf } from './profiles/profiles.ts';
import { currentRun, runSettings } from './run.ts';

/** A repository of this run: its id and these parts under a namespace, as deep as the registry lets names be. */
export function ofThisRun(namespace: string, ...parts: readonly string[]): string {
  return `${namespace}/${[currentRun().id, ...parts].join(separator())}`;
}

/** Another repository beside one of this run, under a name that says what for. */
export function beside(repository: string, suffix: string): string {
  return `${repository}${separator()}${suffix}`;
}

function separator(): string {
  return profileOf(runSettings().profile).separator;
}
