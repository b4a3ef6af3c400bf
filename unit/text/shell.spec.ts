import { expect, test } from '@playwright/test';
import { comment, shell, wordOf, type Shell } from '../../lib/text/shell.ts';
import { held, strings, unseen } from './strings.ts';
import { runAmongTripwires } from './tripwires.ts';

/** No argument holds NUL. */
const words = strings.map((text) => held(text).replaceAll('\0', '\uFFFD'));

for (const name of ['sh', 'bash']) {
  test(`${name} reads each word as it was written, and runs nothing`, ({}, testInfo) => {
    const script = shell.lines(strings.map((text) => shell`printf '%s\\0' ${text}`));
    const { status, printed, told, left } = runAmongTripwires(name, script.toString(), testInfo.outputPath());
    expect(told).toBe('');
    expect(status).toBe(0);
    expect(left).toEqual([]);
    expect(printed.toString('utf8').split('\0').slice(0, -1)).toEqual(words);
  });

  test(`${name} reads words with variables in them, defaults and comments, and runs nothing`, ({}, testInfo) => {
    const script = shell.lines([
      shell`A='$(touch a)'`,
      ...strings.map(
        (text): Shell =>
          shell`${comment(text)}\n[ -n "\${B:-}" ] || B=${text}\nprintf '%s\\0' ${wordOf([text, { name: 'A' }, text])} "$B"\nB=`,
      ),
    ]);
    const { status, printed, told, left } = runAmongTripwires(name, script.toString(), testInfo.outputPath());
    expect(told).toBe('');
    expect(status).toBe(0);
    expect(left).toEqual([]);
    const expected = words.flatMap((word) => [`${word}$(touch a)${word}`, word]);
    expect(printed.toString('utf8').split('\0').slice(0, -1)).toEqual(expected);
  });
}

test('a script shows what cannot be seen, and has no command to a CI runner in it', () => {
  const script = shell.lines(strings.flatMap((text) => [shell`: ${text}`, comment(text)])).toString();
  expect(script.replaceAll(/[\n\t]/g, '')).not.toMatch(unseen);
  expect(script.split('\n').filter((one) => one.trimStart().startsWith('::') || one.includes('##['))).toEqual(
    [],
  );
});
