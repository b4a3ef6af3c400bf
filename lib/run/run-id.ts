import { randomBytes } from 'node:crypto';

const shape = /^([0-9a-z]{8})[0-9a-f]{6}$/;
const firstRun = Date.parse('2024-01-01');

/** A name for one run, the time of its start in front. */
export function newRunId(): string {
  return `${Date.now().toString(36)}${randomBytes(3).toString('hex')}`;
}

/** When the run of this id started, in ms; undefined for any text that is no id of a run. */
export function startOf(id: string): number | undefined {
  const [, time] = shape.exec(id) ?? [];
  const start = Number.parseInt(time ?? '', 36);
  return start >= firstRun && start <= Date.now() ? start : undefined;
}

/** The run that a repository under the namespace is of; undefined where it is of none. */
export function runOf(repository: string, namespace: string): string | undefined {
  if (!repository.startsWith(`${namespace}/`)) return undefined;
  // Where a registry knows no third component, the parts of a name are joined by dashes.
  const [id = ''] = repository.slice(namespace.length + 1).split(/[/-]/, 1);
  return startOf(id) === undefined ? undefined : id;
}
