import { randomBytes } from 'node:crypto';
import type { Capabilities } from './capabilities.ts';
import { secretsOf } from './redact.ts';
import { loadSettings, type Settings } from './settings.ts';
import type { Target } from './target.ts';

/** What the main process finds out once and the workers and reporters read. */
type Run = { id: string; targets: Target[]; capabilities: Capabilities };

const variable = 'DOCKSIDE_RUN';

let settings: Settings | undefined;

/** Hands what is known to every process of this run, through the environment that workers inherit. */
export function announceRun(known: Partial<Run>): void {
  const id = `${Date.now().toString(36)}${randomBytes(3).toString('hex')}`;
  const before = isAnnounced() ? currentRun() : { id, targets: [], capabilities: {} };
  process.env[variable] = JSON.stringify({ ...before, ...known } satisfies Run);
}

export function isAnnounced(): boolean {
  return process.env[variable] !== undefined;
}

/** @throws Error before the run is announced */
export function currentRun(): Run {
  const text = process.env[variable];
  if (text === undefined) throw new Error('The run has no target yet');
  return JSON.parse(text) as Run;
}

export function runSettings(): Settings {
  settings ??= loadSettings();
  return settings;
}

const learned = new Set<string>();

/** A secret that came up while running, such as a token. */
export function learnSecret(value: string): void {
  if (value.length >= 8) learned.add(value);
}

/** Every secret of this run in each form it could be printed, and those that this process learned. */
export function runSecrets(): string[] {
  const targets = isAnnounced() ? currentRun().targets : [];
  const { identity, reader } = runSettings();
  const credentials = [identity, reader, ...targets.flatMap((t) => [t.identity, t.reader, t.stranger])];
  return [...secretsOf(credentials.filter((item) => item !== undefined)), ...learned];
}
