import { expect, test } from '@playwright/test';
import { Answer } from '../lib/http/exchange.ts';
import { isLinked, nextPage, parseLinks } from '../lib/http/link.ts';
import { growth } from './growth.ts';

const page = 'http://127.0.0.1:5000/v2/a/tags/list?n=2';

function linked(...values: string[]): Answer {
  const headers = values.map((value) => ({ name: 'Link', value }));
  return new Answer({ method: 'GET', url: page }, 200, headers, Buffer.alloc(0), 0);
}

const next: [string, string[], string | undefined][] = [
  ['a path', ['</v2/a/tags/list?n=2&last=b>; rel="next"'], 'http://127.0.0.1:5000/v2/a/tags/list?n=2&last=b'],
  [
    'an absolute URL',
    ['<https://r.example/v2/a/tags/list?last=b>; rel=next'],
    'https://r.example/v2/a/tags/list?last=b',
  ],
  ['a query alone', ['<?last=b>;rel="next"'], 'http://127.0.0.1:5000/v2/a/tags/list?last=b'],
  ['one of several relations', ['<?last=b>; rel="up next"'], 'http://127.0.0.1:5000/v2/a/tags/list?last=b'],
  [
    'the second of two links',
    ['<?x=y>; rel="prev", <?last=b>; rel="next"'],
    'http://127.0.0.1:5000/v2/a/tags/list?last=b',
  ],
  [
    'the second of two headers',
    ['<?x=y>; rel="prev"', '<?last=b>; rel="next"'],
    'http://127.0.0.1:5000/v2/a/tags/list?last=b',
  ],
  [
    'a comma inside the URL',
    ['<?last=a,b>; title="x, y"; rel="next"'],
    'http://127.0.0.1:5000/v2/a/tags/list?last=a,b',
  ],
  ['a relation in capitals', ['<?last=b>; REL=NEXT'], 'http://127.0.0.1:5000/v2/a/tags/list?last=b'],
  [
    'the first of two relations',
    ['<?last=b>; rel=next; rel=prev'],
    'http://127.0.0.1:5000/v2/a/tags/list?last=b',
  ],
  ['no later relation', ['<?last=b>; rel=prev; rel=next'], undefined],
  ['no relation of an extended name', ["<?last=b>; rel*=UTF-8''next"], undefined],
  ['no relation', ['<?last=b>'], undefined],
  ['no script', ['<javascript:.registry.invalid/>; rel="next"'], undefined],
  ['no data', ['<data:@registry.invalid/>; rel="next"'], undefined],
  ['no file', ['<file:///etc/passwd>; rel="next"'], undefined],
  ['no URL', ['<//[>; rel="next"'], undefined],
  ['no header', [], undefined],
];

for (const [name, values, target] of next) {
  test(`leads on by ${name}`, () => {
    expect(nextPage(linked(...values))).toBe(target);
  });
}

for (const [name, values, isLeading] of [
  ['a relation next', ['<?last=b>; rel=next'], true],
  ['what has no relation', ['<?last=b>'], true],
  ['what is no link', ['?last=b'], true],
  ['another relation', ['</style.css>; rel=preload', '<https://docs.example/>; rel="help"'], false],
  ['nothing', [], false],
] as [string, string[], boolean][]) {
  test(`a page with ${name} is ${isLeading ? '' : 'not '}linked`, () => {
    expect(isLinked(linked(...values))).toBe(isLeading);
  });
}

const links: [string, string, unknown][] = [
  ['nothing', '', []],
  ['a target alone', '<a>', [{ target: 'a', params: {} }]],
  ['an empty target', '<>', [{ target: '', params: {} }]],
  ['a comma and a semicolon in a target', '<a,b;c>', [{ target: 'a,b;c', params: {} }]],
  [
    'a quoted value with escapes',
    String.raw`<a>; title="say \"hi\", \\o/"`,
    [{ target: 'a', params: { title: String.raw`say "hi", \o/` } }],
  ],
  ['an empty quoted value', '<a>; title=""', [{ target: 'a', params: { title: '' } }]],
  [
    'unquoted values',
    '<a>;rel=next;n=1=2;m=<x>',
    [{ target: 'a', params: { rel: 'next', n: '1=2', m: '<x>' } }],
  ],
  [
    'a parameter without a value',
    '<a>; crossorigin ; rel=x',
    [{ target: 'a', params: { crossorigin: '', rel: 'x' } }],
  ],
  [
    'space around everything',
    ' <a> ; rel = next , <b> ',
    [
      { target: 'a', params: { rel: 'next' } },
      { target: 'b', params: {} },
    ],
  ],
  ['names in capitals', '<a>; REL=Next', [{ target: 'a', params: { rel: 'Next' } }]],
  ['an extended name', "<a>; title*=UTF-8''b", [{ target: 'a', params: { 'title*': "UTF-8''b" } }]],
  ['a parameter twice', '<a>; rel=x; REL=y', [{ target: 'a', params: { rel: 'x' } }]],
  ['a name of JavaScript', '<a>; constructor=x', [{ target: 'a', params: { constructor: 'x' } }]],
  ['a comma at the end', '<a>,', [{ target: 'a', params: {} }]],
];

for (const [name, text, read] of links) {
  test(`reads ${name}`, () => {
    expect(parseLinks(text)).toEqual(read);
  });
}

for (const text of [
  '/v2/a/tags/list?last=b; rel="next"',
  '<a',
  '<a> rel=next',
  '<a>;',
  '<a>; =x',
  '<a>; rel=',
  '<a>; rel="open',
  '<a>; rel="x"y',
  '<a> <b>',
  ', <a>',
  '<a>,, <b>',
]) {
  test(`is unreadable outside the grammar: ${text}`, () => {
    expect(parseLinks(text)).toBeUndefined();
  });
}

for (const [what, start, piece] of [
  ['parameters', '<x>', ';a '],
  ['parameters that end badly', '<x>', ';a="b" ;c=d'],
  ['links', '', '<x>;a=b, '],
  ['an open target', '<', 'a'],
  ['an open quote', '<x>;a="', String.raw`\"`],
  ['space', '<x>', ' '],
] as const) {
  test(`${what} without end are read in linear time`, () => {
    const text = (length: number): string => `${start}${piece.repeat(length)}!`;
    expect(growth(text, parseLinks)).toBeLessThan(10);
  });
}
