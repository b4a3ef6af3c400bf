import * as fc from 'fast-check';

/** What breaks out of one sink or another where it goes in as it is. */
const nasty = [
  "'",
  '"',
  '`touch tripped`',
  '$(touch tripped)',
  '${HOME}',
  '\\',
  '\n',
  '\r\n',
  '\r',
  '; touch tripped; ',
  '}; touch tripped; : {',
  ' > tripped ',
  '&& touch tripped #',
  '| tee tripped',
  '\nEND\ntouch tripped\n',
  '-K tripped',
  '@/etc/hostname',
  '!!',
  '%s%n',
  '*',
  '~',
  '{a,b}[1-2]',
  '<script>tripped = 1</script>',
  '<img src=x onerror="tripped = 1">',
  '</pre></title></style></textarea>-->',
  "' onmouseover='tripped = 1",
  'javascript:tripped=1',
  '&lt;&#60;&amp',
  ']]>',
  '<![CDATA[',
  '<!-- ',
  '<?xml ?>',
  '<!ENTITY x "y">',
  '| a | b |',
  '[a](https://a.example)',
  '![a](x)',
  'https://a.example www.a.example a@a.example',
  '**a** _b_ ~~c~~ `d`',
  '# ',
  '- ',
  '1. ',
  '> ',
  '---',
  '```\n',
  '    ',
  '$a$ @b :c:',
  '::set-output name=a::b',
  '\n::add-mask::a',
  '\n \t::error::a',
  '##[add-mask]a',
  '##[group]',
  '##vso[task.setvariable variable=a]b',
  '::stop-commands::a',
  // Commands with what a line of ours may have before them.
  ':error::a',
  '#[add-mask]a',
  'a%0A::error::b%25%2C%3A',
  '\x00',
  '\x07\x08',
  '\x1b[31m',
  '\x1b]0;a\x07',
  '\x1b[2J',
  '\x7f',
  '\x85',
  '\x9b31m',
  '\u00a0',
  '\u00ad',
  '\u202e',
  '\u2066a\u2069',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\u2029',
  '\ufffe',
  '\ufff9a\u06dd',
  '\u{e0041}',
  '\ud800',
  '\udc00\ud800',
  'ä€😀',
] as const;

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nasty) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);

export const hostile = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

/** A thousand of them, the same each time, and one of a megabyte. */
export const strings = [
  ...nasty,
  ...fc.sample(hostile, { numRuns: 1000, seed: 7 }),
  nasty.join('').repeat(Math.ceil(2 ** 20 / nasty.join('').length)),
];

/** The text as UTF-8 can hold it. */
export function held(text: string): string {
  return Buffer.from(text).toString('utf8');
}

/** Nothing of these is on a page or in a log. */
export const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/u;
