import { expect, test } from '@playwright/test';
import { appendText, writeText } from '../../lib/text/files.ts';
import { document } from '../../lib/text/document.ts';
import { html, link } from '../../lib/text/html.ts';
import { json } from '../../lib/text/json.ts';
import { cutAtLine, markdown, table } from '../../lib/text/markdown.ts';
import { named, shell } from '../../lib/text/shell.ts';
import { complain, line, say } from '../../lib/text/terminal.ts';
import { element, xml } from '../../lib/text/xml.ts';

/** Each line is refused by the compiler: were one not, its comment would be an error. */
export function refused(raw: string): void {
  // @ts-expect-error
  say(raw);
  // @ts-expect-error
  complain(raw);
  // @ts-expect-error
  say(html`${raw}`);
  // @ts-expect-error
  say(`${line`${raw}`.toString()}${raw}`);
  // @ts-expect-error
  writeText('file', raw);
  // @ts-expect-error
  writeText('file', line`${raw}`);
  // @ts-expect-error
  appendText('file', raw);
  // @ts-expect-error
  document({ title: raw, body: raw });
  // @ts-expect-error
  cutAtLine(raw, 1, markdown``);
  // @ts-expect-error
  void html`${markdown`${raw}`}`;
  // @ts-expect-error
  void html`${[xml`${raw}`]}`;
  // @ts-expect-error
  void xml`${html`${raw}`}`;
  // @ts-expect-error
  void markdown`${shell`${raw}`}`;
  // @ts-expect-error
  void shell`${line`${raw}`}`;
  // @ts-expect-error
  void line`${json(raw)}`;
  // @ts-expect-error
  element('a', {}, [html`${raw}`]);
  // @ts-expect-error
  table([html`${raw}`], []);
  // @ts-expect-error
  link('https://a.example', markdown`${raw}`);
  // @ts-expect-error
  const made: typeof shell extends (...all: never[]) => infer Made ? Made : never = { kind: 'shell' };
  // @ts-expect-error
  void html`${undefined}`;
  say(made);
}

test('a name that is none is refused as well', () => {
  for (const name of ['', '-a', 'a b', 'a;b', '$a', 'a\nb', '../a', 'ä']) expect(() => named(name)).toThrow();
  expect(refused).toBeInstanceOf(Function);
});
