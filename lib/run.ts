import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Capabilities } from './capabilities.ts';
import type { IssuerKey } from './auth/jwt.ts';
import type { Identity } from './curl.ts';
import { Board } from './board.ts';
import { Budget } from './gate.ts';
import type { Trouble } from './network.ts';
import { pemLines, secretsOf } from './redact.ts';
import { newRunId, startOf } from './run-id.ts';
import { loadSettings, type Settings } from './settings.ts';
import type { Target } from './target.ts';

/** What the main process finds out once and the workers and reporters read. */
export type Run = {
  id: string;
  targets: Target[];
  capabilities: Capabilities;
  /** What it took to find them out, and what stood in the way. */
  probeRequests: number;
  probeTroubles: Trouble['kind'][];
};

const variable = 'DOCKSIDE_RUN';

let settings: Settings | undefined;
let read: { run: Run; secrets: string[] } | undefined;

/** Hands what is known to every process of this run, through the environment that workers inherit. */
export function announceRun(known: Partial<Run>): void {
  const before = isAnnounced()
    ? currentRun()
    : { id: newRunId(), targets: [], capabilities: {}, probeRequests: 0, probeTroubles: [] };
  process.env[variable] = JSON.stringify({ ...before, ...known } satisfies Run);
  read = undefined;
}

export function isAnnounced(): boolean {
  return variable in process.env;
}

function readRun(): { run: Run; secrets: string[] } {
  if (read === undefined) {
    const text = process.env[variable];
    if (text === undefined) throw new Error('The run has no target yet');
    const run = JSON.parse(text) as Run;
    const credentials = run.targets.flatMap(({ identity, reader, stranger }) => [identity, reader, stranger]);
    const { proxy } = runSettings();
    const secrets = secretsOf([...credentials, proxy?.login].filter((item) => item !== undefined));
    read = { run, secrets: [...secrets, ...run.targets.flatMap(({ issuer }) => keySecrets(issuer))] };
  }
  return read;
}

/** @throws Error before the run is announced */
export function currentRun(): Run {
  return readRun().run;
}

export function runSettings(): Settings {
  settings ??= loadSettings();
  return settings;
}

const learned = new Set<string>();

/** A secret that came up while running, such as an opaque token. One that is a JWT is known by its looks. */
export function learnSecret(value: string): void {
  if (value.length >= 8 && !value.startsWith('eyJ')) learned.add(value);
}

/** Every secret of this run in each form it could be printed, and those that this process learned. */
export function runSecrets(): string[] {
  if (isAnnounced()) return [...readRun().secrets, ...learned];
  const { identity, reader: ours, stranger: others, issuer, proxy } = runSettings();
  return [
    ...secretsOf([identity, ours, others, proxy?.login].filter((item) => item !== undefined)),
    ...keySecrets(issuer),
  ];
}

/** The identities of this run, under the settings that hold them. */
export function runIdentities(): Identity[] {
  const { identity, reader, stranger } = isAnnounced()
    ? (currentRun().targets[0] ?? runSettings())
    : runSettings();
  return Object.entries({ REGISTRY: identity, REGISTRY_READER: reader, REGISTRY_OTHER: stranger }).flatMap(
    ([prefix, credentials]) => (credentials === undefined ? [] : [{ prefix, credentials }]),
  );
}

function keySecrets(issuer: IssuerKey | undefined): string[] {
  return issuer === undefined ? [] : pemLines(issuer.privateKey);
}

/** Where this run writes down what it creates; undefined for the embedded registry, which goes with all it holds. */
export function runLedger(id = currentRun().id): string | undefined {
  const { url, reports, repositories } = runSettings();
  const place = process.env['TEST_PARALLEL_INDEX'];
  if (repositories !== undefined && place !== undefined) return workerLedger(Number(place), id);
  return url === undefined ? undefined : join(reports, `created-${id}.jsonl`);
}

/** The same of a worker that uses given repositories again and again. Those that take its place go on with it. */
export function workerLedger(place: number, id = currentRun().id): string {
  return join(runSettings().reports, `created-${id}_${place}.jsonl`);
}

/** All of them that there are. */
export function runLedgers(): string[] {
  const { url, reports } = runSettings();
  if (url === undefined || !existsSync(reports)) return [];
  const { id } = currentRun();
  return readdirSync(reports)
    .filter((name) => name.startsWith(`created-${id}`) && name.endsWith('.jsonl'))
    .map((name) => join(reports, name));
}

export function runBoard(): Board {
  return new Board(boardFolder());
}

function boardFolder(): string {
  return join(runSettings().reports, `run-${currentRun().id}`);
}

const outage = 'outage';

/** Lets no further test start, nor a request be tried again. The first reason is the one that is told. Returns it. */
export function announceOutage(reason: string): string {
  return runBoard().first(outage, reason);
}

/** Why nothing is tried any more; undefined while something answers. */
export function runOutage(): string | undefined {
  return runBoard().read(outage);
}

/** What is left of what this run may take. */
export function runBudget(): Budget {
  const { id } = currentRun();
  const limits = runSettings();
  return new Budget(join(boardFolder(), 'requests'), limits, startOf(id) ?? Date.now());
}
