import type { Socket } from 'node:net';
import type { Wire } from '../faults/wire.ts';
import type { Secrets } from './secrets.ts';
import type { AuthMode } from '../../lib/types.ts';

/** What a model stands on: a healthy registry, with the model before it. */
export type Here = {
  /** Where the command finds it. */
  url: string;
  /** Another origin, which is healthy and remembers what it was sent. */
  elsewhere: string;
  secrets: Secrets;
  /** Of the command: its settings, its reports. */
  settings: Record<string, string>;
  reports: string;
  /** A folder that is nobody's. */
  folder: string;
  /** Of a client certificate where the server speaks TLS, and of the key of the tokens where it hands out some. */
  clientFiles: { cert: string; key: string } | undefined;
  issuerKeyFile: string | undefined;
  /** A signal to the command, or the end of whoever reads what it prints. */
  send: (what: 'SIGINT' | 'SIGTERM' | 'SIGUSR2' | 'EPIPE') => void;
  /** Nobody listens any more. */
  vanish: () => void;
};

/** One process of those that a command started. `peakMiB`: the most memory it ever had. */
export type Watched = { pid: number; command: string; peakMiB: number };

export type Course = {
  /** A status, a signal, or why we ended it. */
  exit: number | string;
  seconds: number;
  /** Undefined where no signal was sent. */
  secondsAfterSignal: number | undefined;
  printed: string;
  processes: Watched[];
  /** Still there after the end. */
  left: Watched[];
};

/** What was seen while a command ran before a model, and after it. */
export type Seen = Course & {
  /** The server never did what it does. */
  unmet: boolean;
  /** What the model itself threw. */
  thrown: Error | undefined;
  /** Where which secret stands. */
  leaks: readonly string[];
  /** The secrets that came to another origin. */
  sentElsewhere: readonly string[];
  /** What the scripts among the reports run that they should not. */
  ran: readonly string[];
  /** The files of the reports that cannot be read as what they are. */
  unreadable: readonly string[];
  reportsMiB: number;
  /** `tag.list.array: fail, not pass` for each that is not as before a healthy registry. */
  changed: readonly string[];
  /** Texts of the reports, by the name of their file. */
  reports: ReadonlyMap<string, string>;
};

/** A program and its arguments; one that begins with `reports/` is a file of the reports. */
export type Command = readonly [program: string, ...args: string[]];

/** A server that wants to harm whoever tests it, or is broken as if it did, and what must hold before it. */
export type Model = {
  /** What it does, as a statement about the server. */
  title: string;
  /** `anonymous` where it does not matter. */
  auth?: AuthMode;
  /** Of the writer, where it matters. */
  password?: string;
  /** Run before it, one after the other; two tests of the suite where nothing else is said. */
  run?: readonly Command[];
  /** On top of those that every run here has. */
  settings?: Given<Record<string, string>>;
  /** What lies there before the command starts. */
  before?: (here: Here) => void;
  /** What changes between the command and a healthy registry. */
  wire?: Given<Wire>;
  /** Takes the bytes of a connection itself; `pass` hands it on to what answers usually. */
  connection?: (socket: Socket, pass: (socket: Socket) => void, here: Here) => void;
  /** It speaks TLS. */
  tls?: true;
  /** `red`: the exit status is not 0. `either`: it is a status, and no death. */
  ends: 'red' | 'green' | 'either';
  /** What is printed names the cause so. */
  says?: RegExp;
  /** What a person still has to be able to read. */
  shows?: readonly string[];
  /** From the start to the exit, or from the signal where the server sends one. */
  seconds?: number;
  /** The verdicts are those of a healthy registry, but of rules that begin so. */
  sameBut?: readonly string[];
  /** What else was wrong, in a few words. */
  also?: (seen: Seen) => string | undefined;
};

export type Given<T> = T | ((here: Here) => T);

export type Models = Record<string, Model>;

export function given<T extends object>(value: Given<T>, here: Here): T {
  return typeof value === 'function' ? value(here) : value;
}

const script = (file: string, ...args: string[]): Command => ['node', '--import', 'tsx', file, ...args];

/** The tests whose title says so, in these files or folders, in one worker. */
export function suite(
  title = 'the tags of a repository are listed|gives back every layer',
  ...files: string[]
): Command {
  const places = files.length === 0 ? ['tests/tags/list.spec.ts', 'tests/flows/push-pull.spec.ts'] : files;
  return ['playwright', 'test', '--workers=1', `--grep=${title}`, ...places];
}

export const doctor = script('tools/doctor/main.ts');
export const cleanup = script('tools/cleanup.ts', '--older-than', '0m');
export const faults = script('tools/faults/main.ts', '--only', 'tag-list-null');
export const model = script('tools/model/main.ts', '--runs=1', '--sequences=5', '--length=10', '--seed=1');
export const merge = (file: string): Command => script('tools/merge.ts', file);

/** The same server before several commands, a model each. */
export function before(commands: Record<string, Command>, id: string, one: Model): Models {
  const models = Object.entries(commands).map(([name, command]) => [
    name === '' ? id : `${id}-${name}`,
    { ...one, title: name === '' ? one.title : `${one.title}, before ${name}`, run: [command] },
  ]);
  return Object.fromEntries(models) as Models;
}
