import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Board } from './board.ts';
import { Budget } from '../http/gate.ts';
import { client } from '../http/exchange.ts';
import type { Trouble } from '../http/retries.ts';
import { pemLines, redact, secretsAround } from '../secrets/redact.ts';
import { newRunId, startOf } from './run-id.ts';
import { leastForm } from '../secrets/search.ts';
import { publicWords, secretsIn, type Words } from './configured.ts';
import { learnedAfter } from '../secrets/learned.ts';
import { workersFor } from './workers.ts';
import { loadSettings, type Settings } from './settings.ts';
import type { Capabilities, Identity, Target } from '../types.ts';
import { secretsFrom } from '../secrets/known.ts';

/** What the main process finds out once and the workers and reporters read. */
export type Run = {
  id: string;
  targets: Target[];
  /** How far the registry is that was named, and with how many workers it is met best. */
  roundTripMs: number;
  workers: number;
  capabilities: Capabilities;
  /** What it took to find them out, and what stood in the way. */
  probeRequests: number;
  probeTroubles: Trouble['kind'][];
};

const variable = 'DOCKSIDE_RUN';

let settings: Settings | undefined;
let read: Run | undefined;

/** Hands what is known to every process of this run, through the environment that workers inherit. */
export function announceRun(known: Partial<Run>): void {
  const before = isAnnounced()
    ? currentRun()
    : {
        id: newRunId(),
        targets: [],
        roundTripMs: 0,
        workers: workersFor(0, runSettings()),
        capabilities: {},
        probeRequests: 0,
        probeTroubles: [],
      };
  process.env[variable] = JSON.stringify({ ...before, ...known } satisfies Run, withoutSecrets);
  read = undefined;
}

const parties = ['identity', 'reader', 'stranger', 'issuer'] as const;
const ofSettings = 'of the settings';

/** Others see the environment of a process: each reads what is secret in the settings for itself. */
function withoutSecrets(key: string, value: unknown): unknown {
  const party = parties.find((one) => one === key);
  if (party !== undefined) return isDeepStrictEqual(value, runSettings()[party]) ? ofSettings : value;
  // Words of a server, which go into reports.
  const isTold = (key === 'evidence' || key === 'product') && typeof value === 'string';
  return isTold ? redact(value, runSecrets()) : value;
}

function withSecrets(key: string, value: unknown): unknown {
  const party = parties.find((one) => one === key);
  return party !== undefined && value === ofSettings ? runSettings()[party] : value;
}

export function isAnnounced(): boolean {
  return variable in process.env;
}

/** @throws Error before the run is announced */
export function currentRun(): Run {
  if (read === undefined) {
    const text = process.env[variable];
    if (text === undefined) throw new Error('The run has no target yet');
    read = JSON.parse(text, withSecrets) as Run;
    for (const { identity, reader, stranger, issuer } of read.targets) {
      const credentials = [identity, reader, stranger].filter((one) => one !== undefined);
      keep([...secretsAround(credentials), ...pemLines(issuer?.privateKey ?? '')]);
    }
  }
  return read;
}

export function runSettings(): Settings {
  settings ??= loadSettings();
  return settings;
}

const secrets: string[] = [];
let words: Words | undefined;
let isRead = false;
let taken = 0;

/** Every secret that this process knows of the run; the list grows. What is a public word as well is none. */
export function runSecrets(): readonly string[] {
  if (!isRead) keep(secretsIn(runSettings()));
  isRead = true;
  if (isAnnounced()) currentRun();
  const learned = learnedAfter(taken);
  taken += learned.length;
  keep(learned.filter((token) => token.length >= leastForm));
  return secrets;
}

secretsFrom(runSecrets);

function keep(values: readonly string[]): void {
  words ??= publicWords(runSettings());
  for (const value of values) {
    const isPublic =
      words.has(value) || (read !== undefined && (read.id.includes(value) || value.includes(read.id)));
    if (!isPublic && !secrets.includes(value)) secrets.push(value);
  }
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

/** What a request of this run says of its client. */
export function userAgent(): string {
  return `${client} (run ${currentRun().id})`;
}
