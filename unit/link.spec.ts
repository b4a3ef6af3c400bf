import { expect, test } from '@playwright/test';
import { Answer } from '../lib/exchange.ts';
import { nextPage, parseLinks } from '../lib/link.ts';

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
  ['no relation', ['<?last=b>'], undefined],
  ['no header', [], undefined],
];

for (const [name, values, target] of next) {
  test(`leads on by ${name}`, () => {
    expect(nextPage(linked(...values))).toBe(target);
  });
}

test('is unreadable outside the grammar', () => {
  expect(parseLinks('/v2/a/tags/list?last=b; rel="next"')).toBeUndefined();
});
