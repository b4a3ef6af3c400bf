import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants as fsConstants,
  mkdirSync,
  openSync,
  readdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startProxy } from '../tools/faults/proxy.ts';
import { empty, hungUp, type Wire, type WireAnswer, type WireRequest } from '../tools/faults/wire.ts';
import type { RunningRegistry } from '../tools/registry/registry.ts';
import { rawSend } from '../lib/http/raw.ts';
import { sample } from '../unit/conformance/sample.ts';

/** What is seen of a process: its requests as `METHOD /path`, and its output. */
type Seen = { requests: string[]; afterTests: string[]; printed: string };

/** Where a process is ended. `args`: of node; URL stands for the registry, and WAITING for a file that comes when it has ended. */
export type Place = {
  args: string[];
  env?: Record<string, string>;
  auth?: 'bearer';
  /** A run is ended before it, and leaves something. */
  leftovers?: true;
  at: (seen: Seen) => boolean;
};

const run = (...tests: string[]) => [
  'node_modules/@playwright/test/cli.js',
  'test',
  '--project=oci-*',
  ...tests,
];
const command = (file: string, ...args: string[]) => ['--import', 'tsx', file, ...args];
const short = run('tests/tags/list.spec.ts', 'tests/uploads/sessions.spec.ts');

const asked =
  (pattern: RegExp, times = 1) =>
  ({ requests }: Seen): boolean =>
    requests.filter((one) => pattern.test(one)).length >= times;
const removed =
  (times: number) =>
  ({ afterTests }: Seen): boolean =>
    afterTests.filter((one) => one.startsWith('DELETE')).length >= times;
const printed =
  (pattern: RegExp) =>
  (seen: Seen): boolean =>
    pattern.test(seen.printed);

const given = { REGISTRY_REPOSITORIES: 'given/a,given/b,given/c,given/d', REGISTRY_NAMESPACE: '' };

/** By name. */
export const places: Record<string, Place> = {
  'the ping of the discovery': { args: short, at: asked(/^GET \/v2\/$/) },
  'a token': { args: short, auth: 'bearer', at: asked(/^GET \/token/) },
  'the first probe': { args: short, at: asked(/\/probe/) },
  'the midst of the probes': { args: short, at: asked(/\/probe/, 20) },
  'the look at given repositories': { args: short, env: given, at: asked(/given\/b/) },
  'the probe of given repositories': { args: short, env: given, at: asked(/^PUT .*given\/a/) },
  'the start of the workers': { args: short, at: printed(/^Running/m) },
  'the first test': { args: short, at: asked(/\/w\d/) },
  'the midst of a test': { args: short, at: asked(/^PUT .*\/w\d/, 12) },
  'between two tests': { args: short, at: printed(/^ {2}\S +3 /m) },
  'a large upload': {
    args: run('tests/large/layer.spec.ts'),
    env: { LARGE_LAYER: '8MiB' },
    at: asked(/^PATCH/),
  },
  'the first removal of the tear-down': { args: short, at: removed(1) },
  'the midst of the tear-down': { args: short, at: removed(12) },
  'the writing of the reports': { args: short, at: printed(/ {2}removed \d+/) },
  merge: { args: command('tools/merge.ts', 'WAITING'), at: () => true },
  doctor: { args: command('tools/doctor/main.ts'), at: asked(/^PUT .*\/manifests\/v1/) },
  'the offers of doctor': { args: command('tools/doctor/main.ts'), at: asked(/\/probe/, 5) },
  'the first removal of cleanup': {
    args: command('tools/cleanup.ts', '--older-than', '0m'),
    leftovers: true,
    at: asked(/^DELETE/),
  },
  'the catalog of cleanup': {
    args: command('tools/cleanup.ts', '--older-than', '0m'),
    leftovers: true,
    at: asked(/_catalog/),
  },
  faults: {
    args: command('tools/faults/main.ts', '--only', 'tag-list-not-acceptable'),
    at: asked(/\/w\d/, 5),
  },
  model: {
    args: command('tools/model/main.ts', '--runs', '2', '--seed', '1'),
    at: asked(/\/model-\d/, 30),
  },
  diff: {
    args: command('tools/model/diff.ts', 'URL', 'embedded', '--seed', '1', '--sequences', '30'),
    at: asked(/\/model-\d/, 30),
  },
  bench: {
    args: command('tools/bench/main.ts', '--only', 'large'),
    env: { LARGE_LAYER: '16MiB' },
    at: asked(/^PATCH/),
  },
};

/** How the registry answers from then on. */
type Manner = 'well' | '101' | 'hang-up' | 'silence';

/** What ends it. `injected` is what its main process does on SIGUSR2. */
type Cause = {
  /** Ends it with its next line, or at its end. */
  isSlow?: true;
  /** A run has time to remove what it made. */
  isOrderly?: true;
  signal?: NodeJS.Signals;
  injected?: string;
  reporter?: true;
  manner?: Manner;
  apply?: (child: ChildProcess) => void;
};

/** By name. */
export const causes: Record<string, Cause> = {
  SIGINT: { isOrderly: true, signal: 'SIGINT' },
  SIGTERM: { isOrderly: true, signal: 'SIGTERM' },
  SIGHUP: { isOrderly: true, signal: 'SIGHUP' },
  SIGKILL: { signal: 'SIGKILL' },
  'a closed output': { isOrderly: true, isSlow: true, apply: (child) => child.stdout?.destroy() },
  '101 to everything': { manner: '101' },
  'hang-ups and SIGTERM': { manner: 'hang-up', signal: 'SIGTERM' },
  'silence and SIGTERM': { manner: 'silence', signal: 'SIGTERM' },
  'a reporter that throws': { isSlow: true, reporter: true },
  'an exception': { isOrderly: true, signal: 'SIGUSR2', injected: 'throw new Error("thrown in between")' },
  'process.exit(0)': { signal: 'SIGUSR2', injected: 'process.exit(0)' },
};

/** Reporters are of runs alone; a merge asks no registry, nor does a run that writes its reports. */
export function isPair(place: string, cause: string): boolean {
  const args = places[place]?.args ?? [];
  const { reporter, manner, signal } = causes[cause] ?? {};
  if (reporter) return args.includes('test');
  const asksNoMore = args.includes('WAITING') || (place === 'the writing of the reports' && !signal);
  return manner === undefined || !asksNoMore;
}

/** Whether what was made is gone even before a cleanup. A tear-down may be broken off. */
export function isOrderly(place: string, cause: string): boolean {
  return (
    causes[cause]?.isOrderly === true && places[place]?.args[1] === 'test' && !place.includes('tear-down')
  );
}

export type Ended = {
  code: unknown;
  printed: string;
  tookMs: number;
  reached: boolean;
  cleanups: Done[];
  ledgers: string[];
  stays: string[];
};

type Done = { code: unknown; printed: string };

const send = rawSend({ caFile: undefined, insecureTls: false });

/** Ends a process at the place by the cause, then runs `npm run cleanup` twice. */
export async function endAt(
  place: Place,
  cause: Cause,
  { registry, reports, namespace }: { registry: RunningRegistry; reports: string; namespace: string },
): Promise<Ended> {
  mkdirSync(reports, { recursive: true });
  const front = await startFront(registry);
  const { PATH, HOME } = process.env;
  const { writer } = registry.users;
  const env = {
    PATH,
    HOME,
    REGISTRY_URL: front.url,
    REGISTRY_NAMESPACE: namespace,
    REPORTS_FOLDER: reports,
    ...(registry.auth === 'bearer' && {
      REGISTRY_USERNAME: writer.username,
      REGISTRY_PASSWORD: writer.password,
    }),
    ...place.env,
  };
  if (place.leftovers) {
    const first = launch(front, places['the midst of a test']!, { signal: 'SIGKILL' }, env, reports);
    await first.over;
    front.reset();
  }
  const ended = await launch(front, place, cause, env, reports).over;
  front.reset();
  const ledgersIn = (): string[] => readdirSync(reports).filter((name) => name.startsWith('created-'));
  const ledgers = ledgersIn();
  const cleanups: Done[] = [];
  for (let at = 0; at < 2; at += 1) {
    cleanups.push(await finished(command('tools/cleanup.ts', '--older-than', '0m'), env));
  }
  const stays = [...(await front.staying()), ...ledgersIn()];
  await front.close();
  return { ...ended, ledgers, cleanups, stays };
}

type Front = Awaited<ReturnType<typeof startFront>>;

/** Stands before the registry, sees what comes, and knows what was made there. */
async function startFront(registry: RunningRegistry) {
  const seen: Seen = { requests: [], afterTests: [], printed: '' };
  const made = new Map<string, number>();
  const state = {
    manner: 'well' as Manner,
    endedAt: Number.POSITIVE_INFINITY,
    onChange: (): void => undefined,
  };
  const wire: Wire = {
    matches: () => true,
    start: () => async (request, forward) => {
      const line = `${request.method} ${request.path}`;
      seen.requests.push(line);
      if (isAfterTests(seen.printed)) seen.afterTests.push(line);
      state.onChange();
      if (state.manner === '101') return empty(101, { connection: 'upgrade', upgrade: 'nothing' });
      if (state.manner === 'hang-up') return hungUp;
      if (state.manner === 'silence') return await new Promise(() => undefined);
      const answer = await forward(request);
      if (Date.now() < state.endedAt) note(made, request, answer);
      return answer;
    },
  };
  const proxy = await startProxy({ registry: registry.url, realm: registry.realm }, wire);
  return {
    url: proxy.url,
    seen,
    state,
    close: proxy.close,
    reset: (): void => {
      Object.assign(seen, { requests: [], afterTests: [], printed: '' });
      Object.assign(state, { manner: 'well', endedAt: Number.POSITIVE_INFINITY, onChange: () => undefined });
    },
    staying: async (): Promise<string[]> => {
      const paths = [...made.keys()];
      const answers = await Promise.all(
        paths.map(async (path) => await send({ method: 'GET', url: registry.url + path })),
      );
      return paths.filter((_, at) => answers[at]?.status !== 404 && answers[at]?.status !== 401);
    },
  };
}

/** By the path where it can be asked for. */
function note(
  made: Map<string, number>,
  { method, path }: WireRequest,
  { status, headers }: WireAnswer,
): void {
  const [location] = headers['location'] ?? [];
  if (location === undefined || !['POST', 'PUT'].includes(method) || ![201, 202].includes(status)) return;
  const { pathname, search } = new URL(location, 'http://registry');
  made.set(pathname + search, status);
  if (path.includes('/manifests/')) made.set(path, status);
}

function isAfterTests(text: string): boolean {
  const [, total] = /^Running (\d+) test/m.exec(text) ?? [];
  return total !== undefined && (text.match(/^ {2}\S+ +\d+ \[/gm) ?? []).length >= Number(total);
}

/** Starts a process and ends it. */
function launch(front: Front, place: Place, cause: Cause, env: NodeJS.ProcessEnv, reports: string) {
  const { seen, state } = front;
  const moment = join(reports, 'moment');
  const inject = join(reports, 'inject.cjs');
  const text = `if (/cli\\.js|main\\.ts|tools/.test(process.argv[1])) process.on('SIGUSR2', () => { ${cause.injected} });`;
  if (cause.injected !== undefined) writeFileSync(inject, text);
  const waiting = join(reports, 'waiting.json');
  const names: Record<string, string> = { URL: front.url, WAITING: waiting };
  const args = place.args.map((arg) => names[arg] ?? arg);
  const isWaiting = place.args.includes('WAITING');
  if (isWaiting) execFileSync('mkfifo', [waiting]);
  const reporter = cause.reporter ? ['--add-reporter', 'integration/throwing.ts'] : [];
  const child = spawn(process.execPath, [...args, ...reporter], {
    env: {
      ...env,
      ...(cause.injected !== undefined && { NODE_OPTIONS: `--require ${inject}` }),
      ...(cause.reporter && { MOMENT: moment }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exited = once(child, 'exit');
  let reachedAt = 0;
  const act = (): void => {
    if (reachedAt > 0 || !place.at(seen)) return;
    reachedAt = Date.now();
    state.endedAt = reachedAt;
    state.manner = cause.manner ?? 'well';
    // What a command starts is not told that it was killed.
    if (cause.signal === 'SIGKILL' && !args.includes('test')) process.kill(-(child.pid ?? 0), 'SIGKILL');
    else if (cause.signal) child.kill(cause.signal);
    cause.apply?.(child);
    if (cause.reporter) writeFileSync(moment, '');
  };
  state.onChange = act;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      seen.printed += part.toString();
      act();
    });
  }
  const over = (async () => {
    if (isWaiting) {
      const file = await readerOf(waiting);
      act();
      await setTimeout(200);
      if (cause.signal !== 'SIGKILL') writeSync(file, JSON.stringify({ ...sample, rules: [] }));
      closeSync(file);
    }
    const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null];
    const tookMs = Date.now() - reachedAt;
    while (isAlive(-(child.pid ?? 0))) await setTimeout(100);
    return { code: code ?? signal, printed: seen.printed, tookMs, reached: reachedAt > 0 };
  })();
  return { over };
}

/** A pipe of the file system, open to be written once somebody reads it. */
async function readerOf(path: string): Promise<number> {
  try {
    return openSync(path, fsConstants.O_WRONLY | fsConstants.O_NONBLOCK);
  } catch {
    await setTimeout(50);
    return await readerOf(path);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function finished(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Done> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (text += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, printed: text };
}
