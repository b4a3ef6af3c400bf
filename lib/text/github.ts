import { randomUUID } from 'node:crypto';
import { trusted, type Safe } from './safe.ts';
import { visibleLines } from './visible.ts';

/** A workflow command of GitHub Actions, in one line. */
export type Command = Safe<'command'>;

/** Whether a runner of GitHub reads what is printed. */
export function isInActions(): boolean {
  return process.env['GITHUB_ACTIONS'] === 'true';
}

/** Marks something red at a place in the repository. The message may have several lines. */
export function errorCommand(
  properties: { title: string; file?: string; line?: number },
  message: string,
): Command {
  const named = Object.entries(properties).map(
    ([name, value]) => `${name}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
  );
  return trusted('command', `::error ${named.join(',')}::${escaped(message)}`);
}

/** What makes the runner take no command from what is printed after it, and what ends that: nobody else knows the word. */
export function stopCommands(): { stop: Command; resume: Command } {
  const word = randomUUID();
  return { stop: trusted('command', `::stop-commands::${word}`), resume: trusted('command', `::${word}::`) };
}

function escaped(value: string): string {
  return visibleLines(value).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
