import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const commands = [
  'touch',
  'tee',
  'curl',
  'sh',
  'bash',
  'cat',
  'id',
  'env',
  'ls',
  'tripped',
  'a',
  'b',
  'END',
  'error',
];

/** Runs a script in an empty folder where no command is to be found but such as leave a file behind. */
export function runAmongTripwires(
  shell: string,
  script: string,
  folder: string,
): { status: number | null; printed: Buffer; told: string; left: string[] } {
  const [bin, empty] = [join(folder, 'bin'), join(folder, 'empty')];
  mkdirSync(bin, { recursive: true });
  mkdirSync(empty, { recursive: true });
  for (const name of commands) {
    writeFileSync(join(bin, name), `#!/bin/sh\n: > "${empty}/ran-${name}"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const file = join(folder, 'script');
  writeFileSync(file, script);
  const { status, stdout, stderr } = spawnSync(`/bin/${shell}`, [file], {
    cwd: empty,
    env: { PATH: bin, HOME: empty },
    maxBuffer: 2 ** 28,
  });
  return { status, printed: stdout, told: stderr.toString(), left: readdirSync(empty) };
}
