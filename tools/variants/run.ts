import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ofEachMode } from '../../lib/run/axes.ts';
import { readConformance } from '../../lib/report/conformance/read.ts';
import { stopWith } from '../../lib/run/ending.ts';
import { startVariants } from './host.ts';
import type { Course } from './judge.ts';
import type { Variant } from './variant.ts';
import type { AuthMode } from '../../lib/types.ts';

// What a token can change is anything; what another way in can, is in the folders of each.
const filesOf = (auth: AuthMode): string[] =>
  auth === 'bearer' ? [] : ofEachMode.map((folder) => `/tests/${folder}/[^/]+$`);

/** Runs the suite before the registry with these ways, or the part of it that differs; its reports go to the folder. */
export async function runBefore(
  variants: readonly Variant[],
  { auth, grep, folder }: { auth: AuthMode; grep: string | undefined; folder: string },
): Promise<Course> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const host = await startVariants(variants, auth, folder);
  const narrowed = grep === undefined ? [] : ['--grep', grep];
  const child = spawn(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', 'test', ...filesOf(auth), ...narrowed],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...withoutOurs(process.env),
        ...host.settings,
        SPEC_VERSION: 'main',
        REGISTRY_LEVEL: 'must',
        REPORTS_FOLDER: resolve(folder),
      },
    },
  );
  stopWith(child);
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => parts.push(part));
  const [exit] = (await once(child, 'close')) as [number | null];
  await host.close();
  const file = join(folder, 'conformance.json');
  return {
    exit,
    printed: Buffer.concat(parts).toString('utf8'),
    thrown: host.thrown,
    rules: existsSync(file) ? readConformance(file).rules : [],
  };
}

/** What is set for a run of the suite is not meant for these runs; empty, so that no file sets it either. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = readFileSync('.env.example', 'utf8').match(/^#? ?\w+(?==)/gm) ?? [];
  return { ...env, ...Object.fromEntries(ours.map((name) => [name.replace(/^# ?/, ''), ''])), TARGET: '' };
}
